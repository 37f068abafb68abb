// The engine when the centre begins anew, when head office removes the device, and when its own disk fails it: over real sockets.
import { APPEND_EVENTS_MAX, REVOKED_EVENTS_MAX } from '@streamstock/event-log';
import { sampleDraft, STORE, tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { describe, expect, it, vi } from 'vitest';
import type { DeviceStatus } from './device-engine.ts';
import { damageLine } from './testing/damage-line.ts';
import { SOON } from './testing/soon.ts';
import { status, tally, untilTally, useTestShop } from './testing/test-shop.ts';
import { isDrained, isOnline, tap, until, type TestDisk, type TestTabOptions } from './testing/test-tab.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

const shop = useTestShop();
const withSnapshots = (name: string, options?: TestTabOptions): TestTabOptions => ({
  snapshots: shop.centre.snapshotsFor(name, [tallyProjector()]),
  ...options,
});
const open = async (name: string, disk: TestDisk, options?: TestTabOptions) =>
  await shop.open(disk, withSnapshots(name, options));
const device = async (name: string, options?: TestTabOptions) => await shop.device(name, withSnapshots(name, options));
const isSettled = (state: DeviceStatus) => isDrained(state) && state.restriction === null && state.renewal === null;

describe('the device engine and a centre that changes', () => {
  it('W a new device starts from a snapshot and hears what comes after it', async () => {
    const { engine: one } = await device('device-1');
    for (let number = 1; number <= 4; number += 1) await tap(one, number);
    await until(one, isDrained);
    const { engine: two } = await device('device-2');
    await until(two, isSettled);
    await untilTally(two, 4);
    const id = await tap(one, 5);
    await untilTally(two, 5);
    expect(await two.eventStates([id])).toEqual(['sent']);
  });

  it('C7 X9 after a restore everything that any device holds is back, and figures stand on the new history', async () => {
    const { engine: one } = await device('device-1');
    const { engine: two } = await device('device-2');
    await until(two, isSettled);
    const early = await tap(one, 1);
    await until(one, isDrained);
    const backup = shop.centre.log.clone();
    const lost = [await tap(one, 2), await tap(one, 3)];
    await until(one, isDrained);
    await untilTally(two, 3);
    // Who made them is gone: only the other device can bring them back.
    await one.close();
    const restricted = until(two, ({ restriction }) => restriction !== null);
    await shop.centre.restore(backup);
    two.tryNow();
    const own = await tap(two, 4);
    expect((await restricted).restriction?.kind).toBe('epoch');
    await until(two, isSettled);
    await vi.waitFor(
      async () => expect((await shop.centralIds()).toSorted()).toEqual([early, ...lost, own].toSorted()),
      SOON,
    );
    await untilTally(two, 4);
  });

  it('C9 a removed device sends what it has, is then locked, stays locked without a network, and is free once paired again', async () => {
    const { engine, disk } = await device('device-1');
    await shop.centre.stop();
    const id = await tap(engine, 1);
    await shop.centre.log.revokeDevice('device-1', Date.now());
    await shop.centre.start();
    engine.tryNow();
    const locked = await until(engine, (state) => state.locked && state.unsentCount === 0);
    expect(locked).toMatchObject({ restriction: { kind: 'revoked' } });
    expect(await shop.centralIds()).toContain(id);
    expect(await tally(engine)).toBe(1);
    await expect(tap(engine, 2)).rejects.toThrow(/removed this device/);
    await engine.close();
    await shop.centre.stop();
    const { engine: again } = await open('device-2', disk);
    expect(await status(again)).toMatchObject({ locked: true, unsentCount: 0 });
    await expect(tap(again, 3)).rejects.toThrow(/removed this device/);
    await shop.centre.start();
    await again.enrol({ device: 'device-2', store: STORE });
    const fresh = await tap(again, 4);
    await until(again, isSettled);
    expect(await shop.centralIds()).toContain(fresh);
    expect((await shop.centralIds()).filter((one) => one === id)).toHaveLength(1);
    expect((await status(again)).locked).toBe(false);
  });

  it('C9 a removed device that saved more than is taken of it says how many are left, and exports them', async () => {
    const { engine } = await device('device-1');
    await shop.centre.stop();
    const left = 3;
    const ids: string[] = [];
    for (let number = 1; ids.length < REVOKED_EVENTS_MAX + left; number += APPEND_EVENTS_MAX) {
      const count = Math.min(APPEND_EVENTS_MAX, REVOKED_EVENTS_MAX + left - ids.length);
      const fresh = Array.from({ length: count }, () => engine.newId());
      await engine.commit(fresh.map((id) => sampleDraft(number, { id, store: STORE })));
      ids.push(...fresh);
    }
    await shop.centre.log.revokeDevice('device-1', Date.now());
    await shop.centre.start();
    engine.tryNow();
    await until(engine, ({ locked, unsentCount }) => locked && unsentCount === left);
    const [header, ...lines] = (await engine.exportOutbox()).trimEnd().split('\n');
    expect(JSON.parse(header ?? '')).toMatchObject({ firstSeq: REVOKED_EVENTS_MAX + 1, events: left, holes: [] });
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(ids.slice(-left));
    expect((await shop.centre.log.device('device-1'))?.accepted.seq).toBe(REVOKED_EVENTS_MAX);
  });

  it('C9 tabs lock together, and pairing again in one of them frees all of them', async () => {
    const { engine: sender, disk } = await device('device-1');
    const { engine: other } = await open('device-1', disk);
    await until(other, isOnline);
    expect((await status(other)).isSender).toBe(false);
    const id = await tap(other, 1);
    await vi.waitFor(async () => expect(await shop.centralIds()).toEqual([id]), SOON);
    await shop.centre.revoke('device-1');
    await until(sender, ({ locked }) => locked);
    await until(other, ({ locked }) => locked);
    await expect(tap(other, 2)).rejects.toThrow(/removed this device/);
    // The other tab pairs: the session that goes on under the old id is the sender's.
    await other.enrol({ device: 'device-2', store: STORE });
    await until(sender, (state) => isSettled(state) && !state.locked);
    await until(other, (state) => isSettled(state) && !state.locked);
    const fresh = [await tap(other, 3), await tap(sender, 4)];
    await vi.waitFor(async () => expect((await shop.centralIds()).toSorted()).toEqual([id, ...fresh].toSorted()), SOON);
    expect([await status(sender), await status(other)]).toMatchObject([{ locked: false }, { locked: false }]);
  });

  it('X6 a flipped bit in an unsent event is set before a person, and the rest goes on', async () => {
    const { engine, disk } = await device('device-1');
    await shop.centre.stop();
    const damaged = await tap(engine, 1);
    const sound = await tap(engine, 2);
    await damageLine(disk, damaged);
    await shop.centre.start();
    engine.tryNow();
    await until(engine, isSettled);
    expect(await shop.centralIds()).toEqual([sound]);
    const [entry, ...more] = await engine.attention();
    expect(more).toEqual([]);
    expect(entry?.row).toMatchObject({ kind: 'damaged', event: damaged, seq: 1 });
    expect(await tally(engine)).toBe(1);
    expect(await shop.centre.log.holes(10)).toMatchObject([
      { device: 'device-1', fromSeq: 1, toSeq: 1, reason: 'damaged' },
    ]);
    await engine.dismissAttention(entry?.key ?? '');
    expect(await engine.attention()).toEqual([]);
    expect((await until(engine, ({ needsAttentionCount }) => needsAttentionCount === 0)).needsAttentionCount).toBe(0);
  });

  it('keeps its log small: once a week a newer snapshot, then what is older than five weeks goes', async () => {
    let nowMs = Date.now() - 60 * DAY_MS;
    const clock = () => nowMs;
    const { engine: before, disk } = await device('device-1', { clock });
    const old = await tap(before, 1);
    await until(before, isSettled);
    // Its first look at a new log: nothing can be old.
    await vi.waitFor(async () => expect(await before.getLocal(['engine/retention'])).toEqual([nowMs]), SOON);
    await before.close();
    nowMs += 50 * DAY_MS;
    const { engine } = await open('device-1', disk, { clock });
    const recent = await tap(engine, 2);
    await until(engine, isSettled);
    await vi.waitFor(async () => expect(await engine.eventStates([old])).toEqual(['unknown']), SOON);
    expect(await engine.eventStates([recent])).toEqual(['sent']);
    expect(await tally(engine)).toBe(2);
    await engine.rebuild();
    expect(await tally(engine)).toBe(2);
  });
});
