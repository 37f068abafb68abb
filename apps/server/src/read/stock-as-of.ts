// Stock of the whole chain at a past moment, as a snapshot like the present one. Works through the lines at a pace that lets
// everybody else have their turn; one at a time, because it is the most work a reader can ask for. Keeps the last few answers.
import { hybridTimeFromMs, keyPrefix, STAMPS_PER_MS, type HybridTime, type TableReader } from '@streamstock/event-log';
import {
  heldAt,
  LINE_PROMISES_TABLE,
  readLineHolds,
  STOCK_LINES_TABLE,
  stockAsOf,
  type StockLineRow,
} from '@streamstock/inventory';
import { LRUCache } from 'lru-cache';
import { tooManyAttempts } from '../http/rate-limits.ts';
import { createPace } from './breathe.ts';
import type { ChainSnapshot, ChainView, StoreColumns } from './chain-view.ts';
import { NumberColumn } from './columns.ts';

/** Answers kept: a slider goes back and forth. About 6 MB each at 50,000 items × 8 stores. */
const KEPT_MAX = 4;
/** Askers that wait for their turn: past it a reader is told to come again. */
const WAITING_MAX = 8;
const RETRY_MS = 3_000;
/** Lines read at a time: ≈ 3 ms. */
const ROWS = 200;

/** The asker has gone: nobody wants the answer any more. */
class AsOfAbandoned extends Error {
  override readonly name = 'AsOfAbandoned';
}

export type StockAsOfReader = (atMs: number, signal: AbortSignal) => Promise<ChainSnapshot>;

export function createStockAsOf(view: ChainView, tables: TableReader): StockAsOfReader {
  const kept = new LRUCache<string, ChainSnapshot>({ max: KEPT_MAX });
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (atMs, signal) => {
    const key = (): string => `${view.version} ${atMs}`;
    const known = kept.get(key());
    if (known !== undefined) return known;
    if (waiting >= WAITING_MAX) throw tooManyAttempts(RETRY_MS);
    waiting += 1;
    const work = turn
      .catch(() => {})
      .then(async () => kept.get(key()) ?? (await compute(view, tables, atMs, signal)))
      .finally(() => {
        waiting -= 1;
      });
    turn = work;
    const snapshot = await work;
    // A change that came meanwhile may be about the past: then the answer is right for its position, and not kept.
    if (snapshot.version === view.version) kept.set(key(), snapshot);
    return snapshot;
  };
}

async function compute(
  view: ChainView,
  tables: TableReader,
  atMs: number,
  signal: AbortSignal,
): Promise<ChainSnapshot> {
  const { version, position, stores, items } = view.snapshot();
  const at = hybridTimeFromMs(atMs) + STAMPS_PER_MS - 1;
  const pace = createPace();
  const columns: StoreColumns[] = [];
  for (const { store } of stores) {
    const held = await heldThen(tables, store, at, pace);
    const onHand = new NumberColumn();
    const available = new NumberColumn();
    const { from: first, to } = keyPrefix(store);
    for (let from = first; ;) {
      const rows = await tables.range<StockLineRow>(STOCK_LINES_TABLE, { from, to, rowsMax: ROWS });
      for (const { value: row } of rows) {
        const past = row.lastChangeAt <= at ? row : await stockAsOf(tables, store, row.item, at);
        const index = view.indexOf(row.item);
        if (past !== undefined && index !== undefined) {
          onHand.set(index, past.onHand);
          available.set(index, past.sellable - (held.get(row.item) ?? 0));
          held.delete(row.item);
        }
        await pace();
        if (signal.aborted) throw new AsOfAbandoned();
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS) break;
      from = `${last.key} `;
    }
    // Promised before anything else was known of them: the shelf counts as empty.
    for (const [item, quantity] of held) {
      const index = view.indexOf(item);
      if (index !== undefined && quantity > 0) available.set(index, -quantity);
    }
    columns.push({ onHand, available, recount: new Set() });
  }
  return { version, position, stores, items, columns };
}

/** What a store's reservations held at the end of `at`, by item, as known now: of items that were ever promised there. */
async function heldThen(
  tables: TableReader,
  store: string,
  at: HybridTime,
  pace: () => Promise<void> | undefined,
): Promise<Map<string, number>> {
  const held = new Map<string, number>();
  const { from: first, to } = keyPrefix(store);
  for (let from = first; ;) {
    const [next] = await tables.range(LINE_PROMISES_TABLE, { from, to, rowsMax: 1 });
    if (next === undefined) return held;
    const item = next.key.split('|')[1] ?? '';
    const holds = await readLineHolds(tables, store, item);
    held.set(
      item,
      holds.reduce((sum, hold) => sum + heldAt(hold, at), 0),
    );
    from = keyPrefix(store, item).to;
    await pace();
  }
}
