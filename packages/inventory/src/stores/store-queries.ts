// Reading the stores.
import type { TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { STORES_TABLE, type StoreRow } from './store-tables.ts';

export async function readStore(reader: TableReader, store: string): Promise<StoreRow | undefined> {
  const [row] = await reader.getMany<StoreRow>(STORES_TABLE, [store]);
  return row;
}

/** All stores by id. */
export async function listStores(reader: TableReader): Promise<StoreRow[]> {
  const rows: StoreRow[] = [];
  await scan<StoreRow>(reader, STORES_TABLE, {}, ({ value }) => void rows.push(value));
  return rows;
}
