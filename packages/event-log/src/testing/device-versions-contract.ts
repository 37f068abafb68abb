// The part of the DeviceLog contract suite about an app update that changes some projectors: those that did not change keep
// what the base holds and go on; the others show no row of another version, and say that something is missing.
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceLog } from '../device-log.ts';
import { JUDGEMENTS_TABLE, type Projector } from '../projection.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import { DEVICE, deviceUnderTest, START } from './device-under-test.ts';
import {
  clockAt,
  markAt,
  pebblesProjector,
  readTally,
  sampleDraft,
  sampleId,
  START_MS,
  tallyProjector,
  throwingTally,
} from './sample-log.ts';
import { foldPlainly, SampleCentre, type SampleEvent } from './sample-snapshot.ts';

const TABLES = ['pebbles', 'tally', 'tally-journal', 'tally-newest', JUDGEMENTS_TABLE];
const BEFORE = [pebblesProjector(), tallyProjector()];
const UPDATED = [pebblesProjector(), tallyProjector(2)];

async function dump(log: DeviceLog): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const table of TABLES) all[table] = await log.tables.range(table, { rowsMax: 1_000 });
  return all;
}

/** What these events give, folded from nothing. */
async function foldOf(events: readonly SampleEvent[], projectors: readonly Projector[]) {
  const rows = (await foldPlainly(events, projectors)).dump();
  return Object.fromEntries(TABLES.map((table) => [table, rows[table] ?? []]));
}

