// The part of the DeviceLog contract suite about snapshots: staging and installing.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceChainStart } from '../chain.ts';
import type { AppendedEvent } from '../device-append.ts';
import type { DeviceLog } from '../device-log.ts';
import { NEEDS_ATTENTION_TABLE } from '../attention-table.ts';
import type { Projector } from '../projection.ts';
import { sha256 } from '../sha256.ts';
import { SNAPSHOT_PAGES_PER_CALL_MAX } from '../snapshot.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import {
  clockAt,
  markAt,
  readTally,
  sampleDraft,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './sample-log.ts';
import { SampleCentre, type SampleSnapshot } from './sample-snapshot.ts';

const DEVICE = 'device-1';

const START = markAt({ seq: 0, hash: deviceChainStart(sha256, DEVICE) });

/** Counts what counts, in a table of its own. */
const countInSecond: Projector['project'] = async (tables, changes) => {
  const [count = 0] = await tables.getMany<number>('second', [STORE]);
  const added = changes.map(({ before, after }) => (after === null ? 0 : 1) - (before === null ? 0 : 1));
  await tables.putMany('second', [{ key: STORE, value: added.reduce((sum, one) => sum + one, count) }]);
};

export function describeSnapshotContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('snapshots', () => {
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

    describe('staging', () => {
      it('shows nothing before it is installed, then everything at once', async () => {
        others(1, 2, 3, 4, 5);
        const snapshot = await snapshotAt(4);
        expect(await log.beginSnapshot(snapshot.header)).toEqual({ pagesHeld: 0 });
        await log.addSnapshotPages('at-4', snapshot.pages);
        expect(await readTally(log.tables)).toEqual({ events: 0, quantity: 0 });
        expect((await log.state())?.base).toBeNull();
        expect(await log.installSnapshot('at-4')).toBe('installed');
        expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 10 });
        expect(await log.state()).toMatchObject({
          base: { id: 'at-4', position: 4 },
          cursor: centre.cursorAt(4),
          accepted: START,
          needsSnapshot: false,
        });
        expect(await frameTo(5)).toBe('applied');
        expect(await readTally(log.tables)).toEqual({ events: 5, quantity: 15 });
      });

      it('goes on where it was cut off, also after a restart; repeated pages are passed over', async () => {
        others(1, 2, 3, 4, 5, 6, 7, 8);
        const { header, pages } = await snapshotAt(8);
        expect(pages.length).toBeGreaterThan(4);
        await log.beginSnapshot(header);
        await log.addSnapshotPages(header.id, pages.slice(0, 2));
        await reopen([tallyProjector()]);
        expect(await log.beginSnapshot(header)).toEqual({ pagesHeld: 2 });
        await log.addSnapshotPages(header.id, pages.slice(1, 4));
        expect(await log.beginSnapshot(header)).toEqual({ pagesHeld: 4 });
        await expect(log.installSnapshot(header.id)).rejects.toMatchObject({ reason: 'incomplete' });
        await log.addSnapshotPages(header.id, pages.slice(4));
        expect(await log.installSnapshot(header.id)).toBe('installed');
        expect(await readTally(log.tables)).toEqual({ events: 8, quantity: 36 });
      });

      it('takes no page out of turn, and none that is not what its head says', async () => {
        others(1, 2, 3, 4, 5, 6);
        const { header, pages } = await snapshotAt(6);
        await log.beginSnapshot(header);
        const [first, second] = pages;
        const refused = { reason: 'unreadable' };
        await expect(log.addSnapshotPages(header.id, [second!])).rejects.toMatchObject(refused);
        const spoilt = [
          first!.text.replace('[[', '[{'),
          first!.text.replace('store-a', 'store-b'),
          `${first!.text} `,
          second!.text,
        ];
        for (const text of spoilt) {
          await expect(log.addSnapshotPages(header.id, [{ index: 0, text }])).rejects.toMatchObject(refused);
        }
        await expect(log.addSnapshotPages(header.id, [{ index: 99, text: '[]' }])).rejects.toMatchObject(refused);
        expect(await log.beginSnapshot(header)).toEqual({ pagesHeld: 0 });
      });

      it('is dropped when another one begins', async () => {
        others(1, 2);
        const older = await snapshotAt(1);
        const newer = await snapshotAt(2);
        await stage(older);
        expect(await log.beginSnapshot(newer.header)).toEqual({ pagesHeld: 0 });
        await expect(log.addSnapshotPages('at-1', older.pages)).rejects.toMatchObject({ reason: 'not-staged' });
        await expect(log.installSnapshot('at-1')).rejects.toMatchObject({ reason: 'not-staged' });
        await log.addSnapshotPages('at-2', newer.pages);
        expect(await log.installSnapshot('at-2')).toBe('installed');
      });

      it('refuses what is not for this device', async () => {
        const { header } = await snapshotAt(0);
        await expect(log.beginSnapshot({ ...header, store: 'store-b' })).rejects.toMatchObject({
          reason: 'other-store',
        });
        await expect(log.beginSnapshot({ ...header, folds: [{ name: 'tally', version: 2 }] })).rejects.toMatchObject({
          reason: 'other-folds',
        });
        const page = { table: 'tally', rows: 1, firstKey: 'b', lastKey: 'b', bytes: 9 };
        const overlapping = [page, { ...page, firstKey: 'a', lastKey: 'c' }];
        await expect(log.beginSnapshot({ ...header, pages: overlapping })).rejects.toMatchObject({
          reason: 'unreadable',
        });
      });

      it('D10 makes room for what is sold: on a full disk the pages go, the sale is saved', async () => {
        others(1, 2, 3);
        await append([7]);
        const snapshot = await snapshotAt(3);
        await stage(snapshot);
        fixture.failNextCommit('full');
        const [saved] = await append([8]);
        expect(saved?.place.seq).toBe(2);
        expect(await log.beginSnapshot(snapshot.header)).toEqual({ pagesHeld: 0 });
        fixture.failNextCommit('full');
        await expect(log.addSnapshotPages('at-3', snapshot.pages)).rejects.toMatchObject({ name: 'StorageFull' });
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 15 });
      });
    });

    describe('installing', () => {
      it('shows at once in every tab, whatever these had read before', async () => {
        others(1, 2, 3, 4, 5);
        const tab = await fixture.open([tallyProjector()]);
        expect(await readTally(tab.tables)).toEqual({ events: 0, quantity: 0 });
        await install(await snapshotAt(3));
        expect(await readTally(tab.tables)).toEqual({ events: 3, quantity: 6 });
        await install(await snapshotAt(4));
        expect(await readTally(tab.tables)).toEqual({ events: 4, quantity: 10 });
        const { cursor } = (await tab.state())!;
        await tab.applyFrame(centre.frame(cursor, 5));
        expect(await readTally(log.tables)).toEqual({ events: 5, quantity: 15 });
      });

      it('is all or nothing, and may be repeated', async () => {
        others(1, 2);
        await append([5]);
        const snapshot = await snapshotAt(2);
        await stage(snapshot);
        const before = await log.state();
        for (const reason of [undefined, 'full' as const]) {
          fixture.failNextCommit(reason);
          await expect(log.installSnapshot('at-2')).rejects.toThrow(/commit|room/i);
          expect(await log.state()).toEqual(before);
          expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 5 });
        }
        expect(await log.installSnapshot('at-2')).toBe('installed');
        expect(await log.installSnapshot('at-2')).toBe('installed');
        expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 8 });
      });

      it('folds own events on top that are unsent, or that the centre holds behind its position; no other', async () => {
        const own = await append([10, 20, 30]);
        await sent([own[0]!]);
        others(1);
        await sent([own[1]!]);
        const snapshot = await snapshotAt(2, markAt(own[1]!.place), [2]);
        expect(await install(snapshot)).toBe('installed');
        expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 61 });
        await sent([own[2]!]);
        await frameTo(4);
        expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 61 });
        await log.rebuild();
        expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 61 });
        expect((await log.state())?.pending.events).toBe(0);
      });

      it('forgets what it was given before: events behind its position come again and count once', async () => {
        others(1, 2, 3);
        await frameTo(3);
        expect(await install(await snapshotAt(1))).toBe('installed');
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
        await frameTo(2);
        await log.rebuild();
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
        await frameTo(3);
        expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('is stale over another cursor than it was asked for over: another tab heard further meanwhile', async () => {
        others(1, 2, 3);
        const over = (await log.state())?.cursor ?? null;
        await stage(await snapshotAt(1));
        expect(await frameTo(2)).toBe('applied');
        expect(await log.installSnapshot('at-1', over)).toBe('stale');
        expect(await log.state()).toMatchObject({ cursor: centre.cursorAt(2), base: null });
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
        // What was staged is gone; asked for over the present cursor, an older one may come too.
        await stage(await snapshotAt(1));
        expect(await log.installSnapshot('at-1', centre.cursorAt(2))).toBe('installed');
        expect(await log.state()).toMatchObject({ cursor: centre.cursorAt(1), base: { position: 1 } });
        // A second tab with the same one in hand finds it there.
        expect(await log.installSnapshot('at-1', centre.cursorAt(2))).toBe('installed');
      });

      it('is stale when the device forked meanwhile, or when it speaks of another chain', async () => {
        others(1, 2);
        await append([5]);
        await stage(await snapshotAt(1));
        await log.rechain({ commonSeq: 0, device: 'device-1b' });
        expect(await log.installSnapshot('at-1')).toBe('stale');
        await expect(log.installSnapshot('at-1')).rejects.toMatchObject({ reason: 'not-staged' });
        const start = markAt({ seq: 0, hash: deviceChainStart(sha256, 'device-1b') });
        await stage(await snapshotAt(2, start));
        const strange = markAt({ seq: 1, hash: deviceChainStart(sha256, 'device-1') });
        await stage(await snapshotAt(2, strange, [], 'of-another-chain'));
        expect(await log.installSnapshot('of-another-chain')).toBe('stale');
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 5 });
      });

      it('keeps the further mark, and takes the one of another epoch', async () => {
        const own = await append([1, 2]);
        await sent(own);
        // Asked for before they were sent.
        await install(await snapshotAt(0));
        expect((await log.state())?.accepted?.seq).toBe(2);
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
        const restored = new SampleCentre([tallyProjector()], 'epoch-2');
        restored.append(own[0]!);
        const accepted = markAt(own[0]!.place, 'epoch-2');
        await install(await restored.snapshot({ id: 'new', position: 1, own: { accepted } }));
        expect((await log.state())?.accepted).toEqual(accepted);
        expect((await log.state())?.cursor?.epoch).toBe('epoch-2');
        expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
      });

      it('X18 folds what the centre could not', async () => {
        others(1, 2, 3);
        const snapshot = await centre.snapshot({ id: 's', position: 3, own: { accepted: START }, unfolded: [2] });
        await install(snapshot);
        await log.rebuild();
        expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 6 });
      });

      it('X18 folds it with those projectors alone that could not; a ruling ends it everywhere', async () => {
        const second: Projector = { ...tallyProjector(), name: 'second', tables: ['second'], project: countInSecond };
        const both = [tallyProjector(), second];
        await reopen(both);
        centre = new SampleCentre(both);
        const [, two] = others(1, 2, 3);
        const wishes = { id: 's', position: 3, own: { accepted: START }, unfolded: [2], unfoldedBy: ['second'] };
        await install(await centre.snapshot(wishes));
        const shown = async () => [await readTally(log.tables), await log.tables.getMany('second', [STORE])];
        expect(await shown()).toEqual([{ events: 3, quantity: 6 }, [3]]);
        await log.rebuild();
        expect(await shown()).toEqual([{ events: 3, quantity: 6 }, [3]]);
        centre.append(writer.rule(100, { type: 'EventVoided', payload: { target: two!.event.id, reason: 'r' } }));
        await frameTo(4);
        expect(await shown()).toEqual([{ events: 2, quantity: 4 }, [2]]);
        await log.rebuild();
        expect(await shown()).toEqual([{ events: 2, quantity: 4 }, [2]]);
      });

      it('brings own events that were set aside meanwhile before a person, and lets go of settled ones', async () => {
        const own = await append([1, 2]);
        await sent(own);
        const aside = (number: number, target: string) =>
          writer.rule(number, { type: 'EventSetAside', payload: { target, reason: 'r', detail: 'd' } });
        centre.append(aside(100, own[0]!.event.id));
        await frameTo(3);
        expect((await log.state())?.needsAttention).toBe(1);
        const admitted = { target: own[0]!.event.id, reason: 'ok' };
        centre.append(writer.rule(101, { type: 'EventAdmitted', payload: admitted }), aside(102, own[1]!.event.id));
        await install(await snapshotAt(5, markAt(own[1]!.place)));
        const rows = await log.tables.range(NEEDS_ATTENTION_TABLE, { rowsMax: 10 });
        expect(rows.map(({ key }) => key)).toEqual([own[1]!.event.id]);
        expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
      });
    });
  });
}
