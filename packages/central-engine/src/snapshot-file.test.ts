import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import {
  lineSum,
  readSnapshotPage,
  SNAPSHOT_PAGE_BYTES_MAX,
  SNAPSHOT_PAGE_ROWS_MAX,
  SNAPSHOT_PAGES_FORM,
  utf8Length,
} from '@streamstock/event-log';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRecord, SnapshotWriter, streamPages, type SnapshotRecord } from './snapshot-file.ts';
import { PagePacker, type MadePage } from './snapshot-pages.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'streamstock-snapshot-')), 'snapshots');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function packed(table: string, rows: number, value: (row: number) => unknown): MadePage[] {
  const pages: MadePage[] = [];
  const packer = new PagePacker(table, (page) => pages.push(page));
  for (let row = 0; row < rows; row += 1) packer.add({ key: row.toString().padStart(6, '0'), value: value(row) });
  packer.end();
  return pages;
}

const about = {
  store: 'lisboa',
  epoch: 'epoch-1',
  position: 7,
  hash: 'a'.repeat(64),
  readModelVersion: 'v',
  folds: [{ name: 'sum', version: 1 }],
  unfolded: [],
  builtAtMs: 1,
  tookMs: 2,
};

async function bytesOf(record: SnapshotRecord, from: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await streamPages(folder, record, from, 'gzip')) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

it('pages hold every row once, in order, within their bounds', () => {
  const pages = packed('items', 5_500, (row) => ({ name: 'ã'.repeat(row % 400) }));
  for (const { head, text: page } of pages) {
    const rows = readSnapshotPage(page);
    expect(head).toEqual({
      table: 'items',
      rows: rows.length,
      firstKey: rows[0]?.key,
      lastKey: rows.at(-1)?.key,
      bytes: utf8Length(page),
      sum: lineSum(page),
    });
    expect(head.rows).toBeLessThanOrEqual(SNAPSHOT_PAGE_ROWS_MAX);
    expect(head.bytes).toBeLessThanOrEqual(SNAPSHOT_PAGE_BYTES_MAX);
    expect(page).not.toContain('\n');
  }
  const keys = pages.flatMap(({ text: page }) => readSnapshotPage(page).map(({ key }) => key));
  expect(keys).toEqual(Array.from({ length: 5_500 }, (_, row) => row.toString().padStart(6, '0')));
  // Both bounds were met: small rows fill pages by number, large ones by bytes.
  expect(pages.length).toBeGreaterThan(6);
  expect(packed('items', 2_001, () => 1).map(({ head }) => head.rows)).toEqual([1_000, 1_000, 1]);
});

it('rows out of order and rows too large for a page are refused', () => {
  const packer = new PagePacker('items', () => undefined);
  packer.add({ key: 'b', value: 1 });
  expect(() => packer.add({ key: 'b', value: 2 })).toThrow(/out of order at b/);
  expect(() => packer.add({ key: 'c', value: 'x'.repeat(SNAPSHOT_PAGE_BYTES_MAX) })).toThrow(
    /a page of a snapshot takes/,
  );
});

it('the pages come back in the order of use, whole or from any page on, compressed or not', async () => {
  const writer = new SnapshotWriter(folder, 'one');
  const journal = packed('journal', 2_500, (row) => ({ row }));
  const items = packed('items', 1_500, (row) => ({ name: `Name ${row}` }));
  for (const page of [...journal, ...items]) writer.add(page);
  const record = writer.end(['items'], about);
  const texts = [...items, ...journal].map(({ text: page }) => page);
  expect(record.pages).toEqual([...items, ...journal].map(({ head }) => head));
  expect(record.rows).toBe(4_000);
  expect(await readRecord(folder, 'one')).toEqual(record);
  for (let from = 0; from <= texts.length + 1; from += 1) {
    const expected = texts
      .slice(from)
      .map((page) => `${page}\n`)
      .join('');
    expect(gunzipSync(await bytesOf(record, from)).toString()).toBe(expected);
    expect(await text(await streamPages(folder, record, from, 'plain'))).toBe(expected);
  }
  expect(await bytesOf(record, 0)).toHaveLength(record.fileBytes);
  expect(readdirSync(folder).toSorted()).toEqual(['one.json', 'one.pages.gz']);
});

it('a file whose pages are of another form is none of ours', async () => {
  const writer = new SnapshotWriter(folder, 'old');
  for (const page of packed('items', 3, (row) => ({ row }))) writer.add(page);
  const { form, ...older } = writer.end([], about);
  expect(form).toBe(SNAPSHOT_PAGES_FORM);
  writeFileSync(join(folder, 'old.json'), JSON.stringify(older));
  expect(await readRecord(folder, 'old')).toBeNull();
});

it('a snapshot that was given up, or was never finished, is not there', async () => {
  const writer = new SnapshotWriter(folder, 'two');
  for (const page of packed('items', 10, () => 1)) writer.add(page);
  expect(await readRecord(folder, 'two')).toBeNull();
  writer.abandon();
  expect(readdirSync(folder)).toEqual([]);
  expect(await readRecord(folder, '../two')).toBeNull();
});
