// Short histories that broke a plausible design, replayed by hand through the real sessions. The number of the
// counterexample opens the title.
import { describe, expect, it } from 'vitest';
import { comeBack, counters, deviceId, goDark, SECOND_MS, settled, timesAtCentre } from './scenario-asks.ts';
import { SimWorld } from './sim-world.ts';

describe('scenarios of the counterexamples', () => {
  it('X1 an unsent event of a cloned profile comes from both and counts once', async () => {
    const world = new SimWorld({ seed: 1 });
    const original = await world.enrol('lisbon');
    await world.run(SECOND_MS);
    world.network.partitioned = true;
    for (const connection of world.network.open) connection.cut();
    await world.run(5 * SECOND_MS);
    const f1 = world.move(original, 'hats', 1);
    await world.run(SECOND_MS);
    const clone = world.cloneOf(original);
    clone.crash();
    const f3 = world.move(original, 'hats', 3);
    await world.run(SECOND_MS);
    world.network.partitioned = false;
    await world.run(60 * SECOND_MS);
    expect(await timesAtCentre(world, f1)).toBe(1);
    clone.switchOn();
    const f4 = world.move(clone, 'hats', 4);

    expect(await world.conclude()).toEqual([]);
    for (const id of [f1, f3, f4]) expect(await timesAtCentre(world, id)).toBe(1);
    expect(deviceId(clone)).not.toBe(deviceId(original));
    expect(clone.reports).toContain('forked');
  });

  it('X2 a clone of the clone: both fork, both bring the same tail, once each', async () => {
    const world = new SimWorld({ seed: 2 });
    const original = await world.enrol('lisbon');
    await world.run(SECOND_MS);
    original.crash();
    const dark = world.cloneOf(original);
    world.network.partitioned = true;
    const tail = [world.move(dark, 'hats', 1), world.move(dark, 'hats', 2)];
    await world.run(SECOND_MS);
    const darker = world.cloneOf(dark);
    const own = world.move(darker, 'hats', 8);
    original.switchOn();
    world.network.partitioned = false;
    const first = world.move(original, 'hats', 100);

    expect(await world.conclude()).toEqual([]);
    for (const id of [...tail, own, first]) expect(await timesAtCentre(world, id)).toBe(1);
    const ids = [original, dark, darker].map(deviceId);
    expect(new Set(ids).size).toBe(3);
  });

  it('X4 a reversal made by a clone means its own event, whatever stands at that seq at the centre', async () => {
    const world = new SimWorld({ seed: 4 });
    const original = await world.enrol('lisbon');
    await world.run(SECOND_MS);
    original.crash();
    const clone = world.cloneOf(original);
    clone.crash();
    original.switchOn();
    world.move(original, 'coats', -5);
    await world.run(5 * SECOND_MS);
    world.network.partitioned = true;
    clone.switchOn();
    const hats = world.move(clone, 'hats', -3);
    await world.run(SECOND_MS);
    world.reverse(clone, hats);
    await world.run(SECOND_MS);
    world.network.partitioned = false;

    expect(await world.conclude()).toEqual([]);
    const [coats, hatsLeft] = await original.log.tables.getMany('counters', ['lisbon|coats', 'lisbon|hats']);
    expect([coats, hatsLeft]).toEqual([-5, 0]);
  });

  it('X5 a disk rolled back with no new write forks, and gets its own events back from the centre', async () => {
    const world = new SimWorld({ seed: 5 });
    const device = await world.enrol('lisbon');
    await world.run(SECOND_MS);
    const before = device.disk.clone();
    const f1 = world.move(device, 'hats', 7);
    await world.run(5 * SECOND_MS);
    expect(await timesAtCentre(world, f1)).toBe(1);
    const oldId = deviceId(device);
    await world.rollBack(device, before);

    expect(await world.conclude()).toEqual([]);
    expect(deviceId(device)).not.toBe(oldId);
    expect(await device.log.tables.getMany('counters', ['lisbon|hats'])).toEqual([7]);
    expect(await timesAtCentre(world, f1)).toBe(1);
  });

  it('X5 a rolled-back disk that writes on: the new events follow the common part, nothing twice', async () => {
    const world = new SimWorld({
      seed: 6,
      limits: { pushEventsMax: 2, pushBytesMax: 262_144, pushesInFlightMax: 2, eventsFramesOutstandingMax: 1 },
    });
    const device = await world.enrol('lisbon');
    const other = await world.enrol('lisbon');
    for (let index = 0; index < 40; index += 1) world.move(device, 'hats', 1);
    await world.run(20 * SECOND_MS);
    const before = device.disk.clone();
    for (let index = 0; index < 40; index += 1) world.move(device, 'hats', 1);
    await world.run(20 * SECOND_MS);
    await world.rollBack(device, before);
    for (let index = 0; index < 60; index += 1) world.move(device, 'hats', 1);

    expect(await world.conclude()).toEqual([]);
    expect(await other.log.tables.getMany('counters', ['lisbon|hats'])).toEqual([140]);
    expect(world.centralReports.filter(({ kind }) => kind === 'forked')).toMatchObject([{ commonSeq: 40 }]);
  });

  it('X7 two tabs that both send and receive: every frame is applied once, every event sent once', async () => {
    const world = new SimWorld({ seed: 7, frameEventsMax: 3 });
    const tab = await world.enrol('lisbon');
    const other = await world.enrol('lisbon');
    const frozen = world.twinOf(tab);
    for (let index = 0; index < 50; index += 1) {
      world.move(other, 'hats', 1);
      world.move(index % 2 === 0 ? tab : frozen, 'coats', 1);
      await world.run(200);
    }

    expect(await world.conclude()).toEqual([]);
    expect(await tab.log.tables.getMany('counters', ['lisbon|hats', 'lisbon|coats'])).toEqual([50, 50]);
  });

  it('X17 what the centre sets aside no longer counts on the device that made it', async () => {
    const world = new SimWorld({ seed: 17 });
    const device = await world.enrol('lisbon');
    world.move(device, 'hats', 2);
    world.move(device, 'hats', 40, { poison: true });

    expect(await world.conclude()).toEqual([]);
    expect(await device.log.tables.getMany('counters', ['lisbon|hats'])).toEqual([2]);
    expect((await device.log.state())?.needsAttention).toBe(1);
  });

  it('X6 a bit flips in an unsent event: it is set before a person, and the rest goes on under the same id', async () => {
    const world = new SimWorld({ seed: 60 });
    const device = await world.enrol('lisbon');
    await settled(world);
    const before = deviceId(device);
    goDark(world, device);
    const [first, second, third] = [1, 10, 100].map((amount) => world.move(device, 'hats', amount));
    await world.run(SECOND_MS);
    expect(await world.flipBit(device, second ?? '', 1_500)).toBe(true);
    comeBack(world, device);

    expect(await world.conclude()).toEqual([]);
    expect(deviceId(device)).toBe(before);
    for (const id of [first, third]) expect(await timesAtCentre(world, id ?? '')).toBe(1);
    expect(await timesAtCentre(world, second ?? '')).toBe(0);
    expect(await counters(device, 'hats')).toEqual([101]);
    expect(await device.log.state()).toMatchObject({ damaged: 1, needsAttention: 1 });
    expect(world.centralReports).toContainEqual(expect.objectContaining({ kind: 'hole' }));
  });

  it('X7 a tab that froze with frames in hand thaws after another one went on: nothing twice, nothing left out', async () => {
    const world = new SimWorld({ seed: 70, frameEventsMax: 2 });
    const frozen = await world.enrol('lisbon');
    const other = await world.enrol('lisbon');
    await settled(world);
    for (let index = 0; index < 10; index += 1) world.move(other, 'hats', 1);
    await world.run(30);
    frozen.freeze();
    const leader = world.twinOf(frozen);
    for (let index = 0; index < 10; index += 1) world.move(other, 'hats', 1);
    await world.run(10 * SECOND_MS);
    expect(await counters(leader, 'hats')).toEqual([20]);
    await frozen.thaw();

    expect(await world.conclude()).toEqual([]);
    expect(await counters(frozen, 'hats')).toEqual([20]);
  });
});
