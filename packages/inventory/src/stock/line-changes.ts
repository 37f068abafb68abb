// From changes of documents to changes of stock lines: which rows of a line's journal begin and end to count. Writes the
// journal; what comes for the time before a line's horizon is parked instead.
import type { Row, Tables } from '@streamstock/event-log';
import type { DocumentChange, DocumentState, EntryChange, LineChange, TouchedLine } from './change-shapes.ts';
import { entryCounts, type LineEntry } from './line-entry.ts';
import { compareMoments } from './count-session.ts';
import { parkBeforeHorizon } from './parking.ts';
import { STOCK_JOURNAL_TABLE, STOCK_LINES_TABLE, stockLineKey, type StockLineRow } from './stock-tables.ts';
import { writeRows } from './write-rows.ts';

/** Writes the journal, parks what must wait, and returns the lines whose row changes. */
export async function changeLines(tables: Tables, documents: readonly DocumentChange[]): Promise<LineChange[]> {
  const lines = entriesByLine(documents);
  if (lines.length === 0) return [];
  const rows = await tables.getMany<StockLineRow>(
    STOCK_LINES_TABLE,
    lines.map(({ key }) => key),
  );
  const touched = lines.map((line, index): TouchedLine => ({ ...line, row: rows[index] ?? null }));
  const { kept, parked } = await parkBeforeHorizon(tables, touched);
  await writeJournal(
    tables,
    kept.flatMap(({ entries }) => entries),
  );
  return kept.flatMap((line): LineChange[] => {
    const change = { ...countingChange(line), parked: parked.get(line.key) ?? line.row?.parked ?? 0 };
    const same = change.added.length === 0 && change.removed.length === 0 && change.parked === (line.row?.parked ?? 0);
    return same ? [] : [change];
  });
}

function entriesByLine(documents: readonly DocumentChange[]): Omit<TouchedLine, 'row'>[] {
  const lines = new Map<string, { key: string; store: string; item: string; entries: EntryChange[] }>();
  for (const { id, store, items, before, after } of documents) {
    for (const [line, item] of items.entries()) {
      const key = stockLineKey(store, item);
      let known = lines.get(key);
      if (known === undefined) lines.set(key, (known = { key, store, item, entries: [] }));
      const was = before?.lines[line] ?? null;
      const is = after?.lines[line] ?? null;
      known.entries.push({
        event: id,
        line,
        before: was,
        after: is,
        touched: isLost(before, line) || isLost(after, line),
      });
    }
  }
  return [...lines.values()];
}

function isLost(state: DocumentState | null, line: number): boolean {
  return state !== null && state.lines[line] === null;
}

async function writeJournal(tables: Tables, entries: readonly EntryChange[]): Promise<void> {
  const put: Row<unknown>[] = entries.flatMap(({ after }) =>
    after === null ? [] : [{ key: after.key, value: after.value }],
  );
  const kept = new Set(put.map(({ key }) => key));
  const gone = entries.flatMap(({ before }) => (before === null || kept.has(before.key) ? [] : [before.key]));
  await writeRows(tables, STOCK_JOURNAL_TABLE, put, gone);
}

function stays(a: LineEntry, b: LineEntry): boolean {
  return a.key === b.key && a.value.uncertaintyMs === b.value.uncertaintyMs;
}

/** Rows that begin and end to count; one that only moves in time does both. */
function countingChange({ store, item, row, entries }: TouchedLine): Omit<LineChange, 'parked'> {
  const added: LineEntry[] = [];
  const removed: LineEntry[] = [];
  for (const { before, after } of entries) {
    const had = before !== null && entryCounts(before) ? before : null;
    const has = after !== null && entryCounts(after) ? after : null;
    if (had !== null && has !== null && stays(had, has)) continue;
    if (had !== null) removed.push(had);
    if (has !== null) added.push(has);
  }
  return { store, item, row, added: added.sort(compareEntries), removed: removed.sort(compareEntries) };
}

/** Journal order: (time, id, line). */
export function compareEntries(a: LineEntry, b: LineEntry): number {
  return compareMoments({ at: a.at, id: a.event }, { at: b.at, id: b.event }) || a.line - b.line;
}
