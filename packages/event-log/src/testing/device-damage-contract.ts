// The part of the DeviceLog contract suite about bytes that the disk has changed, and about taking another identity.
import { describe, expect, it } from 'vitest';
import { deviceChainStart, nextDeviceHash } from '../chain.ts';
import { NEEDS_ATTENTION_TABLE } from '../attention-table.ts';
import { sha256 } from '../sha256.ts';
import { DEVICE, deviceUnderTest } from './device-under-test.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import {
  clockAt,
  cursorAt,
  markAt,
  readTally,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './sample-log.ts';

const LIMIT = { eventsMax: 500, bytesMax: 256 * 1024 };
const clock = clockAt(START_MS);

export function describeDamageContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('damage', () => {
    const under = deviceUnderTest(createFixture);

    const append = async (...numbers: number[]) => await under.append(numbers);
    const attention = async () =>
      (await under.log.tables.range(NEEDS_ATTENTION_TABLE, { rowsMax: 10 })).map(({ value }) => value);

    it.each(['not JSON any more', '{"id":', '{"payload":{"quantity":"'])(
      'X6 sets an own event aside whose bytes became %s: figures, outbox and a person know',
      async (line) => {
        const own = await append(1, 2, 3);
        await under.fixture.changeLine(sampleId(2), line);
        expect((await under.log.state())?.pending).toEqual({ events: 3, oldestRecordedAtMs: START_MS });
        expect((await under.log.outbox(1, LIMIT)).lines[0]?.line).toBe(line);
        await under.log.setDamagedAside(2, 'hash');
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 4 });
        const row = { kind: 'damaged', event: sampleId(2), seq: 2, bytes: line, problem: 'hash' };
        expect(await attention()).toEqual([row]);
        expect(await under.log.state()).toMatchObject({ damaged: 1, needsAttention: 1, needsSnapshot: false });
        const placed = own.map((event) => ({ place: event.place, line: event.line }));
        const { hash } = own[1]!.place;
        const before = { seq: 1, hash: own[0]!.place.hash };
        expect((await under.log.outbox(0, LIMIT)).lines).toEqual([placed[0]]);
        const hole = { fromSeq: 2, toSeq: 2, hashAfter: hash, reason: 'damaged' };
        expect(await under.log.outbox(1, LIMIT)).toEqual({ before, hole, lines: [] });
        expect(await under.log.outbox(2, LIMIT)).toEqual({ before: { seq: 2, hash }, hole: null, lines: [placed[2]] });
        await under.log.setDamagedAside(2, 'again');
        expect((await under.log.state())?.damaged).toBe(1);
        await under.log.rebuild();
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 4 });
        expect(await attention()).toEqual([row]);
      },
    );

    it('X6 a flipped digit is out of the figures and never given away', async () => {
      const [one] = await append(1, 2);
      const foreign = new SampleWriter('device-2').write([sampleDraft(10), sampleDraft(11)]);
      under.centre.append(...foreign);
      await under.log.applyFrame(under.centre.frame(null, 2));
      const flip = (line: string) => line.replace('"quantity":1', '"quantity":9');
      await under.fixture.changeLine(sampleId(1), flip(one!.line));
      await under.fixture.changeLine(sampleId(10), flip(foreign[0]!.line));
      const sound = [sampleId(2), sampleId(11)];
      expect(await under.log.heldIds(null, 10)).toEqual(sound);
      expect(await under.log.heldIds(null, 1)).toEqual([sound[0]]);
      expect(await under.log.heldIds(sound[0]!, 1)).toEqual([sound[1]]);
      const lines = await under.log.heldLines([sampleId(1), sampleId(2), sampleId(10), sampleId(11)], LIMIT);
      expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(sound);
      expect(await under.log.heldLines(sound, { eventsMax: 1, bytesMax: 9_999 })).toHaveLength(1);
      expect(await under.log.heldLines(sound, { eventsMax: 9, bytesMax: 1 })).toHaveLength(1);
      await under.log.rebuild();
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 13 });
      // The centre holds what was received: a snapshot makes up for it.
      expect((await under.log.state())?.needsSnapshot).toBe(true);
    });

    it('sound bytes from the centre take the place of damaged ones, and count once', async () => {
      const own = await append(1, 2);
      await under.fixture.changeLine(sampleId(1), own[0]!.line.replace('"quantity":1', '"quantity":7'));
      await under.log.setDamagedAside(1, 'hash');
      under.centre.append(...own);
      await under.log.applyFrame(under.centre.frame(null, 2));
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
      expect(await attention()).toEqual([]);
      expect((await under.log.state())?.damaged).toBe(0);
      expect((await under.log.find([sampleId(1)]))[0]?.line).toBe(own[0]!.line);
      // They can be sent again, to a centre that lost them.
      expect((await under.log.outbox(0, LIMIT)).lines.map(({ line }) => line)).toEqual(own.map(({ line }) => line));
      await under.log.rebuild();
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
    });

    it('X6 an own event that came back with a position is at the centre, also before the word that it was accepted', async () => {
      const own = await append(1, 2);
      under.centre.append(...own);
      await under.log.applyFrame(under.centre.frame(null, 2));
      await under.fixture.changeLine(sampleId(1), own[0]!.line.replace('"quantity":1', '"quantity":7'));
      await under.log.rebuild();
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 2 });
      expect(await under.log.state()).toMatchObject({ needsSnapshot: true, accepted: null });
    });

    it.each([
      ['set aside', () => under.log.setDamagedAside(1, 'hash')],
      ['left out of a new chain', () => under.log.rechain({ commonSeq: 0, device: 'device-1b' })],
    ])('X6 a delivered own event that is %s is missing in the figures: a snapshot is asked for', async (_, act) => {
      const own = await append(1, 2);
      under.centre.append(...own);
      await under.log.applyFrame(under.centre.frame(null, 2));
      await under.fixture.changeLine(sampleId(1), 'gone');
      await act();
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 2 });
      expect(await under.log.state()).toMatchObject({ needsSnapshot: true, damaged: 1 });
    });

    it('sound bytes heal what nobody noticed yet, without counting it again', async () => {
      const foreign = new SampleWriter('device-2').write([sampleDraft(10)]);
      under.centre.append(...foreign);
      await under.log.applyFrame(under.centre.frame(null, 1));
      await under.fixture.changeLine(sampleId(10), 'gone');
      await under.log.applyFrame({ ...under.centre.frame(null, 1), from: under.centre.cursorAt(1) });
      expect(await under.log.heldIds(null, 10)).toEqual([sampleId(10)]);
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 10 });
      expect(await attention()).toEqual([]);
    });

    it('a fork does not carry damage into the new chain, where its hash would be right', async () => {
      const own = await append(1, 2, 3);
      await under.fixture.changeLine(sampleId(2), own[1]!.line.replace('"quantity":2', '"quantity":8'));
      await under.log.rechain({ commonSeq: 0, device: 'device-1b' });
      const { lines } = await under.log.outbox(0, LIMIT);
      expect(lines.map(({ line }) => line)).toEqual([own[0]!.line, own[2]!.line]);
      expect(lines[1]?.place.hash).toBe(
        nextDeviceHash(
          sha256,
          nextDeviceHash(sha256, deviceChainStart(sha256, 'device-1b'), lines[0]!.line),
          lines[1]!.line,
        ),
      );
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 4 });
      expect(await under.log.state()).toMatchObject({ damaged: 1, needsAttention: 1 });
      await under.log.rechain({ commonSeq: 0, device: 'device-1c' });
      expect(await under.log.state()).toMatchObject({ damaged: 1, needsAttention: 1, head: { seq: 2 } });
    });

    it('a fork passes over what was set aside before', async () => {
      const own = await append(1, 2);
      await under.fixture.changeLine(sampleId(1), 'gone');
      await under.log.setDamagedAside(1, 'hash');
      await under.log.rechain({ commonSeq: 0, device: 'device-1b' });
      expect((await under.log.outbox(0, LIMIT)).lines.map(({ line }) => line)).toEqual([own[1]!.line]);
      const [row] = await attention();
      expect(row).toMatchObject({ problem: 'hash' });
      expect((await under.log.state())?.damaged).toBe(1);
    });

    it('a damaged page gives up the base, not the log: the rest is shown, and a snapshot asked for', async () => {
      under.centre.append(...new SampleWriter('device-2').write([sampleDraft(10)]));
      const start = markAt({ seq: 0, hash: deviceChainStart(sha256, DEVICE) });
      const snapshot = await under.centre.snapshot({ id: 's', position: 1, own: { accepted: start } });
      await under.log.beginSnapshot(snapshot.header);
      await under.log.addSnapshotPages('s', snapshot.pages);
      await under.log.installSnapshot('s');
      await append(1);
      const index = snapshot.header.pages.findIndex(({ table }) => table === 'tally-journal');
      await under.fixture.changePage('s', index, snapshot.pages[index]!.text.replace('"quantity":10', '"quantity":99'));
      await under.reopen([tallyProjector()]);
      expect(await under.log.tables.range('tally-journal', { rowsMax: 10 })).toHaveLength(1);
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
      expect(await under.log.state()).toMatchObject({ needsSnapshot: true, base: null, pending: { events: 1 } });
      await under.log.beginSnapshot(snapshot.header);
      await under.log.addSnapshotPages('s', snapshot.pages);
      expect(await under.log.installSnapshot('s')).toBe('installed');
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 11 });
    });
  });

  describe('pairing again', () => {
    const under = deviceUnderTest(createFixture);

    it('with the same store keeps everything, and sends it again under the new id', async () => {
      const own = await under.log.append({ drafts: [sampleDraft(1), sampleDraft(2)], clock });
      await under.log.accept(markAt(own[1]!.place));
      await under.log.applyFrame({ from: null, to: cursorAt(5), lines: [] });
      await under.log.putLocal([{ key: 'on hold', value: 1 }]);
      await under.log.enrol({ device: 'device-9', store: STORE });
      expect(await under.log.state()).toMatchObject({
        identity: { device: 'device-9', store: STORE },
        accepted: null,
        // It says to which history the log belonged: a centre that was restored since asks for what is held.
        cursor: cursorAt(5),
        pending: { events: 2 },
      });
      const { before, lines } = await under.log.outbox(0, LIMIT);
      expect(before).toEqual({ seq: 0, hash: deviceChainStart(sha256, 'device-9') });
      expect(lines.map(({ line }) => line)).toEqual(own.map(({ line }) => line));
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
      expect(await under.log.getLocal(['on hold'])).toEqual([1]);
    });

    it('with another store is refused while anything is unsent, then starts empty', async () => {
      const own = await under.log.append({ drafts: [sampleDraft(1)], clock });
      await under.log.putLocal([{ key: 'on hold', value: 1 }]);
      const refusal = under.log.enrol({ device: 'device-9', store: 'store-b' });
      await expect(refusal).rejects.toThrow(/1 unsent entries of store-a/);
      await under.log.accept(markAt(own[0]!.place));
      await under.log.enrol({ device: 'device-9', store: 'store-b' });
      expect(await under.log.state()).toMatchObject({
        identity: { device: 'device-9', store: 'store-b' },
        head: { seq: 0 },
        cursor: null,
        pending: { events: 0 },
      });
      expect(await under.log.tables.range('tally', { rowsMax: 10 })).toEqual([]);
      expect(await under.log.getLocal(['on hold'])).toEqual([undefined]);
      // The centre may have been restored since: nobody else might hold it.
      expect(await under.log.heldIds(null, 10)).toEqual([own[0]!.event.id]);
      await under.log.append({ drafts: [sampleDraft(2, { store: 'store-b' })], clock });
      await under.log.rebuild();
      expect(await readTally(under.log.tables, 'store-b')).toEqual({ events: 1, quantity: 2 });
      expect(await readTally(under.log.tables)).toEqual({ events: 0, quantity: 0 });
      expect((await under.log.outbox(0, LIMIT)).lines).toHaveLength(1);
    });
  });
}
