// Reading the catalogue. Owns no state; works over any TableReader.
import type { TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { BARCODES_TABLE, ITEMS_TABLE, type BarcodeRow, type ItemRow } from './catalogue-tables.ts';

export async function readItem(reader: TableReader, item: string): Promise<ItemRow | undefined> {
  const [row] = await readItems(reader, [item]);
  return row;
}

/** One row per item, in their order. */
export async function readItems(reader: TableReader, items: readonly string[]): Promise<(ItemRow | undefined)[]> {
  return reader.getMany<ItemRow>(ITEMS_TABLE, items);
}

/** The whole catalogue, archived items too, by item id. */
export async function listItems(reader: TableReader): Promise<ItemRow[]> {
  const rows: ItemRow[] = [];
  await scan<ItemRow>(reader, ITEMS_TABLE, {}, ({ value }) => void rows.push(value));
  return rows;
}

/** What a code stands for; undefined when no item claims it (any more). */
export async function findBarcode(
  reader: TableReader,
  code: string,
): Promise<(BarcodeRow & { readonly item: string }) | undefined> {
  const [row] = await reader.getMany<BarcodeRow>(BARCODES_TABLE, [code]);
  return row === undefined || row.item === null ? undefined : { ...row, item: row.item };
}

/** Every code that was ever assigned, by code; `item` null where it was taken back. */
export async function listBarcodes(reader: TableReader): Promise<BarcodeRow[]> {
  const rows: BarcodeRow[] = [];
  await scan<BarcodeRow>(reader, BARCODES_TABLE, {}, ({ value }) => void rows.push(value));
  return rows;
}
