// Part of the contract suite of central logs: what of a device's log can not come (holes), and comes after all.
import { describe, expect, it } from 'vitest';
import { nextDeviceHash } from '../chain.ts';
import { sha256 } from '../sha256.ts';
import { APPEND_EVENTS_MAX, HOLES_PER_DEVICE_MAX } from '../limits.ts';
import { enrol, holeOf, readAll, resupplyOf, START_MS, TestDevice, testPlanner, typesOf } from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

export function describeHoles(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('holes', () => {
    it('X11 X6 let the log go on behind bytes that are gone, stand in its chain, and are listed', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(9);
      const outcomes = await under.log.append(
        [
          holeOf(device, 1, 3),
          device.push(4, 5),
          holeOf(device, 6, 6, { reason: 'damaged' }),
          holeOf(device, 7, 7, { reason: 'damaged' }),
          device.push(8, 9),
        ],
        testPlanner,
      );
      expect(outcomes).toEqual(
        [3, 5, 6, 7, 9].map((seq, index) => ({
          kind: 'accepted',
          mark: { seq, hash: device.hashAt(seq) },
          appended: index % 2 === 1 && index < 2 ? 2 : index === 4 ? 2 : 0,
          known: 0,
        })),
      );
      await under.reopen();
      expect((await under.log.device('till-a'))?.accepted).toEqual({ seq: 9, hash: device.hashAt(9) });
      expect((await readAll(under.log)).map(({ place }) => place?.seq)).toEqual([4, 5, 8, 9]);
      const { arrivalMs: atMs } = device.arrival();
      const held = { device: 'till-a', atMs };
      expect(await under.log.holes(9)).toEqual([
        { ...held, ...holeOf(device, 7, 7).hole, reason: 'damaged' },
        { ...held, ...holeOf(device, 6, 6).hole, reason: 'damaged' },
        { ...held, ...holeOf(device, 1, 3).hole },
      ]);
      expect(await under.log.holes(1)).toMatchObject([{ fromSeq: 7 }]);
      expect(await under.log.deviceHashesAt('till-a', [0, 2, 3, 4, 6, 7])).toMatchObject([
        { seq: 0 },
        null,
        { seq: 3, hash: device.hashAt(3) },
        { seq: 4 },
        { seq: 6, hash: device.hashAt(6) },
        { seq: 7 },
      ]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('are filled with the ones that they touch where one ends beside the chain: it follows from the bytes again', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(9);
      const beside = { hashAfter: 'd'.repeat(64), reason: 'damaged' } as const;
      await under.log.append(
        [device.push(1, 3), holeOf(device, 4, 5, beside), holeOf(device, 6, 7), device.push(8, 8)],
        testPlanner,
      );
      expect(await under.log.append([device.push(1)], testPlanner)).toMatchObject([
        { kind: 'accepted', mark: { seq: 9 }, appended: 5, filled: [{ fromSeq: 4 }, { fromSeq: 6 }] },
      ]);
      expect(await under.log.holes(9)).toEqual([]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('stay where the chain that is held on one of their sides is another', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(8);
      const beside = 'd'.repeat(64);
      const stranger = { ...device.push(6, 6), hashBefore: beside };
      const [line = ''] = stranger.lines;
      await under.log.append(
        [
          device.push(1, 3),
          holeOf(device, 4, 5, { hashAfter: beside, reason: 'damaged' }),
          { ...stranger, hashAfter: nextDeviceHash(sha256, beside, line) },
          holeOf(device, 7, 7),
          device.push(8, 8),
        ],
        testPlanner,
      );
      expect(await under.log.verify()).toEqual([]);
      const [outcome] = await under.log.append([device.push(1)], testPlanner);
      expect(outcome).toMatchObject({ kind: 'accepted', mark: { seq: 8 }, appended: 0 });
      expect(outcome).not.toHaveProperty('filled');
      expect(await under.log.holes(9)).toHaveLength(2);
      expect(await under.log.verify()).toEqual([]);
    });

    it('are none where what they begin behind differs: the log has forked', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(6);
      const hashBefore = device.hashAt(6);
      await under.log.append([device.push(1, 3)], testPlanner);
      const mark = { seq: 3, hash: device.hashAt(3) };
      expect(await under.log.append([{ ...holeOf(device, 4, 5), hashBefore }], testPlanner)).toEqual([
        { kind: 'forked', mark },
      ]);
      expect(await under.log.append([{ ...holeOf(device, 2, 2), hashBefore }], testPlanner)).toEqual([
        { kind: 'forked', mark },
      ]);
      expect(await under.log.holes(9)).toEqual([]);
      const sound = { ...holeOf(device, 4, 5), hashBefore: mark.hash };
      expect(await under.log.append([sound], testPlanner)).toMatchObject([{ kind: 'accepted', mark: { seq: 5 } }]);
    });

    it('are bounded per device: past it nothing more is taken, the rest of the log stays as it is, another device goes on', async () => {
      const device = till();
      const other = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, device);
      await enrol(under.log, other);
      for (let left = HOLES_PER_DEVICE_MAX + 3; left > 0; left -= APPEND_EVENTS_MAX)
        device.writeMany(Math.min(left, APPEND_EVENTS_MAX));
      other.writeMany(2);
      const all = Array.from({ length: HOLES_PER_DEVICE_MAX + 1 }, (_, index) => holeOf(device, index + 1, index + 1));
      const last = all.at(-1);
      await under.log.append(all.slice(0, 10), testPlanner);
      const outcomes = await under.log.append([...all.slice(10), holeOf(other, 1, 1)], testPlanner);
      const mark = { seq: HOLES_PER_DEVICE_MAX, hash: device.hashAt(HOLES_PER_DEVICE_MAX) };
      expect(outcomes.slice(-3)).toEqual([
        { kind: 'accepted', mark, appended: 0, known: 0 },
        { kind: 'refused', reason: 'holes' },
        { kind: 'accepted', mark: { seq: 1, hash: other.hashAt(1) }, appended: 0, known: 0 },
      ]);
      expect(await under.log.append(last === undefined ? [] : [last], testPlanner)).toEqual([
        { kind: 'refused', reason: 'holes' },
      ]);
      // A repeat of one that stands is answered as ever, and so is what follows without a hole.
      const repeat = [all[999] ?? [], device.push(HOLES_PER_DEVICE_MAX + 1)].flat();
      expect(await under.log.append(repeat, testPlanner)).toMatchObject([
        { kind: 'accepted', mark },
        { kind: 'accepted', appended: 3 },
      ]);
      expect(await under.log.holes(2_000)).toHaveLength(HOLES_PER_DEVICE_MAX + 1);
      expect(await under.log.verify()).toEqual([]);
    });

    it('may end a log; a push goes on behind them in a later transaction', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(3);
      await under.log.append([device.push(1, 1), holeOf(device, 2, 3)], testPlanner);
      expect(await under.log.verify()).toEqual([]);
      device.writeMany(1);
      await under.reopen();
      expect(await under.log.append([device.push(4)], testPlanner)).toMatchObject([{ kind: 'accepted', appended: 1 }]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('are accepted once, cut to what is new, and refused where they leave a gap or another chain', async () => {
      const device = till();
      device.writeMany(6);
      expect(await under.log.append([holeOf(device, 1, 2)], testPlanner)).toEqual([
        { kind: 'refused', reason: 'unknown-device' },
      ]);
      await enrol(under.log, device);
      const markAt = (seq: number) => ({ seq, hash: device.hashAt(seq) });
      const accepted = (seq: number) => ({ kind: 'accepted', mark: markAt(seq), appended: 0, known: 0 });
      expect(await under.log.append([holeOf(device, 2, 3)], testPlanner)).toEqual([{ kind: 'gap', mark: markAt(0) }]);
      await under.log.append([device.push(1, 2)], testPlanner);
      const outcomes = await under.log.append(
        [
          holeOf(device, 1, 4),
          holeOf(device, 3, 4),
          holeOf(device, 3, 3),
          holeOf(device, 1, 2, { hashAfter: device.hashAt(3) }),
          holeOf(device, 4, 3),
        ],
        testPlanner,
      );
      expect(outcomes).toEqual([
        accepted(4),
        accepted(4),
        accepted(4),
        { kind: 'forked', mark: markAt(4) },
        { kind: 'gap', mark: markAt(4) },
      ]);
      expect(await under.log.holes(9)).toMatchObject([{ fromSeq: 3, toSeq: 4 }]);
      expect(await under.log.append([holeOf(device, 3, 4, { hashAfter: device.hashAt(1) })], testPlanner)).toEqual([
        { kind: 'forked', mark: markAt(4) },
      ]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('send a push that begins or ends inside of them to what follows; one across them is compared behind them', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(8);
      await under.log.append([device.push(1, 1), holeOf(device, 2, 5), device.push(6, 6)], testPlanner);
      const mark = { seq: 6, hash: device.hashAt(6) };
      for (const push of [device.push(3, 8), device.push(1, 3), device.push(3, 4)])
        expect(await under.log.append([push], testPlanner)).toEqual([{ kind: 'gap', mark }]);
      // The lines that the hole stands for come with it.
      expect(await under.log.append([device.push(1, 7)], testPlanner)).toMatchObject([
        { kind: 'accepted', appended: 5 },
      ]);
      expect(await under.log.append([device.push(6, 8)], testPlanner)).toMatchObject([
        { kind: 'accepted', appended: 1 },
      ]);
      const clone = device.clone();
      clone.log = clone.log.slice(0, 1);
      clone.head = { ...clone.head, seq: 1, hash: device.hashAt(1) };
      clone.writeMany(8);
      expect(await under.log.append([clone.push(1, 9)], testPlanner)).toMatchObject([{ kind: 'forked' }]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('X6 are filled by a copy of the disk that still has the lines: each gets its place and its position, once', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(6);
      const damaged = (seq: number) => holeOf(device, seq, seq, { reason: 'damaged' });
      await under.log.append([device.push(1, 1), damaged(2), device.push(3, 3), damaged(4)], testPlanner);
      await under.log.append([device.push(5, 6)], testPlanner);
      expect(await under.log.damagedHoles('till-a', 9)).toEqual([damaged(2).hole, damaged(4).hole]);
      expect(await under.log.damagedHoles('till-a', 1)).toEqual([damaged(2).hole]);
      expect(await under.log.damagedHoles('nobody', 9)).toEqual([]);
      const mark = { seq: 6, hash: device.hashAt(6) };
      await under.reopen();
      expect(await under.log.append([device.push(2, 2)], testPlanner)).toEqual([
        { kind: 'accepted', mark, appended: 1, known: 0, filled: [damaged(2).hole], lost: [damaged(4).hole] },
      ]);
      expect((await under.log.device('till-a'))?.accepted).toEqual(mark);
      expect(await under.log.holes(9)).toMatchObject([{ fromSeq: 4 }]);
      // Whoever pushes what is held learns what is lost.
      expect(await under.log.append([device.push(1, 1)], testPlanner)).toEqual([
        { kind: 'accepted', mark, appended: 0, known: 0, lost: [damaged(4).hole] },
      ]);
      // Across the rest, with what is held before and behind it.
      expect(await under.log.append([device.push(1, 5)], testPlanner)).toEqual([
        { kind: 'accepted', mark, appended: 1, known: 0, filled: [damaged(4).hole] },
      ]);
      await under.reopen();
      expect(await under.log.append([device.push(1, 6)], testPlanner)).toEqual([
        { kind: 'accepted', mark, appended: 0, known: 0 },
      ]);
      expect((await readAll(under.log)).map(({ place }) => place?.seq)).toEqual([1, 3, 5, 6, 2, 4]);
      expect(await under.log.holes(9)).toEqual([]);
      expect(await under.log.verify()).toEqual([]);
      // Behind the snapshot, whatever their seqs.
      expect((await under.log.snapshotOwn('till-a', 4)).notIn).toEqual([2, 4]);
      // The end of the log goes on as ever, also behind a hole that was declared again.
      device.writeMany(1);
      expect(await under.log.append([damaged(4), device.push(7)], testPlanner)).toMatchObject([
        { kind: 'accepted', mark, appended: 0 },
        { kind: 'accepted', appended: 1 },
      ]);
      expect(await under.log.holes(9)).toEqual([]);
    });

    it('are filled in the transaction that made them, too, and count no more against the bound', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(3);
      const outcomes = await under.log.append(
        [holeOf(device, 1, 2, { reason: 'damaged' }), device.push(1, 3), device.push(1, 2)],
        testPlanner,
      );
      expect(outcomes).toMatchObject([{ appended: 0 }, { appended: 3 }, { appended: 0 }]);
      expect(await under.log.holes(9)).toEqual([]);
      expect((await readAll(under.log)).map(({ place }) => place?.seq)).toEqual([1, 2, 3]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('are not filled by anything but the very lines, and not in part', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(5);
      await under.log.append([device.push(1, 1), holeOf(device, 2, 3), device.push(4, 5)], testPlanner);
      const mark = { seq: 5, hash: device.hashAt(5) };
      const [line] = device.push(5, 5).lines;
      const other = { ...device.push(2, 3), lines: [device.push(2, 2).lines[0] ?? '', line ?? ''] };
      const unread = { ...other, lines: [other.lines[0] ?? '', 'no event'] };
      const elsewhere = { ...device.push(2, 3), hashAfter: device.hashAt(5) };
      expect(await under.log.append([other, elsewhere, unread, device.push(2, 2)], testPlanner)).toMatchObject([
        { kind: 'damaged', mark, seq: 2 },
        { kind: 'damaged', mark, seq: 2 },
        { kind: 'damaged', mark, seq: 3 },
        { kind: 'gap', mark },
      ]);
      expect(await under.log.holes(9)).toHaveLength(1);
      expect(await readAll(under.log)).toHaveLength(3);
    });

    it('filled with what is known by then give it a place only; of a removed device they are set aside like all it brings', async () => {
      const device = till();
      const other = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, device);
      await enrol(under.log, other);
      device.writeMany(3);
      const damaged = (seq: number) => holeOf(device, seq, seq, { reason: 'damaged' });
      await under.log.append([damaged(1), damaged(2), device.push(3)], testPlanner);
      const handedBack = { ...resupplyOf(other, device.push(1, 1).lines) };
      expect(await under.log.append([handedBack], testPlanner)).toMatchObject([{ appended: 1 }]);
      expect(await under.log.append([device.push(1, 1)], testPlanner)).toMatchObject([{ appended: 0, known: 1 }]);
      await under.log.revokeDevice('till-a', START_MS + 9);
      expect(await under.log.append([device.push(2, 2)], testPlanner)).toMatchObject([{ appended: 1 }]);
      expect((await under.log.device('till-a'))?.revokedAtSeq).toBe(3);
      const lines = await readAll(under.log);
      expect(typesOf(lines)).toEqual(['ThingHappened', 'ThingHappened', 'ThingHappened', 'EventSetAside']);
      expect(lines.map(({ place }) => place?.seq)).toEqual([3, 1, 2, 1]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('do not keep verify from seeing a flipped byte beside them', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(6);
      await under.log.append([device.push(1, 2), holeOf(device, 3, 4), device.push(5, 6)], testPlanner);
      await under.flipByte(3);
      await under.reopen();
      expect((await under.log.verify()).map(({ where }) => where)).toEqual(['position 3', 'device till-a, seq 5']);
    });
  });
}
