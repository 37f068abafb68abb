// Folds what a batch changes about stock lines into their rows. The usual case, a movement after the latest count, costs
// no scan: rows are read and written in bulk. A count that is not the newest news, or one that is taken away, walks the
// journal since; taking back a movement is arithmetic.
//
// 1. A row is a function of the line's counting journal rows alone, never of the order in which they came.
// 2. The journal is already written when this runs: scans see the batch.
import type { HybridTime, Row, Tables } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { BUCKETS, type Bucket } from './adjust-reasons.ts';
import {
  doubts,
  horizonOf,
  isAfterCount,
  moveIn,
  tallyAt,
  tallyNext,
  type BucketTally,
  type JournalPoint,
} from './bucket-arithmetic.ts';
import { latestCounts, type SessionChanges } from './count-fold.ts';
import type { LineChange } from './change-shapes.ts';
import type { LineEntry } from './line-entry.ts';
import { journalFrom, startsOf, type BucketStart, type Starts } from './line-start.ts';
import { BACKWARD_PAGE_ROWS, negativeStart } from './negative-start.ts';
import { writeRows } from './write-rows.ts';
import {
  readJournalRow,
  rowCounts,
  STOCK_BASES_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_LINES_TABLE,
  stockLineKey,
  type CountSummary,
  type JournalValue,
  type LineBaseRow,
  type StockLineRow,
} from './stock-tables.ts';

type Counts = Readonly<Record<Bucket, CountSummary | null>>;

function pointOf({ at, event, value }: LineEntry): JournalPoint {
  return { at, id: event, value };
}

export async function foldLines(tables: Tables, lines: readonly LineChange[], sessions: SessionChanges): Promise<void> {
  if (lines.length === 0) return;
  const bases = await readBases(tables, lines);
  const put: Row<StockLineRow>[] = [];
  const gone: string[] = [];
  for (const line of lines) {
    const key = stockLineKey(line.store, line.item);
    const row = await foldLine(tables, line, bases.get(key) ?? null, sessions);
    if (row === null) gone.push(key);
    else put.push({ key, value: row });
  }
  await writeRows(tables, STOCK_LINES_TABLE, put, gone);
}

/** Where compacted lines start; no read while none is. */
async function readBases(tables: Tables, lines: readonly LineChange[]): Promise<Map<string, LineBaseRow>> {
  const keys = lines.flatMap(({ store, item, row }) => (row?.horizon === undefined ? [] : [stockLineKey(store, item)]));
  if (keys.length === 0) return new Map();
  const rows = await tables.getMany<LineBaseRow>(STOCK_BASES_TABLE, keys);
  return new Map(keys.flatMap((key, index) => (rows[index] === undefined ? [] : [[key, rows[index]] as const])));
}

async function foldLine(
  tables: Tables,
  line: LineChange,
  base: LineBaseRow | null,
  sessions: SessionChanges,
): Promise<StockLineRow | null> {
  const { row } = line;
  const lastChangeAt = await lastChange(tables, line, base);
  if (lastChangeAt === null) return null;
  const counts = await latestCounts(tables, line, row, base, sessions);
  const starts = startsOf(base, counts);
  const tallies = {} as Record<Bucket, BucketTally>;
  const toScan: Bucket[] = [];
  for (const bucket of BUCKETS) {
    const tally = tallyWithoutScan(line, bucket, counts[bucket]);
    if (tally === null) toScan.push(bucket);
    else tallies[bucket] = tally;
  }
  if (toScan.length > 0) await scanBuckets(tables, line, counts, starts, toScan, tallies);
  for (const bucket of BUCKETS) {
    const tally = tallies[bucket];
    if (tally.quantity < 0 && tally.negativeSince === null) {
      tally.negativeSince = await negativeSince(tables, line, bucket, counts[bucket], starts[bucket], tally.quantity);
    }
  }
  return rowOf(line, lastChangeAt, counts, tallies);
}

function countOf(row: StockLineRow | null, bucket: Bucket): CountSummary | null {
  if (row === null || bucket === 'picked') return null;
  return bucket === 'sellable' ? row.lastCount : row.lastUnsellableCount;
}

