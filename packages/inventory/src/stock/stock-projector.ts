// The projector of stock: journal, counts, lines and sales by hour, from one pass over a batch. Owns their tables.
//
//   changes of events ──► documents (facts joined with reversals, receipts, openings and closings)
//                              │
//                              ├──► lines of the journal ──► sessions of counts ──► stock lines
//                              │        └──► parked, before a line's horizon
//                              └──► sales by hour
import type { Change, Projector, Row, Tables } from '@streamstock/event-log';
import { foldSales } from '../sales/sales-fold.ts';
import { SALES_HOURS_TABLE } from '../sales/sales-tables.ts';
import { foldSessions } from './count-fold.ts';
import { changeDocuments } from './document-changes.ts';
import { changeLines } from './line-changes.ts';
import { foldLines } from './line-fold.ts';
import {
  STOCK_BASES_TABLE,
  STOCK_COUNTS_TABLE,
  STOCK_DISPUTED_TABLE,
  STOCK_ENTRIES_TABLE,
  STOCK_GATES_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_LINES_TABLE,
  STOCK_PARKED_TABLE,
  STOCK_PENDING_TABLE,
  STOCK_RECEIPTS_TABLE,
  STOCK_REVERSALS_TABLE,
  STOCK_SESSION_ENTRIES_TABLE,
  type StockEntryRow,
} from './stock-tables.ts';

function isEntryOf({ value }: Row<unknown>, store: string): boolean {
  // The rows are this projector's own.
  return (value as StockEntryRow).store === store;
}

export const stockProjector: Projector = {
  name: 'stock',
  version: 2,
  tables: [
    STOCK_LINES_TABLE,
    STOCK_JOURNAL_TABLE,
    STOCK_COUNTS_TABLE,
    STOCK_ENTRIES_TABLE,
    STOCK_REVERSALS_TABLE,
    STOCK_RECEIPTS_TABLE,
    STOCK_DISPUTED_TABLE,
    STOCK_GATES_TABLE,
    STOCK_PENDING_TABLE,
    STOCK_SESSION_ENTRIES_TABLE,
    STOCK_BASES_TABLE,
    STOCK_PARKED_TABLE,
    SALES_HOURS_TABLE,
  ],
  snapshot: {
    [STOCK_LINES_TABLE]: 'store-key',
    [STOCK_BASES_TABLE]: 'store-key',
    [STOCK_JOURNAL_TABLE]: 'store-key',
    [STOCK_COUNTS_TABLE]: 'store-key',
    // A contest of receipts turns by what is said of another store's receipt.
    [STOCK_ENTRIES_TABLE]: { rows: isEntryOf, heard: true },
    [STOCK_REVERSALS_TABLE]: 'heard',
    [STOCK_RECEIPTS_TABLE]: 'heard',
    [STOCK_DISPUTED_TABLE]: 'store-key',
    [STOCK_GATES_TABLE]: 'store-key',
    [STOCK_PENDING_TABLE]: 'store-key',
    [STOCK_SESSION_ENTRIES_TABLE]: 'store-key',
    [STOCK_PARKED_TABLE]: 'store-key',
    [SALES_HOURS_TABLE]: 'store-key',
  },
  heard: { types: ['TransferReceived', 'EntryReversed'] },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const documents = await changeDocuments(tables, changes);
    if (documents.length === 0) return;
    const lines = await changeLines(tables, documents);
    const sessions = await foldSessions(tables, lines);
    await foldLines(tables, lines, sessions);
    await foldSales(tables, documents);
  },
};
