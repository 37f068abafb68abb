// Reads the whole catalogue and makes its index. A part of its own: the first screen is shown before it is there.
import type { TableReader } from '@streamstock/event-log';
import { listBarcodes, listItems, type BarcodeRow, type ItemRow } from '@streamstock/inventory';

export { buildItemIndex } from '@streamstock/inventory';

export async function readCatalogue(
  tables: TableReader,
): Promise<{ readonly items: ItemRow[]; readonly barcodes: BarcodeRow[] }> {
  const items = await listItems(tables);
  return { items, barcodes: await listBarcodes(tables) };
}
