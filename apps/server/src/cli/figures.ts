// Stock figures for the command line, from a data folder or from a server: the same shape, now or as of a past moment.
import { hybridTimeFromMs, STAMPS_PER_MS, type TableReader } from '@streamstock/event-log';
import { listItems, listStockAsOf, listStockLines, listStores } from '@streamstock/inventory';
import type { Target } from './target.ts';

export interface FigureLine {
  readonly store: string;
  readonly sku: string;
  readonly name: string;
  readonly onHand: number;
}

export interface StockFigures {
  /** Every store's name by id. */
  readonly stores: ReadonlyMap<string, string>;
  /** Lines of which something is known; `store` is the id. */
  readonly lines: readonly FigureLine[];
}

/** `atMs` null: now. */
export async function readFigures(target: Target, atMs: number | null): Promise<StockFigures> {
  if (target.kind === 'folder') return await figuresOfTables(target.centre.log.tables, atMs);
  const matrix = await target.client.stock(atMs === null ? {} : { query: { at: new Date(atMs).toISOString() } });
  const lines = matrix.stores.flatMap(({ store }, row) =>
    matrix.items.flatMap(([, sku, name], column) => {
      const onHand = matrix.onHand[row]?.[column] ?? null;
      return onHand === null ? [] : [{ store, sku, name, onHand }];
    }),
  );
  return { stores: new Map(matrix.stores.map(({ store, name }) => [store, name])), lines };
}

async function figuresOfTables(tables: TableReader, atMs: number | null): Promise<StockFigures> {
  const [stores, items] = await Promise.all([listStores(tables), listItems(tables)]);
  const itemOf = new Map(items.map((item) => [item.item, item]));
  const rows =
    atMs === null
      ? await listStockLines(tables)
      : await listStockAsOf(tables, hybridTimeFromMs(atMs) + STAMPS_PER_MS - 1);
  const lines = rows.map(({ store, item, onHand }) => {
    const known = itemOf.get(item);
    return { store, sku: known?.sku ?? item, name: known?.name ?? item, onHand };
  });
  return { stores: new Map(stores.map(({ store, name }) => [store, name])), lines };
}
