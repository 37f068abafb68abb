// The calls of a storage run: each is drawn from the world and from what the naive log says now, and then runs unchanged on
// the real log and on the naive one.
import type {
  AcceptedMark,
  ChainPoint,
  DeviceLog,
  DeviceLogState,
  EventId,
  EventLine,
  Projector,
} from '@streamstock/event-log';
import type { DeviceWorld, SentLine } from './device-world.ts';

export interface Call {
  readonly name: string;
  /** False: several transactions, between which another tab's may come. */
  readonly isOneTransaction: boolean;
  /** Whatever it answers must be equal on both logs. */
  readonly run: (log: DeviceLog) => Promise<unknown>;
}

/** What calls are drawn from. */
export interface CallSource {
  readonly world: DeviceWorld;
  readonly naive: DeviceLog;
  readonly projectors: readonly Projector[];
}

type MakeCall = (source: CallSource, state: DeviceLogState) => Promise<Call>;

const LIMITS = [
  { eventsMax: 500, bytesMax: 256 * 1_024 },
  { eventsMax: 3, bytesMax: 256 * 1_024 },
  { eventsMax: 500, bytesMax: 900 },
] as const;

/** What happens, and how often beside the others. */
const CALLS: readonly (readonly [number, MakeCall])[] = [
  [40, append],
  [4, refusedAppend],
  [22, applyFrame],
  [14, accept],
  [3, rechain],
  [2, enrol],
  [4, beginSnapshot],
  [12, addSnapshotPages],
  [6, installSnapshot],
  [4, compact],
  [2, setDamagedAside],
  [3, repair],
  [6, putLocal],
  [2, rebuild],
  [12, look],
];

export async function nextCall(source: CallSource): Promise<Call> {
  const state = await source.naive.state();
  const { world } = source;
  if (state === null) throw new Error('The naive log lost its identity.');
  let left = world.draw.below(CALLS.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of CALLS) {
    left -= weight;
    if (left < 0) return await make(source, state);
  }
  throw new Error('No call was drawn.');
}

async function append({ world }: CallSource): Promise<Call> {
  const input = world.append();
  return { name: 'append', isOneTransaction: true, run: async (log) => await log.append(input) };
}

async function refusedAppend({ world }: CallSource): Promise<Call> {
  const input = world.refusedAppend();
  return { name: 'append too much', isOneTransaction: true, run: async (log) => await log.append(input) };
}

async function applyFrame({ world }: CallSource, { cursor }: DeviceLogState): Promise<Call> {
  world.elsewhere();
  const frame = world.frame(cursor);
  return { name: 'applyFrame', isOneTransaction: true, run: async (log) => await log.applyFrame(frame) };
}

async function accept({ world, naive }: CallSource, { head }: DeviceLogState): Promise<Call> {
  const seq = world.draw.below(head.seq + 1);
  const [point] = await naive.hashesAt([seq]);
  world.accepted((await ownLines(naive)).filter(({ place }) => (place?.seq ?? 0) <= seq));
  const mark = world.mark(point ?? head);
  return { name: 'accept', isOneTransaction: true, run: async (log) => await log.accept(mark) };
}

/** The own lines that are held; holes are stepped over. */
export async function ownLines(log: DeviceLog): Promise<SentLine[]> {
  const all: SentLine[] = [];
  for (let after = 0; ;) {
    const { hole, lines } = await log.outbox(after, { eventsMax: 500, bytesMax: Number.POSITIVE_INFINITY });
    for (const { line, place } of lines) all.push({ id: idOf(line), line, place });
    const next = hole?.toSeq ?? lines.at(-1)?.place.seq;
    if (next === undefined) return all;
    after = next;
  }
}

/** Also of a line that was changed on the disk. */
function idOf(line: EventLine): EventId {
  return /"id":"([^"]+)"/.exec(line)?.[1] ?? '';
}

/** Up to where the centre has the own chain: everything before the first line that it was not sent. */
export async function acceptedByCentre({ world, naive }: Pick<CallSource, 'world' | 'naive'>): Promise<AcceptedMark> {
  const state = await naive.state();
  const first = (await ownLines(naive)).find(({ id }) => !world.isSent(id));
  const seq = first?.place === null || first?.place === undefined ? (state?.head.seq ?? 0) : first.place.seq - 1;
  const [point] = await naive.hashesAt([seq]);
  if (point === null || point === undefined) throw new Error(`The naive log has no hash at ${seq}.`);
  return { epoch: world.epoch, seq, hash: point.hash, mac: `mac-${seq}` };
}

async function enrol({ world }: CallSource, { identity, pending }: DeviceLogState): Promise<Call> {
  const { draw } = world;
  const device = draw.chance(0.2) ? identity.device : `device-1-again-${draw.below(1_000)}`;
  // Another store's device starts empty; with anything unsent it must refuse.
  const store = pending.events === 0 || draw.chance(0.6) ? identity.store : 'store-z';
  return { name: 'enrol again', isOneTransaction: true, run: async (log) => await log.enrol({ device, store }) };
}

