// The part of the DeviceLog contract suite about life on a base: rulings, epochs, app versions, compaction, repairs.
import { describe, expect, it } from 'vitest';
import { deviceChainStart } from '../chain.ts';
import type { AppendedEvent } from '../device-append.ts';
import type { EventDraft } from '../event.ts';
import { sha256 } from '../sha256.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import { markAt, readTally, sampleDraft, sampleId, START_MS, STORE, tallyProjector } from './sample-log.ts';
import { SampleCentre } from './sample-snapshot.ts';
import { DEVICE, deviceUnderTest, START } from './device-under-test.ts';

const LIMIT = { eventsMax: 500, bytesMax: 256 * 1024 };
const DAY_MS = 86_400_000;

export function describeBaseContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('on a base', () => {
    const under = deviceUnderTest(createFixture);

    describe('rulings over a base', () => {
      it('end and move what the base holds, by the line that comes along; also after folding again', async () => {
        const [one, two] = under.others(1, 2);
        await under.install(await under.snapshotAt(2));
        under.centre.append(
          under.writer.rule(100, { type: 'EventVoided', payload: { target: one!.event.id, reason: 'r' } }),
          under.writer.rule(101, {
            type: 'EventRetimed',
            payload: { target: two!.event.id, effectiveAt: 7, uncertaintyMs: 0 },
          }),
        );
        await under.frameTo(3);
        await under.frameTo(4);
        const expected = [{ key: `${STORE}|0000000000000007|${two!.event.id}`, value: { quantity: 2 } }];
        expect(await under.log.tables.range('tally-journal', { rowsMax: 10 })).toEqual(expected);
        await under.log.rebuild();
        expect(await under.log.tables.range('tally-journal', { rowsMax: 10 })).toEqual(expected);
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 2 });
      });

      it('X15 begin what was set aside inside the base', async () => {
        const [one] = under.others(1);
        const target = one!.event.id;
        under.centre.append(
          under.writer.rule(100, { type: 'EventSetAside', payload: { target, reason: 'r', detail: 'd' } }),
        );
        await under.install(await under.snapshotAt(2));
        expect(await readTally(under.log.tables)).toEqual({ events: 0, quantity: 0 });
        under.centre.append(under.writer.rule(101, { type: 'EventAdmitted', payload: { target, reason: 'ok' } }));
        await under.frameTo(3);
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
      });
    });

    describe('epochs', () => {
      it('X10 no frame crosses into another one; a snapshot does, and nothing counts twice', async () => {
        const [received] = under.others(1, 2);
        await under.frameTo(2);
        const own = await under.append([5]);
        const restored = new SampleCentre([tallyProjector()], 'epoch-2');
        const { cursor } = (await under.log.state())!;
        expect(await under.log.applyFrame({ from: cursor, to: restored.cursorAt(1), lines: [] })).toBe('stale');
        const next = under.other.write([sampleDraft(3)]);
        restored.append(...next);
        await under.install(
          await restored.snapshot({ id: 'new', position: 1, own: { accepted: markAt(START, 'epoch-2') } }),
        );
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 8 });
        restored.append(received!, ...own);
        await under.log.applyFrame(restored.frame(restored.cursorAt(1), 3));
        expect(await readTally(under.log.tables)).toEqual({ events: 3, quantity: 9 });
      });
    });

    describe('another app version', () => {
      it('drops a base it can not read, folds what is held, and asks for a snapshot', async () => {
        under.others(1, 2, 3);
        await under.install(await under.snapshotAt(2));
        await under.frameTo(3);
        await under.append([5]);
        await under.reopen([tallyProjector(2)]);
        expect(await under.log.state()).toMatchObject({ needsSnapshot: true, base: null });
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 8 });
        await under.log.rebuild();
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 8 });
        const renewed = new SampleCentre([tallyProjector(2)]);
        renewed.append(...under.centre.eventsTo(3));
        await under.install(await renewed.snapshot({ id: 'v2', position: 2, own: { accepted: START } }));
        expect((await under.log.state())?.needsSnapshot).toBe(false);
        await under.log.applyFrame(renewed.frame(renewed.cursorAt(2), 3));
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 11 });
      });

      it('X45 keeps what it does not understand, counts it, and folds it when it does', async () => {
        const strange = (number: number): EventDraft => sampleDraft(number, { type: 'ShellMoved' });
        const knowsPebbles = ({ type }: { readonly type: string }) => type === 'PebbleMoved';
        await under.reopen([tallyProjector()], knowsPebbles);
        await under.install(await under.snapshotAt(0));
        const shells = under.other.write([strange(1), sampleDraft(2)]);
        const ruling = under.writer.rule(100, { type: 'EventVoided', payload: { target: sampleId(3), reason: 'r' } });
        const late = under.other.write([strange(3)]);
        under.centre.append(...shells, ruling, ...late);
        await under.frameTo(4);
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 2 });
        expect((await under.log.state())?.parked).toBe(2);
        await under.log.rebuild();
        expect((await under.log.state())?.parked).toBe(2);
        await under.reopen([tallyProjector()]);
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
        expect(await under.log.state()).toMatchObject({ parked: 0, needsSnapshot: false, base: { id: 'at-0' } });
        await under.reopen([tallyProjector()], knowsPebbles);
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
      });
    });

    describe('compaction', () => {
      const lateMs = START_MS + 40 * DAY_MS;
      const compact = () => under.log.compact({ olderThanMs: 35 * DAY_MS, nowMs: lateMs });

      it('drops nothing without a base, and nothing young, unsent or behind the base', async () => {
        const old = await under.append([1, 2]);
        await under.sent([old[0]!]);
        expect(await compact()).toEqual({ events: 0, ownEntries: 0 });
        under.others(10, 11);
        await under.install(await under.snapshotAt(2, markAt(old[0]!.place)));
        await under.frameTo(3);
        expect(await compact()).toEqual({ events: 1, ownEntries: 1 });
        expect(await under.log.heldIds(null, 100)).toEqual([sampleId(2), sampleId(11)]);
        await under.log.rebuild();
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 24 });
        const young = await under.append([3], lateMs);
        await under.sent([old[1]!, young[0]!]);
        await under.frameTo(5);
        await under.install(await under.snapshotAt(5, markAt(young[0]!.place)));
        expect(await compact()).toEqual({ events: 2, ownEntries: 1 });
        expect(await under.log.heldIds(null, 100)).toEqual([sampleId(3)]);
      });

      it('drops no received event behind the base, which a restored centre may lack', async () => {
        under.others(1, 2);
        await under.frameTo(2);
        await under.install(await under.snapshotAt(1));
        expect(await compact()).toEqual({ events: 1, ownEntries: 0 });
        expect(await under.log.heldIds(null, 10)).toEqual([sampleId(2)]);
      });

      it('keeps damaged entries until the centre has heard of them', async () => {
        const own = await under.append([1, 2, 3]);
        await under.sent([own[0]!]);
        await under.fixture.changeLine(sampleId(2), 'gone');
        await under.log.setDamagedAside(2, 'hash');
        await under.install(await under.snapshotAt(1, markAt(own[0]!.place)));
        expect(await compact()).toEqual({ events: 1, ownEntries: 1 });
        expect((await under.log.outbox(1, LIMIT)).hole?.reason).toBe('damaged');
        await under.log.accept(markAt(own[2]!.place));
        under.centre.append(own[2]!);
        await under.install(await under.snapshotAt(2, markAt(own[2]!.place)));
        expect(await compact()).toEqual({ events: 2, ownEntries: 2 });
        expect((await under.log.state())?.compactedTo.seq).toBe(3);
      });

      it('X11 leaves a hole in the own chain that can be declared, and the log goes on', async () => {
        const own = await under.append([1, 2, 3]);
        await under.sent(own);
        await under.install(await under.snapshotAt(3, markAt(own[2]!.place)));
        await compact();
        expect((await under.log.state())?.compactedTo).toEqual({ seq: 3, hash: own[2]!.place.hash });
        const hole = { fromSeq: 1, toSeq: 3, hashAfter: own[2]!.place.hash, reason: 'compacted' };
        const before = { seq: 0, hash: deviceChainStart(sha256, DEVICE) };
        expect(await under.log.outbox(0, LIMIT)).toEqual({ before, hole, lines: [] });
        expect(await under.log.outbox(1, LIMIT)).toEqual({ before: null, hole: { ...hole, fromSeq: 2 }, lines: [] });
        const [next] = await under.append([4]);
        expect(next?.place.seq).toBe(4);
        const { place, line } = next!;
        const last = { seq: 3, hash: own[2]!.place.hash };
        expect(await under.log.outbox(3, LIMIT)).toEqual({ before: last, hole: null, lines: [{ place, line }] });
        expect(await under.log.hashesAt([3, 2])).toEqual([last, null]);
        await under.log.rechain({ commonSeq: 1, device: 'device-1b' });
        expect((await under.log.outbox(0, LIMIT)).lines.map((sending) => sending.line)).toEqual([line]);
        expect((await under.log.state())?.compactedTo.seq).toBe(0);
      });

      it('takes many events in steps', async () => {
        const numbers = Array.from({ length: 1_200 }, (_, index) => index + 1);
        const own: AppendedEvent[] = [];
        for (const start of [0, 400, 800]) own.push(...(await under.append(numbers.slice(start, start + 400))));
        await under.sent(own);
        await under.install(await under.snapshotAt(1_200, markAt(own.at(-1)!.place)));
        expect(await compact()).toEqual({ events: 1_200, ownEntries: 1_200 });
        expect(await under.log.heldIds(null, 10)).toEqual([]);
        expect((await readTally(under.log.tables)).events).toBe(1_200);
      });
    });

    describe('repairs', () => {
      it('writes rows of the read models, above the base', async () => {
        under.others(1);
        await under.install(await under.snapshotAt(1));
        const row = { key: `${STORE}|a`, value: { quantity: 9 } };
        await under.log.repair((tables) => tables.putMany('tally-journal', [row]));
        expect(await under.log.tables.getMany('tally-journal', [row.key])).toEqual([row.value]);
        under.fixture.failNextCommit();
        await expect(under.log.repair((tables) => tables.deleteMany('tally-journal', [row.key]))).rejects.toThrow(
          /commit/i,
        );
        expect(await under.log.tables.getMany('tally-journal', [row.key])).toEqual([row.value]);
      });
    });
  });
}
