// The calls of a storage run: each is drawn from the world and from what the naive log says now, and then runs unchanged on
// the real log and on the naive one.
import { type ChainPoint, type DeviceLog, type DeviceLogState } from '@streamstock/event-log';
import type { DeviceWorld, SentLine } from './device-world.ts';

export interface Call {
  readonly name: string;
  /** False: several transactions, between which another tab's may come. */
  readonly isOneTransaction: boolean;
  /** Whatever it answers must be equal on both logs. */
  readonly run: (log: DeviceLog) => Promise<unknown>;
}

type MakeCall = (world: DeviceWorld, naive: DeviceLog, state: DeviceLogState) => Promise<Call>;

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
  [6, putLocal],
  [2, rebuild],
  [12, look],
];

export async function nextCall(world: DeviceWorld, naive: DeviceLog): Promise<Call> {
  const state = await naive.state();
  if (state === null) throw new Error('The naive log lost its identity.');
  let left = world.draw.below(CALLS.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of CALLS) {
    left -= weight;
    if (left < 0) return await make(world, naive, state);
  }
  throw new Error('No call was drawn.');
}

async function append(world: DeviceWorld): Promise<Call> {
  const input = world.append();
  return { name: 'append', isOneTransaction: true, run: async (log) => await log.append(input) };
}

async function refusedAppend(world: DeviceWorld): Promise<Call> {
  const input = world.refusedAppend();
  return { name: 'append too much', isOneTransaction: true, run: async (log) => await log.append(input) };
}

async function applyFrame(world: DeviceWorld, _naive: DeviceLog, { cursor }: DeviceLogState): Promise<Call> {
  world.elsewhere();
  const frame = world.frame(cursor);
  return { name: 'applyFrame', isOneTransaction: true, run: async (log) => await log.applyFrame(frame) };
}

async function accept(world: DeviceWorld, naive: DeviceLog, { head }: DeviceLogState): Promise<Call> {
  const seq = world.draw.below(head.seq + 1);
  const [point] = await naive.hashesAt([seq]);
  const lines: SentLine[] = (await ownLines(naive)).slice(0, seq);
  world.accepted(lines);
  const mark = world.mark(point ?? head);
  return { name: 'accept', isOneTransaction: true, run: async (log) => await log.accept(mark) };
}

async function ownLines(log: DeviceLog): Promise<SentLine[]> {
  const all: SentLine[] = [];
  for (;;) {
    const { lines } = await log.outbox(all.length, { eventsMax: 500, bytesMax: Number.POSITIVE_INFINITY });
    if (lines.length === 0) return all;
    for (const { line, place } of lines) all.push({ id: (JSON.parse(line) as { id: string }).id, line, place });
  }
}

async function rechain(world: DeviceWorld, _naive: DeviceLog, { head, identity }: DeviceLogState): Promise<Call> {
  const { draw } = world;
  const from = draw.chance(0.8) ? identity.device : 'device-0';
  const fork = { commonSeq: draw.below(head.seq + 1), device: `device-1-${draw.below(1_000)}`, from };
  return { name: 'rechain', isOneTransaction: true, run: async (log) => await log.rechain(fork) };
}

async function putLocal(world: DeviceWorld): Promise<Call> {
  const writes = world.local();
  return { name: 'putLocal', isOneTransaction: true, run: async (log) => await log.putLocal(writes) };
}

async function rebuild(): Promise<Call> {
  return { name: 'rebuild', isOneTransaction: true, run: async (log) => await log.rebuild() };
}

/** What screens and the session read. */
async function look(world: DeviceWorld, _naive: DeviceLog, { head }: DeviceLogState): Promise<Call> {
  const { draw } = world;
  const after = draw.below(head.seq + 2);
  const limit = draw.of<(typeof LIMITS)[number]>(LIMITS);
  const ids = world.someIds();
  const seqs = [0, draw.below(head.seq + 2), head.seq, head.seq + 5];
  const reverse = draw.chance(0.5);
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
        await log.getLocal(['draft-0-0', 'draft-1-2', 'none']),
        await log.tables.getMany('tally', ['store-a', 'store-b', 'none']),
        await log.tables.range('tally-journal', { from: 'store-a|', to: 'store-a}', reverse, rowsMax: 5 }),
      ];
    },
  };
}
