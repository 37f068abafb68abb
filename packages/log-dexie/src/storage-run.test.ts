// The storage run notices what it is there for: each bug planted between it and the log is found within a few seeds.
import type { DeviceLog } from '@streamstock/event-log';
import { beforeEach, expect, it, vi } from 'vitest';
import { runDeviceStorage } from './testing/storage-run.ts';

const SEEDS_MAX = 200;

/** The log with some of its methods replaced; the others stay its own. */
function withBug(log: DeviceLog, bug: Partial<DeviceLog>): DeviceLog {
  return new Proxy(log, {
    get: (target, property) => {
      const value: unknown = Reflect.get(bug, property) ?? Reflect.get(target, property, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

const BUGS: Readonly<Record<string, (log: DeviceLog) => Partial<DeviceLog>>> = {
  'says Saved although the database failed': (log) => ({
    append: (input) =>
      log.append(input).catch((error: unknown) => {
        if (error instanceof Error && /^Storage|^Commit/.test(error.name)) return [];
        throw error;
      }),
  }),
  'saves the events and the draft in two transactions': (log) => ({
    append: async ({ local = [], ...input }) => {
      const appended = await log.append(input);
      await log.putLocal(local);
      return appended;
    },
  }),
  'applies a frame although it does not follow': (log) => ({
    applyFrame: async (frame) => await log.applyFrame({ ...frame, from: (await log.state())?.cursor ?? null }),
  }),
  'takes any mark for its own': (log) => ({
    accept: async (mark) => {
      const [point] = await log.hashesAt([mark.seq]);
      await log.accept(point === null || point === undefined ? mark : { ...mark, hash: point.hash });
    },
  }),
};

// Dexie says so each time it opens a database again.
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));

it.each(Object.entries(BUGS))('notices a log that %s', { timeout: 30_000 }, async (_name, bug) => {
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const { problems } = await runDeviceStorage(seed, { plant: (log) => withBug(log, bug(log)) });
    if (problems.length > 0) return;
  }
  expect.fail(`Nothing was noticed in ${SEEDS_MAX} seeds.`);
});

it('finds nothing where nothing is planted', async () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    expect((await runDeviceStorage(seed, { plant: (log) => withBug(log, {}) })).problems).toEqual([]);
  }
});
