// Reading a line's trajectory: its journal walked back from the newest row, its counts, and what was held of it. Bounded;
// what lies before the bound is one base quantity. Owns no state.
import { keyPrefix, type HybridTime, type TableReader } from '@streamstock/event-log';
import { TRAJECTORY_ROWS_MAX } from '../limits.ts';
import { scan } from '../scan.ts';
import { moveIn } from '../stock/bucket-arithmetic.ts';
import { compareMoments, summariseSession } from '../stock/count-session.ts';
import { readStockLine } from '../stock/stock-queries.ts';
import type { CountedBucket } from '../stock/stock-events.ts';
import {
  readJournalRow,
  rowCounts,
  STOCK_BASES_TABLE,
  STOCK_COUNTS_TABLE,
  STOCK_JOURNAL_TABLE,
  stockLineKey,
  type CountSessionRow,
  type CountSummary,
  type JournalValue,
  type LineBaseRow,
  type StockLineRow,
} from '../stock/stock-tables.ts';
import { readLineHolds } from './line-holds.ts';
import { trajectoryOf, type LineHold, type ShelfHistory, type ShelfMove, type Trajectory } from './trajectory.ts';

export interface TrajectoryOptions {
  /** Which expiries have come. */
  readonly now: HybridTime;
  /** Effective time back to which steps are wanted; absent: the line's beginning. */
  readonly from?: HybridTime;
  /** Journal rows to read at most. */
  readonly rowsMax?: number;
}

/** What happened to a line, from `from` on or as far as `rowsMax` reaches; see `complete` and `base`. */
export async function lineTrajectory(
  reader: TableReader,
  store: string,
  item: string,
  options: TrajectoryOptions,
): Promise<Trajectory> {
  const row = await readStockLine(reader, store, item);
  return lineSince(reader, { store, item }, row, await readLineHolds(reader, store, item), options);
}

/** The counts of one bucket that are in effect, by moment. */
export async function effectiveCounts(
  reader: TableReader,
  { store, item }: { readonly store: string; readonly item: string },
  bucket: CountedBucket,
): Promise<CountSummary[]> {
  const counts: CountSummary[] = [];
  await scan<CountSessionRow>(reader, STOCK_COUNTS_TABLE, keyPrefix(store, item, bucket), ({ key, value }) => {
    const summary = summariseSession(key.split('|').at(-1) ?? '', value.observations);
    if (summary !== null) counts.push(summary);
  });
  return counts.sort(compareMoments);
}

/** The same with a row and holds that are already at hand. */
export async function lineSince(
  reader: TableReader,
  line: { readonly store: string; readonly item: string },
  row: StockLineRow | undefined,
  holds: readonly LineHold[],
  { now, from = 0, rowsMax = TRAJECTORY_ROWS_MAX }: TrajectoryOptions,
): Promise<Trajectory> {
  const shelf = row === undefined ? NO_SHELF : await shelfSince(reader, line, row, from, rowsMax);
  return trajectoryOf(shelf, holds, now, row !== undefined);
}

const NO_SHELF: ShelfHistory = { moves: [], counts: [], before: null };

async function shelfSince(
  reader: TableReader,
  line: { readonly store: string; readonly item: string },
  row: StockLineRow,
  from: HybridTime,
  rowsMax: number,
): Promise<ShelfHistory> {
  // Before its horizon a compacted line is one base; what is left of the journal there is not all of it.
  const { horizon = 0 } = row;
  const known = row.lastCount === null ? [] : await effectiveCounts(reader, line, 'sellable');
  const counts = known.filter(({ at }) => at >= horizon);
  // Levels are reckoned from a count on, or back from the figure of now: so far back the walk must go.
  const anchor = counts.findLast(({ at }) => at < from)?.at ?? 0;
  const until = Math.max(horizon, counts.some(({ at }) => at >= from) ? Math.min(from, anchor) : from);
  const moves: ShelfMove[] = [];
  let boundary: HybridTime | null = null;
  const newest = { ...keyPrefix(line.store, line.item), reverse: true };
  await scan<JournalValue>(
    reader,
    STOCK_JOURNAL_TABLE,
    newest,
    (stored) => {
      const { at, event, ...value } = readJournalRow(stored);
      if (!rowCounts(value)) return undefined;
      if (at < until || moves.length === rowsMax) {
        boundary = at;
        return 'stop';
      }
      moves.push({ at, id: event, change: moveIn('sellable', { at, id: event, value }) });
      return undefined;
    },
    Math.min(rowsMax + 1, PAGE_ROWS),
  );
  moves.reverse();
  if (boundary !== null && boundary >= horizon) return shelfAfter(boundary, moves, counts, row.sellable);
  if (horizon === 0) return { moves, counts, before: null };
  const [base] = await reader.getMany<LineBaseRow>(STOCK_BASES_TABLE, [stockLineKey(line.store, line.item)]);
  if (base === undefined) throw new Error(`The compacted line ${line.store}|${line.item} lacks its base.`);
  return { moves, counts, before: { at: base.lastChangeAt, sellable: base.buckets.sellable.quantity } };
}

const PAGE_ROWS = 1_000;

/** What is known after `boundary`, whose own rows may be cut in the middle: they belong to what was before. */
function shelfAfter(
  boundary: HybridTime,
  moves: readonly ShelfMove[],
  counts: readonly CountSummary[],
  sellable: number,
): ShelfHistory {
  const movesAfter = moves.filter(({ at }) => at > boundary);
  const countsAfter = counts.filter(({ at }) => at > boundary);
  const moved = movesAfter.reduce((sum, { change }) => sum + change, 0);
  const level = countsAfter.length === 0 ? sellable - moved : null;
  return { moves: movesAfter, counts: countsAfter, before: { at: boundary, sellable: level } };
}
