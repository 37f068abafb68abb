import {
  MemoryDeviceLog,
  MemoryDisk,
  sha256,
  snapshotPageText,
  utf8Length,
  type SnapshotHeader,
  type SnapshotPage,
} from '@streamstock/event-log';
import { cursorAt, markAt, readTally, STORE, tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { describe, expect, it } from 'vitest';
import { fetchSnapshot } from './snapshot-fetch.ts';
import { SnapshotFailed, type SnapshotSource } from './snapshot-source.ts';

const { signal: never } = new AbortController();

async function enrolledLog(version = 1) {
  const log = new MemoryDeviceLog(new MemoryDisk(), [tallyProjector(version)], sha256);
  await log.enrol({ device: 'device-1', store: STORE });
  return log;
}

async function madeOf(log: MemoryDeviceLog, pages: readonly SnapshotPage[], change: Partial<SnapshotHeader> = {}) {
  const head = (await log.state())?.head ?? { seq: 0, hash: '' };
  const heads = pages.map(({ text }, index) => {
    const key = (JSON.parse(text) as [[string]])[0][0];
    return {
      table: index === 0 ? 'tally' : `tally-${index}`,
      rows: 1,
      firstKey: key,
      lastKey: key,
      bytes: utf8Length(text),
    };
  });
  const header: SnapshotHeader = {
    id: 'snapshot-1',
    store: STORE,
    cursor: cursorAt(7),
    folds: [{ name: 'tally', version: 1 }],
    pages: heads,
    unfolded: [],
    own: { accepted: markAt(head), notIn: [] },
    ...change,
  };
  return header;
}

const PAGES: readonly SnapshotPage[] = [STORE, 'b', 'c'].map((key, index) => ({
  index,
  text: snapshotPageText([{ key, value: { events: 7, quantity: 70 } }]),
}));

/** Gives pages one by one; breaks off before the page of this index, once. */
function sourceOf(header: SnapshotHeader, brokenAt: number | null = null) {
  const asked: number[] = [];
  let breaks = brokenAt;
  const source: SnapshotSource = {
    header: async () => header,
    pages: async function* (_id, from) {
      asked.push(from);
      for (const page of PAGES.slice(from)) {
        if (page.index === breaks) {
          breaks = null;
          throw new TypeError('network');
        }
        yield [page];
      }
    },
  };
  return { source, asked };
}

describe('fetching a snapshot', () => {
  it('W takes the pages in, tells how far it is, and installs it', async () => {
    const log = await enrolledLog();
    const { source } = sourceOf(await madeOf(log, PAGES));
    const told: number[] = [];
    const progress = (held: number, total: number) => told.push(held / total);
    expect(await fetchSnapshot({ log, source, epoch: 'epoch-1', signal: never, progress })).toBe('installed');
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(await readTally(log.tables)).toEqual({ events: 7, quantity: 70 });
    expect((await log.state())?.cursor).toEqual(cursorAt(7));
  });

  it('W goes on with the pages that are not here when it was cut off', async () => {
    const log = await enrolledLog();
    const { source, asked } = sourceOf(await madeOf(log, PAGES), 2);
    const fetch = () => fetchSnapshot({ log, source, epoch: 'epoch-1', signal: never, progress: () => {} });
    await expect(fetch()).rejects.toThrow('network');
    expect((await log.state())?.base).toBeNull();
    expect(await fetch()).toBe('installed');
    expect(asked).toEqual([0, 2]);
  });

  it('W a snapshot of another epoch is none, of another version asks for an update, of another store is refused', async () => {
    const log = await enrolledLog();
    const failureOf = async (change: Partial<SnapshotHeader>) => {
      const { source } = sourceOf(await madeOf(log, PAGES, change));
      const error: unknown = await fetchSnapshot({
        log,
        source,
        epoch: 'epoch-1',
        signal: never,
        progress: () => {},
      }).catch((thrown: unknown) => thrown);
      return error instanceof SnapshotFailed ? error.failure.kind : error;
    };
    expect(await failureOf({ cursor: cursorAt(7, 'epoch-2') })).toBe('none');
    expect(await failureOf({ folds: [{ name: 'tally', version: 2 }] })).toBe('update');
    expect(await failureOf({ store: 'store-b' })).toBe('refused');
    expect((await log.state())?.base).toBeNull();
  });

  it('W a stream that ends early is no snapshot, and given up it installs nothing', async () => {
    const log = await enrolledLog();
    const header = await madeOf(log, PAGES);
    const short: SnapshotSource = {
      header: async () => header,
      pages: async function* () {
        yield PAGES.slice(0, 1);
      },
    };
    const fetch = (source: SnapshotSource, signal: AbortSignal) =>
      fetchSnapshot({ log, source, epoch: 'epoch-1', signal, progress: () => {} });
    await expect(fetch(short, never)).rejects.toMatchObject({ failure: { kind: 'unreachable' } });
    const stop = new AbortController();
    const given = sourceOf(header).source;
    const leaving: SnapshotSource = {
      ...given,
      header: async (signal) => {
        stop.abort();
        return await given.header(signal);
      },
    };
    await expect(fetch(leaving, stop.signal)).rejects.toThrow(/abort/);
    expect((await log.state())?.base).toBeNull();
  });
});
