// A new device whose page is closed before its first snapshot is whole, and opens again without a network: what was downloaded is on
// its screens.
import { STORE, tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { describe, expect, it, vi } from 'vitest';
import type { SnapshotSource } from './snapshot-source.ts';
import { SOON } from './testing/soon.ts';
import { status, tally, untilTally, useTestShop } from './testing/test-shop.ts';
import { isDrained, isOnline, tap, testDisk, until } from './testing/test-tab.ts';

const shop = useTestShop();
const TALLY_JOURNAL = 'tally-journal';
/** In the order in which the centre sends them. */
const SHOWN_FIRST = ['tally', TALLY_JOURNAL];

/** The connection breaks down behind so many pages: nothing more comes, and nobody is told. */
function brokenAfter(source: SnapshotSource, pagesMax: number): SnapshotSource {
  return {
    header: async (signal) => await source.header(signal),
    pages: async function* (id, from, signal) {
      for await (const batch of source.pages(id, from, signal)) yield batch.filter(({ index }) => index < pagesMax);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  };
}

/** A shop that has sold, and a new till there that got so many pages of its first snapshot. */
async function interruptedTill(pagesMax: number) {
  const { engine: one } = await shop.device('device-1');
  for (let number = 1; number <= 3; number += 1) await tap(one, number);
  await until(one, isDrained);
  const disk = testDisk();
  const snapshots = brokenAfter(shop.centre.snapshotsFor('device-2', [tallyProjector()]), pagesMax);
  const { engine } = await shop.open(disk, { snapshots, shownFirst: SHOWN_FIRST, speed: 20 });
  await engine.enrol({ device: 'device-2', store: STORE });
  await until(engine, ({ renewal }) => renewal?.step === 'fetching' && renewal.done > 0);
  await engine.close();
  return disk;
}

const offline = async (): Promise<string> => {
  throw new TypeError('Failed to fetch');
};

describe('a new device that was interrupted', () => {
  it('shows what was downloaded after a reload without a network', async () => {
    const disk = await interruptedTill(2);
    const { engine } = await shop.open(disk, { snapshots: null, shownFirst: SHOWN_FIRST, fetchTicket: offline });
    await untilTally(engine, 3);
    expect(await engine.tables.range(TALLY_JOURNAL, { rowsMax: 9 })).toHaveLength(3);
    expect(await engine.appliedPosition()).toBe(0);
    expect((await status(engine)).figuresIncomplete).toBe(false);
  });

  it('says so when it is only a part, sells all the same, and goes on when the network is back', async () => {
    const disk = await interruptedTill(1);
    let ticket: () => Promise<string> = offline;
    const { engine } = await shop.open(disk, {
      snapshots: shop.centre.snapshotsFor('device-2', [tallyProjector()]),
      shownFirst: SHOWN_FIRST,
      fetchTicket: () => ticket(),
    });
    await untilTally(engine, 3);
    expect(await engine.tables.range(TALLY_JOURNAL, { rowsMax: 9 })).toEqual([]);
    expect((await status(engine)).figuresIncomplete).toBe(true);
    await tap(engine, 4);
    ticket = async () => shop.centre.issueTicket();
    engine.tryNow();
    await until(engine, (told) => isOnline(told) && isDrained(told));
    await vi.waitFor(async () => expect(await tally(engine)).toBe(4), SOON);
    expect((await status(engine)).figuresIncomplete).toBe(false);
    expect(await engine.tables.range(TALLY_JOURNAL, { rowsMax: 9 })).toHaveLength(4);
  });
});
