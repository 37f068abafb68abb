// Planted bugs: each one a fault that a careless change to a fold would bring back. The judge must notice every one of them (a
// judge that can not is no proof). A bug is one change of one line of the product's source, made while it is loaded by who
// hunts it; the product has no switch for it. Where a line changes, its bug must be planted anew: the hunt says so.

export interface DomainMutant {
  readonly name: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

const ARITHMETIC = 'inventory/src/stock/bucket-arithmetic.ts';
const SESSION = 'inventory/src/stock/count-session.ts';
const MOVES = 'inventory/src/stock/goods-moves.ts';
const RULING = 'event-log/src/ruling.ts';
const SHIPMENT = 'inventory/src/transfer/shipment-view.ts';
const ORDERED = 'inventory/src/restock/restock-order-view.ts';
const RESERVATION = 'inventory/src/promise/reservation-rows.ts';
const REGISTERS = 'inventory/src/register-fold.ts';
const COST = 'inventory/src/value/cost-arithmetic.ts';

export const DOMAIN_MUTANTS: readonly DomainMutant[] = [
  // ── lines
  {
    name: 'apply a movement older than the count',
    file: ARITHMETIC,
    find: 'if (!isAfterCount(point, count)) return;',
    replace: '',
  },
  {
    name: 'ignore uncertainty for the recount',
    file: ARITHMETIC,
    find: 'const reach = uncertaintyStamps(uncertaintyMs);',
    replace: 'const reach = 0;',
  },
  {
    name: 'believe one clock whatever was done to it',
    file: ARITHMETIC,
    find: 'part.device === device && lost <= STEP_STAMPS_MAX ? lost',
    replace: 'part.device === device ? 0',
  },
  {
    name: 'never doubt which of two counts was the later',
    file: ARITHMETIC,
    find: 'session !== count.session && isTooNear(at, stamped, count)',
    replace: 'false',
  },
  {
    name: 'forgive movements while a count is made',
    file: ARITHMETIC,
    find: 'if (afterFirst && compareMoments({ at, id }, count) < 0) return true;',
    replace: '',
  },
  {
    name: 'date a negative from its newest step',
    file: ARITHMETIC,
    find: 'tally.negativeSince ??= point.at',
    replace: 'tally.negativeSince = point.at',
  },
  {
    name: 'let ties stand as they arrived',
    file: 'event-log/src/hybrid-time.ts',
    find: 'return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;',
    replace: 'return 0;',
  },
  {
    name: 'count picked goods as shelf',
    file: MOVES,
    find: "const PICK: BucketMove = { from: 'sellable', to: 'picked' };",
    replace: "const PICK: BucketMove = { from: 'picked', to: 'picked' };",
  },
  {
    name: 'take goods of an order off the shelf',
    file: MOVES,
    find: "from = order === undefined ? 'sellable' : 'picked'",
    replace: "from = 'sellable'",
  },
  {
    name: 'put damaged goods of a delivery on the shelf',
    file: MOVES,
    find: "if (damaged > 0) sink.move(line, item, 'unsellable', damaged);",
    replace: "if (damaged > 0) sink.move(line, item, 'sellable', damaged);",
  },
  {
    name: 'leave out the surplus of a delivery',
    file: MOVES,
    find: "sink.move(line, item, 'sellable', accepted + surplus);",
    replace: "sink.move(line, item, 'sellable', accepted);",
  },
  {
    name: 'put damaged returns on the shelf',
    file: MOVES,
    find: "disposition === 'damaged' ? 'unsellable' : 'sellable'",
    replace: "'sellable'",
  },
  {
    name: 'upcast nothing: an old sale for an order leaves the counter',
    file: 'inventory/src/upcasters.ts',
    find: "payload['from'] === undefined ? { ...payload, from: 'sellable' } : payload",
    replace: 'payload',
  },
  // ── counts
  {
    name: 'keep the older look at a part',
    file: SESSION,
    find: 'compareMoments(observation, known) > 0',
    replace: 'compareMoments(observation, known) < 0',
  },
  {
    name: 'do not add the parts of a session',
    file: SESSION,
    find: 'parts.reduce((sum, { quantity }) => sum + quantity, 0)',
    replace: 'last.quantity',
  },
  {
    name: 'take two counters of an area for one',
    file: SESSION,
    find: '`${observation.area}|${observation.counter}`',
    replace: 'observation.area',
  },
  {
    name: 'take the first part for the moment of the count',
    file: SESSION,
    find: '    at: last.at,',
    replace: '    at: first.at,',
  },
  {
    name: 'let the earlier of two counts stand',
    file: SESSION,
    find: 'return compareMoments(a, b) >= 0 ? a : b;',
    replace: 'return compareMoments(a, b) >= 0 ? b : a;',
  },
  {
    name: 'let a session of several areas take effect before it is closed',
    file: 'inventory/src/stock/session-gates.ts',
    find: 'return openings.length > 0 && closings.length === 0;',
    replace: 'return false;',
  },
  {
    name: 'keep the figure of a count that was voided',
    file: 'inventory/src/stock/count-fold.ts',
    find: '(replaced === null || compareMoments(replaced, old) < 0)',
    replace: 'false',
  },
  {
    name: 'expect of a count what was expected of the one before',
    file: 'inventory/src/stock/count-variances.ts',
    find: '    expected = quantity;\n',
    replace: '',
  },
  // ── reversals, rulings, receipts
  {
    name: 'keep one reversal instead of the set',
    file: 'inventory/src/stock/reversals.ts',
    find: 'return member ? [...others, id].sort() : others;',
    replace: 'return member ? [id] : [];',
  },
  {
    name: 'undo a reversal by another one',
    file: 'inventory/src/stock/reversals.ts',
    find: 'return member ? [...others, id].sort() : others;',
    replace: 'return member ? (others.length > 0 ? [] : [id]) : others;',
  },
  {
    name: 'reverse the whole entry where one line was meant',
    file: 'inventory/src/stock/reversals.ts',
    find: 'if (line === null) return { ...row, whole:',
    replace: 'if (line !== -1) return { ...row, whole:',
  },
  {
    name: 'count what was set aside',
    file: RULING,
    find: 'if (judgement.setAside.length > 0 && judgement.admitted.length === 0) return null;',
    replace: '',
  },
  {
    name: 'do not count what was admitted',
    file: RULING,
    find: 'judgement.setAside.length > 0 && judgement.admitted.length === 0',
    replace: 'judgement.setAside.length > 0',
  },
  {
    name: 'count what was voided',
    file: RULING,
    find: 'if (judgement.voided.length > 0) return null;',
    replace: '',
  },
  {
    name: 'ignore re-timings',
    file: RULING,
    find: 'if (judgement.retimed !== null) {',
    replace: 'if (judgement.retimed !== null && Math.abs(0) > 0) {',
  },
  {
    name: 'follow the latest re-timing instead of the least',
    file: RULING,
    find: 'compareStamped(retimed, judgement.retimed) < 0',
    replace: 'compareStamped(retimed, judgement.retimed) > 0',
  },
  {
    name: 'trust a re-timed moment to the millisecond',
    file: RULING,
    find: 'uncertaintyMs: judgement.retimed.uncertaintyMs }',
    replace: 'uncertaintyMs: 0 }',
  },
  {
    name: 'let the last of two receipts with one number count',
    file: 'inventory/src/stock/receipt-contest.ts',
    find: 'contest?.[0]?.id',
    replace: 'contest?.at(-1)?.id',
  },
  {
    name: 'order receipts with one number by arrival',
    file: 'inventory/src/stock/receipt-contest.ts',
    find: '[...others, candidate].toSorted(compareMoments)',
    replace: '[...others, candidate]',
  },
  // ── goods on their way
  {
    name: 'count both receipts with one number',
    file: SHIPMENT,
    find: 'const counts = !numbers.has(entry.receipt);',
    replace: 'const counts = true;',
  },
  {
    name: 'take surplus from transit',
    file: SHIPMENT,
    find: 'came.dispatched - came.accepted - came.damaged;',
    replace: 'came.dispatched - came.accepted - came.damaged - came.surplus;',
  },
  {
    name: 'do not take a late receipt from lost',
    file: SHIPMENT,
    find: 'lost: isClosed ? missing : 0',
    replace: 'lost: isClosed ? came.dispatched : 0',
  },
  {
    name: 'leave goods of a closed shipment in transit',
    file: SHIPMENT,
    find: 'inTransit: isClosed ? 0 : missing',
    replace: 'inTransit: missing',
  },
  {
    name: 'do not reduce incoming by what came',
    file: ORDERED,
    find: 'const short = Math.max(0, line.ordered - line.received);',
    replace: 'const short = line.ordered;',
  },
  {
    name: 'expect goods of a cancelled order',
    file: ORDERED,
    find: 'incoming: cancels.length > 0 ? 0 : short',
    replace: 'incoming: short',
  },
  // ── promises
  {
    name: 'ignore expiry',
    file: 'inventory/src/promise/availability.ts',
    find: 'return expiresAt !== null && now >= expiresAt ? 0 : open;',
    replace: 'return open;',
  },
  {
    name: 'hold at the very moment of expiry',
    file: 'inventory/src/promise/availability.ts',
    find: 'now >= expiresAt ? 0 : open',
    replace: 'now > expiresAt ? 0 : open',
  },
  {
    name: 'hold less than nothing',
    file: RESERVATION,
    find: 'return open > 0 ? [{ item, quantity: open }] : [];',
    replace: 'return [{ item, quantity: open }];',
  },
  { name: 'ignore releases', file: RESERVATION, find: 'isReleasedBy(row, body.store) || ', replace: '' },
  {
    name: 'keep a release as a flag instead of a set',
    file: 'inventory/src/promise/promise-edits.ts',
    find: 'released: withEntry(row.released, event, released)',
    replace: 'released: released === null ? [] : [released]',
  },
  {
    name: 'ignore what was used of a reservation',
    file: RESERVATION,
    find: 'quantity - (used.get(item) ?? 0)',
    replace: 'quantity',
  },
  {
    name: 'let any store use up or release what another holds',
    file: RESERVATION,
    find: 'released.some((release) => release.store === store)',
    replace: 'released.length > 0',
  },
  {
    name: 'hold for the second answer to a request too',
    file: RESERVATION,
    find: ' || secondTo !== null) return [];',
    replace: ') return [];',
  },
  // ── the chain
  {
    name: 'let a tie between two edits stand as it arrived',
    file: REGISTERS,
    find: 'compareStamped({ time: a.at, id: a.id }, { time: b.at, id: b.id }) > 0',
    replace: 'a.at > b.at',
  },
  {
    name: 'fix the unit by the latest registration',
    file: REGISTERS,
    find: 'isLater(state.registered, stamp)',
    replace: 'isLater(stamp, state.registered)',
  },
  {
    name: 'lose the contest for a code',
    file: 'inventory/src/catalogue/barcode-fold.ts',
    find: 'return new Set(standing.map(({ item }) => item)).size > 1;',
    replace: 'return false;',
  },
  {
    name: "let the chain's policy win over the store's",
    file: 'inventory/src/policy/policy-queries.ts',
    find: "    ['chain', chain],\n    ['store', own],",
    replace: "    ['store', own],\n    ['chain', chain],",
  },
  // ── value
  {
    name: 'value goods at the last cost',
    file: COST,
    find: 'const total = mixes ? cost + BigInt(received) * unitCost : BigInt(after) * unitCost;',
    replace: 'const total = BigInt(after) * unitCost;',
  },
  {
    name: 'forget what a line cost while it is empty',
    file: COST,
    find: 'if (after <= 0 || average === null) return { quantities, cost: 0n, average };',
    replace: 'if (after <= 0 || average === null) return { quantities, cost: 0n, average: null };',
  },
];
