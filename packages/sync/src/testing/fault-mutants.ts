// Planted bugs: each one a fault that a careless change to a session, a log or an engine would bring back. The simulation must
// notice every one of them (a simulation that can not is no proof). Where the code changes, its bug must be planted anew: the
// hunt fails loudly where a place is not there, or there twice.
import type { SourceMutant } from './source-mutant.ts';

const APPEND = 'event-log/src/central-append.ts';
const AUDIENCE = 'event-log/src/central-reading.ts';
const CENTRAL_LOG = 'event-log/src/memory-central-log.ts';
const RESUPPLY = 'event-log/src/resupply-plan.ts';
const SENDER = 'event-log/src/sender-judge.ts';
const RETIMING = 'event-log/src/retiming.ts';
const RULING = 'event-log/src/ruling.ts';
const PROJECTION = 'event-log/src/projection.ts';
const DEVICE_LOG = 'event-log/src/stored-device-log.ts';
const DEVICE_CHAIN = 'event-log/src/device-chain.ts';
const DEVICE_FRAME = 'event-log/src/device-frame.ts';
const DEVICE_SNAPSHOT = 'event-log/src/device-snapshot.ts';
const COMPACTION = 'event-log/src/device-compaction.ts';
const DISK = 'event-log/src/memory-device-log.ts';
const SENDING = 'sync/src/device-sending.ts';
const RECEIVING = 'sync/src/device-receiving.ts';
const RENEWAL = 'sync/src/device-renewal.ts';
const DEVICE_FORK = 'sync/src/device-fork.ts';
const LIVE = 'sync/src/device-live.ts';
const GREETING = 'sync/src/greeting.ts';
const FORK_SEARCH = 'sync/src/fork-search.ts';
const HELLO = 'sync/src/central-hello.ts';
const DELIVERY = 'sync/src/delivery.ts';
const SIM_CENTRE = 'sync/src/testing/sim-centre.ts';
const SIM_COMMIT = 'sync/src/testing/sim-group-commit.ts';
const SIM_DOOR = 'sync/src/testing/sim-centre-door.ts';
const SIM_SNAPSHOTS = 'sync/src/testing/sim-snapshots.ts';

