// Random stock facts: trade, corrections, counts with their sessions, reversals. Older schema versions among them.
import { ADJUST_REASONS, type AdjustReason } from '../stock/adjust-reasons.ts';
import { chance, pick } from './choices.ts';
import { makeEvent, rawEvent, testId } from './make-event.ts';
import {
  cost,
  earlierOf,
  extras,
  extrasOfSameStore,
  item,
  lines,
  price,
  quantity,
  referenceTo,
  type Maker,
} from './random-parts.ts';

const AREAS = ['shelf', 'back'] as const;
const COUNTERS = ['ana', 'rui'] as const;
const SESSIONS = ['session-1', 'session-2', 'session-3'] as const;
const REASONS = Object.keys(ADJUST_REASONS) as [AdjustReason, ...AdjustReason[]];

const sold: Maker = (choices, name, earlier) => {
  const soldLines = lines(choices, () => ({
    item: item(choices),
    quantity: quantity(choices),
    unitPrice: price(choices),
    ...(chance(choices, 15) ? { unit: 'gram' as const } : {}),
  }));
  const order = chance(choices, 15) ? { order: referenceTo(choices, earlier, 'OrderPlaced') } : {};
  const from = chance(choices, 10) ? { from: pick(choices, ['picked', 'sellable'] as const) } : {};
  // Version 1 knew no reservation, and took goods off the shelf also for an order.
  if (chance(choices, 15)) {
    const payload = { document: name, ...order, ...from, lines: soldLines };
    return rawEvent(name, 'StockSold', payload, { ...extras(choices), schemaVersion: 1 });
  }
  const held = earlierOf(choices, earlier, 'StockReserved');
  const use = held !== undefined && chance(choices, 30) ? { reservation: held.id } : {};
  const own = 'reservation' in use ? extrasOfSameStore(choices, held) : extras(choices);
  return makeEvent(name, 'StockSold', { document: name, ...order, ...use, ...from, lines: soldLines }, own);
};

const received: Maker = (choices, name, earlier) => {
  const receivedLines = lines(choices, () => ({
    item: item(choices),
    quantity: quantity(choices),
    ...cost(choices),
  }));
  if (chance(choices, 15)) {
    const payload = { document: name, lines: receivedLines };
    return rawEvent(name, 'StockReceived', payload, { ...extras(choices), schemaVersion: 1 });
  }
  const order = earlierOf(choices, earlier, 'RestockOrdered');
  const restock = chance(choices, 40) ? { restock: order?.id ?? testId('never') } : {};
  return makeEvent(
    name,
    'StockReceived',
    { document: name, ...restock, lines: receivedLines },
    'restock' in restock ? extrasOfSameStore(choices, order) : extras(choices),
  );
};

const returned: Maker = (choices, name, earlier) => {
  const sale = earlierOf(choices, earlier, 'StockSold');
  return makeEvent(
    name,
    'StockReturned',
    {
      document: name,
      ...(sale !== undefined && chance(choices, 40) ? { sale: sale.id } : {}),
      lines: lines(choices, () => {
        const unitPrice = price(choices);
        return {
          item: item(choices),
          quantity: quantity(choices),
          disposition: pick(choices, ['sellable', 'damaged'] as const),
          ...(unitPrice === null ? {} : { unitPrice }),
        };
      }),
    },
    extrasOfSameStore(choices, sale),
  );
};

const returnedToSupplier: Maker = (choices, name) =>
  makeEvent(
    name,
    'StockReturnedToSupplier',
    {
      document: name,
      lines: lines(choices, () => ({
        item: item(choices),
        quantity: quantity(choices),
        from: pick(choices, ['sellable', 'unsellable'] as const),
        ...cost(choices),
      })),
    },
    extras(choices),
  );

const adjusted: Maker = (choices, name) =>
  makeEvent(
    name,
    'StockAdjusted',
    {
      document: name,
      reason: pick(choices, REASONS),
      lines: lines(choices, () => ({ item: item(choices), quantity: quantity(choices), ...cost(choices) })),
    },
    extras(choices),
  );

const counted: Maker = (choices, name) => {
  const seen = lines(choices, () => ({
    item: item(choices),
    bucket: chance(choices, 25) ? ('unsellable' as const) : ('sellable' as const),
    quantity: choices.int(12),
  }));
  const once = new Map(seen.map((line) => [`${line.item}|${line.bucket}`, line]));
  return makeEvent(
    name,
    'StockCounted',
    {
      session: pick(choices, SESSIONS),
      area: pick(choices, AREAS),
      counter: pick(choices, COUNTERS),
      lines: [...once.values()],
    },
    extras(choices),
  );
};

const countOpened: Maker = (choices, name) =>
  makeEvent(
    name,
    'CountOpened',
    {
      session: pick(choices, SESSIONS),
      scope: chance(choices, 50) ? { kind: 'store' } : { kind: 'items', items: [item(choices)] },
      areas: chance(choices, 70) ? [...AREAS] : [pick(choices, AREAS)],
      blind: chance(choices, 50),
    },
    extras(choices),
  );

const countClosed: Maker = (choices, name) =>
  makeEvent(name, 'CountClosed', { session: pick(choices, SESSIONS) }, extras(choices));

const countReviewed: Maker = (choices, name) =>
  makeEvent(
    name,
    'CountReviewed',
    {
      session: pick(choices, SESSIONS),
      lines: lines(choices, () => ({
        item: item(choices),
        bucket: pick(choices, ['sellable', 'unsellable'] as const),
        verdict: pick(choices, ['accepted', 'recount'] as const),
      })),
    },
    extras(choices),
  );

/** Mostly an entry of its own store; a reversal of another store's entry, or of none, must do nothing. */
const reversed: Maker = (choices, name, earlier) => {
  const entry = earlierOf(choices, earlier);
  return makeEvent(
    name,
    'EntryReversed',
    { target: entry?.id ?? testId('never'), line: chance(choices, 50) ? null : choices.int(4) },
    extrasOfSameStore(choices, entry),
  );
};

/** As often as each stands here. */
// prettier-ignore
export const STOCK_MAKERS: readonly [Maker, ...Maker[]] = [
  sold, sold, sold, received, received, returned, returnedToSupplier, adjusted, counted, counted, counted,
  reversed, reversed,
];

/** Counts above all: sessions that are opened for areas, closed, reviewed. */
// prettier-ignore
export const COUNT_MAKERS: readonly [Maker, ...Maker[]] = [
  counted, counted, counted, counted, countOpened, countOpened, countClosed, countClosed, countReviewed, sold, received,
  adjusted, reversed,
];

export const REVERSAL_MAKERS: readonly [Maker, ...Maker[]] = [reversed];
