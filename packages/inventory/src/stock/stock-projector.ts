// The projector of stock: journal, counts, lines and sales by hour, from one pass over a batch. Owns their tables.
//
//   changes of events ──► documents (facts joined with reversals) ──► journal
//                                  │
//                                  ├──► sessions of counts ──► lines
//                                  └──► sales by hour
import type { Change, Projector, Tables } from '@streamstock/event-log';
import { foldSales } from '../sales/sales-fold.ts';
import { SALES_HOURS_TABLE } from '../sales/sales-tables.ts';
import { foldSessions } from './count-fold.ts';
import { changeDocuments, type DocumentChange } from './document-changes.ts';
import { entryCounts, type LineEntry } from './line-entry.ts';
import { foldLines, groupByLine } from './line-fold.ts';
import {
  STOCK_COUNTS_TABLE,
  STOCK_ENTRIES_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_LINES_TABLE,
  STOCK_REVERSALS_TABLE,
} from './stock-tables.ts';

function stays(a: LineEntry, b: LineEntry): boolean {
  return a.key === b.key && a.value.uncertaintyMs === b.value.uncertaintyMs;
}

/** Counting lines that appear and disappear; a line that only moves in time does both. */
function countingChanges(documents: readonly DocumentChange[]): { added: LineEntry[]; removed: LineEntry[] } {
  const added: LineEntry[] = [];
  const removed: LineEntry[] = [];
  for (const { before, after } of documents) {
    for (let line = 0; line < Math.max(before.length, after.length); line += 1) {
      const old = before[line];
      const now = after[line];
      const had = old !== undefined && entryCounts(old) ? old : null;
      const has = now !== undefined && entryCounts(now) ? now : null;
      if (had !== null && has !== null && stays(had, has)) continue;
      if (had !== null) removed.push(had);
      if (has !== null) added.push(has);
    }
  }
  return { added, removed };
}

export const stockProjector: Projector = {
  name: 'stock',
  version: 1,
  tables: [
    STOCK_LINES_TABLE,
    STOCK_JOURNAL_TABLE,
    STOCK_COUNTS_TABLE,
    STOCK_ENTRIES_TABLE,
    STOCK_REVERSALS_TABLE,
    SALES_HOURS_TABLE,
  ],
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const documents = await changeDocuments(tables, changes);
    if (documents.length === 0) return;
    const { added, removed } = countingChanges(documents);
    const sessions = await foldSessions(tables, added, removed);
    await foldLines(tables, groupByLine(added, removed), sessions);
    await foldSales(tables, documents);
  },
};
