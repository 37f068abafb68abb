// The contract suite of the DeviceLog port: every implementation runs it against real storage of its kind. It only uses
// the port, and a fixture that opens handles (tabs) on one device's storage and can make a commit fail.
import { describe, expect, it } from 'vitest';
import { deviceChainStart, nextDeviceHash } from '../chain.ts';
import { AppendRefused } from '../device-log-problems.ts';
import type { DeviceLog } from '../device-log.ts';
import { readStoredLine } from '../stored-line.ts';
import { APPEND_EVENTS_MAX, EVENT_BYTES_MAX } from '../limits.ts';
import { sha256 } from '../sha256.ts';
import { clockAt, markAt, readTally, sampleDraft, sampleId, START_MS, STORE, tallyProjector } from './sample-log.ts';
import { describeBaseContract } from './device-base-contract.ts';
import { describeDamageContract } from './device-damage-contract.ts';
import { describeFramesContract } from './device-frames-contract.ts';
import { DEVICE, deviceUnderTest } from './device-under-test.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import { describeRebuildContract } from './device-rebuild-contract.ts';
import { describeSnapshotContract } from './device-snapshot-contract.ts';
import { describeUnfoldableContract } from './device-unfoldable-contract.ts';
import { describeVersionsContract } from './device-versions-contract.ts';

const LIMIT = { eventsMax: 500, bytesMax: 256 * 1024 };
const clock = clockAt(START_MS);

