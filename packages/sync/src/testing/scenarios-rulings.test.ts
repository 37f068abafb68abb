// Short histories around what the centre rules on events, and when clocks are wrong, replayed by hand through the real
// sessions. The number of the counterexample opens the title.
import type { Projector } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { COUNTER_PROJECTORS } from './counters.ts';
import { comeBack, counters, goDark, happenedAtMs, SECOND_MS, settled, timesAtCentre } from './scenario-asks.ts';
import { SimWorld } from './sim-world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('rulings of the counterexamples', () => {
  it('X15 what is admitted later reaches those whose cursors have passed it, also from a snapshot on', async () => {
    const world = new SimWorld({ seed: 15 });
    const maker = await world.enrol('lisbon');
    const passed = await world.enrol('lisbon');
    await settled(world);
    const poison = world.move(maker, 'hats', 40, { poison: true });
    await world.run(5 * SECOND_MS);
    await world.centre.snapshots.prepare(world.centre.log, 'lisbon');
    const later = await world.enrol('lisbon');
    await world.run(5 * SECOND_MS);
    expect((await later.log.state())?.base?.position).toBeGreaterThan(0);
    for (const device of [maker, passed, later]) expect(await counters(device, 'hats')).toEqual([0]);
    expect(await world.rule(poison, 'EventAdmitted')).toBe(true);

    expect(await world.conclude()).toEqual([]);
    for (const device of [maker, passed, later]) expect(await counters(device, 'hats')).toEqual([40]);
  });

  it('X16 an event that is sent again after a restore keeps the time that was ruled first', async () => {
    const world = new SimWorld({ seed: 16 });
    const fast = await world.enrol('lisbon', 3 * DAY_MS);
    const colleague = await world.enrol('lisbon');
    await settled(world);
    const backup = world.centre.backup();
    const madeAtMs = world.time.nowMs;
    const sale = world.move(fast, 'hats', -5);
    await world.run(5 * SECOND_MS);
    expect(await happenedAtMs(world, colleague, sale)).toBeLessThan(madeAtMs + SECOND_MS);
    goDark(world, fast);
    await world.restore(backup, 'command');
    await world.run(30 * SECOND_MS);
    comeBack(world, fast);

    expect(await world.conclude()).toEqual([]);
    expect(await timesAtCentre(world, sale)).toBe(1);
    for (const device of [fast, colleague])
      expect(await happenedAtMs(world, device, sale)).toBeLessThan(madeAtMs + SECOND_MS);
  });

  it('X18 what the centre could not fold when a snapshot was cut is folded by who starts from it', async () => {
    const world = new SimWorld({ seed: 18 });
    const maker = await world.enrol('lisbon');
    await settled(world);
    const [, stubborn] = [world.move(maker, 'hats', 1), world.move(maker, 'hats', 2)];
    await world.run(5 * SECOND_MS);
    const { centre } = world;
    const real = COUNTER_PROJECTORS[2];
    const failing: Projector = {
      ...real,
      project: async (tables, changes) => {
        if (changes.some(({ event }) => event.id === stubborn)) throw new Error('This one can not be folded.');
        await real.project(tables, changes);
      },
    };
    centre.snapshots.projectors = [failing];
    await expect(centre.snapshots.project(centre.log)).rejects.toThrow('can not be folded');
    const [line] = await centre.log.find([stubborn ?? '']);
    await centre.log.deadLetter(failing, line?.position ?? 0, 'This one can not be folded.', centre.nowMs());
    await centre.snapshots.prepare(centre.log, 'lisbon');
    const late = await world.enrol('lisbon');
    await world.run(5 * SECOND_MS);
    expect((await late.log.state())?.base?.position).toBe(2);

    expect(await world.conclude()).toEqual([]);
    expect(await counters(late, 'hats')).toEqual([3]);
  });

  it('Z1 what a removed device still had is there for a person and does not count; what it sent before counts', async () => {
    const world = new SimWorld({ seed: 90 });
    const clerk = await world.enrol('lisbon');
    const colleague = await world.enrol('lisbon');
    await settled(world);
    world.move(clerk, 'hats', -1);
    await world.run(5 * SECOND_MS);
    goDark(world, clerk);
    const saturday = world.move(clerk, 'hats', -5);
    await world.run(SECOND_MS);
    await world.revoke(clerk);
    comeBack(world, clerk);

    expect(await world.conclude()).toEqual([]);
    expect(await timesAtCentre(world, saturday)).toBe(1);
    expect(await counters(colleague, 'hats')).toEqual([-1]);
    expect(clerk.session.locked).toBe(true);
  });
});

describe('time in the counterexamples', () => {
  it('X20 X21 D9 clocks three days fast and two hours slow: every event stands where it happened, also offline ones', async () => {
    const world = new SimWorld({ seed: 20 });
    const fast = await world.enrol('lisbon', 3 * DAY_MS);
    const slow = await world.enrol('lisbon', -120 * MINUTE_MS);
    const right = await world.enrol('lisbon');
    await settled(world);
    for (const device of [fast, slow, right]) goDark(world, device);
    const made: [string, number][] = [];
    for (const device of [fast, right, slow]) {
      await world.run(20 * MINUTE_MS);
      made.push([world.move(device, 'hats', 1), world.time.nowMs]);
    }
    await world.run(20 * MINUTE_MS);
    for (const device of [fast, slow, right]) comeBack(world, device);

    expect(await world.conclude()).toEqual([]);
    for (const [id, atMs] of made)
      expect(Math.abs((await happenedAtMs(world, right, id)) - atMs)).toBeLessThan(10 * SECOND_MS);
  });

  it('X22 one excursion of three days, then fixed: what is sold afterwards is stamped by the right clock', async () => {
    const world = new SimWorld({ seed: 22 });
    const device = await world.enrol('lisbon');
    await settled(world);
    world.setClock(device, 3 * DAY_MS);
    world.move(device, 'hats', 1);
    await world.run(5 * SECOND_MS);
    world.setClock(device, -3 * DAY_MS);
    const atMs = world.time.nowMs;
    const after = world.move(device, 'hats', 1);

    expect(await world.conclude()).toEqual([]);
    expect(Math.abs((await happenedAtMs(world, device, after)) - atMs)).toBeLessThan(5 * SECOND_MS);
  });

  it('X24 many events of one tick of the clock arrive in their order', async () => {
    const world = new SimWorld({ seed: 24, frameEventsMax: 100 });
    const device = await world.enrol('lisbon');
    const colleague = await world.enrol('lisbon');
    await settled(world);
    const ids = Array.from({ length: 400 }, () => world.move(device, 'hats', 1));

    expect(await world.conclude()).toEqual([]);
    expect(await counters(colleague, 'hats')).toEqual([400]);
    const lines = await world.centre.log.find(ids);
    const stamps = lines
      .toSorted((a, b) => a.position - b.position)
      .map(({ line }) => (JSON.parse(line) as { recordedAt: number }).recordedAt);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect(new Set(stamps).size).toBe(400);
  });
});
