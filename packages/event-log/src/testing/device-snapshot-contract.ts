// The part of the DeviceLog contract suite about snapshots: staging and installing.
import { describe, expect, it } from 'vitest';
import { deviceChainStart } from '../chain.ts';
import { NEEDS_ATTENTION_TABLE } from '../attention-table.ts';
import type { Projector } from '../projection.ts';
import { sha256 } from '../sha256.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import { markAt, readTally, STORE, tallyProjector } from './sample-log.ts';
import { SampleCentre } from './sample-snapshot.ts';
import { deviceUnderTest, START } from './device-under-test.ts';

/** Counts what counts, in a table of its own. */
const countInSecond: Projector['project'] = async (tables, changes) => {
  const [count = 0] = await tables.getMany<number>('second', [STORE]);
  const added = changes.map(({ before, after }) => (after === null ? 0 : 1) - (before === null ? 0 : 1));
  await tables.putMany('second', [{ key: STORE, value: added.reduce((sum, one) => sum + one, count) }]);
};

export function describeSnapshotContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('snapshots', () => {
    const under = deviceUnderTest(createFixture);

    describe('staging', () => {
      it('shows nothing before it is installed, then everything at once', async () => {
        under.others(1, 2, 3, 4, 5);
        const snapshot = await under.snapshotAt(4);
        expect(await under.log.beginSnapshot(snapshot.header)).toEqual({ pagesHeld: 0 });
        await under.log.addSnapshotPages('at-4', snapshot.pages);
        expect(await readTally(under.log.tables)).toEqual({ events: 0, quantity: 0 });
        expect((await under.log.state())?.base).toBeNull();
        expect(await under.log.installSnapshot('at-4')).toBe('installed');
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 10 });
        expect(await under.log.state()).toMatchObject({
          base: { id: 'at-4', position: 4 },
          cursor: under.centre.cursorAt(4),
          accepted: START,
          needsSnapshot: false,
        });
        expect(await under.frameTo(5)).toBe('applied');
        expect(await readTally(under.log.tables)).toEqual({ events: 5, quantity: 15 });
      });

      it('goes on where it was cut off, also after a restart; repeated pages are passed over', async () => {
        under.others(1, 2, 3, 4, 5, 6, 7, 8);
        const { header, pages } = await under.snapshotAt(8);
        expect(pages.length).toBeGreaterThan(4);
        await under.log.beginSnapshot(header);
        await under.log.addSnapshotPages(header.id, pages.slice(0, 2));
        await under.reopen([tallyProjector()]);
        expect(await under.log.beginSnapshot(header)).toEqual({ pagesHeld: 2 });
        await under.log.addSnapshotPages(header.id, pages.slice(1, 4));
        expect(await under.log.beginSnapshot(header)).toEqual({ pagesHeld: 4 });
        await expect(under.log.installSnapshot(header.id)).rejects.toMatchObject({ reason: 'incomplete' });
        await under.log.addSnapshotPages(header.id, pages.slice(4));
        expect(await under.log.installSnapshot(header.id)).toBe('installed');
        expect(await readTally(under.log.tables)).toEqual({ events: 8, quantity: 36 });
      });

      it('takes no page out of turn, and none that is not what its head says', async () => {
        under.others(1, 2, 3, 4, 5, 6);
        const { header, pages } = await under.snapshotAt(6);
        await under.log.beginSnapshot(header);
        const [first, second] = pages;
        const refused = { reason: 'unreadable' };
        await expect(under.log.addSnapshotPages(header.id, [second!])).rejects.toMatchObject(refused);
        const spoilt = [
          first!.text.replace('[[', '[{'),
          first!.text.replace('store-a', 'store-b'),
          `${first!.text} `,
          second!.text,
        ];
        for (const text of spoilt) {
          await expect(under.log.addSnapshotPages(header.id, [{ index: 0, text }])).rejects.toMatchObject(refused);
        }
        await expect(under.log.addSnapshotPages(header.id, [{ index: 99, text: '[]' }])).rejects.toMatchObject(refused);
        expect(await under.log.beginSnapshot(header)).toEqual({ pagesHeld: 0 });
      });

      it('is dropped when another one begins', async () => {
        under.others(1, 2);
        const older = await under.snapshotAt(1);
        const newer = await under.snapshotAt(2);
        await under.stage(older);
        expect(await under.log.beginSnapshot(newer.header)).toEqual({ pagesHeld: 0 });
        await expect(under.log.addSnapshotPages('at-1', older.pages)).rejects.toMatchObject({ reason: 'not-staged' });
        await expect(under.log.installSnapshot('at-1')).rejects.toMatchObject({ reason: 'not-staged' });
        await under.log.addSnapshotPages('at-2', newer.pages);
        expect(await under.log.installSnapshot('at-2')).toBe('installed');
      });

      it('refuses what is not for this device', async () => {
        const { header } = await under.snapshotAt(0);
        await expect(under.log.beginSnapshot({ ...header, store: 'store-b' })).rejects.toMatchObject({
          reason: 'other-store',
        });
        await expect(
          under.log.beginSnapshot({ ...header, folds: [{ name: 'tally', version: 2 }] }),
        ).rejects.toMatchObject({
          reason: 'other-folds',
        });
        const page = { table: 'tally', rows: 1, firstKey: 'b', lastKey: 'b', bytes: 9 };
        const overlapping = [page, { ...page, firstKey: 'a', lastKey: 'c' }];
        await expect(under.log.beginSnapshot({ ...header, pages: overlapping })).rejects.toMatchObject({
          reason: 'unreadable',
        });
      });

      it('D10 makes room for what is sold: on a full disk the pages go, the sale is saved', async () => {
        under.others(1, 2, 3);
        await under.append([7]);
        const snapshot = await under.snapshotAt(3);
        await under.stage(snapshot);
        under.fixture.failNextCommit('full');
        const [saved] = await under.append([8]);
        expect(saved?.place.seq).toBe(2);
        expect(await under.log.beginSnapshot(snapshot.header)).toEqual({ pagesHeld: 0 });
        under.fixture.failNextCommit('full');
        await expect(under.log.addSnapshotPages('at-3', snapshot.pages)).rejects.toMatchObject({ name: 'StorageFull' });
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 15 });
      });
    });

    describe('installing', () => {
      it('shows at once in every tab, whatever these had read before', async () => {
        under.others(1, 2, 3, 4, 5);
        const tab = await under.fixture.open([tallyProjector()]);
        expect(await readTally(tab.tables)).toEqual({ events: 0, quantity: 0 });
        await under.install(await under.snapshotAt(3));
        expect(await readTally(tab.tables)).toEqual({ events: 3, quantity: 6 });
        await under.install(await under.snapshotAt(4));
        expect(await readTally(tab.tables)).toEqual({ events: 4, quantity: 10 });
        const { cursor } = (await tab.state())!;
        await tab.applyFrame(under.centre.frame(cursor, 5));
        expect(await readTally(under.log.tables)).toEqual({ events: 5, quantity: 15 });
      });

      it('is all or nothing, and may be repeated', async () => {
        under.others(1, 2);
        await under.append([5]);
        const snapshot = await under.snapshotAt(2);
        await under.stage(snapshot);
        const before = await under.log.state();
        for (const reason of [undefined, 'full' as const]) {
          under.fixture.failNextCommit(reason);
          await expect(under.log.installSnapshot('at-2')).rejects.toThrow(/commit|room/i);
          expect(await under.log.state()).toEqual(before);
          expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 5 });
        }
        expect(await under.log.installSnapshot('at-2')).toBe('installed');
        expect(await under.log.installSnapshot('at-2')).toBe('installed');
        expect(await readTally(under.log.tables)).toEqual({ events: 3, quantity: 8 });
      });

      it('folds own events on top that are unsent, or that the centre holds behind its position; no other', async () => {
        const own = await under.append([10, 20, 30]);
        await under.sent([own[0]!]);
        under.others(1);
        await under.sent([own[1]!]);
        const snapshot = await under.snapshotAt(2, markAt(own[1]!.place), [2]);
        expect(await under.install(snapshot)).toBe('installed');
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 61 });
        await under.sent([own[2]!]);
        await under.frameTo(4);
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 61 });
        await under.log.rebuild();
        expect(await readTally(under.log.tables)).toEqual({ events: 4, quantity: 61 });
        expect((await under.log.state())?.pending.events).toBe(0);
      });

      it('forgets what it was given before: events behind its position come again and count once', async () => {
        under.others(1, 2, 3);
        await under.frameTo(3);
        expect(await under.install(await under.snapshotAt(1))).toBe('installed');
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
        await under.frameTo(2);
        await under.log.rebuild();
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
        await under.frameTo(3);
        expect(await readTally(under.log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('is stale over another cursor than it was asked for over: another tab heard further meanwhile', async () => {
        under.others(1, 2, 3);
        const over = (await under.log.state())?.cursor ?? null;
        await under.stage(await under.snapshotAt(1));
        expect(await under.frameTo(2)).toBe('applied');
        expect(await under.log.installSnapshot('at-1', over)).toBe('stale');
        expect(await under.log.state()).toMatchObject({ cursor: under.centre.cursorAt(2), base: null });
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
        // What was staged is gone; asked for over the present cursor, an older one may come too.
        await under.stage(await under.snapshotAt(1));
        expect(await under.log.installSnapshot('at-1', under.centre.cursorAt(2))).toBe('installed');
        expect(await under.log.state()).toMatchObject({ cursor: under.centre.cursorAt(1), base: { position: 1 } });
        // A second tab with the same one in hand finds it there.
        expect(await under.log.installSnapshot('at-1', under.centre.cursorAt(2))).toBe('installed');
      });

      it('is stale when the device forked meanwhile, or when it speaks of another chain', async () => {
        under.others(1, 2);
        await under.append([5]);
        await under.stage(await under.snapshotAt(1));
        await under.log.rechain({ commonSeq: 0, device: 'device-1b' });
        expect(await under.log.installSnapshot('at-1')).toBe('stale');
        await expect(under.log.installSnapshot('at-1')).rejects.toMatchObject({ reason: 'not-staged' });
        const start = markAt({ seq: 0, hash: deviceChainStart(sha256, 'device-1b') });
        await under.stage(await under.snapshotAt(2, start));
        const strange = markAt({ seq: 1, hash: deviceChainStart(sha256, 'device-1') });
        await under.stage(await under.snapshotAt(2, strange, [], 'of-another-chain'));
        expect(await under.log.installSnapshot('of-another-chain')).toBe('stale');
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 5 });
      });

      it('keeps the further mark, and takes the one of another epoch', async () => {
        const own = await under.append([1, 2]);
        await under.sent(own);
        // Asked for before they were sent.
        await under.install(await under.snapshotAt(0));
        expect((await under.log.state())?.accepted?.seq).toBe(2);
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
        const restored = new SampleCentre([tallyProjector()], 'epoch-2');
        restored.append(own[0]!);
        const accepted = markAt(own[0]!.place, 'epoch-2');
        await under.install(await restored.snapshot({ id: 'new', position: 1, own: { accepted } }));
        expect((await under.log.state())?.accepted).toEqual(accepted);
        expect((await under.log.state())?.cursor?.epoch).toBe('epoch-2');
        expect(await readTally(under.log.tables)).toEqual({ events: 2, quantity: 3 });
      });

      it('X18 folds what the centre could not', async () => {
        under.others(1, 2, 3);
        const snapshot = await under.centre.snapshot({ id: 's', position: 3, own: { accepted: START }, unfolded: [2] });
        await under.install(snapshot);
        await under.log.rebuild();
        expect(await readTally(under.log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('X18 folds it with those projectors alone that could not; a ruling ends it everywhere', async () => {
        const second: Projector = { ...tallyProjector(), name: 'second', tables: ['second'], project: countInSecond };
        const both = [tallyProjector(), second];
        await under.reopen(both);
        under.centre = new SampleCentre(both);
        const [, two] = under.others(1, 2, 3);
        const wishes = { id: 's', position: 3, own: { accepted: START }, unfolded: [2], unfoldedBy: ['second'] };
        await under.install(await under.centre.snapshot(wishes));
        const shown = async () => [
          await readTally(under.log.tables),
          await under.log.tables.getMany('second', [STORE]),
        ];
        expect(await shown()).toEqual([{ events: 3, quantity: 6 }, [3]]);
        await under.log.rebuild();
        expect(await shown()).toEqual([{ events: 3, quantity: 6 }, [3]]);
        under.centre.append(
          under.writer.rule(100, { type: 'EventVoided', payload: { target: two!.event.id, reason: 'r' } }),
        );
        await under.frameTo(4);
        expect(await shown()).toEqual([{ events: 2, quantity: 4 }, [2]]);
        await under.log.rebuild();
        expect(await shown()).toEqual([{ events: 2, quantity: 4 }, [2]]);
      });

      it('brings own events that were set aside meanwhile before a person, and lets go of settled ones', async () => {
        const own = await under.append([1, 2]);
        await under.sent(own);
        const aside = (number: number, target: string) =>
          under.writer.rule(number, { type: 'EventSetAside', payload: { target, reason: 'r', detail: 'd' } });
        under.centre.append(aside(100, own[0]!.event.id));
        await under.frameTo(3);
        expect((await under.log.state())?.needsAttention).toBe(1);
        const admitted = { target: own[0]!.event.id, reason: 'ok' };
        under.centre.append(
          under.writer.rule(101, { type: 'EventAdmitted', payload: admitted }),
          aside(102, own[1]!.event.id),
        );
        await under.install(await under.snapshotAt(5, markAt(own[1]!.place)));
        const rows = await under.log.tables.range(NEEDS_ATTENTION_TABLE, { rowsMax: 10 });
        expect(rows.map(({ key }) => key)).toEqual([own[1]!.event.id]);
        expect(await readTally(under.log.tables)).toEqual({ events: 1, quantity: 1 });
      });
    });
  });
}
