// The storage run notices what it is there for: each bug planted between it and the log is found within a few seeds.
import type { CentralLog } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { runCentralStorage } from './testing/storage-run.ts';

const SEEDS_MAX = 60;

/** The log with some of its methods replaced; the others stay its own. */
function withBug(log: CentralLog, bug: Partial<CentralLog>): CentralLog {
  return new Proxy(log, {
    get: (target, property) => {
      const value: unknown = Reflect.get(bug, property) ?? Reflect.get(target, property, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

const BUGS: Readonly<Record<string, (log: CentralLog) => Partial<CentralLog>>> = {
  'commits each push by itself': (log) => ({
    append: async (pushes, plan) => {
      const outcomes = [];
      for (const push of pushes) outcomes.push(...(await log.append([push], plan)));
      return outcomes;
    },
  }),
  'acknowledges what it could not commit': (log) => ({
    append: async (pushes, plan) => await log.append(pushes, plan).catch(() => []),
  }),
  'appends its own events twice': (log) => ({
    appendOwn: async (writer, drafts, nowMs) => {
      await log.appendOwn(writer, drafts, nowMs);
      return await log.appendOwn(writer, drafts, nowMs);
    },
  }),
  'reads one event less than there are': (log) => ({
    read: async (after, limit) => (await log.read(after, limit)).slice(0, -1),
  }),
};

it.each(Object.entries(BUGS))('notices a log that %s', { timeout: 30_000 }, async (_name, bug) => {
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const { problems } = await runCentralStorage(seed, { plant: (log) => withBug(log, bug(log)) });
    if (problems.length > 0) return;
  }
  expect.fail(`Nothing was noticed in ${SEEDS_MAX} seeds.`);
});

it('finds nothing where nothing is planted', async () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    expect((await runCentralStorage(seed, { plant: (log) => withBug(log, {}) })).problems).toEqual([]);
  }
});
