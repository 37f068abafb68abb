// Reading stock: lines, their journal, and stock as it was. Owns no state; works over any TableReader.
import { keyPrefix, sortableNumber, tableKey, type HybridTime, type TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { BUCKETS, type Bucket } from './adjust-reasons.ts';
import { isAfterCount, moveIn, tallyNext } from './bucket-arithmetic.ts';
import { laterCount, summariseSession } from './count-session.ts';
import { readLineBase, startsOf } from './line-start.ts';
import type { CountedBucket } from './stock-events.ts';
import {
  readJournalRow,
  rowCounts,
  STOCK_COUNTS_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_LINES_TABLE,
  stockLineKey,
  type CountSessionRow,
  type CountSummary,
  type JournalRow,
  type JournalValue,
  type StockLineRow,
} from './stock-tables.ts';

export interface LineName {
  readonly store: string;
  readonly item: string;
}

/** undefined: nothing is known of this line, which is not the same as zero. */
export async function readStockLine(
  reader: TableReader,
  store: string,
  item: string,
): Promise<StockLineRow | undefined> {
  const [row] = await readStockLines(reader, [{ store, item }]);
  return row;
}

/** One row per name, in their order. */
export async function readStockLines(
  reader: TableReader,
  lines: readonly LineName[],
): Promise<(StockLineRow | undefined)[]> {
  return reader.getMany<StockLineRow>(
    STOCK_LINES_TABLE,
    lines.map(({ store, item }) => stockLineKey(store, item)),
  );
}

/** Every line, or every line of one store, by (store, item). */
export async function listStockLines(
  reader: TableReader,
  filter: { readonly store?: string } = {},
): Promise<StockLineRow[]> {
  const range = filter.store === undefined ? {} : keyPrefix(filter.store);
  const rows: StockLineRow[] = [];
  await scan<StockLineRow>(reader, STOCK_LINES_TABLE, range, ({ value }) => void rows.push(value));
  return rows;
}

export interface JournalFilter {
  /** Effective time, inclusive. */
  readonly from?: HybridTime;
  /** Effective time, exclusive. */
  readonly to?: HybridTime;
  /** Newest first. */
  readonly reverse?: boolean;
  readonly rowsMax: number;
}

/** Movements and observations of a line by effective time, reversed ones included (see `reversedBy`). */
export async function readJournal(
  reader: TableReader,
  store: string,
  item: string,
  filter: JournalFilter,
): Promise<JournalRow[]> {
  const all = keyPrefix(store, item);
  const range = {
    from: filter.from === undefined ? all.from : tableKey(store, item, sortableNumber(filter.from)),
    to: filter.to === undefined ? all.to : tableKey(store, item, sortableNumber(filter.to)),
    reverse: filter.reverse ?? false,
  };
  const rows: JournalRow[] = [];
  if (filter.rowsMax <= 0) return rows;
  const take = (row: { key: string; value: JournalValue }) => {
    rows.push(readJournalRow(row));
    return rows.length === filter.rowsMax ? ('stop' as const) : undefined;
  };
  await scan<JournalValue>(reader, STOCK_JOURNAL_TABLE, range, take);
  return rows;
}

/** What a line held at one moment of the past, by effective time, as known now. */
export interface StockAsOf {
  readonly store: string;
  readonly item: string;
  readonly at: HybridTime;
  readonly sellable: number;
  readonly picked: number;
  readonly unsellable: number;
  readonly onHand: number;
  /** false: the shelf had not been counted by then. */
  readonly counted: boolean;
}

/**
 * Stock as it was at the end of `at`; undefined where nothing had happened yet. Throws for a time before the horizon of a
 * compacted line: bring its journal back first.
 */
export async function stockAsOf(
  reader: TableReader,
  store: string,
  item: string,
  at: HybridTime,
): Promise<StockAsOf | undefined> {
  const row = await readStockLine(reader, store, item);
  return row === undefined ? undefined : lineAsOf(reader, row, at);
}

/** Every line (of one store) as it was at the end of `at`, without those of which nothing had happened yet. Throws alike. */
export async function listStockAsOf(
  reader: TableReader,
  at: HybridTime,
  filter: { readonly store?: string } = {},
): Promise<StockAsOf[]> {
  const past: StockAsOf[] = [];
  for (const row of await listStockLines(reader, filter)) {
    const line = await lineAsOf(reader, row, at);
    if (line !== undefined) past.push(line);
  }
  return past;
}

function asOf(row: LineName, at: HybridTime, quantities: Record<Bucket, number>, counted: boolean): StockAsOf {
  const { sellable, picked, unsellable } = quantities;
  return {
    store: row.store,
    item: row.item,
    at,
    sellable,
    picked,
    unsellable,
    onHand: sellable + picked + unsellable,
    counted,
  };
}

async function lineAsOf(reader: TableReader, row: StockLineRow, at: HybridTime): Promise<StockAsOf | undefined> {
  const { sellable, picked, unsellable, lastCount, lastUnsellableCount } = row;
  const quantities = { sellable, picked, unsellable };
  if (row.lastChangeAt <= at) return asOf(row, at, quantities, lastCount !== null);
  if (row.horizon !== undefined && at < row.horizon) {
    throw new RangeError(
      `What ${row.store} held of ${row.item} before ${row.horizon} is not kept here, only from then on. Nothing is lost: bring its journal back, then ask again.`,
    );
  }
  // The counts are older than the moment: what moved since is taken off again.
  const countsStand = (lastCount?.at ?? 0) <= at && (lastUnsellableCount?.at ?? 0) <= at;
  if (countsStand && (lastCount !== null || lastUnsellableCount !== null)) {
    await scan<JournalValue>(reader, STOCK_JOURNAL_TABLE, journalSpan(row, at + 1), (journalRow) => {
      const { event, at: happenedAt, ...value } = readJournalRow(journalRow);
      const point = { at: happenedAt, id: event, value };
      for (const bucket of BUCKETS) quantities[bucket] -= moveIn(bucket, point);
    });
    return asOf(row, at, quantities, lastCount !== null);
  }
  return lineFromJournal(reader, row, at);
}

function journalSpan({ store, item }: LineName, from: HybridTime, to?: HybridTime) {
  const end = to === undefined ? keyPrefix(store, item).to : tableKey(store, item, sortableNumber(to));
  return { from: tableKey(store, item, sortableNumber(from)), to: end };
}

/** Counts as they stood at the end of `at`: observations made later are left out. */
async function countAsOf(
  reader: TableReader,
  { store, item }: LineName,
  bucket: CountedBucket,
  at: HybridTime,
): Promise<CountSummary | null> {
  let latest: CountSummary | null = null;
  await scan<CountSessionRow>(reader, STOCK_COUNTS_TABLE, keyPrefix(store, item, bucket), ({ key, value }) => {
    const made = value.observations.filter((observation) => observation.at <= at);
    latest = laterCount(latest, summariseSession(key.split('|').at(-1) ?? '', made));
  });
  return latest;
}

async function lineFromJournal(reader: TableReader, row: StockLineRow, at: HybridTime): Promise<StockAsOf | undefined> {
  const base = await readLineBase(reader, row);
  const before = base?.buckets;
  const counts: Record<Bucket, CountSummary | null> = {
    sellable: laterCount(before?.sellable.count ?? null, await countAsOf(reader, row, 'sellable', at)),
    picked: null,
    unsellable: laterCount(before?.unsellable.count ?? null, await countAsOf(reader, row, 'unsellable', at)),
  };
  const starts = startsOf(base, counts);
  const { sellable, picked, unsellable } = starts;
  const tallies = { sellable: { ...sellable.tally }, picked: { ...picked.tally }, unsellable: { ...unsellable.tally } };
  let happened = base !== null;
  await scan<JournalValue>(reader, STOCK_JOURNAL_TABLE, journalSpan(row, 0, at + 1), (journalRow) => {
    const { event, at: happenedAt, ...value } = readJournalRow(journalRow);
    if (rowCounts(value)) happened = true;
    for (const bucket of BUCKETS) {
      if (happenedAt < starts[bucket].from) continue;
      tallyNext(tallies[bucket], bucket, counts[bucket], { at: happenedAt, id: event, value });
    }
  });
  if (!happened) return undefined;
  const quantities = {
    sellable: tallies.sellable.quantity,
    picked: tallies.picked.quantity,
    unsellable: tallies.unsellable.quantity,
  };
  return asOf(row, at, quantities, counts.sellable !== null);
}

/** What a journal row does to the figure a screen shows: its change of on hand after each bucket's own count. */
export function effectiveMoves(row: JournalRow, line: StockLineRow): Partial<Record<Bucket, number>> {
  const point = { at: row.at, id: row.event, value: row };
  const counts = { sellable: line.lastCount, picked: null, unsellable: line.lastUnsellableCount };
  const moves: Partial<Record<Bucket, number>> = {};
  for (const bucket of BUCKETS) {
    const move = moveIn(bucket, point);
    if (move !== 0 && isAfterCount(point, counts[bucket])) moves[bucket] = move;
  }
  return moves;
}