export function describeVersionsContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('an app update that changes some projectors', () => {
    const under = deviceUnderTest(createFixture, BEFORE);
    beforeEach(() => void (under.centre = new SampleCentre(BEFORE)));

    const pebbles = async (log: DeviceLog = under.log) =>
      (await log.tables.range<{ times: number }>('pebbles', { rowsMax: 1_000 })).map(({ key, value }) => [
        key,
        value.times,
      ]);
    const journal = async () => {
      const rows = await under.log.tables.range('tally-journal', { rowsMax: 1_000 });
      return new Set(rows.map(({ key }) => key.split('|')[2]));
    };
    const once = (...numbers: number[]) => numbers.map((number) => [sampleId(number), 1]);
    const voided = (number: number, target: number) =>
      under.centre.append(
        under.writer.rule(number, { type: 'EventVoided', payload: { target: sampleId(target), reason: 'r' } }),
      );

    /** The base holds 1, 2 and 4; a received 3 and an own 5 lie on top of it. */
    const begin = async () => {
      under.others(1, 2, 4);
      await under.install(await under.snapshotAt(3));
      under.others(3);
      await under.frameTo(4);
      return await under.append([5]);
    };
    /** The centre was updated too. */
    const updateCentre = (projectors: readonly Projector[] = UPDATED) => {
      const known = under.centre.eventsTo(under.centre.head);
      under.centre = new SampleCentre(projectors);
      under.centre.append(...known);
    };

    it('keeps the others’ rows, shows none of the changed one’s, says so, and asks for a snapshot', async () => {
      await begin();
      await under.reopen(UPDATED);
      expect(await pebbles()).toEqual(once(1, 2, 3, 4, 5));
      expect(await journal()).toEqual(new Set([sampleId(3), sampleId(5)]));
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 8 });
      const state = await under.log.state();
      expect(state).toMatchObject({ needsSnapshot: true, base: { id: 'at-3' }, cursor: { position: 4 } });
    });

    it('goes on: what is sold and received counts once in all of them, over reloads, tabs and folding again', async () => {
      await begin();
      await under.reopen(UPDATED);
      const second = await under.fixture.open(UPDATED);
      await under.append([6]);
      await second.append({ drafts: [sampleDraft(7)], clock: clockAt(START_MS) });
      under.others(8);
      await under.frameTo(5);
      const events = { events: 5, quantity: 29 };
      for (const log of [under.log, second]) {
        expect(await pebbles(log)).toEqual(once(1, 2, 3, 4, 5, 6, 7, 8));
        expect(await readTally(log.tables)).toEqual(events);
      }
      const before = await dump(under.log);
      await under.log.rebuild();
      expect(await dump(second)).toEqual(before);
      await second.close();
      await under.reopen(UPDATED);
      expect(await dump(under.log)).toEqual(before);
      expect((await under.log.state())?.needsSnapshot).toBe(true);
    });

    it('rulings move what each of them holds: in the base only the others’, on top of it all', async () => {
      await begin();
      await under.reopen(UPDATED);
      voided(100, 1);
      voided(101, 3);
      await under.frameTo(6);
      for (let time = 0; time < 2; time += 1) {
        expect(await pebbles()).toEqual(once(2, 4, 5));
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 5 });
        await under.log.rebuild();
      }
    });

    it('the next snapshot makes all of them whole, as folded from nothing', async () => {
      under.others(1, 2, 4);
      await under.install(await under.snapshotAt(3));
      under.others(3);
      await under.frameTo(4);
      const own = [...(await under.append([5]))];
      await under.reopen(UPDATED);
      own.push(...(await under.append([6])));
      voided(100, 1);
      await under.frameTo(5);
      await under.sent([own[0]!]);
      updateCentre();
      const accepted = markAt(own[0]!.place);
      expect(await under.install(await under.snapshotAt(6, accepted, [], 'updated'))).toBe('installed');
      const events = [...under.centre.eventsTo(6), own[1]!];
      expect(await dump(under.log)).toEqual(await foldOf(events, UPDATED));
      expect(await under.log.state()).toMatchObject({ needsSnapshot: false, base: { id: 'updated' } });
      under.others(9);
      await under.frameTo(7);
      await under.reopen(UPDATED);
      expect(await dump(under.log)).toEqual(await foldOf([...events, ...under.centre.eventsTo(7).slice(6)], UPDATED));
      expect((await under.log.state())?.needsSnapshot).toBe(false);
    });

    it('a crash on the way changes nothing, and a snapshot of the version before is not gone on with', async () => {
      await begin();
      const half = await under.snapshotAt(4, START, [], 'half');
      await under.log.beginSnapshot(half.header);
      await under.log.addSnapshotPages('half', half.pages.slice(0, 1));
      under.fixture.failNextCommit();
      const failing = under.fixture.open(UPDATED).then(async (log) => await log.state());
      await expect(failing).rejects.toThrow(/commit/i);
      expect(await readTally(under.log.tables)).toEqual({ events: 5, quantity: 15 });
      await under.reopen(UPDATED);
      expect(await pebbles()).toEqual(once(1, 2, 3, 4, 5));
      await expect(under.log.installSnapshot('half')).rejects.toThrow(/not on its way/);
    });

    it('another update before the snapshot comes leaves the rest as it is; one that changes all leaves no base', async () => {
      await begin();
      await under.reopen(UPDATED);
      await under.reopen([pebblesProjector(), tallyProjector(3)]);
      expect(await pebbles()).toEqual(once(1, 2, 3, 4, 5));
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 8 });
      await under.reopen([pebblesProjector(2), tallyProjector(3)]);
      expect(await pebbles()).toEqual(once(3, 5));
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 8 });
      expect(await under.log.state()).toMatchObject({ needsSnapshot: true, base: null });
    });

    it('a projector that is new begins with nothing; one that is gone takes only its own rows with it', async () => {
      await begin();
      await under.reopen([pebblesProjector()]);
      expect(await pebbles()).toEqual(once(1, 2, 3, 4, 5));
      expect(await journal()).not.toContain(sampleId(5));
      expect((await under.log.state())?.needsSnapshot).toBe(false);
      await under.reopen(BEFORE);
      expect(await pebbles()).toEqual(once(1, 2, 3, 4, 5));
      expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 8 });
      expect((await under.log.state())?.needsSnapshot).toBe(true);
    });

    it('what the base lacks in some rows is folded for the changed one too, and moves in all of them', async () => {
      under.others(1, 2, 4);
      const wishes = { id: 'lacking', position: 3, unfolded: [2], unfoldedBy: ['pebbles'], own: { accepted: START } };
      await under.install(await under.centre.snapshot(wishes));
      await under.reopen(UPDATED);
      expect(await pebbles()).toEqual(once(1, 2, 4));
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 2 });
      voided(100, 2);
      await under.frameTo(4);
      expect(await pebbles()).toEqual(once(1, 4));
      expect(await readTally(under.log.tables)).toEqual({ events: 0, quantity: 0 });
    });

    it('an event that the changed one throws on counts in none, as before, and the rest goes on', async () => {
      await begin();
      await under.reopen([pebblesProjector(), throwingTally((id) => id === sampleId(3), 2)]);
      expect(await pebbles()).toEqual(once(1, 2, 4, 5));
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 5 });
      expect(await under.log.state()).toMatchObject({ needsAttention: 1, needsSnapshot: true });
    });

    it('with a base that is damaged besides, goes on with what is held', async () => {
      under.others(1, 2, 4);
      const snapshot = await under.snapshotAt(3);
      await under.install(snapshot);
      await under.append([3]);
      voided(100, 1);
      await under.frameTo(4);
      for (const index of snapshot.pages.keys()) await under.fixture.changePage('at-3', index, '[]');
      await under.reopen(UPDATED);
      expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 3 });
      expect(await pebbles()).toEqual(once(3));
      const state = await under.log.state();
      expect(state).toMatchObject({ needsSnapshot: true, base: null, identity: { device: DEVICE } });
    });
  });
}