export const SYNC_MUTANTS: readonly SourceMutant[] = [
  // ── engines and disks
  {
    name: 'acknowledge before commit',
    file: SIM_COMMIT,
    find: 'const outcomes = await log().append(submissions, plan);',
    replace: `const told = log().clone({ sync: async () => {} });
      const outcomes = await told.append(submissions, plan);
      this.#host.later(20, async () => void (await log().append(submissions, plan)));`,
  },
  {
    name: 'call it saved before it is on the disk',
    file: DISK,
    find: 'if (options.lazySync === true) this.#synced = emptyDisk();',
    replace: 'this.#synced = emptyDisk();',
  },
  {
    name: 'commit a part of a transaction',
    file: DISK,
    find: 'for (const space of SPACES) contents[space].apply(writes[space]);',
    replace:
      "for (const space of SPACES) if (space !== 'records' || writes.rows.length < 2) contents[space].apply(writes[space]);",
  },
  {
    name: 'keep the news of a commit to oneself',
    file: SIM_COMMIT,
    find: 'await publish(before);',
    replace: '',
  },
  {
    name: 'forget who was removed when a backup is put back',
    file: SIM_DOOR,
    find: 'for (const device of this.#revocations)',
    replace: 'this.#revocations.clear(); for (const device of this.#revocations)',
  },
  {
    name: 'mint a fresh id for a removed device that a backup forgot',
    file: SIM_DOOR,
    find: 'if (this.#revocations.has(device)) await this.#knowAsRevoked(device, credential);',
    replace: '',
  },
  {
    name: 'let a snapshot stand for more than it holds',
    file: SIM_SNAPSHOTS,
    find: 'cursor: sealCursor(this.#seal, { epoch, position: head.position, hash: head.hash }),',
    replace: 'cursor: sealCursor(this.#seal, { epoch, ...(await log.head()) }),',
  },
  {
    name: 'go on in the old epoch when a device proves that the centre lost history',
    file: SIM_CENTRE,
    find: "if (report.kind !== 'centre-behind') return;",
    replace: 'return;',
  },
  // ── the central log
  {
    name: 'drop the contiguity check',
    file: APPEND,
    find: `if (push.firstSeq > mark.seq + 1) return none({ kind: 'gap', mark });

  const heldBefore = push.firstSeq === 1`,
    replace: `const heldBefore = push.firstSeq > mark.seq + 1 ? push.hashBefore : push.firstSeq === 1`,
  },
  {
    name: 'do not compare chain hashes',
    file: APPEND,
    find: "if (heldBefore !== push.hashBefore) return none({ kind: 'forked', mark });",
    replace: '',
  },
  {
    name: 'do not compare what was pushed before',
    file: APPEND,
    find: "if (hashes[overlap - 1] !== held) return none({ kind: 'forked', mark });",
    replace: '',
  },
  {
    name: 'take in damaged bytes',
    file: APPEND,
    find: 'if (hashes.at(-1) !== push.hashAfter) {',
    replace: 'if (hashes.length === 0) {',
  },
  {
    name: 'append a known id again',
    file: APPEND,
    find: 'const known = seen.get(event.id) ?? held?.line;',
    replace: 'const known = seen.get(event.id);',
  },
  {
    name: 'leave what was handed back set aside when its maker sends it',
    file: APPEND,
    find: 'if (admitted) judged.push(admit(event));',
    replace: '',
  },
  {
    name: 'believe whoever hands an event back',
    file: RESUPPLY,
    find: 'if (isOfSupplier(event, supplier)) return',
    replace: 'if (supplier.store !== null) return',
  },
  {
    name: 'take nothing back from anyone but its maker',
    file: RESUPPLY,
    find: 'entries.push({ line, event, rulings });',
    replace: 'void rulings;',
  },
  {
    name: 'refuse the rulings that a device hands back',
    file: RESUPPLY,
    find: 'if (isSealedLine(seal, line)) return [];',
    replace: '',
  },
  {
    name: 'let a removed device count',
    file: SENDER,
    find: 'if (record.revokedAtMs !== null)',
    replace: 'if (record.revokedAtMs === 0)',
  },
  {
    name: 'a central log keeps its id',
    file: CENTRAL_LOG,
    find: 'writer: `centre-${name}`, ...epoch };\n      if (devices.has(made.writer))',
    replace: 'writer: head.writer, ...epoch };\n      if (devices.size === 0)',
  },
  {
    name: 'move the cursor past lines that were not read',
    file: CENTRAL_LOG,
    find: 'const to = read.more && last !== undefined ? last : head;',
    replace: 'const to = head;',
  },
  {
    name: 'deliver a ruling without the event it is about',
    file: AUDIENCE,
    find: 'if (companion === null || ',
    replace: 'if (companion !== null || companion === null || ',
  },
  // ── time
  {
    name: 'correct a clock the wrong way',
    file: RETIMING,
    find: 'event.deviceTimeMs + arrival.clockOffsetMs',
    replace: 'event.deviceTimeMs - arrival.clockOffsetMs',
  },
  {
    name: 'leave wrong clocks alone',
    file: RETIMING,
    find: '!clockIsOff && !fromTheFuture',
    replace: '!fromTheFuture',
  },
  {
    name: 'believe a clock that was set',
    file: RETIMING,
    find: 'const uncertaintyMs = wasSteady(event, arrival)',
    replace: 'const uncertaintyMs = wasSteady(event, arrival) || event !== null',
  },
  {
    name: 'let the latest re-timing count',
    file: RULING,
    find: 'compareStamped(retimed, judgement.retimed) < 0',
    replace: 'compareStamped(retimed, judgement.retimed) > 0',
  },
  // ── folds
  {
    name: 'count what was set aside',
    file: RULING,
    find: 'if (judgement.setAside.length > 0 && judgement.admitted.length === 0) return null;',
    replace: '',
  },
  {
    name: 'never admit',
    file: RULING,
    find: 'judgement.setAside.length > 0 && judgement.admitted.length === 0',
    replace: 'judgement.setAside.length > 0',
  },
  {
    name: 'forget rulings that came first',
    file: PROJECTION,
    find: 'contributionOf(event, judgementOf(after, event.id));\n    return { event',
    replace: 'contributionOf(event, NO_JUDGEMENT);\n    return { event',
  },
  {
    name: 'leave what a late ruling is about as it was',
    file: PROJECTION,
    find: 'earlierTargets.length === 0 ? [] : await findProjected(earlierTargets)',
    replace: 'earlierTargets.length >= 0 ? [] : await findProjected(earlierTargets)',
  },
  // ── the device's log
  {
    name: 'believe a mark of another chain',
    file: DEVICE_LOG,
    find: 'if (point?.hash !== hash) return unchanged(undefined);',
    replace: '',
  },
  {
    name: 'apply a frame whose from differs',
    file: DEVICE_LOG,
    find: "if (!sameCursor(meta.cursor, from) || (from !== null && from.epoch !== to.epoch)) return unchanged('stale');",
    replace: '',
  },
  {
    name: 'keep the mark of the old chain under a new id',
    file: DEVICE_CHAIN,
    find: 'identity, head, accepted: null, compactedTo: null,',
    replace: 'identity, head, compactedTo: null,',
  },
  {
    name: 're-append one line too few',
    file: DEVICE_CHAIN,
    find: 'allOwnAfter(Math.max(commonSeq, ',
    replace: 'allOwnAfter(Math.max(commonSeq + 1, ',
  },
  {
    name: 'never say what was compacted',
    file: DEVICE_CHAIN,
    find: 'if (afterSeq < dropped.seq) {',
    replace: 'if (afterSeq < 0) {',
  },
  {
    name: "keep a device's own events from it",
    file: DEVICE_FRAME,
    find: 'const { position, place, line } = delivered;',
    replace: 'const { position, place, line } = delivered;\n    if (place?.device === meta.identity.device) continue;',
  },
  {
    name: 'deliver an event at its old position once more',
    file: DEVICE_FRAME,
    find: 'inBaseTo !== null && position <= inBaseTo && meta.base !== null',
    replace: 'inBaseTo !== null && position < 0 && meta.base !== null',
  },
  {
    name: 'keep read models over an epoch',
    file: DEVICE_SNAPSHOT,
    find: '    await transaction.rows.clear(table);\n',
    replace: '',
  },
  {
    name: 'forget own events that a snapshot does not hold',
    file: DEVICE_SNAPSHOT,
    find: 'const ids = [...new Set([...notIn, ...behind].map(({ id }) => id))];',
    replace: 'const ids: EventId[] = [];',
  },
  {
    name: 'stay where the old history was after a snapshot',
    file: DEVICE_SNAPSHOT,
    find: 'cursor: header.cursor,',
    replace: 'cursor: meta.cursor,',
  },
  {
    name: 'compact what the base lacks',
    file: COMPACTION,
    find: 'if (base === null || kept.generation === meta.generation) return false;',
    replace: 'if (base === null || kept.generation === meta.generation) return base !== null;',
  },
  // ── the device's session
  {
    name: 'take a stale frame for an applied one',
    file: RECEIVING,
    find: "if (outcome === 'stale') return { kind: 'again' };",
    replace: '',
  },
  {
    name: "re-append from the device's own mark",
    file: DEVICE_FORK,
    find: 'commonSeq: message.commonSeq,',
    replace: 'commonSeq: log.accepted?.seq ?? 0,',
  },
  {
    name: 'never set a damaged event aside',
    file: SENDING,
    find: 'if (isTheOne) return setAside({ ...sending, inFlight: [] }, line, []);',
    replace: '',
  },
  {
    name: 'wait for ever for the answer to a push',
    file: LIVE,
    find: "effects.push({ type: 'setTimer', timer: 'push', afterMs: PUSH_TIMEOUT_MS });",
    replace: 'effects.push();',
  },
  {
    name: 'wait for ever for a pong',
    file: LIVE,
    find: "    { type: 'setTimer', timer: 'pong', afterMs: PONG_TIMEOUT_MS },\n",
    replace: '',
  },
  {
    name: 'do not notice that a frame was lost',
    file: LIVE,
    find: 'if (live.receiving !== null && isBehind(live.receiving.expected, sentPosition)) return drop(state, at);',
    replace: '',
  },
  {
    name: 'report what was applied once only',
    file: LIVE,
    find: '    ...(live.receiving === null ? [] : appliedAgain(live.receiving)),\n',
    replace: '',
  },
  {
    name: 'fetch a snapshot before everything was offered',
    file: RENEWAL,
    find: 'return mayHoldMore(phase)',
    replace: 'return phase.epoch === null',
  },
  // ── the centre's session
  {
    name: 'do not compare epochs',
    file: GREETING,
    find: "if (cursor.epoch !== facts.head.epoch) return 'epoch';",
    replace: '',
  },
  {
    name: 'drop the hash from the cursor',
    file: GREETING,
    find: "if (facts.hashAtCursor === cursor.hash) return 'ok';",
    replace: "if (facts.hashAtCursor !== null) return 'ok';",
  },
  {
    name: 'take a rolled-back disk for one that only lags',
    file: GREETING,
    find: "return { kind: 'forked', lastSeq: seq };",
    replace: 'return undefined;',
  },
  {
    name: "believe a forked device's hashes",
    file: FORK_SEARCH,
    find: 'if (mine !== null && theirs !== null && mine.hash === theirs.hash) low = seq;',
    replace: 'if (mine !== null && theirs !== null) low = seq;',
  },
  {
    name: 'call the part of a read the whole',
    file: DELIVERY,
    find: 'wanted: advances && cutShort',
    replace: 'wanted: advances && !cutShort',
  },
  // ── copies of a disk
  {
    name: 'take what one copy declared lost for lost',
    file: APPEND,
    find: 'const filled = filledBy(push, hashes, context);',
    replace: 'const filled = filledBy(push, hashes, { ...context, holes: [] });',
  },
  {
    name: 'tell a copy nothing of what another declared lost',
    file: HELLO,
    find: '...fillable(state, holes),',
    replace: '...fillable(state, holes.slice(holes.length)),',
  },
];
