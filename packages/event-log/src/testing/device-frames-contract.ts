// The part of the DeviceLog contract suite about frames and forks.
import { describe, expect, it } from 'vitest';
import { deviceChainStart, nextDeviceHash } from '../chain.ts';
import type { DeviceFrame, DeviceLog } from '../device-log.ts';
import { readStoredLine } from '../stored-line.ts';
import { NEEDS_ATTENTION_TABLE } from '../attention-table.ts';
import { sha256 } from '../sha256.ts';
import {
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
import { DEVICE, deviceUnderTest } from './device-under-test.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';

const LIMIT = { eventsMax: 500, bytesMax: 256 * 1024 };

export function describeFramesContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('delivery and forks', () => {
    const under = deviceUnderTest(createFixture);
    const open = () => under.fixture.open([tallyProjector()]);

    const append = async (...numbers: number[]) => await under.append(numbers);
    const outboxLines = async (afterSeq: number, limit = LIMIT, handle: DeviceLog = under.log) =>
      (await handle.outbox(afterSeq, limit)).lines;
    const outboxIds = async (handle: DeviceLog = under.log) =>
      (await outboxLines((await handle.state())?.accepted?.seq ?? 0, LIMIT, handle)).map(
        ({ line }) => readStoredLine(line).id,
      );

    describe('frames', () => {
      const other = () => new SampleWriter('device-2', START_MS);
      const frame = (from: number | null, to: number, lines: DeviceFrame['lines']): DeviceFrame => ({
        from: from === null ? null : cursorAt(from),
        to: cursorAt(to),
        lines,
      });

      it('are applied from the stored cursor, all of it in one step', async () => {
        const [one, two] = other().write([sampleDraft(1), sampleDraft(2)]);
        expect(await under.log.applyFrame(frame(null, 2, [delivered(one!, 1), delivered(two!, 2)]))).toBe('applied');
        expect((await under.log.state())?.cursor).toEqual(cursorAt(2));
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
        const [kept] = await under.log.find([sampleId(1)]);
        expect(kept).toEqual({ id: sampleId(1), line: one!.line, position: 1, place: one!.place });
        expect((await under.log.state())?.head.seq).toBe(0);
      });

      it('X7 are stale from anywhere else, and then change nothing', async () => {
        const tab = await open();
        const [one, two, three] = other().write([sampleDraft(1), sampleDraft(2), sampleDraft(3)]);
        const first = frame(null, 1, [delivered(one!, 1)]);
        expect(await tab.applyFrame(first)).toBe('applied');
        expect(await under.log.applyFrame(first)).toBe('stale');
        expect(await under.log.applyFrame(frame(2, 3, [delivered(three!, 3)]))).toBe('stale');
        const otherEpoch = { ...frame(1, 2, [delivered(two!, 2)]), from: cursorAt(1, 'epoch-0') };
        expect(await under.log.applyFrame(otherEpoch)).toBe('stale');
        expect((await under.log.state())?.cursor).toEqual(cursorAt(1));
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
      });

      it('of which two tabs race for the same one count once', async () => {
        const tab = await open();
        const lines = other()
          .write(Array.from({ length: 10 }, (_, index) => sampleDraft(index + 1)))
          .map((line, index) => delivered(line, index + 1));
        const outcomes = await Promise.all([under.log, tab].map((handle) => handle.applyFrame(frame(null, 10, lines))));
        expect(outcomes.toSorted()).toEqual(['applied', 'stale']);
        expect((await readTally(under.log.tables)).events).toBe(10);
      });

      it('without lines advance an idle device', async () => {
        expect(await under.log.applyFrame(frame(null, 7, []))).toBe('applied');
        expect(await under.log.applyFrame(frame(7, 9, []))).toBe('applied');
        expect((await under.log.state())?.cursor).toEqual(cursorAt(9));
      });

      it('X5 bring own events back: they get their position and are not folded twice', async () => {
        const [own] = await append(1);
        expect((await under.log.find([own!.event.id]))[0]?.position).toBeNull();
        await under.log.applyFrame(frame(null, 5, [delivered(own!, 5)]));
        expect(await under.log.find([own!.event.id])).toEqual([
          { id: own!.event.id, line: own!.line, position: 5, place: own!.place },
        ]);
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
        expect((await under.log.state())?.pending.events).toBe(1);
      });

      it('fold an id at most once, also within a frame and in a later one', async () => {
        const [one] = other().write([sampleDraft(1)]);
        await under.log.applyFrame(frame(null, 2, [delivered(one!, 1), delivered(one!, 1)]));
        await under.log.applyFrame(frame(2, 3, [delivered(one!, 1)]));
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
        await expect(append(1)).rejects.toThrow(/elsewhere/);
      });

      it('save nothing when their commit fails', async () => {
        const [one] = other().write([sampleDraft(1)]);
        under.fixture.failNextCommit();
        await expect(under.log.applyFrame(frame(null, 1, [delivered(one!, 1)]))).rejects.toThrow(/commit/i);
        expect((await under.log.state())?.cursor).toBeNull();
        expect(await readTally(under.log.tables)).toEqual({ events: 0, quantity: 0 });
        expect(await under.log.applyFrame(frame(null, 1, [delivered(one!, 1)]))).toBe('applied');
      });

      it('X17 take own events that the centre set aside out of the figures and before a person', async () => {
        const [own, fine] = await append(1, 2);
        const centre = new SampleWriter('centre-1');
        const setAside = centre.rule(100, {
          type: 'EventSetAside',
          payload: { target: own!.event.id, reason: 'invalid-payload', detail: 'no' },
        });
        const lines = [delivered(own!, 1), delivered(setAside, 2), delivered(fine!, 3)];
        await under.log.applyFrame(frame(null, 3, lines));
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 2 });
        expect((await under.log.state())?.needsAttention).toBe(1);
        const rows = await under.log.tables.range(NEEDS_ATTENTION_TABLE, { rowsMax: 10 });
        expect(rows).toEqual([{ key: own!.event.id, value: { kind: 'set-aside', event: own!.event.id } }]);
        const admitted = centre.rule(101, { type: 'EventAdmitted', payload: { target: own!.event.id, reason: 'ok' } });
        await under.log.applyFrame(frame(3, 4, [delivered(admitted, 4)]));
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
        expect((await under.log.state())?.needsAttention).toBe(0);
      });

      it('do not put other devices’ set-aside events before a person here', async () => {
        const [one] = other().write([sampleDraft(1)]);
        const ruling = new SampleWriter('centre-1').rule(100, {
          type: 'EventSetAside',
          payload: { target: one!.event.id, reason: 'other-store', detail: 'no' },
        });
        await under.log.applyFrame(frame(null, 2, [delivered(one!, 1), delivered(ruling, 2)]));
        expect((await under.log.state())?.needsAttention).toBe(0);
        expect((await readTally(under.log.tables)).events).toBe(0);
      });

      it('may bring a ruling before its target', async () => {
        const [one] = other().write([sampleDraft(1)]);
        const ruling = new SampleWriter('centre-1').rule(100, {
          type: 'EventVoided',
          payload: { target: one!.event.id, reason: 'never happened' },
        });
        await under.log.applyFrame(frame(null, 1, [delivered(ruling, 1)]));
        await under.log.applyFrame(frame(1, 2, [delivered(one!, 2)]));
        expect((await readTally(under.log.tables)).events).toBe(0);
      });

      it('C6 with a line that can not be read keep it for a person and apply the rest', async () => {
        const [one] = other().write([sampleDraft(1)]);
        const unreadable = { position: 1, place: null, line: '{"id":"nonsense"}' };
        expect(await under.log.applyFrame(frame(null, 2, [unreadable, delivered(one!, 2)]))).toBe('applied');
        expect((await readTally(under.log.tables)).events).toBe(1);
        expect((await under.log.state())?.needsAttention).toBe(1);
        await under.log.rebuild();
        expect((await under.log.state())?.needsAttention).toBe(1);
      });

      it('with other bytes under an own id keep the own bytes and tell a person', async () => {
        const [own] = await append(1);
        const [imposter] = other().write([sampleDraft(1, { payload: { item: 'item-1', quantity: 50 } })]);
        await under.log.applyFrame(frame(null, 1, [delivered(imposter!, 1)]));
        expect((await under.log.find([own!.event.id]))[0]?.line).toBe(own!.line);
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
        expect((await under.log.state())?.needsAttention).toBe(1);
      });
    });

    describe('forks', () => {
      it('hashesAt: the start, what is held, null beyond', async () => {
        const [one, two] = await append(1, 2);
        expect(await under.log.hashesAt([0, 2, 1, 3])).toEqual([
          { seq: 0, hash: deviceChainStart(sha256, DEVICE) },
          { seq: 2, hash: two!.place.hash },
          { seq: 1, hash: one!.place.hash },
          null,
        ]);
      });

      it('X1 rechain re-appends exactly what follows the common seq, byte for byte', async () => {
        const appended = await append(1, 2, 3, 4);
        await under.log.accept(markAt(appended[2]!.place));
        const tallyBefore = await readTally(under.log.tables);
        await under.log.rechain({ commonSeq: 2, device: 'device-1b' });
        const state = await under.log.state();
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
        const [before, after] = await under.log.find([sampleId(1), sampleId(3)]);
        expect(before?.place).toEqual(appended[0]!.place);
        expect(after?.place).toEqual(lines[0]!.place);
        expect(await under.log.hashesAt([3])).toEqual([null]);
        expect(await readTally(under.log.tables)).toEqual(tallyBefore);
        const [next] = await append(5);
        expect(next?.place.seq).toBe(3);
        expect(next?.event.recordedAt).toBeGreaterThan(appended[3]!.event.recordedAt);
      });

      it('X5 rechain from the head takes a new id with an empty log; X2 twice is twice', async () => {
        await append(1, 2);
        await under.log.rechain({ commonSeq: 2, device: 'device-1b' });
        expect((await under.log.state())?.head).toEqual({ seq: 0, hash: deviceChainStart(sha256, 'device-1b') });
        await append(3);
        await under.log.rechain({ commonSeq: 0, device: 'device-1c' });
        expect(await outboxIds()).toEqual([sampleId(3)]);
        expect(await readTally(under.log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('D7 rechain repeated, or for an identity of before, changes nothing', async () => {
        await append(1, 2);
        await under.log.rechain({ commonSeq: 0, device: 'device-1b', from: DEVICE });
        const before = await under.log.state();
        await under.log.rechain({ commonSeq: 0, device: 'device-1b', from: DEVICE });
        await under.log.rechain({ commonSeq: 1, device: 'device-1b' });
        await under.log.rechain({ commonSeq: 2, device: 'device-1c', from: DEVICE });
        expect(await under.log.state()).toEqual(before);
      });

      it('rechain is all or nothing', async () => {
        await append(1, 2);
        const before = await under.log.state();
        under.fixture.failNextCommit();
        await expect(under.log.rechain({ commonSeq: 0, device: 'device-1b' })).rejects.toThrow(/commit/i);
        expect(await under.log.state()).toEqual(before);
        expect(await outboxIds()).toEqual([sampleId(1), sampleId(2)]);
      });

      it('set-aside events of before a fork still come before a person', async () => {
        const [own] = await append(1);
        await under.log.rechain({ commonSeq: 1, device: 'device-1b' });
        const ruling = new SampleWriter('centre-1').rule(100, {
          type: 'EventSetAside',
          payload: { target: own!.event.id, reason: 'invalid-payload', detail: 'no' },
        });
        await under.log.applyFrame({ from: null, to: cursorAt(2), lines: [delivered(own!, 1), delivered(ruling, 2)] });
        expect((await under.log.state())?.needsAttention).toBe(1);
      });
    });
  });
}
