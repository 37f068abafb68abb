// The calls of a storage run at the centre: each is drawn from the world and from what the naive log says now, and then runs
// unchanged on the real log and on the naive one.
import type { CentralLog, Change, Projector } from '@streamstock/event-log';
import { enrol, START_MS, sumProjector, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { STORES, type CentralWorld } from './central-world.ts';

export interface Call {
  readonly name: string;
  /** Whatever it answers, or throws, must be equal on both logs. */
  readonly run: (log: CentralLog) => Promise<unknown>;
}

type MakeCall = (world: CentralWorld, naive: CentralLog, projectors: readonly Projector[]) => Promise<Call>;

/** What happens, and how often beside the others. */
const CALLS: readonly (readonly [number, MakeCall])[] = [
  [8, register],
  [46, append],
  [9, appendOwn],
  [3, revoke],
  [14, project],
  [3, projectBadly],
  [3, deadLetter],
  [2, beginEpoch],
  [14, look],
];

export async function nextCall(
  world: CentralWorld,
  naive: CentralLog,
  projectors: readonly Projector[],
): Promise<Call> {
  if (world.devices.length === 0) return await register(world);
  let left = world.draw.below(CALLS.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of CALLS) {
    left -= weight;
    if (left < 0) return await make(world, naive, projectors);
  }
  throw new Error('No call was drawn.');
}

async function register(world: CentralWorld): Promise<Call> {
  const isNew = world.devices.length === 0 || (world.canHaveMoreDevices && world.draw.chance(0.8));
  const device = isNew ? world.newDevice() : world.someDevice();
  const parent = isNew && world.devices.length > 0 && world.draw.chance(0.3) ? world.someDevice().device : null;
  if (isNew) world.devices.push(device);
  return { name: 'register', run: async (log) => await enrol(log, device, parent) };
}

async function append(world: CentralWorld, naive: CentralLog): Promise<Call> {
  const submissions = await world.submissions(naive);
  return { name: 'append', run: async (log) => await log.append(submissions, testPlanner) };
}

async function appendOwn(world: CentralWorld, naive: CentralLog): Promise<Call> {
  const { writer } = await naive.head();
  const drafts = world.ownDrafts();
  const others = [world.someDevice().device, ...(await naive.epochs()).map((epoch) => epoch.writer)];
  const by = world.draw.chance(0.1) ? (others[world.draw.below(others.length)] ?? writer) : writer;
  const nowMs = START_MS + world.draw.below(1_000_000);
  return { name: 'appendOwn', run: async (log) => await log.appendOwn(by, drafts, nowMs) };
}

async function revoke(world: CentralWorld): Promise<Call> {
  const { device } = world.someDevice();
  return { name: 'revoke', run: async (log) => await log.revokeDevice(device, START_MS + 9_999) };
}

async function project(world: CentralWorld, _naive: CentralLog, projectors: readonly Projector[]): Promise<Call> {
  const { draw } = world;
  const fed = draw.chance(0.7) ? projectors : projectors.slice(0, 1);
  const eventsMax = draw.of([1, 7, 1_000]);
  return { name: 'project', run: async (log) => await log.project(fed, eventsMax) };
}

/** A projector that can not fold an event writes nothing of its step. */
async function projectBadly(world: CentralWorld): Promise<Call> {
  const id = world.someId();
  const failsOn = ({ event }: Change): boolean => event.id === id;
  const fed = [sumProjector(1, { name: 'late', failsOn })];
  return { name: 'project badly', run: async (log) => await log.project(fed, 1_000) };
}

async function deadLetter(world: CentralWorld, naive: CentralLog, projectors: readonly Projector[]): Promise<Call> {
  const { position } = await naive.head();
  const at = 1 + world.draw.below(position + 1);
  const [projector] = projectors.slice(world.draw.below(projectors.length));
  if (projector === undefined) throw new Error('There is no projector.');
  return { name: 'deadLetter', run: async (log) => await log.deadLetter(projector, at, 'It can not be folded.', 7) };
}

async function beginEpoch(world: CentralWorld, naive: CentralLog): Promise<Call> {
  const { length } = await naive.epochs();
  // A number too low was used before.
  const number = world.draw.chance(0.9) ? length + 1 : length;
  return { name: 'beginEpoch', run: async (log) => await newEpoch(log, number) };
}

export async function newEpoch(log: CentralLog, number: number): Promise<unknown> {
  const nowMs = START_MS + number * 1_000;
  return await log.beginEpoch({ cause: 'restored', nowMs, epoch: `epoch-${number}`, writer: `centre-${number}` });
}

/** What devices and screens read. */
async function look(world: CentralWorld, naive: CentralLog, projectors: readonly Projector[]): Promise<Call> {
  const { draw } = world;
  const { position } = await naive.head();
  const after = draw.below(position + 2);
  const [limit, store, device] = [world.limit(), draw.of(STORES), world.someDevice().device];
  const ids = Array.from({ length: 5 }, () => world.someId());
  const before = draw.chance(0.5) ? { before: 1 + draw.below(position + 2) } : {};
  return {
    name: 'look',
    run: async (log) => [
      await log.readForStore(store, after, limit),
      await log.read(after, limit),
      (await log.find(ids)).toSorted((a, b) => a.position - b.position),
      await log.hashAt(after),
      await log.hashAt(position + 5),
      await log.browse({ eventsMax: 9, store, ...before }),
      await log.browse({ eventsMax: 9, device, ...before }),
      await log.browse({ eventsMax: 9, type: 'EventSetAside', ...before }),
      await log.device(device),
      await log.device('nobody'),
      await log.deviceHashesAt(device, [0, 1, 5, 500]),
      await log.unknownOf(ids),
      await log.snapshotOwn(device, after).catch((error: unknown) => String(error)),
      await viewed(log, store, projectors),
    ],
  };
}

/** A view's own reads. */
async function viewed(log: CentralLog, store: string, projectors: readonly Projector[]): Promise<unknown> {
  const view = await log.view();
  try {
    const judgements: unknown[] = [];
    for await (const row of view.judgementsFor(store)) judgements.push(row);
    const sums = await view.tables.range('sum-by-store', { rowsMax: 100 });
    const progress = view.progress.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return [view.head, progress, view.deadLetters, sums, judgements, await view.unfolded(projectors, store)];
  } finally {
    await view.close();
  }
}
