import {
  MemoryTables,
  snapshotPageText,
  utf8Length,
  type Row,
  type SnapshotHeader,
  type SnapshotPage,
} from '@streamstock/event-log';
import { beforeEach, expect, it } from 'vitest';
import type { SnapshotSource } from './snapshot-source.ts';
import { PreviewSlot } from './preview-slot.ts';
import { SnapshotPreview } from './snapshot-preview.ts';

const HASH = 'a'.repeat(64);
const MARK = { epoch: 'e', seq: 0, hash: HASH, mac: 'm' };
const signal = new AbortController().signal;

interface Page {
  readonly table: string;
  readonly rows: readonly Row<unknown>[];
}

const rowsFrom = (first: number, count: number): Row<unknown>[] =>
  Array.from({ length: count }, (_, index) => ({ key: `k${first + index}`, value: first + index }));
const PAGES: readonly Page[] = [
  { table: 'items', rows: rowsFrom(10, 20) },
  { table: 'items', rows: rowsFrom(30, 5) },
  { table: 'lines', rows: rowsFrom(50, 3) },
  { table: 'journal', rows: rowsFrom(70, 3) },
];

function headerOf(pages: readonly Page[], id = 'snapshot-1'): SnapshotHeader {
  return {
    id,
    store: 'lisboa',
    cursor: { epoch: 'e', position: 1, hash: HASH, mac: 'm' },
    folds: [],
    pages: pages.map(({ table, rows }) => ({
      table,
      rows: rows.length,
      firstKey: rows[0]?.key ?? '',
      lastKey: rows.at(-1)?.key ?? '',
      bytes: utf8Length(snapshotPageText(rows)),
    })),
    unfolded: [],
    own: { accepted: MARK, notIn: [] },
  };
}

let below: MemoryTables;
let blank: boolean;
let changes: number;
let overdue: () => void;
let slot: PreviewSlot;
let preview: SnapshotPreview;
beforeEach(async () => {
  below = new MemoryTables();
  await below.putMany('lines', [{ key: 'own', value: -1 }]);
  blank = true;
  changes = 0;
  overdue = () => undefined;
  slot = new PreviewSlot(below);
  preview = new SnapshotPreview({
    slot,
    tables: ['items', 'lines'],
    isBlank: () => blank,
    changed: () => (changes += 1),
    setTimer: (callback) => (overdue = callback),
    quiet: async () => undefined,
  });
});

function sourceOf(pages: readonly Page[], texts = pages.map(({ rows }) => snapshotPageText(rows))): SnapshotSource {
  return preview.listenTo({
    header: async () => headerOf(pages),
    pages: async function* (_, from) {
      for (const [index, text] of texts.entries()) if (index >= from) yield [{ index, text }];
    },
  });
}

/** The stream ends after so many pages. */
function cutOff(pages: number): SnapshotSource {
  return sourceOf(
    PAGES,
    PAGES.slice(0, pages).map(({ rows }) => snapshotPageText(rows)),
  );
}

/** Takes in so many pages, as the log would. */
async function take(source: SnapshotSource, pages: number, from = 0): Promise<SnapshotPage[]> {
  const taken: SnapshotPage[] = [];
  const { id } = await source.header(signal);
  if (pages === 0) return taken;
  for await (const batch of source.pages(id, from, signal)) {
    taken.push(...batch);
    if (taken.length >= pages) break;
  }
  return taken;
}

const lines = async (): Promise<readonly Row<unknown>[]> => await slot.reader.range('lines', { rowsMax: 100 });

it('the tables are read from the pages as soon as all of theirs are here, and not before', async () => {
  await take(cutOff(2), 2);
  expect(await lines()).toEqual([{ key: 'own', value: -1 }]);
  expect(changes).toBe(0);
  expect(await take(sourceOf(PAGES), 3)).toHaveLength(3);
  expect(changes).toBe(1);
  expect(await lines()).toEqual(PAGES[2]?.rows);
  expect(await slot.reader.getMany('items', ['k34', 'none', 'k10'])).toEqual([34, undefined, 10]);
  expect(await slot.reader.range('journal', { rowsMax: 9 })).toEqual([]);
});

