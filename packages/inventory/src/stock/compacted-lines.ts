// The stock lines of one store as a device is given them: what lies more than 35 days back is a base, where that is shorter
// than the journal. Reads the centre's tables, writes none of them: each line is compacted on a copy in memory.
import {
  hybridTimeFromMs,
  keyPrefix,
  MemoryTables,
  type HybridTime,
  type Row,
  type TableReader,
} from '@streamstock/event-log';
import { keyAfter, scan } from '../scan.ts';
import { compactLine, latestHorizon } from './compaction.ts';
import {
  readJournalRow,
  STOCK_BASES_TABLE,
  STOCK_COUNTS_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_LINES_TABLE,
  type CountSessionRow,
  type JournalValue,
  type LineBaseRow,
  type StockLineRow,
} from './stock-tables.ts';

/** The tables that `compactedLines` gives rows of. */
export const COMPACTED_TABLES = [
  STOCK_LINES_TABLE,
  STOCK_BASES_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_COUNTS_TABLE,
] as const;

/** Old rows that a base is worth: it is as long as one and a half. */
const OLD_ROWS_MIN = 2;
const READ_ROWS = 5_000;
const YIELD_ROWS = 2_000;

export interface TableRow {
  readonly table: (typeof COMPACTED_TABLES)[number];
  readonly row: Row<unknown>;
}

/** Rows of `COMPACTED_TABLES`, those of each table in the order of their keys. */
export async function* compactedLines(
  tables: TableReader,
  store: string,
  nowMs: number,
): AsyncGenerator<readonly TableRow[]> {
  const lines = await allRows<StockLineRow>(tables, STOCK_LINES_TABLE, store);
  const bases = await allRows<LineBaseRow>(tables, STOCK_BASES_TABLE, store);
  const journal = new RowsByLine<JournalValue>(tables, STOCK_JOURNAL_TABLE, store);
  const counts = new RowsByLine<CountSessionRow>(tables, STOCK_COUNTS_TABLE, store);
  const now = hybridTimeFromMs(nowMs);
  let made: TableRow[] = [];
  for (let key = await nextLine(journal, counts); key !== null; key = await nextLine(journal, counts)) {
    const whole = { journal: await journal.take(key), counts: await counts.take(key) };
    const line = lines.get(key);
    const kept = line === undefined ? null : await compacted({ key, line, base: bases.get(key), ...whole }, now);
    if (kept !== null) {
      lines.set(key, kept.line);
      bases.set(key, kept.base);
    }
    const { journal: entries, counts: sessions } = kept ?? whole;
    for (const row of entries) made.push({ table: STOCK_JOURNAL_TABLE, row });
    for (const row of sessions) made.push({ table: STOCK_COUNTS_TABLE, row });
    if (made.length < YIELD_ROWS) continue;
    yield made;
    made = [];
  }
  yield made;
  // Not in the order of the journal: the key of a line may be the beginning of another's.
  yield sorted(STOCK_LINES_TABLE, lines);
  yield sorted(STOCK_BASES_TABLE, bases);
}

interface WholeLine {
  readonly key: string;
  readonly line: StockLineRow;
  readonly base: LineBaseRow | undefined;
  readonly journal: readonly Row<JournalValue>[];
  readonly counts: readonly Row<CountSessionRow>[];
}

/** null: it stays as it is. */
async function compacted(
  { key, line, base, journal, counts }: WholeLine,
  now: HybridTime,
): Promise<{
  readonly line: StockLineRow;
  readonly base: LineBaseRow;
  readonly journal: readonly Row<JournalValue>[];
  readonly counts: readonly Row<CountSessionRow>[];
} | null> {
  const horizon = latestHorizon(now);
  const boundary = journal[OLD_ROWS_MIN - 1];
  if (boundary === undefined || readJournalRow(boundary).at >= horizon) return null;
  const { store, item } = line;
  const copy = new MemoryTables();
  await copy.putMany(STOCK_LINES_TABLE, [{ key, value: line }]);
  if (base !== undefined) await copy.putMany(STOCK_BASES_TABLE, [{ key, value: base }]);
  await copy.putMany(STOCK_JOURNAL_TABLE, journal);
  await copy.putMany(STOCK_COUNTS_TABLE, counts);
  const outcome = await compactLine(copy, store, item, horizon, now);
  if (outcome.kind !== 'compacted') return null;
  const [row] = await copy.getMany<StockLineRow>(STOCK_LINES_TABLE, [key]);
  const [made] = await copy.getMany<LineBaseRow>(STOCK_BASES_TABLE, [key]);
  if (row === undefined || made === undefined) throw new Error(`Line ${key} was compacted and is gone.`);
  return {
    line: row,
    base: made,
    journal: await rowsOf<JournalValue>(copy, STOCK_JOURNAL_TABLE),
    counts: await rowsOf<CountSessionRow>(copy, STOCK_COUNTS_TABLE),
  };
}

async function rowsOf<Value>(tables: TableReader, table: string): Promise<Row<Value>[]> {
  const rows: Row<Value>[] = [];
  await scan<Value>(tables, table, {}, (row) => {
    rows.push(row);
  });
  return rows;
}

async function allRows<Value>(tables: TableReader, table: string, store: string): Promise<Map<string, Value>> {
  const rows = new Map<string, Value>();
  await scan<Value>(
    tables,
    table,
    keyPrefix(store),
    ({ key, value }) => {
      rows.set(key, value);
    },
    READ_ROWS,
  );
  return rows;
}

function sorted(table: TableRow['table'], rows: ReadonlyMap<string, unknown>): TableRow[] {
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ table, row: { key, value } }));
}

/** The least line that either of them has rows of, in the order of their keys. */
async function nextLine(...readers: readonly RowsByLine<unknown>[]): Promise<string | null> {
  let least: string | null = null;
  for (const reader of readers) {
    const line = await reader.line();
    if (line !== null && (least === null || `${line}|` < `${least}|`)) least = line;
  }
  return least;
}

/** The rows of one table, line by line; what is ahead is read in bulk. */
class RowsByLine<Value> {
  readonly #tables: TableReader;
  readonly #table: string;
  readonly #to: string;
  #from: string;
  #rows: Row<Value>[] = [];
  #next = 0;
  #ended = false;

  constructor(tables: TableReader, table: string, store: string) {
    const { from, to } = keyPrefix(store);
    this.#tables = tables;
    this.#table = table;
    this.#from = from;
    this.#to = to;
  }

  /** The line of the next row; null: there is none. */
  async line(): Promise<string | null> {
    const row = await this.#peek();
    return row === undefined ? null : lineOf(row.key);
  }

  /** The rows of this line, if it is the next. */
  async take(line: string): Promise<Row<Value>[]> {
    const taken: Row<Value>[] = [];
    for (let row = await this.#peek(); row !== undefined && lineOf(row.key) === line; row = await this.#peek()) {
      taken.push(row);
      this.#next += 1;
    }
    return taken;
  }

  async #peek(): Promise<Row<Value> | undefined> {
    if (this.#next === this.#rows.length && !this.#ended) {
      const range = { from: this.#from, to: this.#to, rowsMax: READ_ROWS };
      this.#rows = await this.#tables.range<Value>(this.#table, range);
      this.#next = 0;
      this.#ended = this.#rows.length < READ_ROWS;
      const last = this.#rows.at(-1);
      if (last !== undefined) this.#from = keyAfter(last.key);
    }
    return this.#rows[this.#next];
  }
}

/** The first two parts of a key. */
function lineOf(key: string): string {
  return key.slice(0, key.indexOf('|', key.indexOf('|') + 1));
}
