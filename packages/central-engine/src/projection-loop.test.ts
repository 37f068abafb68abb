import { MemoryCentralLog, type Change, type Projector } from '@streamstock/event-log';
import { START_MS, sumProjector, TestDevice } from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ProjectionLoop, type ProjectionProblem } from './projection-loop.ts';

// Other work may keep the machine busy.
vi.setConfig({ testTimeout: 30_000 });
/** A poll looks again until then; what it waits for comes in milliseconds on a machine that is not busy. */
const SOON = { timeout: 20_000 };

describe('the projection loop', () => {
  let log: MemoryCentralLog;
  let diskBroken: boolean;
  let problems: ProjectionProblem[];
  let checkpoints: number[];
  const office = new TestDevice({ device: 'office', store: 'porto' });

  beforeEach(() => {
    diskBroken = false;
    problems = [];
    checkpoints = [];
    log = new MemoryCentralLog({
      epoch: 'epoch-1',
      writer: 'centre-1',
      sync: async () => {
        if (diskBroken) throw new Error('Disk full.');
      },
    });
  });

  function newLoop(
    projectors: readonly Projector[],
    more: Partial<ConstructorParameters<typeof ProjectionLoop>[0]> = {},
  ): ProjectionLoop {
    return new ProjectionLoop({
      log,
      projectors,
      clock: () => START_MS,
      stepped: ({ checkpoint }) => checkpoints.push(checkpoint),
      failed: (problem) => problems.push(problem),
      retryDelayFirstMs: 1,
      monotonicMs: () => 0,
      ...more,
    });
  }

  async function append(payloads: readonly Record<string, unknown>[]): Promise<void> {
    await log.appendOwn(
      'centre-1',
      payloads.map((payload) => office.draft({ payload })),
      START_MS,
    );
  }

  const amounts = (count: number) => Array.from({ length: count }, () => ({ amount: 1 }));
  const isPoison = ({ event }: Change) => event.payload['poison'] === true;

  it.each([
    { othersBusy: true, expected: [100, 112, 124, 136] },
    { othersBusy: false, expected: [100, 148, 196, 244] },
  ])(
    'makes its steps smaller when they hold up who writes, others busy: $othersBusy',
    async ({ othersBusy, expected }) => {
      await append(amounts(400));
      let nowMs = 0;
      // A quarter of a millisecond an event.
      const slow = sumProjector(1, {
        failsOn: () => {
          nowMs += 0.25;
          return false;
        },
      });
      const loop = newLoop([slow], { othersBusy: () => othersBusy, monotonicMs: () => nowMs });
      await loop.catchUp();
      expect(checkpoints.slice(0, 4)).toEqual(expected);
      await loop.close();
    },
  );

  it('takes turns with those who write when it has been behind for long', async () => {
    await append(amounts(150));
    let nowMs = 0;
    let steps = 0;
    const slow = sumProjector(1, {
      failsOn: () => {
        nowMs += 1;
        return false;
      },
    });
    const loop = newLoop([slow], {
      othersBusy: () => true,
      monotonicMs: () => nowMs,
      stepped: () => {
        steps += 1;
      },
    });
    loop.poke();
    await expect.poll(() => steps, SOON).toBe(1);
    // Behind, and patient: it took 100 ms.
    nowMs += 200;
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    expect(steps).toBe(1);
    nowMs += 5_000;
    await expect.poll(() => steps, SOON).toBe(2);
    expect(loop.checkpoint).toBeLessThan(150);
    // Now as long as a step took.
    nowMs += 50;
    await expect.poll(() => steps, SOON).toBeGreaterThan(2);
    await loop.close();
  });

  it('stands back behind those who write, for a while, and not when it is waited for', async () => {
    await append(amounts(1));
    let nowMs = 0;
    const loop = newLoop([sumProjector()], { othersBusy: () => true, monotonicMs: () => nowMs });
    loop.poke();
    await expect.poll(() => loop.checkpoint, SOON).toBe(1);
    await append(amounts(1));
    loop.poke();
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(loop.checkpoint).toBe(1);
    nowMs = 251;
    await expect.poll(() => loop.checkpoint, SOON).toBe(2);
    await append(amounts(1));
    expect(await loop.catchUp()).toBe(3);
    await loop.close();
  });

  it('follows the log in bounded steps, larger ones while they take no time', async () => {
    await append(amounts(1_150));
    const loop = newLoop([sumProjector()]);
    expect(await loop.catchUp()).toBe(1_150);
    expect(checkpoints).toEqual([100, 300, 700, 1_150]);
    await append(amounts(1));
    loop.poke();
    await expect.poll(() => loop.checkpoint, { timeout: 10_000 }).toBe(1_151);
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([1_151]);
    await loop.close();
  });

  it('C6 leaves out the one event that a projector can not fold, tells it, and everything else goes on', async () => {
    await append([...amounts(300), { amount: 7, poison: true }, ...amounts(300)]);
    const failing = sumProjector(1, { failsOn: isPoison });
    const loop = newLoop([failing, sumProjector(1, { name: 'other' })]);
    await loop.catchUp();
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([600]);
    expect(await log.tables.getMany('other-by-store', ['porto'])).toEqual([607]);
    expect(await log.deadLetters()).toMatchObject([
      { projector: 'sum', position: 301, problem: 'This projector can not fold that.' },
    ]);
    // Few steps to find it among 601, and large ones again afterwards.
    expect(checkpoints.length).toBeLessThan(30);
    expect(problems.length).toBeLessThan(12);
    expect(problems.filter(({ leftOut }) => leftOut)).toEqual([
      { projector: 'sum', position: 301, leftOut: true, detail: 'This projector can not fold that.' },
    ]);
    await loop.close();
  });

  it('tries a step again before it leaves anything out', async () => {
    await append(amounts(3));
    let failures = 0;
    const shaky = sumProjector(1, { failsOn: () => (failures += 1) <= 2 });
    const loop = newLoop([shaky]);
    await loop.catchUp();
    expect(await log.deadLetters()).toEqual([]);
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([3]);
    expect(problems.map(({ leftOut }) => leftOut)).toEqual([false, false]);
    await loop.close();
  });

  it('never leaves an event out for what is not its fault', async () => {
    await append(amounts(3));
    diskBroken = true;
    const loop = newLoop([sumProjector()]);
    loop.poke();
    await expect.poll(() => problems.length, { timeout: 10_000 }).toBeGreaterThan(7);
    diskBroken = false;
    expect(await loop.catchUp()).toBe(3);
    expect(await log.deadLetters()).toEqual([]);
    expect(problems.every(({ projector }) => projector === null)).toBe(true);
    await loop.close();
  });

  it('pauses between two steps, one holder after the other, and goes on afterwards', async () => {
    await append(amounts(2_000));
    const loop = newLoop([sumProjector()]);
    loop.poke();
    await expect.poll(() => loop.checkpoint, { timeout: 10_000 }).toBeGreaterThan(0);
    const first = await loop.pause();
    const secondPause = loop.pause();
    const seen = loop.checkpoint;
    expect(first.position).toBe(seen);
    loop.poke();
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
    expect(loop.checkpoint).toBe(seen);
    first.resume();
    const second = await secondPause;
    expect(second.position).toBe(loop.checkpoint);
    second.resume();
    await expect.poll(() => loop.checkpoint, { timeout: 10_000 }).toBe(2_000);
    await loop.close();
  });

  it('stops at once, also while it waits to try again', async () => {
    await append(amounts(1));
    diskBroken = true;
    const loop = new ProjectionLoop({
      log,
      projectors: [sumProjector()],
      clock: () => START_MS,
      stepped: () => {},
      failed: (problem) => problems.push(problem),
      retryDelayFirstMs: 60_000,
    });
    loop.poke();
    await expect.poll(() => problems.length, { timeout: 10_000 }).toBe(1);
    await loop.close();
    expect(await loop.catchUp()).toBe(0);
  });
});