it.each([
  [{ from: 'k12', to: 'k15', rowsMax: 100 }, ['k12', 'k13', 'k14']],
  [{ from: 'k121', rowsMax: 2 }, ['k13', 'k14']],
  [{ to: 'k13', reverse: true, rowsMax: 2 }, ['k12', 'k11']],
  [{ from: 'x', rowsMax: 2 }, []],
  [{ reverse: true, rowsMax: 1 }, ['k34']],
])('a range %j is what any table gives', async (range, keys) => {
  await take(sourceOf(PAGES), 3);
  const whole = new MemoryTables();
  for (const { table, rows } of PAGES) await whole.putMany(table, rows);
  const rows = await slot.reader.range('items', range);
  expect(rows.map(({ key }) => key)).toEqual(keys);
  expect(rows).toEqual(await whole.range('items', range));
});

it('what is not shown is read no sooner than the disk takes it: a person may be at work', async () => {
  const read: number[] = [];
  const rest = Array.from({ length: 5 }, (_, index): Page => ({
    table: 'journal',
    rows: rowsFrom(100 + index * 5, 5),
  }));
  const pages = [...PAGES, ...rest];
  const source = preview.listenTo({
    header: async () => headerOf(pages),
    pages: async function* () {
      for (const [index, { rows }] of pages.entries()) {
        read.push(index);
        yield [{ index, text: snapshotPageText(rows) }];
      }
    },
  });
  await source.header(signal);
  const ahead: number[] = [];
  for await (const [first] of source.pages('snapshot-1', 0, signal)) {
    await new Promise((resolve) => setTimeout(resolve));
    ahead.push((read.at(-1) ?? 0) - (first?.index ?? 0));
  }
  expect(read).toHaveLength(pages.length);
  // All that is shown was read before the first was handed on.
  expect(ahead[0]).toBeGreaterThanOrEqual(2);
  expect(Math.max(...ahead.slice(4))).toBeLessThanOrEqual(1);
});

it('ends with the snapshot: what the log holds is read again', async () => {
  await take(sourceOf(PAGES), 4);
  preview.end();
  expect(changes).toBe(2);
  expect(await lines()).toEqual([{ key: 'own', value: -1 }]);
  preview.end();
  expect(changes).toBe(2);
});

it('a device that knows something has none', async () => {
  blank = false;
  await take(sourceOf(PAGES), 4);
  expect(changes).toBe(0);
  expect(await lines()).toEqual([{ key: 'own', value: -1 }]);
});

it('goes on where a fetch of the same snapshot was cut off', async () => {
  await take(cutOff(1), 1);
  expect(changes).toBe(0);
  await take(sourceOf(PAGES), 2, 1);
  expect(changes).toBe(1);
  expect(await lines()).toEqual(PAGES[2]?.rows);
});

it('a page that opens with pages on its disk already has none, and does not wait for them', async () => {
  const order: number[] = [];
  const source = preview.listenTo({
    header: async () => headerOf(PAGES),
    pages: async function* () {
      yield [{ index: 2, text: snapshotPageText(PAGES[2]?.rows ?? []) }];
      order.push(0);
      yield [{ index: 3, text: snapshotPageText(PAGES[3]?.rows ?? []) }];
    },
  });
  await source.header(signal);
  for await (const batch of source.pages('snapshot-1', 2, signal)) order.push(batch[0]?.index ?? -1);
  expect(order).toEqual([2, 0, 3]);
  expect(changes).toBe(0);
});

it('what comes slowly is handed on after a while, also where nothing more comes: it is on the disk when the page is closed', async () => {
  const order: string[] = [];
  const source = preview.listenTo({
    header: async () => headerOf(PAGES),
    pages: async function* () {
      for (const index of [0, 1]) yield [{ index, text: snapshotPageText(PAGES[index]?.rows ?? []) }];
      await new Promise((resolve) => setTimeout(resolve));
      order.push('time is up');
      overdue();
      await new Promise((resolve) => setTimeout(resolve, 10));
      order.push('the network is back');
      yield [{ index: 2, text: snapshotPageText(PAGES[2]?.rows ?? []) }];
    },
  });
  await source.header(signal);
  for await (const batch of source.pages('snapshot-1', 0, signal)) order.push(`kept ${batch[0]?.index ?? ''}`);
  expect(order).toEqual(['time is up', 'kept 0', 'kept 1', 'the network is back', 'kept 2']);
  expect(changes).toBe(1);
});

