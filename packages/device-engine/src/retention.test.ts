// When old bytes are dropped: the real log and its locals, a centre that answers when the test says so.
import { MemoryDeviceLog, MemoryDisk, sha256 } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { EngineLocals } from './engine-locals.ts';
import { Retention } from './retention.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const HOUR_MS = 60 * 60 * 1_000;

async function setUp(renew: (signal: AbortSignal) => Promise<boolean>) {
  const log = new MemoryDeviceLog(new MemoryDisk(), [], sha256);
  await log.enrol({ device: 'till-1', store: 'lisboa' });
  const order: string[] = [];
  const clock = { nowMs: 100 * DAY_MS };
  let idle: () => void = () => undefined;
  const retention = new Retention({
    log: {
      compact: async (options) => {
        order.push('compact');
        return await log.compact(options);
      },
    },
    locals: new EngineLocals(log),
    nowMs: () => clock.nowMs,
    renew: async (signal) => {
      order.push('renew');
      return await renew(signal);
    },
    untilIdle: async () =>
      await new Promise<void>((resolve) => {
        order.push('wait');
        idle = resolve;
      }),
  });
  await retention.look();
  return { retention, order, clock, idle: () => idle() };
}

/** Lets everything that needs no timer happen. */
const settled = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 5));

it('drops nothing before the centre is heard again behind the new base', async () => {
  const { retention, order, clock, idle } = await setUp(async () => true);
  clock.nowMs += 8 * DAY_MS;
  const looking = retention.look();
  await settled();
  expect(order).toEqual(['renew', 'wait']);
  expect(await retention.look()).toBeNull();
  idle();
  expect(await looking).toEqual({ events: 0, ownEntries: 0 });
  expect(order).toEqual(['renew', 'wait', 'compact']);
  clock.nowMs += DAY_MS;
  expect(await retention.look()).toBeNull();
  expect(order).toHaveLength(3);
});

it('looks once a week, and again an hour after it could not', async () => {
  const { retention, order, clock } = await setUp(async () => false);
  clock.nowMs += 6 * DAY_MS;
  await retention.look();
  expect(order).toEqual([]);
  clock.nowMs += 2 * DAY_MS;
  await retention.look();
  await retention.look();
  expect(order).toEqual(['renew']);
  clock.nowMs += HOUR_MS;
  await retention.look();
  expect(order).toEqual(['renew', 'renew']);
});

it('gives way in the middle of its fetch', async () => {
  const { retention, order, clock } = await setUp(
    async (signal) =>
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')));
      }),
  );
  clock.nowMs += 8 * DAY_MS;
  const looking = retention.look();
  const outcome = looking.catch((error: unknown) => error);
  await settled();
  retention.giveWay();
  expect(await outcome).toEqual(new Error('given up'));
  expect(order).toEqual(['renew']);
});