export function describeDeviceLogContract(name: string, createFixture: () => Promise<DeviceLogFixture>): void {
  describe(`${name} as a device log`, () => {
    const under = deviceUnderTest(createFixture);
    const open = () => under.fixture.open([tallyProjector()]);

    const append = async (...numbers: number[]) => await under.append(numbers);
    const outboxLines = async (afterSeq: number, limit = LIMIT, handle: DeviceLog = under.log) =>
      (await handle.outbox(afterSeq, limit)).lines;

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

      it('takes what comes with the identity in the same transaction: one is never there without the other', async () => {
        const credential = (value: string) => [{ key: 'credential', value }];
        await under.log.enrol({ device: DEVICE, store: STORE }, credential('first'));
        under.fixture.failNextCommit();
        await expect(under.log.enrol({ device: 'device-2', store: STORE }, credential('second'))).rejects.toThrow(
          /commit/i,
        );
        expect((await under.log.state())?.identity.device).toBe(DEVICE);
        expect(await under.log.getLocal(['credential'])).toEqual(['first']);
        await append(1);
        await expect(under.log.enrol({ device: 'device-2', store: 'porto' }, credential('other'))).rejects.toThrow(
          /unsent/,
        );
        expect(await under.log.getLocal(['credential'])).toEqual(['first']);
        await under.log.enrol({ device: 'device-2', store: STORE }, credential('second'));
        expect(await under.log.getLocal(['credential'])).toEqual(['second']);
        const [line] = await outboxLines(0);
        await under.log.accept(markAt(line!.place));
        await under.log.putLocal([{ key: 'of-the-old-store', value: 1 }]);
        await under.log.enrol({ device: 'device-3', store: 'porto' }, credential('other'));
        expect(await under.log.getLocal(['credential', 'of-the-old-store'])).toEqual(['other', undefined]);
      });

      it('starts with an empty chain, nothing accepted, no cursor', async () => {
        expect(await under.log.state()).toEqual({
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
        const state = await under.log.state();
        expect(state?.head).toEqual({ seq: 3, hash });
        expect(state?.pending).toEqual({ events: 3, oldestRecordedAtMs: START_MS });
        expect(state?.lastAppendAtMs).toBe(START_MS);
      });

      it('folds them in the same step', async () => {
        await append(1, 2, 3);
        expect(await readTally(under.log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('outlives the handle', async () => {
        await append(1, 2);
        const before = await under.log.state();
        await under.reopen([tallyProjector()]);
        expect(await under.log.state()).toEqual(before);
        const [third] = await append(3);
        expect(third?.place.seq).toBe(3);
        expect(third?.event.recordedAt).toBeGreaterThan(START_MS * 2_048);
      });

      it('S1 two tabs never give one seq twice, and every event counts once', async () => {
        const other = await open();
        const tabs = [under.log, other];
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
        await under.log.putLocal([
          { key: 'draft', value: { lines: [1, 2] } },
          { key: 'kept', value: 'yes' },
        ]);
        await under.log.append({ drafts: [sampleDraft(1)], clock, local: [{ key: 'draft', value: undefined }] });
        expect(await under.log.getLocal(['draft', 'kept'])).toEqual([undefined, 'yes']);
      });

      it('D3 a commit that fails saves nothing and says so', async () => {
        await append(1);
        await under.log.putLocal([{ key: 'draft', value: 'here' }]);
        const before = await under.log.state();
        under.fixture.failNextCommit();
        const local = [{ key: 'draft', value: undefined }];
        await expect(under.log.append({ drafts: [sampleDraft(2)], clock, local })).rejects.toThrow(/commit/i);
        expect(await under.log.state()).toEqual(before);
        expect(await under.log.getLocal(['draft'])).toEqual(['here']);
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
        expect(await under.log.find([sampleId(2)])).toEqual([]);
        const [second] = await append(2);
        expect(second?.place.seq).toBe(2);
      });

      it('repeated with the same drafts saves nothing twice', async () => {
        const first = await append(1, 2);
        expect(await append(1, 2)).toEqual(first);
        const mixed = await append(2, 3);
        expect(mixed.map(({ place }) => place.seq)).toEqual([2, 3]);
        expect((await under.log.state())?.head.seq).toBe(3);
        expect(await readTally(under.log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('X41 refuses what is too long or too many before it writes', async () => {
        const long = sampleDraft(1, { payload: { note: 'x'.repeat(EVENT_BYTES_MAX) } });
        const refusal = await under.log
          .append({ drafts: [sampleDraft(2), long], clock })
          .catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(AppendRefused);
        expect(refusal).toMatchObject({ reason: 'event-too-long' });
        const many = Array.from({ length: APPEND_EVENTS_MAX + 1 }, (_, index) => sampleDraft(index + 1));
        await expect(under.log.append({ drafts: many, clock })).rejects.toMatchObject({ reason: 'too-many-events' });
        await expect(under.log.append({ drafts: [], clock })).rejects.toMatchObject({ reason: 'nothing-to-append' });
        expect((await under.log.state())?.head.seq).toBe(0);
        expect(await readTally(under.log.tables)).toEqual({ events: 0, quantity: 0 });
      });

      it('takes as many events as a commit may hold', async () => {
        const drafts = Array.from({ length: APPEND_EVENTS_MAX }, (_, index) => sampleDraft(index + 1));
        await under.log.append({ drafts, clock });
        expect((await under.log.state())?.pending.events).toBe(APPEND_EVENTS_MAX);
        expect((await readTally(under.log.tables)).events).toBe(APPEND_EVENTS_MAX);
      });

      it('keeps bytes of any script unchanged', async () => {
        const note = 'Å 日本語 🧦 \u2028 \u0000 "quoted" \\ é e\u0301 \uffff';
        const [appended] = await under.log.append({ drafts: [sampleDraft(1, { payload: { note } })], clock });
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
        await under.log.append({ drafts: [sampleDraft(3)], clock: late });
        await under.log.accept(markAt(second!.place));
        expect((await under.log.state())?.pending).toEqual({ events: 1, oldestRecordedAtMs: START_MS + 60_000 });
        await under.log.accept(markAt(first!.place));
        expect((await under.log.state())?.accepted).toEqual(markAt(second!.place));
      });

      it('follows a mark of another epoch, also backwards: what it does not hold is sent again', async () => {
        const [first, second] = await append(1, 2);
        await under.log.accept(markAt(second!.place));
        await under.log.accept(markAt(first!.place, 'epoch-2'));
        expect((await under.log.state())?.accepted).toEqual(markAt(first!.place, 'epoch-2'));
        expect((await under.log.state())?.pending.events).toBe(1);
      });

      it('D7 ignores a mark of another chain: it would call unsent events sent', async () => {
        const [, second] = await append(1, 2);
        await under.log.accept(markAt({ seq: 2, hash: sha256('another chain') }));
        await under.log.accept(markAt({ seq: 9, hash: second!.place.hash }));
        expect((await under.log.state())?.accepted).toBeNull();
        expect((await under.log.state())?.pending.events).toBe(2);
      });
    });

    describeFramesContract(createFixture);
    describeRebuildContract(createFixture);
    describeSnapshotContract(createFixture);
    describeBaseContract(createFixture);
    describeDamageContract(createFixture);
    describeUnfoldableContract(createFixture);
    describeVersionsContract(createFixture);
  });
}
