// The part of the DeviceLog contract suite about life on a base: rulings, epochs, app versions, compaction, repairs.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceChainStart } from '../chain.ts';
import type { AppendedEvent } from '../device-append.ts';
import type { DeviceLog } from '../device-log.ts';
import type { EventDraft } from '../event.ts';
import { sha256 } from '../sha256.ts';
import { SNAPSHOT_PAGES_PER_CALL_MAX } from '../snapshot.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import {
  clockAt,
  markAt,
  readTally,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './sample-log.ts';
import { SampleCentre, type SampleSnapshot } from './sample-snapshot.ts';

const DEVICE = 'device-1';
const LIMIT = { eventsMax: 500, bytesMax: 256 * 1024 };
const START = markAt({ seq: 0, hash: deviceChainStart(sha256, DEVICE) });
const DAY_MS = 86_400_000;

export function describeBaseContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('on a base', () => {
    let fixture: DeviceLogFixture;
    let log: DeviceLog;
    let centre: SampleCentre;
    let other: SampleWriter;
    let writer: SampleWriter;

    beforeEach(async () => {
      fixture = await createFixture();
      log = await fixture.open([tallyProjector()]);
      await log.enrol({ device: DEVICE, store: STORE });
      centre = new SampleCentre();
      other = new SampleWriter('device-2');
      writer = new SampleWriter('centre-1');
    });
    afterEach(() => fixture.dispose());

    const append = (numbers: readonly number[], nowMs: number = START_MS) =>
      log.append({ drafts: numbers.map((number) => sampleDraft(number)), clock: clockAt(nowMs) });
    const others = (...numbers: number[]) => {
      const written = other.write(numbers.map((number) => sampleDraft(number)));
      centre.append(...written);
      return written;
    };
    /** The centre takes own events and says so. */
    const sent = async (appended: readonly AppendedEvent[]) => {
      centre.append(...appended);
      await log.accept(markAt(appended.at(-1)!.place));
    };
    const frameTo = async (position: number) =>
      log.applyFrame(centre.frame((await log.state())?.cursor ?? null, position));
    const stage = async ({ header, pages }: SampleSnapshot, handle: DeviceLog = log) => {
      await handle.beginSnapshot(header);
      for (let next = 0; next < pages.length; next += SNAPSHOT_PAGES_PER_CALL_MAX) {
        await handle.addSnapshotPages(header.id, pages.slice(next, next + SNAPSHOT_PAGES_PER_CALL_MAX));
      }
    };
    const install = async (snapshot: SampleSnapshot) => {
      await stage(snapshot);
      return log.installSnapshot(snapshot.header.id);
    };
    const snapshotAt = (position: number, accepted = START, notIn: readonly number[] = [], id = `at-${position}`) =>
      centre.snapshot({ id, position, own: { accepted, notIn } });
    const reopen = async (...opened: Parameters<DeviceLogFixture['open']>) => {
      await log.close();
      log = await fixture.open(...opened);
    };

    describe('rulings over a base', () => {
      it('end and move what the base holds, by the line that comes along; also after folding again', async () => {
        const [one, two] = others(1, 2);
        await install(await snapshotAt(2));
        centre.append(
          writer.rule(100, { type: 'EventVoided', payload: { target: one!.event.id, reason: 'r' } }),
          writer.rule(101, {
            type: 'EventRetimed',
            payload: { target: two!.event.id, effectiveAt: 7, uncertaintyMs: 0 },
          }),
        );
        await frameTo(3);
        await frameTo(4);
        const expected = [{ key: `${STORE}|0000000000000007|${two!.event.id}`, value: { quantity: 2 } }];
        expect(await log.tables.range('tally-journal', { rowsMax: 10 })).toEqual(expected);
        await log.rebuild();
        expect(await log.tables.range('tally-journal', { rowsMax: 10 })).toEqual(expected);
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 2 });
      });

      it('X15 begin what was set aside inside the base', async () => {
        const [one] = others(1);
        const target = one!.event.id;
        centre.append(writer.rule(100, { type: 'EventSetAside', payload: { target, reason: 'r', detail: 'd' } }));
        await install(await snapshotAt(2));
        expect(await readTally(log.tables)).toEqual({ events: 0, quantity: 0 });
        centre.append(writer.rule(101, { type: 'EventAdmitted', payload: { target, reason: 'ok' } }));
        await frameTo(3);
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
      });
    });

    describe('epochs', () => {
      it('X10 no frame crosses into another one; a snapshot does, and nothing counts twice', async () => {
        const [received] = others(1, 2);
        await frameTo(2);
        const own = await append([5]);
        const restored = new SampleCentre([tallyProjector()], 'epoch-2');
        const { cursor } = (await log.state())!;
        expect(await log.applyFrame({ from: cursor, to: restored.cursorAt(1), lines: [] })).toBe('stale');
        const next = other.write([sampleDraft(3)]);
        restored.append(...next);
        await install(await restored.snapshot({ id: 'new', position: 1, own: { accepted: markAt(START, 'epoch-2') } }));
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 8 });
        restored.append(received!, ...own);
        await log.applyFrame(restored.frame(restored.cursorAt(1), 3));
        expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 9 });
      });
    });

    describe('another app version', () => {
      it('drops a base it can not read, folds what is held, and asks for a snapshot', async () => {
        others(1, 2, 3);
        await install(await snapshotAt(2));
        await frameTo(3);
        await append([5]);
        await reopen([tallyProjector(2)]);
        expect(await log.state()).toMatchObject({ needsSnapshot: true, base: null });
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 8 });
        await log.rebuild();
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 8 });
        const renewed = new SampleCentre([tallyProjector(2)]);
        renewed.append(...centre.eventsTo(3));
        await install(await renewed.snapshot({ id: 'v2', position: 2, own: { accepted: START } }));
        expect((await log.state())?.needsSnapshot).toBe(false);
        await log.applyFrame(renewed.frame(renewed.cursorAt(2), 3));
        expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 11 });
      });

      it('X45 keeps what it does not understand, counts it, and folds it when it does', async () => {
        const strange = (number: number): EventDraft => sampleDraft(number, { type: 'ShellMoved' });
        const knowsPebbles = ({ type }: { readonly type: string }) => type === 'PebbleMoved';
        await reopen([tallyProjector()], knowsPebbles);
        await install(await snapshotAt(0));
        const shells = other.write([strange(1), sampleDraft(2)]);
        const ruling = writer.rule(100, { type: 'EventVoided', payload: { target: sampleId(3), reason: 'r' } });
        const late = other.write([strange(3)]);
        centre.append(...shells, ruling, ...late);
        await frameTo(4);
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 2 });
        expect((await log.state())?.parked).toBe(2);
        await log.rebuild();
        expect((await log.state())?.parked).toBe(2);
        await reopen([tallyProjector()]);
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
        expect(await log.state()).toMatchObject({ parked: 0, needsSnapshot: false, base: { id: 'at-0' } });
        await reopen([tallyProjector()], knowsPebbles);
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
      });
    });

    describe('compaction', () => {
      const lateMs = START_MS + 40 * DAY_MS;
      const compact = () => log.compact({ olderThanMs: 35 * DAY_MS, nowMs: lateMs });

      it('drops nothing without a base, and nothing young, unsent or behind the base', async () => {
        const old = await append([1, 2]);
        await sent([old[0]!]);
        expect(await compact()).toEqual({ events: 0, ownEntries: 0 });
        others(10, 11);
        await install(await snapshotAt(2, markAt(old[0]!.place)));
        await frameTo(3);
        expect(await compact()).toEqual({ events: 1, ownEntries: 1 });
        expect(await log.heldIds(null, 100)).toEqual([sampleId(2), sampleId(11)]);
        await log.rebuild();
        expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 24 });
        const young = await append([3], lateMs);
        await sent([old[1]!, young[0]!]);
        await frameTo(5);
        await install(await snapshotAt(5, markAt(young[0]!.place)));
        expect(await compact()).toEqual({ events: 2, ownEntries: 1 });
        expect(await log.heldIds(null, 100)).toEqual([sampleId(3)]);
      });

      it('drops no received event behind the base, which a restored centre may lack', async () => {
        others(1, 2);
        await frameTo(2);
        await install(await snapshotAt(1));
        expect(await compact()).toEqual({ events: 1, ownEntries: 0 });
        expect(await log.heldIds(null, 10)).toEqual([sampleId(2)]);
      });

      it('keeps damaged entries until the centre has heard of them', async () => {
        const own = await append([1, 2, 3]);
        await sent([own[0]!]);
        await fixture.changeLine(sampleId(2), 'gone');
        await log.setDamagedAside(2, 'hash');
        await install(await snapshotAt(1, markAt(own[0]!.place)));
        expect(await compact()).toEqual({ events: 1, ownEntries: 1 });
        expect((await log.outbox(1, LIMIT)).hole?.reason).toBe('damaged');
        await log.accept(markAt(own[2]!.place));
        centre.append(own[2]!);
        await install(await snapshotAt(2, markAt(own[2]!.place)));
        expect(await compact()).toEqual({ events: 2, ownEntries: 2 });
        expect((await log.state())?.compactedTo.seq).toBe(3);
      });

      it('X11 leaves a hole in the own chain that can be declared, and the log goes on', async () => {
        const own = await append([1, 2, 3]);
        await sent(own);
        await install(await snapshotAt(3, markAt(own[2]!.place)));
        await compact();
        expect((await log.state())?.compactedTo).toEqual({ seq: 3, hash: own[2]!.place.hash });
        const hole = { fromSeq: 1, toSeq: 3, hashAfter: own[2]!.place.hash, reason: 'compacted' };
        const before = { seq: 0, hash: deviceChainStart(sha256, DEVICE) };
        expect(await log.outbox(0, LIMIT)).toEqual({ before, hole, lines: [] });
        expect(await log.outbox(1, LIMIT)).toEqual({ before: null, hole: { ...hole, fromSeq: 2 }, lines: [] });
        const [next] = await append([4]);
        expect(next?.place.seq).toBe(4);
        const { place, line } = next!;
        const last = { seq: 3, hash: own[2]!.place.hash };
        expect(await log.outbox(3, LIMIT)).toEqual({ before: last, hole: null, lines: [{ place, line }] });
        expect(await log.hashesAt([3, 2])).toEqual([last, null]);
        await log.rechain({ commonSeq: 1, device: 'device-1b' });
        expect((await log.outbox(0, LIMIT)).lines.map((sending) => sending.line)).toEqual([line]);
        expect((await log.state())?.compactedTo.seq).toBe(0);
      });

      it('takes many events in steps', async () => {
        const numbers = Array.from({ length: 1_200 }, (_, index) => index + 1);
        const own: AppendedEvent[] = [];
        for (const start of [0, 400, 800]) own.push(...(await append(numbers.slice(start, start + 400))));
        await sent(own);
        await install(await snapshotAt(1_200, markAt(own.at(-1)!.place)));
        expect(await compact()).toEqual({ events: 1_200, ownEntries: 1_200 });
        expect(await log.heldIds(null, 10)).toEqual([]);
        expect((await readTally(log.tables)).events).toBe(1_200);
      });
    });

    describe('repairs', () => {
      it('writes rows of the read models, above the base', async () => {
        others(1);
        await install(await snapshotAt(1));
        const row = { key: `${STORE}|a`, value: { quantity: 9 } };
        await log.repair((tables) => tables.putMany('tally-journal', [row]));
        expect(await log.tables.getMany('tally-journal', [row.key])).toEqual([row.value]);
        fixture.failNextCommit();
        await expect(log.repair((tables) => tables.deleteMany('tally-journal', [row.key]))).rejects.toThrow(/commit/i);
        expect(await log.tables.getMany('tally-journal', [row.key])).toEqual([row.value]);
      });
    });
  });
}
