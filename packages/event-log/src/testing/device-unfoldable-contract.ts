// The part of the DeviceLog contract suite about events that a projector throws on: they are kept and set before a person,
// the rest is folded, and nothing stops.
import { describe, expect, it } from 'vitest';
import { NEEDS_ATTENTION_TABLE } from '../attention-table.ts';
import type { Projector } from '../projection.ts';
import { deviceUnderTest, START } from './device-under-test.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
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
  tallyProjector,
  throwingTally,
} from './sample-log.ts';
import { SampleCentre } from './sample-snapshot.ts';

const LIMIT = { eventsMax: 500, bytesMax: 256 * 1024 };
const clock = clockAt(START_MS);

/** Counts the events it was given, in a table of its own. */
const counter: Projector = {
  name: 'counter',
  version: 1,
  tables: ['counted'],
  project: async (tables, changes) => {
    const counted = changes.flatMap(({ event, before, after }) =>
      before === null && after === null ? [] : [{ key: event.id, value: after === null ? 0 : 1 }],
    );
    await tables.putMany('counted', counted);
  },
};

export function describeUnfoldableContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('C6 an event that a projector throws on', () => {
    const poison = sampleId(13);
    const row = { kind: 'unfoldable', event: poison, projector: 'tally', problem: `${poison} is too much` };
    const under = deviceUnderTest(createFixture, [throwingTally((id) => id === poison), counter]);

    const attention = async () =>
      (await under.log.tables.range(NEEDS_ATTENTION_TABLE, { rowsMax: 1_000 })).map(({ value }) => value);
    const counted = async () =>
      (await under.log.tables.range('counted', { rowsMax: 1_000 }))
        .filter(({ value }) => value === 1)
        .map(({ key }) => key);
    const install = async (centre: SampleCentre, wishes: Omit<Parameters<SampleCentre['snapshot']>[0], 'id'>) => {
      const { header, pages } = await centre.snapshot({ id: 's', ...wishes });
      await under.log.beginSnapshot(header);
      await under.log.addSnapshotPages('s', pages);
      return under.log.installSnapshot('s');
    };

    it('in a frame is kept and set before a person; the rest counts, and the next frame comes', async () => {
      const writer = new SampleWriter('device-2');
      const lines = writer
        .write([10, 11, 12, 13, 14, 15, 16].map((number) => sampleDraft(number)))
        .map((line, index) => delivered(line, index + 1));
      expect(await under.log.applyFrame({ from: null, to: cursorAt(7), lines })).toBe('applied');
      const rest = [10, 11, 12, 14, 15, 16];
      expect(await readTally(under.log.tables)).toEqual({ events: 6, quantity: 78 });
      expect(await counted()).toEqual(rest.map(sampleId));
      expect(await attention()).toEqual([row]);
      expect(await under.log.state()).toMatchObject({ needsAttention: 1, parked: 0, damaged: 0, needsSnapshot: false });
      expect(await under.log.heldLines([poison], LIMIT)).toEqual([lines[3]?.line]);
      const [next] = writer.write([sampleDraft(20)]);
      const frame = { from: cursorAt(7), to: cursorAt(9), lines: [delivered(next!, 8), { ...lines[3]!, position: 9 }] };
      expect(await under.log.applyFrame(frame)).toBe('applied');
      expect(await readTally(under.log.tables)).toEqual({ events: 7, quantity: 98 });
      await under.log.rebuild();
      expect(await readTally(under.log.tables)).toEqual({ events: 7, quantity: 98 });
      expect(await attention()).toEqual([row]);
    });

    it('of its own is saved and sent (laws 1 and 4), and what is saved with it counts', async () => {
      const appended = await under.log.append({ drafts: [12, 13, 14].map((number) => sampleDraft(number)), clock });
      expect(appended).toHaveLength(3);
      expect((await under.log.outbox(0, LIMIT)).lines.map(({ line }) => line)).toEqual(
        appended.map(({ line }) => line),
      );
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 26 });
      expect(await attention()).toEqual([row]);
      const lines = appended.map((line, index) => delivered(line, index + 1));
      expect(await under.log.applyFrame({ from: null, to: cursorAt(3), lines })).toBe('applied');
      await under.log.rechain({ commonSeq: 0, device: 'device-1b' });
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 26 });
      expect(await counted()).toEqual([12, 14].map(sampleId));
      expect(await attention()).toEqual([row]);
    });

    it('is not moved by rulings until a newer version folds it: then as they say, and nobody need look', async () => {
      const own = await under.log.append({ drafts: [12, 13].map((number) => sampleDraft(number)), clock });
      const centre = new SampleWriter('centre-1');
      const effectiveAt = START_MS * 2_048 + 5;
      const rulings = [
        centre.rule(900, { type: 'EventSetAside', payload: { target: poison, reason: 'r', detail: 'd' } }),
        centre.rule(901, { type: 'EventRetimed', payload: { target: poison, effectiveAt, uncertaintyMs: 0 } }),
        centre.rule(902, { type: 'EventAdmitted', payload: { target: poison, reason: 'r' } }),
      ];
      const lines = [...own, ...rulings].map((line, index) => delivered(line, index + 1));
      for (const [index, line] of lines.entries()) {
        const from = index === 0 ? null : cursorAt(index);
        expect(await under.log.applyFrame({ from, to: cursorAt(index + 1), lines: [line] })).toBe('applied');
      }
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 12 });
      expect(await attention()).toEqual([row]);
      await under.reopen([throwingTally((id) => id === poison), counter]);
      expect(await attention()).toEqual([row]);
      await under.reopen([tallyProjector(2), counter]);
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 25 });
      const keys = (await under.log.tables.range('tally-journal', { rowsMax: 10 })).map(({ key }) => key);
      expect(keys.filter((key) => key.endsWith(poison))).toEqual([
        expect.stringContaining(String(effectiveAt).padStart(16, '0')),
      ]);
      expect(await attention()).toEqual([]);
      await under.log.rebuild();
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 25 });
    });

    it('being a ruling, leaves its target as it is', async () => {
      await under.log.append({ drafts: [sampleDraft(12)], clock });
      const ruling = { type: 'EventVoided', payload: { target: sampleId(12), reason: 'r' } } as const;
      const line = delivered(new SampleWriter('centre-1').rule(13, ruling), 1);
      expect(await under.log.applyFrame({ from: null, to: cursorAt(1), lines: [line] })).toBe('applied');
      for (let time = 0; time < 2; time += 1) {
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 12 });
        expect(await attention()).toEqual([row]);
        await under.log.rebuild();
      }
      await under.reopen([tallyProjector(2), counter]);
      expect(await readTally(under.log.tables)).toEqual({ events: 0, quantity: 0 });
    });

    it('may be each event of a frame', async () => {
      await under.reopen([throwingTally((id) => id >= sampleId(200), 2), counter]);
      const drafts = Array.from({ length: 300 }, (_, index) => sampleDraft(index + 1));
      const lines = new SampleWriter('device-2').write(drafts).map((line, index) => delivered(line, index + 1));
      expect(await under.log.applyFrame({ from: null, to: cursorAt(300), lines })).toBe('applied');
      expect(await readTally(under.log.tables)).toEqual({ events: 199, quantity: 19_900 });
      expect((await attention()).map((entry) => (entry as { event: string }).event)).toEqual(
        drafts.slice(199).map(({ id }) => id),
      );
    });

    describe('while a snapshot is installed', () => {
      const projectors = [throwingTally((id) => id === poison), counter];

      it('of its own and not in it, is set aside; the rest goes on top', async () => {
        const centre = new SampleCentre(projectors);
        centre.append(...new SampleWriter('device-2').write([sampleDraft(10), sampleDraft(11)]));
        await under.log.append({ drafts: [12, 13, 14].map((number) => sampleDraft(number)), clock });
        expect(await install(centre, { position: 2, own: { accepted: START } })).toBe('installed');
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 47 });
        expect(await attention()).toEqual([row]);
        await under.log.rebuild();
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 47 });
      });

      it('and listed in it because the centre could not fold it either, goes on missing in those rows alone', async () => {
        const centre = new SampleCentre([tallyProjector(), counter]);
        const writer = new SampleWriter('device-2');
        centre.append(...writer.write([sampleDraft(10), sampleDraft(13)]));
        const wishes = { position: 2, unfolded: [2], unfoldedBy: ['tally'], own: { accepted: START } };
        expect(await install(centre, wishes)).toBe('installed');
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 10 });
        expect(await counted()).toEqual([sampleId(10), poison]);
        expect(await attention()).toEqual([row]);
        await under.log.rebuild();
        expect(await attention()).toEqual([row]);
        // A ruling moves it where it is, and only there.
        centre.append(
          new SampleWriter('centre-1').rule(900, { type: 'EventVoided', payload: { target: poison, reason: 'r' } }),
        );
        expect(await under.log.applyFrame(centre.frame(centre.cursorAt(2), 3))).toBe('applied');
        for (let time = 0; time < 2; time += 1) {
          expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 10 });
          expect(await counted()).toEqual([sampleId(10)]);
          await under.log.rebuild();
        }
      });

      it('and in its rows by now, is no longer before a person', async () => {
        const own = await under.log.append({ drafts: [12, 13].map((number) => sampleDraft(number)), clock });
        expect(await attention()).toEqual([row]);
        const centre = new SampleCentre([tallyProjector(), counter]);
        centre.append(...own);
        await install(centre, { position: 2, own: { accepted: markAt(own[1]!.place) } });
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 25 });
        expect(await attention()).toEqual([]);
      });
    });
  });
}