/** Another snapshot, or the one that is on its way. */
async function beginSnapshot(source: CallSource): Promise<Call> {
  const { world, naive, projectors } = source;
  if (world.fetched === null || world.draw.chance(0.6)) {
    await world.newSnapshot(projectors, { accepted: await acceptedByCentre(source), lines: await ownLines(naive) });
  }
  const header = world.fetched?.snapshot.header;
  if (header === undefined) throw new Error('No snapshot was cut.');
  return { name: 'beginSnapshot', isOneTransaction: true, run: async (log) => await log.beginSnapshot(header) };
}

/** The next pages; now and then some again, or out of order. */
async function addSnapshotPages(source: CallSource): Promise<Call> {
  const { world } = source;
  const { fetched } = world;
  if (fetched === null) return await beginSnapshot(source);
  const { header, pages } = fetched.snapshot;
  const from = world.draw.chance(0.85) ? fetched.given : world.draw.below(pages.length + 1);
  const given = pages.slice(from, from + 1 + world.draw.below(8));
  if (from <= fetched.given) fetched.given = Math.max(fetched.given, from + given.length);
  const run = async (log: DeviceLog) => await log.addSnapshotPages(header.id, given);
  return { name: 'addSnapshotPages', isOneTransaction: false, run };
}

async function installSnapshot(source: CallSource): Promise<Call> {
  const { fetched } = source.world;
  if (fetched === null) return await beginSnapshot(source);
  const { id } = fetched.snapshot.header;
  return { name: 'installSnapshot', isOneTransaction: true, run: async (log) => await log.installSnapshot(id) };
}

async function compact({ world }: CallSource): Promise<Call> {
  const age = { olderThanMs: world.draw.below(20_000), nowMs: world.nowMs };
  return { name: 'compact', isOneTransaction: false, run: async (log) => await log.compact(age) };
}

/** An own event whose bytes were changed, or none. */
async function setDamagedAside({ world, naive }: CallSource, { head }: DeviceLogState): Promise<Call> {
  const broken = (await ownLines(naive)).find(({ id }) => world.damaged.has(id));
  const seq = broken?.place?.seq ?? head.seq + 1;
  const run = async (log: DeviceLog) => await log.setDamagedAside(seq, 'its hash differs');
  return { name: 'setDamagedAside', isOneTransaction: true, run };
}

async function repair({ world }: CallSource): Promise<Call> {
  const rows = [{ key: `line-${world.draw.below(4)}`, value: { at: world.nowMs } }];
  const run = async (log: DeviceLog) => await log.repair(async (tables) => await tables.putMany('fetched', rows));
  return { name: 'repair', isOneTransaction: true, run };
}

/** What both chains share the centre has. */
async function rechain(source: CallSource, { identity }: DeviceLogState): Promise<Call> {
  const { draw } = source.world;
  const common = (await acceptedByCentre(source)).seq;
  const from = draw.chance(0.8) ? identity.device : 'device-0';
  const fork = { commonSeq: draw.below(common + 1), device: `device-1-${draw.below(1_000)}`, from };
  return { name: 'rechain', isOneTransaction: true, run: async (log) => await log.rechain(fork) };
}

async function putLocal({ world }: CallSource): Promise<Call> {
  const writes = world.local();
  return { name: 'putLocal', isOneTransaction: true, run: async (log) => await log.putLocal(writes) };
}

async function rebuild(): Promise<Call> {
  return { name: 'rebuild', isOneTransaction: true, run: async (log) => await log.rebuild() };
}

/** What screens and the session read. */
async function look({ world }: CallSource, { head }: DeviceLogState): Promise<Call> {
  const { draw } = world;
  const after = draw.below(head.seq + 2);
  const limit = draw.of<(typeof LIMITS)[number]>(LIMITS);
  const ids = world.someIds();
  const seqs = [0, draw.below(head.seq + 2), head.seq, head.seq + 5];
  const reverse = draw.chance(0.5);
  const heldAfter = draw.chance(0.5) ? null : (ids[0] ?? null);
  return {
    name: 'look',
    isOneTransaction: false,
    run: async (log) => {
      const points: (ChainPoint | null)[] = await log.hashesAt(seqs);
      return [
        await log.state(),
        await log.outbox(after, limit),
        await log.find(ids),
        points,
        await log.heldIds(heldAfter, 7),
        await log.heldLines(ids, limit),
        await log.getLocal(['draft-0-0', 'draft-1-2', 'none']),
        await log.tables.getMany('tally', ['store-a', 'store-b', 'none']),
        await log.tables.range('tally-journal', { from: 'store-a|', to: 'store-a}', reverse, rowsMax: 5 }),
      ];
    },
  };
}
