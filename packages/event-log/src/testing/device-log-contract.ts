// The contract suite of the DeviceLog port: every implementation runs it against real storage of its kind. It only uses
// the port, and a fixture that opens handles (tabs) on one device's storage and can make a commit fail.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deviceChainStart, nextDeviceHash } from '../chain.ts';
import { AppendRefused } from '../device-append.ts';
import type { DeviceFrame, DeviceLog, DeviceLogChange } from '../device-log.ts';
import { readStoredLine, type Event } from '../event.ts';
import type { EventId } from '../id.ts';
import { APPEND_EVENTS_MAX, EVENT_BYTES_MAX } from '../limits.ts';
import { NEEDS_ATTENTION_TABLE } from '../needs-attention.ts';
import type { Projector } from '../projection.ts';
import { sha256 } from '../sha256.ts';
import {
  clockAt,
  cursorAt,
  delivered,
  markAt,
  readTally,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './sample-log.ts';
import { describeDamageContract } from './device-damage-contract.ts';
import { describeSnapshotContract } from './device-snapshot-contract.ts';

/** One device's storage during one test. */
export interface DeviceLogFixture {
  /** Opens another handle (tab) on it. */
  open(projectors: readonly Projector[], understands?: (event: Event) => boolean): Promise<DeviceLog>;
  /**
   * The next write transaction fails at its commit, with nothing written, and an error that says so; `full`: because
   * there is no room.
   */
  failNextCommit(reason?: 'full'): void;
  /** The disk changes the stored line of an event on its own. */
  changeLine(id: EventId, line: string): Promise<void>;
  /** The disk changes the text of a stored page of a snapshot. */
  changePage(snapshot: string, index: number, text: string): Promise<void>;
  dispose(): Promise<void>;
}

const DEVICE = 'device-1';
const LIMIT = { eventsMax: 500, bytesMax: 256 * 1024 };
const clock = clockAt(START_MS);

export function describeDeviceLogContract(name: string, createFixture: () => Promise<DeviceLogFixture>): void {
  describe(`${name} as a device log`, () => {
    let fixture: DeviceLogFixture;
    let log: DeviceLog;
    const open = () => fixture.open([tallyProjector()]);

    beforeEach(async () => {
      fixture = await createFixture();
      log = await open();
      await log.enrol({ device: DEVICE, store: STORE });
    });
    afterEach(() => fixture.dispose());

    const append = (...numbers: number[]) =>
      log.append({ drafts: numbers.map((number) => sampleDraft(number)), clock });
    const outboxLines = async (afterSeq: number, limit = LIMIT, handle: DeviceLog = log) =>
      (await handle.outbox(afterSeq, limit)).lines;
    const outboxIds = async (handle: DeviceLog = log) =>
      (await outboxLines((await handle.state())?.accepted?.seq ?? 0, LIMIT, handle)).map(
        ({ line }) => readStoredLine(line).id,
      );

    describe('identity', () => {
      it('is null until enrolled, then kept', async () => {
        const other = await createFixture();
        try {
          const fresh = await other.open([tallyProjector()]);
          expect(await fresh.state()).toBeNull();
          await expect(fresh.append({ drafts: [sampleDraft(1)], clock })).rejects.toThrow(/pair it/);
          await fresh.enrol({ device: 'device-9', store: STORE });
          await fresh.enrol({ device: 'device-9', store: STORE });
          expect((await fresh.state())?.identity).toEqual({ device: 'device-9', store: STORE });
        } finally {
          await other.dispose();
        }
      });

      it('starts with an empty chain, nothing accepted, no cursor', async () => {
        expect(await log.state()).toEqual({
          identity: { device: DEVICE, store: STORE },
          head: { seq: 0, hash: deviceChainStart(sha256, DEVICE) },
          accepted: null,
          cursor: null,
          pending: { events: 0, oldestRecordedAtMs: null },
          lastAppendAtMs: null,
          needsAttention: 0,
          needsSnapshot: false,
          base: null,
          parked: 0,
          compactedTo: { seq: 0, hash: deviceChainStart(sha256, DEVICE) },
          damaged: 0,
        });
      });
    });

    describe('append', () => {
      it('stamps, numbers and chains events in order', async () => {
        const first = await append(1, 2);
        const second = await append(3);
        const all = [...first, ...second];
        expect(all.map(({ place }) => place.seq)).toEqual([1, 2, 3]);
        let hash = deviceChainStart(sha256, DEVICE);
        for (const { line, place, event } of all) {
          hash = nextDeviceHash(sha256, hash, line);
          expect(place).toEqual({ device: DEVICE, seq: place.seq, hash });
          expect(event).toEqual(JSON.parse(line));
        }
        const stamps = all.map(({ event }) => event.recordedAt);
        expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
        expect(new Set(stamps).size).toBe(3);
        const state = await log.state();
        expect(state?.head).toEqual({ seq: 3, hash });
        expect(state?.pending).toEqual({ events: 3, oldestRecordedAtMs: START_MS });
        expect(state?.lastAppendAtMs).toBe(START_MS);
      });

      it('folds them in the same step', async () => {
        await append(1, 2, 3);
        expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('outlives the handle', async () => {
        await append(1, 2);
        const before = await log.state();
        await log.close();
        log = await open();
        expect(await log.state()).toEqual(before);
        const [third] = await append(3);
        expect(third?.place.seq).toBe(3);
        expect(third?.event.recordedAt).toBeGreaterThan(START_MS * 2_048);
      });

      it('S1 two tabs never give one seq twice, and every event counts once', async () => {
        const other = await open();
        const tabs = [log, other];
        const appends = Array.from({ length: 40 }, (_, index) =>
          tabs[index % 2]!.append({ drafts: [sampleDraft(index + 1)], clock }),
        );
        const places = (await Promise.all(appends)).flat().map(({ place }) => place.seq);
        expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
        const lines = await outboxLines(0, LIMIT, other);
        let hash = deviceChainStart(sha256, DEVICE);
        for (const { line, place } of lines) {
          hash = nextDeviceHash(sha256, hash, line);
          expect(place.hash).toBe(hash);
        }
        expect(await readTally(other.tables)).toEqual({ events: 40, quantity: 820 });
      });

      it('writes local values in the same step, and deletes them', async () => {
        await log.putLocal([
          { key: 'draft', value: { lines: [1, 2] } },
          { key: 'kept', value: 'yes' },
        ]);
        await log.append({ drafts: [sampleDraft(1)], clock, local: [{ key: 'draft', value: undefined }] });
        expect(await log.getLocal(['draft', 'kept'])).toEqual([undefined, 'yes']);
      });

      it('D3 a commit that fails saves nothing and says so', async () => {
        await append(1);
        await log.putLocal([{ key: 'draft', value: 'here' }]);
        const before = await log.state();
        fixture.failNextCommit();
        const local = [{ key: 'draft', value: undefined }];
        await expect(log.append({ drafts: [sampleDraft(2)], clock, local })).rejects.toThrow(/commit/i);
        expect(await log.state()).toEqual(before);
        expect(await log.getLocal(['draft'])).toEqual(['here']);
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
        expect(await log.find([sampleId(2)])).toEqual([]);
        const [second] = await append(2);
        expect(second?.place.seq).toBe(2);
      });

      it('repeated with the same drafts saves nothing twice', async () => {
        const first = await append(1, 2);
        expect(await append(1, 2)).toEqual(first);
        const mixed = await append(2, 3);
        expect(mixed.map(({ place }) => place.seq)).toEqual([2, 3]);
        expect((await log.state())?.head.seq).toBe(3);
        expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('X41 refuses what is too long or too many before it writes', async () => {
        const long = sampleDraft(1, { payload: { note: 'x'.repeat(EVENT_BYTES_MAX) } });
        const refusal = await log.append({ drafts: [sampleDraft(2), long], clock }).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(AppendRefused);
        expect(refusal).toMatchObject({ reason: 'event-too-long' });
        const many = Array.from({ length: APPEND_EVENTS_MAX + 1 }, (_, index) => sampleDraft(index + 1));
        await expect(log.append({ drafts: many, clock })).rejects.toMatchObject({ reason: 'too-many-events' });
        await expect(log.append({ drafts: [], clock })).rejects.toMatchObject({ reason: 'nothing-to-append' });
        expect((await log.state())?.head.seq).toBe(0);
        expect(await readTally(log.tables)).toEqual({ events: 0, quantity: 0 });
      });

      it('takes as many events as a commit may hold', async () => {
        const drafts = Array.from({ length: APPEND_EVENTS_MAX }, (_, index) => sampleDraft(index + 1));
        await log.append({ drafts, clock });
        expect((await log.state())?.pending.events).toBe(APPEND_EVENTS_MAX);
        expect((await readTally(log.tables)).events).toBe(APPEND_EVENTS_MAX);
      });

      it('keeps bytes of any script unchanged', async () => {
        const note = 'Å 日本語 🧦 \u2028 \u0000 "quoted" \\ é e\u0301 \uffff';
        const [appended] = await log.append({ drafts: [sampleDraft(1, { payload: { note } })], clock });
        const [sent] = await outboxLines(0, LIMIT);
        expect(sent?.line).toBe(appended?.line);
        expect(readStoredLine(sent?.line ?? '').payload['note']).toBe(note);
      });
    });

    describe('outbox and accepted mark', () => {
      it('gives own lines after a seq, in order, within both bounds', async () => {
        const appended = await append(1, 2, 3, 4);
        const all = await outboxLines(0, LIMIT);
        expect(all).toEqual(appended.map(({ place, line }) => ({ place, line })));
        expect((await outboxLines(2, LIMIT)).map(({ place }) => place.seq)).toEqual([3, 4]);
        expect((await outboxLines(0, { ...LIMIT, eventsMax: 3 })).length).toBe(3);
        const twoLines = all[0]!.line.length + all[1]!.line.length;
        expect((await outboxLines(0, { ...LIMIT, bytesMax: twoLines })).length).toBe(2);
        expect((await outboxLines(0, { ...LIMIT, bytesMax: twoLines - 1 })).length).toBe(1);
        expect((await outboxLines(0, { ...LIMIT, bytesMax: 1 })).length).toBe(1);
        expect(await outboxLines(4, LIMIT)).toEqual([]);
      });

      it('moves the mark forward only', async () => {
        const [first, second] = await append(1, 2);
        const late = clockAt(START_MS + 60_000);
        await log.append({ drafts: [sampleDraft(3)], clock: late });
        await log.accept(markAt(second!.place));
        expect((await log.state())?.pending).toEqual({ events: 1, oldestRecordedAtMs: START_MS + 60_000 });
        await log.accept(markAt(first!.place));
        expect((await log.state())?.accepted).toEqual(markAt(second!.place));
      });

      it('follows a mark of another epoch, also backwards: what it does not hold is sent again', async () => {
        const [first, second] = await append(1, 2);
        await log.accept(markAt(second!.place));
        await log.accept(markAt(first!.place, 'epoch-2'));
        expect((await log.state())?.accepted).toEqual(markAt(first!.place, 'epoch-2'));
        expect((await log.state())?.pending.events).toBe(1);
      });

      it('D7 ignores a mark of another chain: it would call unsent events sent', async () => {
        const [, second] = await append(1, 2);
        await log.accept(markAt({ seq: 2, hash: sha256('another chain') }));
        await log.accept(markAt({ seq: 9, hash: second!.place.hash }));
        expect((await log.state())?.accepted).toBeNull();
        expect((await log.state())?.pending.events).toBe(2);
      });
    });

    describe('frames', () => {
      const other = () => new SampleWriter('device-2', START_MS);
      const frame = (from: number | null, to: number, lines: DeviceFrame['lines']): DeviceFrame => ({
        from: from === null ? null : cursorAt(from),
        to: cursorAt(to),
        lines,
      });

      it('are applied from the stored cursor, all of it in one step', async () => {
        const [one, two] = other().write([sampleDraft(1), sampleDraft(2)]);
        expect(await log.applyFrame(frame(null, 2, [delivered(one!, 1), delivered(two!, 2)]))).toBe('applied');
        expect((await log.state())?.cursor).toEqual(cursorAt(2));
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
        const [kept] = await log.find([sampleId(1)]);
        expect(kept).toEqual({ id: sampleId(1), line: one!.line, position: 1, place: one!.place });
        expect((await log.state())?.head.seq).toBe(0);
      });

      it('X7 are stale from anywhere else, and then change nothing', async () => {
        const tab = await open();
        const [one, two, three] = other().write([sampleDraft(1), sampleDraft(2), sampleDraft(3)]);
        const first = frame(null, 1, [delivered(one!, 1)]);
        expect(await tab.applyFrame(first)).toBe('applied');
        expect(await log.applyFrame(first)).toBe('stale');
        expect(await log.applyFrame(frame(2, 3, [delivered(three!, 3)]))).toBe('stale');
        const otherEpoch = { ...frame(1, 2, [delivered(two!, 2)]), from: cursorAt(1, 'epoch-0') };
        expect(await log.applyFrame(otherEpoch)).toBe('stale');
        expect((await log.state())?.cursor).toEqual(cursorAt(1));
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
      });

      it('of which two tabs race for the same one count once', async () => {
        const tab = await open();
        const lines = other()
          .write(Array.from({ length: 10 }, (_, index) => sampleDraft(index + 1)))
          .map((line, index) => delivered(line, index + 1));
        const outcomes = await Promise.all([log, tab].map((handle) => handle.applyFrame(frame(null, 10, lines))));
        expect(outcomes.toSorted()).toEqual(['applied', 'stale']);
        expect((await readTally(log.tables)).events).toBe(10);
      });

      it('without lines advance an idle device', async () => {
        expect(await log.applyFrame(frame(null, 7, []))).toBe('applied');
        expect(await log.applyFrame(frame(7, 9, []))).toBe('applied');
        expect((await log.state())?.cursor).toEqual(cursorAt(9));
      });

      it('X5 bring own events back: they get their position and are not folded twice', async () => {
        const [own] = await append(1);
        expect((await log.find([own!.event.id]))[0]?.position).toBeNull();
        await log.applyFrame(frame(null, 5, [delivered(own!, 5)]));
        expect(await log.find([own!.event.id])).toEqual([
          { id: own!.event.id, line: own!.line, position: 5, place: own!.place },
        ]);
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
        expect((await log.state())?.pending.events).toBe(1);
      });

      it('fold an id at most once, also within a frame and in a later one', async () => {
        const [one] = other().write([sampleDraft(1)]);
        await log.applyFrame(frame(null, 2, [delivered(one!, 1), delivered(one!, 1)]));
        await log.applyFrame(frame(2, 3, [delivered(one!, 1)]));
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
        await expect(append(1)).rejects.toThrow(/elsewhere/);
      });

      it('save nothing when their commit fails', async () => {
        const [one] = other().write([sampleDraft(1)]);
        fixture.failNextCommit();
        await expect(log.applyFrame(frame(null, 1, [delivered(one!, 1)]))).rejects.toThrow(/commit/i);
        expect((await log.state())?.cursor).toBeNull();
        expect(await readTally(log.tables)).toEqual({ events: 0, quantity: 0 });
        expect(await log.applyFrame(frame(null, 1, [delivered(one!, 1)]))).toBe('applied');
      });

      it('X17 take own events that the centre set aside out of the figures and before a person', async () => {
        const [own, fine] = await append(1, 2);
        const centre = new SampleWriter('centre-1');
        const setAside = centre.rule(100, {
          type: 'EventSetAside',
          payload: { target: own!.event.id, reason: 'invalid-payload', detail: 'no' },
        });
        const lines = [delivered(own!, 1), delivered(setAside, 2), delivered(fine!, 3)];
        await log.applyFrame(frame(null, 3, lines));
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 2 });
        expect((await log.state())?.needsAttention).toBe(1);
        const rows = await log.tables.range(NEEDS_ATTENTION_TABLE, { rowsMax: 10 });
        expect(rows).toEqual([{ key: own!.event.id, value: { kind: 'set-aside', event: own!.event.id } }]);
        const admitted = centre.rule(101, { type: 'EventAdmitted', payload: { target: own!.event.id, reason: 'ok' } });
        await log.applyFrame(frame(3, 4, [delivered(admitted, 4)]));
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
        expect((await log.state())?.needsAttention).toBe(0);
      });

      it('do not put other devices’ set-aside events before a person here', async () => {
        const [one] = other().write([sampleDraft(1)]);
        const ruling = new SampleWriter('centre-1').rule(100, {
          type: 'EventSetAside',
          payload: { target: one!.event.id, reason: 'other-store', detail: 'no' },
        });
        await log.applyFrame(frame(null, 2, [delivered(one!, 1), delivered(ruling, 2)]));
        expect((await log.state())?.needsAttention).toBe(0);
        expect((await readTally(log.tables)).events).toBe(0);
      });

      it('may bring a ruling before its target', async () => {
        const [one] = other().write([sampleDraft(1)]);
        const ruling = new SampleWriter('centre-1').rule(100, {
          type: 'EventVoided',
          payload: { target: one!.event.id, reason: 'never happened' },
        });
        await log.applyFrame(frame(null, 1, [delivered(ruling, 1)]));
        await log.applyFrame(frame(1, 2, [delivered(one!, 2)]));
        expect((await readTally(log.tables)).events).toBe(0);
      });

      it('C6 with a line that can not be read keep it for a person and apply the rest', async () => {
        const [one] = other().write([sampleDraft(1)]);
        const unreadable = { position: 1, place: null, line: '{"id":"nonsense"}' };
        expect(await log.applyFrame(frame(null, 2, [unreadable, delivered(one!, 2)]))).toBe('applied');
        expect((await readTally(log.tables)).events).toBe(1);
        expect((await log.state())?.needsAttention).toBe(1);
        await log.rebuild();
        expect((await log.state())?.needsAttention).toBe(1);
      });

      it('with other bytes under an own id keep the own bytes and tell a person', async () => {
        const [own] = await append(1);
        const [imposter] = other().write([sampleDraft(1, { payload: { item: 'item-1', quantity: 50 } })]);
        await log.applyFrame(frame(null, 1, [delivered(imposter!, 1)]));
        expect((await log.find([own!.event.id]))[0]?.line).toBe(own!.line);
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
        expect((await log.state())?.needsAttention).toBe(1);
      });
    });

    describe('forks', () => {
      it('hashesAt: the start, what is held, null beyond', async () => {
        const [one, two] = await append(1, 2);
        expect(await log.hashesAt([0, 2, 1, 3])).toEqual([
          { seq: 0, hash: deviceChainStart(sha256, DEVICE) },
          { seq: 2, hash: two!.place.hash },
          { seq: 1, hash: one!.place.hash },
          null,
        ]);
      });

      it('X1 rechain re-appends exactly what follows the common seq, byte for byte', async () => {
        const appended = await append(1, 2, 3, 4);
        await log.accept(markAt(appended[2]!.place));
        const tallyBefore = await readTally(log.tables);
        await log.rechain({ commonSeq: 2, device: 'device-1b' });
        const state = await log.state();
        expect(state?.identity).toEqual({ device: 'device-1b', store: STORE });
        expect(state?.accepted).toBeNull();
        expect(state?.pending.events).toBe(2);
        const lines = await outboxLines(0, LIMIT);
        expect(lines.map(({ line }) => line)).toEqual([appended[2]!.line, appended[3]!.line]);
        let hash = deviceChainStart(sha256, 'device-1b');
        for (const [index, { line, place }] of lines.entries()) {
          hash = nextDeviceHash(sha256, hash, line);
          expect(place).toEqual({ device: 'device-1b', seq: index + 1, hash });
        }
        expect(state?.head).toEqual({ seq: 2, hash });
        const [before, after] = await log.find([sampleId(1), sampleId(3)]);
        expect(before?.place).toEqual(appended[0]!.place);
        expect(after?.place).toEqual(lines[0]!.place);
        expect(await log.hashesAt([3])).toEqual([null]);
        expect(await readTally(log.tables)).toEqual(tallyBefore);
        const [next] = await append(5);
        expect(next?.place.seq).toBe(3);
        expect(next?.event.recordedAt).toBeGreaterThan(appended[3]!.event.recordedAt);
      });

      it('X5 rechain from the head takes a new id with an empty log; X2 twice is twice', async () => {
        await append(1, 2);
        await log.rechain({ commonSeq: 2, device: 'device-1b' });
        expect((await log.state())?.head).toEqual({ seq: 0, hash: deviceChainStart(sha256, 'device-1b') });
        await append(3);
        await log.rechain({ commonSeq: 0, device: 'device-1c' });
        expect(await outboxIds()).toEqual([sampleId(3)]);
        expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('D7 rechain repeated, or for an identity of before, changes nothing', async () => {
        await append(1, 2);
        await log.rechain({ commonSeq: 0, device: 'device-1b', from: DEVICE });
        const before = await log.state();
        await log.rechain({ commonSeq: 0, device: 'device-1b', from: DEVICE });
        await log.rechain({ commonSeq: 1, device: 'device-1b' });
        await log.rechain({ commonSeq: 2, device: 'device-1c', from: DEVICE });
        expect(await log.state()).toEqual(before);
      });

      it('rechain is all or nothing', async () => {
        await append(1, 2);
        const before = await log.state();
        fixture.failNextCommit();
        await expect(log.rechain({ commonSeq: 0, device: 'device-1b' })).rejects.toThrow(/commit/i);
        expect(await log.state()).toEqual(before);
        expect(await outboxIds()).toEqual([sampleId(1), sampleId(2)]);
      });

      it('set-aside events of before a fork still come before a person', async () => {
        const [own] = await append(1);
        await log.rechain({ commonSeq: 1, device: 'device-1b' });
        const ruling = new SampleWriter('centre-1').rule(100, {
          type: 'EventSetAside',
          payload: { target: own!.event.id, reason: 'invalid-payload', detail: 'no' },
        });
        await log.applyFrame({ from: null, to: cursorAt(2), lines: [delivered(own!, 1), delivered(ruling, 2)] });
        expect((await log.state())?.needsAttention).toBe(1);
      });
    });

    describe('rebuild', () => {
      const dump = async () => {
        const names = ['tally', 'tally-journal', 'tally-newest', 'judgements', NEEDS_ATTENTION_TABLE];
        return Promise.all(names.map((table) => log.tables.range(table, { rowsMax: 10_000 })));
      };

      const mixedHistory = async () => {
        await log.append({ drafts: Array.from({ length: 30 }, (_, index) => sampleDraft(index + 1)), clock });
        const writer = new SampleWriter('device-2');
        const centre = new SampleWriter('centre-1');
        const foreign = writer.write(Array.from({ length: 30 }, (_, index) => sampleDraft(index + 200)));
        const rulings = [
          centre.rule(500, { type: 'EventSetAside', payload: { target: sampleId(3), reason: 'r', detail: 'd' } }),
          centre.rule(501, { type: 'EventVoided', payload: { target: sampleId(210), reason: 'r' } }),
          centre.rule(502, {
            type: 'EventRetimed',
            payload: { target: sampleId(5), effectiveAt: START_MS * 2_048 + 5, uncertaintyMs: 0 },
          }),
        ];
        const lines = [...rulings, ...foreign].map((line, index) => delivered(line, index + 1));
        await log.applyFrame({ from: null, to: cursorAt(lines.length), lines });
      };

      it('S4 gives the same tables again', async () => {
        await mixedHistory();
        const before = await dump();
        expect(before[0]).toEqual([{ key: STORE, value: { events: 58, quantity: 465 + 6_435 - 3 - 210 } }]);
        await log.rebuild();
        expect(await dump()).toEqual(before);
      });

      it('X29 gives the same tables again in pages: a ruling may be folded long before its target', async () => {
        const writer = new SampleWriter('device-2');
        const numbers = Array.from({ length: 560 }, (_, index) => 1_001 + index);
        const ruling = new SampleWriter('centre-1').rule(900, {
          type: 'EventVoided',
          payload: { target: sampleId(1_555), reason: 'never happened' },
        });
        const lines = [
          ...writer.write(numbers.slice(0, 280).map((number) => sampleDraft(number))),
          ...writer.write(numbers.slice(280).map((number) => sampleDraft(number))),
          ruling,
        ].map((line, index) => delivered(line, index + 1));
        await log.applyFrame({ from: null, to: cursorAt(300), lines: lines.slice(0, 300) });
        await log.applyFrame({ from: cursorAt(300), to: cursorAt(561), lines: lines.slice(300) });
        const before = await dump();
        expect((await readTally(log.tables)).events).toBe(559);
        await log.rebuild();
        expect((await readTally(log.tables)).events).toBe(559);
        expect((await dump()).slice(0, 2)).toEqual(before.slice(0, 2));
      });

      it('happens by itself when a projector’s version rose, before anything is read', async () => {
        await mixedHistory();
        await log.close();
        const doubled: Projector = {
          ...tallyProjector(2),
          project: (tables, changes) =>
            tallyProjector().project(
              tables,
              changes.map((change) => {
                const { payload } = change.event;
                const quantity = Number(payload['quantity'] ?? 0) * 2;
                return { ...change, event: { ...change.event, payload: { ...payload, quantity } } };
              }),
            ),
        };
        log = await fixture.open([doubled]);
        expect(await readTally(log.tables)).toEqual({ events: 58, quantity: 2 * (465 + 6_435 - 3 - 210) });
      });

      it('D8 a tab of an older app beside a newer one can not write', async () => {
        await append(1);
        const newer = await fixture.open([tallyProjector(2)]);
        await newer.append({ drafts: [sampleDraft(2)], clock });
        await expect(append(3)).rejects.toThrow(/newer version/);
        expect((await newer.state())?.head.seq).toBe(2);
        const openOlder = async () => (await fixture.open([tallyProjector(1)])).state();
        await expect(openOlder()).rejects.toThrow(/newer version/);
      });
    });

    describe('observers', () => {
      it('hear of every commit of every tab, after it', async () => {
        const tab = await open();
        const heard: DeviceLogChange['cause'][] = [];
        const elsewhere: DeviceLogChange['cause'][] = [];
        const seqs: Promise<number | undefined>[] = [];
        log.observe(({ cause }) => heard.push(cause));
        const stop = tab.observe(({ cause }) => {
          elsewhere.push(cause);
          seqs.push(tab.state().then((state) => state?.head.seq));
        });
        const [own] = await append(1);
        await vi.waitFor(() => expect(elsewhere).toEqual(['append']));
        expect(await seqs[0]).toBe(1);
        await log.accept(markAt(own!.place));
        await log.applyFrame({ from: null, to: cursorAt(1), lines: [] });
        await log.putLocal([{ key: 'a', value: 1 }]);
        const all = ['append', 'accepted', 'frame', 'local'];
        await vi.waitFor(() => expect(elsewhere).toEqual(all));
        expect(heard).toEqual(all);
        stop();
        await append(2);
        await vi.waitFor(() => expect(heard).toEqual([...all, 'append']));
        expect(elsewhere).toEqual(all);
      });

      it('hear nothing of what changed nothing or failed', async () => {
        const heard: DeviceLogChange['cause'][] = [];
        const [own] = await append(1);
        await log.accept(markAt(own!.place));
        await vi.waitFor(async () => expect((await log.state())?.pending.events).toBe(0));
        log.observe(({ cause }) => heard.push(cause));
        await log.accept(markAt(own!.place));
        await log.applyFrame({ from: cursorAt(3), to: cursorAt(4), lines: [] });
        fixture.failNextCommit();
        await expect(append(2)).rejects.toThrow(/commit/i);
        await append(3);
        await vi.waitFor(() => expect(heard).toEqual(['append']));
      });
    });

    describeSnapshotContract(createFixture);
    describeDamageContract(createFixture);
  });
}
