// Short histories around backups that are put back, replayed by hand through the real sessions. The number of the
// counterexample opens the title.
import { describe, expect, it } from 'vitest';
import { comeBack, counters, deviceId, goDark, SECOND_MS, settled, timesAtCentre } from './scenario-asks.ts';
import type { RestoredBy } from './sim-centre.ts';
import { SimWorld } from './sim-world.ts';

const WAYS: readonly RestoredBy[] = ['command', 'hand', 'hand-without-head-file'];

describe('restores of the counterexamples', () => {
  it('X3 a clone was accepted, the backup is older: what both and a colleague bring is there once', async () => {
    const world = new SimWorld({ seed: 3 });
    const original = await world.enrol('lisbon');
    const colleague = await world.enrol('lisbon');
    await settled(world);
    const backup = world.centre.backup();
    const first = world.move(original, 'hats', 1);
    await world.run(2 * SECOND_MS);
    const clone = world.cloneOf(original);
    const second = world.move(clone, 'hats', 2);
    const own = world.move(original, 'hats', 4);
    await world.run(5 * SECOND_MS);
    await world.restore(backup, 'command');

    expect(await world.conclude()).toEqual([]);
    for (const id of [first, second, own]) expect(await timesAtCentre(world, id)).toBe(1);
    expect(await counters(colleague, 'hats')).toEqual([7]);
  });

  it('X8 the centre never writes on under an id of an earlier epoch: its old rulings come back beside the new ones', async () => {
    const world = new SimWorld({ seed: 8 });
    const device = await world.enrol('lisbon', 3 * 24 * 3_600_000);
    await settled(world);
    const backup = world.centre.backup();
    world.move(device, 'hats', 1);
    await world.run(5 * SECOND_MS);
    const before = await world.centre.log.head();
    await world.restore(backup, 'command');

    expect(await world.conclude()).toEqual([]);
    const after = await world.centre.log.head();
    expect(after.writer).not.toBe(before.writer);
    const writers = (await world.centre.log.devices()).filter(({ kind }) => kind === 'centre');
    expect(writers.map(({ device: id, revokedAtMs }) => [id, revokedAtMs !== null])).toEqual([
      [before.writer, true],
      [after.writer, false],
    ]);
  });

  it.each(WAYS)('X9 what a lost device made comes back from who received it (%s)', async (by) => {
    const world = new SimWorld({ seed: 9 });
    const lost = await world.enrol('lisbon');
    const colleague = await world.enrol('lisbon');
    await settled(world);
    const backup = world.centre.backup();
    const sold = world.move(lost, 'hats', 5);
    await world.run(5 * SECOND_MS);
    await world.wipe(lost);
    await world.restore(backup, by);
    if (by === 'hand-without-head-file') world.move(colleague, 'coats', 1);

    expect(await world.conclude()).toEqual([]);
    expect(await timesAtCentre(world, sold)).toBe(1);
    expect(await counters(colleague, 'hats')).toEqual([5]);
    expect(await counters(lost, 'hats')).toEqual([5]);
  });

  it('X10 a device on a snapshot does not fold again what comes back at a new position', async () => {
    const world = new SimWorld({ seed: 10 });
    const maker = await world.enrol('lisbon');
    await settled(world);
    const backup = world.centre.backup();
    const f1 = world.move(maker, 'hats', 3);
    await world.run(3 * SECOND_MS);
    await world.centre.snapshots.prepare(world.centre.log, 'lisbon');
    const later = await world.enrol('lisbon');
    await world.run(5 * SECOND_MS);
    expect((await later.log.state())?.base).toMatchObject({ position: 1 });
    await world.restore(backup, 'command');

    expect(await world.conclude()).toEqual([]);
    expect(await timesAtCentre(world, f1)).toBe(1);
    expect(await counters(later, 'hats')).toEqual([3]);
  });

  it('X11 what a device has compacted is declared as a hole, and what follows it goes on', async () => {
    const world = new SimWorld({ seed: 11 });
    const device = await world.enrol('lisbon');
    await settled(world);
    const backup = world.centre.backup();
    const old = world.move(device, 'hats', 1);
    await world.run(3 * SECOND_MS);
    // A base that covers it: of a new epoch, after a restore that lost nothing.
    await world.restore(world.centre.backup(), 'command');
    await world.run(20 * SECOND_MS);
    expect(await world.compact(device, 0)).toBe(true);
    expect((await device.log.state())?.compactedTo.seq).toBe(1);
    const fresh = world.move(device, 'hats', 10);
    await world.run(5 * SECOND_MS);
    await world.restore(backup, 'command');

    expect(await world.conclude()).toEqual([]);
    expect([await timesAtCentre(world, old), await timesAtCentre(world, fresh)]).toEqual([0, 1]);
    expect(await world.centre.log.holes(10)).toMatchObject([{ fromSeq: 1, toSeq: 1, reason: 'compacted' }]);
  });

  it('X12 a database copied back by hand: positions mean other events, and no cursor skips them', async () => {
    const world = new SimWorld({ seed: 12 });
    const [listener, lost, writer] = [
      await world.enrol('lisbon'),
      await world.enrol('porto'),
      await world.enrol('faro'),
    ];
    await settled(world);
    const backup = world.centre.backup();
    const gone = world.move(lost, 'hats', 1, { audience: 'all' });
    await world.run(5 * SECOND_MS);
    // Whoever could prove it by a mark of its own is away; what stands at position 1 now is somebody else's.
    goDark(world, listener);
    await world.wipe(lost);
    await world.restore(backup, 'hand-without-head-file');
    goDark(world, writer);
    comeBack(world, writer);
    const other = world.move(writer, 'coats', 2, { audience: 'all' });
    await world.run(10 * SECOND_MS);
    comeBack(world, listener);

    expect(await world.conclude()).toEqual([]);
    expect(await timesAtCentre(world, gone)).toBe(1);
    expect(await timesAtCentre(world, other)).toBe(1);
    expect((await world.centre.log.epochs()).map(({ cause }) => cause)).toEqual(['begun', 'rolled-back']);
  });

  it('X14 a restore gives a removed device nothing back, and tickets die with it', async () => {
    const world = new SimWorld({ seed: 14 });
    const removed = await world.enrol('lisbon');
    const colleague = await world.enrol('lisbon');
    await settled(world);
    const backup = world.centre.backup();
    expect((await world.centre.issueTicket(deviceId(removed) ?? '')).kind).toBe('issued');
    await world.revoke(removed);
    await world.run(SECOND_MS);
    goDark(world, removed);
    await world.restore(backup, 'command');
    await world.run(SECOND_MS);
    expect((await world.centre.log.device(deviceId(removed) ?? ''))?.revokedAtMs).not.toBeNull();
    world.move(removed, 'hats', 50);
    comeBack(world, removed);

    expect(await world.conclude()).toEqual([]);
    expect(await counters(colleague, 'hats')).toEqual([0]);
  });
});