/** The first pages are on the disk of a page that opens. */
async function restore(pagesHeld: number, texts: readonly string[] = PAGES.map(({ rows }) => snapshotPageText(rows))) {
  await preview.restore({
    header: headerOf(PAGES),
    pagesHeld,
    read: async (indices) => indices.map((index) => (index < pagesHeld ? texts[index] : undefined)),
  });
}

const items = async (): Promise<readonly Row<unknown>[]> => await slot.reader.range('items', { rowsMax: 100 });

it('shows what an earlier page had fetched: whole, where all of the tables is on the disk', async () => {
  await restore(3);
  expect([changes, slot.isPartial]).toEqual([1, false]);
  expect(await items()).toHaveLength(25);
  expect(await lines()).toEqual(PAGES[2]?.rows);
});

it('shows it in part where more is still to come; what is not here is unknown, and the rest comes with the network', async () => {
  await restore(1);
  expect([changes, slot.isPartial]).toEqual([1, true]);
  expect(await items()).toEqual(PAGES[0]?.rows);
  expect(await slot.reader.getMany('items', ['k29', 'k30'])).toEqual([29, undefined]);
  expect(await lines()).toEqual([]);
  await take(sourceOf(PAGES), 2, 1);
  expect([changes, slot.isPartial]).toEqual([2, false]);
  expect(await items()).toHaveLength(25);
  expect(await lines()).toEqual(PAGES[2]?.rows);
});

it('gives way to another snapshot than the one whose pages were here', async () => {
  await restore(1);
  const source = preview.listenTo({
    header: async () => headerOf(PAGES.slice(2), 'snapshot-2'),
    pages: async function* () {
      yield [{ index: 0, text: snapshotPageText(PAGES[2]?.rows ?? []) }];
    },
  });
  await source.header(signal);
  for await (const batch of source.pages('snapshot-2', 0, signal)) expect(batch).toHaveLength(1);
  expect(slot.isPartial).toBe(false);
  expect(await items()).toEqual([]);
  expect(await lines()).toEqual(PAGES[2]?.rows);
});

it.each([
  ['nothing is on the disk', () => restore(0)],
  ['the disk has changed a page', () => restore(2, [snapshotPageText(PAGES[0]?.rows ?? []), '['])],
  ['the device knows something', () => ((blank = false), restore(3))],
])('shows nothing of it where %s', async (_, open) => {
  await open();
  expect(changes).toBe(0);
  expect(await lines()).toEqual([{ key: 'own', value: -1 }]);
  await take(sourceOf(PAGES), 4);
  expect(changes).toBe(blank ? 1 : 0);
});

it('pages that are none end it; they are handed on all the same', async () => {
  const source = sourceOf(PAGES, ['[', '[]', '[]', '[]']);
  expect(await take(source, 4)).toHaveLength(4);
  expect(changes).toBe(0);
  expect(await lines()).toEqual([{ key: 'own', value: -1 }]);
});

it('screens first: nothing is handed on to the disk before the tables are here', async () => {
  const order: string[] = [];
  preview = new SnapshotPreview({
    slot,
    tables: ['items', 'lines'],
    isBlank: () => true,
    changed: () => order.push('shown'),
    setTimer: (callback) => (overdue = callback),
    quiet: async () => undefined,
  });
  const source = sourceOf(PAGES);
  await source.header(signal);
  for await (const batch of source.pages('snapshot-1', 0, signal)) order.push(`page ${batch[0]?.index ?? ''}`);
  expect(order).toEqual(['shown', 'page 0', 'page 1', 'page 2', 'page 3']);
});

it('what goes wrong behind pages that came is told after them', async () => {
  const source = preview.listenTo({
    header: async () => headerOf(PAGES),
    pages: async function* () {
      yield [{ index: 0, text: '[]' }];
      throw new Error('The network is gone.');
    },
  });
  await source.header(signal);
  const taken: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const batch of source.pages('snapshot-1', 0, signal)) taken.push(...batch.map(({ index }) => index));
  };
  await expect(reading()).rejects.toThrow('The network is gone.');
  expect(taken).toEqual([0]);
});
