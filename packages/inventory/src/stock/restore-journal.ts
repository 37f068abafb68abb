// Brings back the journal of a compacted line, folds what was parked meanwhile, and forgets the base. The caller's transaction
// holds all of it.
import { keyPrefix, type EventId, type Row, type Tables } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { foldSessions } from './count-fold.ts';
import { foldLines } from './line-fold.ts';
import type { LineChange } from './change-shapes.ts';
import { compareEntries } from './line-changes.ts';
import { entryCounts, withFlags, type LineEntry } from './line-entry.ts';
import { readLineBase } from './line-start.ts';
import { parkedName } from './parking.ts';
import { losesIn } from './receipt-fold.ts';
import { reversersOf } from './reversals.ts';
import { NO_GATE, waits } from './session-gates.ts';
import {
  journalKey,
  readJournalRow,
  reversalKey,
  sessionKey,
  STOCK_BASES_TABLE,
  STOCK_COUNTS_TABLE,
  STOCK_ENTRIES_TABLE,
  STOCK_GATES_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_LINES_TABLE,
  STOCK_PARKED_TABLE,
  STOCK_RECEIPTS_TABLE,
  STOCK_REVERSALS_TABLE,
  stockLineKey,
  type CountSessionRow,
  type JournalValue,
  type ParkedRow,
  type ReceiptsRow,
  type ReversalRow,
  type SessionGateRow,
  type StockEntryRow,
  type StockLineRow,
} from './stock-tables.ts';

/**
 * `rows`: the line's journal (keys and values as `stock-journal` holds them) of events that these tables have been given. With
 * or without what is parked here: what this log knows of an entry stands. Afterwards the line is as if it had never been
 * compacted. Does nothing to a line that is not.
 */
export async function restoreJournal(
  tables: Tables,
  store: string,
  item: string,
  rows: readonly Row<JournalValue>[],
): Promise<void> {
  const key = stockLineKey(store, item);
  const [line] = await tables.getMany<StockLineRow>(STOCK_LINES_TABLE, [key]);
  const base = line === undefined ? null : await readLineBase(tables, line);
  if (base === null) return;
  const local = await readRange<JournalValue>(tables, STOCK_JOURNAL_TABLE, store, item);
  const parked = await readRange<ParkedRow>(tables, STOCK_PARKED_TABLE, store, item);
  const merged = mergedEntries(store, item, base.horizon, rows, local, parked);
  const entries = await saidOfAll(tables, merged);
  const sessions = await readSessions(tables, store, item);
  await deleteKeys(tables, STOCK_JOURNAL_TABLE, local);
  await deleteKeys(tables, STOCK_PARKED_TABLE, parked);
  await deleteKeys(tables, STOCK_COUNTS_TABLE, sessions);
  await tables.deleteMany(STOCK_BASES_TABLE, [key]);
  await tables.deleteMany(STOCK_LINES_TABLE, [key]);
  if (entries.length > 0)
    await tables.putMany(
      STOCK_JOURNAL_TABLE,
      entries.map((entry) => ({ key: entry.key, value: entry.value })),
    );
  const added = entries.filter(entryCounts).toSorted(compareEntries);
  const change: LineChange = { store, item, row: null, added, removed: [], parked: 0 };
  await foldLines(tables, [change], await foldSessions(tables, [change]));
}

async function readRange<Value>(tables: Tables, table: string, store: string, item: string): Promise<Row<Value>[]> {
  const rows: Row<Value>[] = [];
  await scan<Value>(tables, table, keyPrefix(store, item), (row) => {
    rows.push(row);
  });
  return rows;
}

async function readSessions(tables: Tables, store: string, item: string): Promise<Row<CountSessionRow>[]> {
  return readRange<CountSessionRow>(tables, STOCK_COUNTS_TABLE, store, item);
}

async function deleteKeys(tables: Tables, table: string, rows: readonly Row<unknown>[]): Promise<void> {
  if (rows.length > 0)
    await tables.deleteMany(
      table,
      rows.map(({ key }) => key),
    );
}

/** Each line of each document once: parked as it is parked, after the horizon as it is here, before it as it was fetched. */
function mergedEntries(
  store: string,
  item: string,
  horizon: number,
  fetched: readonly Row<JournalValue>[],
  local: readonly Row<JournalValue>[],
  parked: readonly Row<ParkedRow>[],
): LineEntry[] {
  const known = new Map<string, LineEntry>();
  const nameOf = (event: EventId, line: number): string => `${event}|${line}`;
  const take = (row: Row<JournalValue>): void => {
    const { at, event, line } = readJournalRow(row);
    known.set(nameOf(event, line), { key: row.key, store, item, at, event, line, value: row.value });
  };
  for (const row of fetched) if (readJournalRow(row).at < horizon) take(row);
  for (const row of local) if (readJournalRow(row).at >= horizon) take(row);
  for (const { key, value } of parked) {
    const { event, line } = parkedName(key);
    const { entry, touched } = value;
    if (touched === true) continue;
    if (entry === null) known.delete(nameOf(event, line));
    else {
      const { at } = entry;
      const entryKey = journalKey(store, item, at, event, line);
      known.set(nameOf(event, line), { key: entryKey, store, item, at, event, line, value: entry.value });
    }
  }
  return [...known.values()];
}

/** Every entry with what this log knows of reversals, closings and receipts. */
async function saidOfAll(tables: Tables, entries: readonly LineEntry[]): Promise<LineEntry[]> {
  const reversals = await readAs<ReversalRow>(
    tables,
    STOCK_REVERSALS_TABLE,
    entries.map(({ store, event }) => reversalKey(store, event)),
  );
  const gates = await readAs<SessionGateRow>(
    tables,
    STOCK_GATES_TABLE,
    entries.flatMap((entry) => gateOf(entry) ?? []),
  );
  const receipts = entries.filter(({ value }) => value.kind === 'transferred-in').map(({ event }) => event);
  const documents = await readAs<StockEntryRow>(tables, STOCK_ENTRIES_TABLE, receipts);
  const contests = await readAs<ReceiptsRow>(
    tables,
    STOCK_RECEIPTS_TABLE,
    [...documents.values()].flatMap(({ contest }) => contest ?? []),
  );
  return entries.map((entry) => {
    const gate = gateOf(entry);
    const contest = documents.get(entry.event)?.contest;
    return withFlags(entry, {
      reversedBy: reversersOf(reversals.get(reversalKey(entry.store, entry.event)), entry.line),
      pending: gate !== null && waits(gates.get(gate) ?? NO_GATE),
      disputed: contest !== undefined && losesIn(contests, contest, entry.event),
    });
  });
}

function gateOf({ store, value }: LineEntry): string | null {
  return value.kind === 'counted' ? sessionKey(store, value.session) : null;
}

async function readAs<Value>(tables: Tables, table: string, wanted: readonly string[]): Promise<Map<string, Value>> {
  const keys = [...new Set(wanted)];
  if (keys.length === 0) return new Map();
  const rows = await tables.getMany<Value>(table, keys);
  return new Map(keys.flatMap((key, index) => (rows[index] === undefined ? [] : [[key, rows[index]] as const])));
}