function sameCount(a: CountSummary | null, b: CountSummary | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** A bucket's figures from the row and the batch alone, or null when only the journal can tell. */
function tallyWithoutScan(line: LineChange, bucket: Bucket, count: CountSummary | null): BucketTally | null {
  const { row } = line;
  if (
    row === null ||
    (!sameCount(count, countOf(row, bucket)) && count !== null && row.lastChangeAt < horizonOf(count))
  ) {
    // Nothing that was known before can matter: the batch tells all.
    const tally = tallyAt(count);
    for (const entry of line.added) tallyNext(tally, bucket, count, pointOf(entry));
    return tally;
  }
  if (!sameCount(count, countOf(row, bucket))) return null;
  return tallyOnTop(line, row, bucket, count);
}

/** The count stands: what is added and removed after it is plain arithmetic. */
function tallyOnTop(line: LineChange, row: StockLineRow, bucket: Bucket, count: CountSummary | null): BucketTally {
  const tally: BucketTally = {
    quantity: row[bucket],
    doubts: row.doubts[bucket] ?? 0,
    negativeSince: row.negative[bucket] ?? null,
  };
  const newest = line.removed.length === 0 && line.added.every(({ at }) => at > row.lastChangeAt);
  if (newest) {
    for (const entry of line.added) tallyNext(tally, bucket, count, pointOf(entry));
    return tally;
  }
  let moved = false;
  const apply = (entry: LineEntry, sign: 1 | -1): void => {
    const point = pointOf(entry);
    if (doubts(bucket, point, count)) tally.doubts += sign;
    const move = moveIn(bucket, point);
    if (move === 0) return;
    if (!isAfterCount(point, count)) return;
    tally.quantity += sign * move;
    moved = true;
  };
  for (const entry of line.added) apply(entry, 1);
  for (const entry of line.removed) apply(entry, -1);
  // Where a bucket below zero was touched in its past, the beginning of that is looked up; see `negativeStart`.
  if (moved) tally.negativeSince = null;
  return tally;
}

/** Walks the journal from the earliest row that can matter to one of the buckets. */
async function scanBuckets(
  tables: Tables,
  line: LineChange,
  counts: Counts,
  starts: Starts,
  buckets: readonly Bucket[],
  tallies: Record<Bucket, BucketTally>,
): Promise<void> {
  const from = Math.min(...buckets.map((bucket) => starts[bucket].from));
  for (const bucket of buckets) tallies[bucket] = { ...starts[bucket].tally };
  await scan<JournalValue>(tables, STOCK_JOURNAL_TABLE, journalFrom(line, from), (row) => {
    const { at, event, ...value } = readJournalRow(row);
    for (const bucket of buckets) {
      if (at < starts[bucket].from) continue;
      tallyNext(tallies[bucket], bucket, counts[bucket], { at, id: event, value });
    }
  });
}

/** Since when a bucket that ends below zero has been there. */
async function negativeSince(
  tables: Tables,
  line: LineChange,
  bucket: Bucket,
  count: CountSummary | null,
  start: BucketStart,
  quantity: number,
): Promise<HybridTime | null> {
  const found = await negativeStart(tables, line, bucket, count, start, quantity);
  return found?.at ?? start.tally.negativeSince;
}

/** Effective time of the newest counting row, or null when the line has none left. */
async function lastChange(tables: Tables, line: LineChange, base: LineBaseRow | null): Promise<HybridTime | null> {
  const { row } = line;
  const added = line.added.at(-1)?.at ?? null;
  if (row === null) return added;
  if (added !== null && added >= row.lastChangeAt) return added;
  if (!line.removed.some(({ at }) => at === row.lastChangeAt)) return row.lastChangeAt;
  let last: HybridTime | null = base?.lastChangeAt ?? null;
  await scan<JournalValue>(
    tables,
    STOCK_JOURNAL_TABLE,
    { ...journalFrom(line, base?.horizon ?? 0), reverse: true },
    (journalRow) => {
      if (!rowCounts(journalRow.value)) return undefined;
      last = readJournalRow(journalRow).at;
      return 'stop';
    },
    BACKWARD_PAGE_ROWS,
  );
  return last;
}

function rowOf(
  { store, item, row, parked }: LineChange,
  lastChangeAt: HybridTime,
  counts: Counts,
  { sellable, picked, unsellable }: Record<Bucket, BucketTally>,
): StockLineRow {
  const tallies = { sellable, picked, unsellable };
  const doubts: Partial<Record<Bucket, number>> = {};
  const negative: Partial<Record<Bucket, HybridTime>> = {};
  let negativeSince: HybridTime | null = null;
  for (const bucket of BUCKETS) {
    const tally = tallies[bucket];
    if (tally.doubts > 0) doubts[bucket] = tally.doubts;
    if (tally.negativeSince === null) continue;
    negative[bucket] = tally.negativeSince;
    negativeSince = Math.min(negativeSince ?? tally.negativeSince, tally.negativeSince);
  }
  return {
    store,
    item,
    sellable: sellable.quantity,
    picked: picked.quantity,
    unsellable: unsellable.quantity,
    onHand: sellable.quantity + picked.quantity + unsellable.quantity,
    lastChangeAt,
    lastCount: counts.sellable,
    lastUnsellableCount: counts.unsellable,
    recount: Object.keys(doubts).length > 0,
    negativeSince,
    doubts,
    negative,
    ...(row?.horizon === undefined ? {} : { horizon: row.horizon }),
    ...(parked === 0 ? {} : { provisional: true, parked }),
  };
}
