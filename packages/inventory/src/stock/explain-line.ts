// Why a line's figure is what it is: the till roll. Baseline, signed movements since, and a total that is the row's own
// figure. What had already happened when the count was made is listed beside it, never in the sum.
import {
  keyPrefix,
  sortableNumber,
  tableKey,
  type EventId,
  type HybridTime,
  type TableReader,
} from '@streamstock/event-log';
import { ROLL_ROWS_MAX, SEEN_BY_COUNT_ROWS_MAX } from '../limits.ts';
import { scan } from '../scan.ts';
import { BUCKETS, type AdjustReason, type Bucket } from './adjust-reasons.ts';
import { isAfterCount, isInDoubt, moveIn } from './bucket-arithmetic.ts';
import { journalFrom, readLineBase, startOf } from './line-start.ts';
import type { CountedBucket } from './stock-events.ts';
import { effectiveMoves, readStockLine } from './stock-queries.ts';
import {
  readJournalRow,
  STOCK_JOURNAL_TABLE,
  type CountSummary,
  type JournalRow,
  type JournalValue,
  type MovementKind,
  type StockLineRow,
} from './stock-tables.ts';

/** One row of the roll. */
export interface RollRow {
  readonly kind: MovementKind;
  /** Effective time. */
  readonly at: HybridTime;
  /** When it was recorded, where that is another time. */
  readonly recordedAt?: HybridTime;
  readonly event: EventId;
  /** 0-based line of the document. */
  readonly line: number;
  readonly actor: string;
  /** What it does to on hand: the sum of `moves`. 0 for goods that only changed their bucket. */
  readonly change: number;
  readonly moves: Readonly<Partial<Record<Bucket, number>>>;
  readonly reason?: AdjustReason;
  readonly reference?: string;
  /** It may lie on the wrong side of the count. */
  readonly inDoubt: boolean;
}

export interface LineExplanation {
  readonly store: string;
  readonly item: string;
  readonly line: StockLineRow;
  /** The shelf's latest count; null: never counted, the roll begins with nothing. */
  readonly baseline: (CountSummary & { readonly actor: string | null }) | null;
  /** What the other buckets held when the roll begins. */
  readonly carried: { readonly picked: number; readonly unsellable: number };
  /** Movements older than those in `movements`, in one figure. */
  readonly earlier: { readonly movements: number; readonly change: number };
  /** The newest movements since, oldest first: at most `ROLL_ROWS_MAX`. */
  readonly movements: readonly RollRow[];
  /** baseline + carried + earlier + Σ movements: always `line.onHand`. */
  readonly total: number;
  /** Happened before the count and was recorded after it: the count had seen it. */
  readonly lateNews: readonly RollRow[];
  /** Seen since the baseline in sessions that wait for their closing: not in the sum. The newest, oldest first. */
  readonly pending: readonly PendingObservation[];
  /** Receipts since the baseline that lost their contest: not in the sum. The newest, oldest first. */
  readonly disputed: readonly RollRow[];
  /** The newest movements that the count had seen, newest first: who knows when each arrived can tell late ones. */
  readonly seenByCount: readonly RollRow[];
}

/** What someone saw in a count of several areas that is not closed yet. */
export interface PendingObservation {
  readonly session: string;
  readonly bucket: CountedBucket;
  readonly area: string;
  readonly counter: string;
  readonly quantity: number;
  readonly at: HybridTime;
  readonly event: EventId;
}

/** The till roll of one line; undefined where nothing is known of it. */
export async function explainLine(
  reader: TableReader,
  store: string,
  item: string,
): Promise<LineExplanation | undefined> {
  const line = await readStockLine(reader, store, item);
  if (line === undefined) return undefined;
  const baseline = line.lastCount;
  const since = await rollSince(reader, line, baseline);
  const seen = baseline === null ? [] : await rollBefore(reader, line, baseline);
  const carried = {
    picked: line.picked - since.moved.picked,
    unsellable: line.unsellable - since.moved.unsellable,
  };
  const listed = since.rows.reduce((sum, { change }) => sum + change, 0);
  return {
    store,
    item,
    line,
    baseline: baseline === null ? null : { ...baseline, actor: since.counter },
    carried,
    earlier: since.earlier,
    movements: since.rows,
    total: (baseline?.quantity ?? 0) + carried.picked + carried.unsellable + since.earlier.change + listed,
    pending: since.pending,
    disputed: since.disputed,
    lateNews: seen.filter(
      ({ recordedAt }) => baseline !== null && recordedAt !== undefined && recordedAt > baseline.at,
    ),
    seenByCount: seen.slice(0, SEEN_BY_COUNT_ROWS_MAX),
  };
}

interface Since {
  readonly rows: readonly RollRow[];
  readonly earlier: { readonly movements: number; readonly change: number };
  /** What the rows and the earlier ones do to each bucket. */
  readonly moved: Readonly<Record<Bucket, number>>;
  /** Who made the baseline's last observation. */
  readonly counter: string | null;
  readonly pending: readonly PendingObservation[];
  readonly disputed: readonly RollRow[];
}

async function rollSince(reader: TableReader, line: StockLineRow, baseline: CountSummary | null): Promise<Since> {
  const rows: RollRow[] = [];
  const moved = { sellable: 0, picked: 0, unsellable: 0 };
  const pending: PendingObservation[] = [];
  const disputed: RollRow[] = [];
  let counter: string | null = null;
  const base = await readLineBase(reader, line);
  const start = startOf(base?.buckets.sellable ?? null, base?.horizon ?? 0, baseline);
  let { movements: earlierMovements, change: earlierChange } = start.earlier;
  const range = journalFrom(line, Math.max(baseline?.at ?? 0, start.horizon));
  await scan<JournalValue>(reader, STOCK_JOURNAL_TABLE, range, (stored) => {
    const row = readJournalRow(stored);
    if (row.event === baseline?.id && row.kind === 'counted') counter = row.counter;
    if (!isAfterCount({ at: row.at, id: row.event }, baseline)) return;
    noteUncounted(row, line, pending, disputed);
    const moves = effectiveMoves(row, line);
    const rolled = Object.keys(moves).length === 0 ? null : rollRow(row, moves, line);
    if (rolled === null) return;
    for (const bucket of BUCKETS) moved[bucket] += moves[bucket] ?? 0;
    rows.push(rolled);
    if (rows.length <= ROLL_ROWS_MAX) return;
    earlierMovements += 1;
    earlierChange += rows.shift()?.change ?? 0;
  });
  const earlier = { movements: earlierMovements, change: earlierChange };
  return { rows, earlier, moved, counter, pending, disputed };
}

/** Rows that change nothing yet, or not at all, and that a person should know of. */
function noteUncounted(row: JournalRow, line: StockLineRow, pending: PendingObservation[], disputed: RollRow[]): void {
  if (row.reversedBy.length > 0) return;
  if (row.kind === 'counted') {
    if (row.pending !== true) return;
    const { session, bucket, area, counter, quantity, at, event } = row;
    pending.push({ session, bucket, area, counter, quantity, at, event });
    if (pending.length > ROLL_ROWS_MAX) pending.shift();
    return;
  }
  const rolled = row.disputed === true ? rollRow(row, row.moves, line) : null;
  if (rolled === null) return;
  disputed.push(rolled);
  if (disputed.length > ROLL_ROWS_MAX) disputed.shift();
}

/** The newest movements of the shelf that lie before its count, newest first. */
async function rollBefore(reader: TableReader, line: StockLineRow, baseline: CountSummary): Promise<RollRow[]> {
  const rows: RollRow[] = [];
  const range = {
    from: keyPrefix(line.store, line.item).from,
    to: tableKey(line.store, line.item, sortableNumber(baseline.at + 1)),
    reverse: true,
  };
  await scan<JournalValue>(reader, STOCK_JOURNAL_TABLE, range, (stored) => {
    const row = readJournalRow(stored);
    const point = { at: row.at, id: row.event, value: row };
    const move = moveIn('sellable', point);
    if (move === 0 || isAfterCount(point, baseline)) return undefined;
    const rolled = rollRow(row, { sellable: move }, line);
    if (rolled !== null) rows.push(rolled);
    return rows.length === ROLL_ROWS_MAX ? 'stop' : undefined;
  });
  return rows;
}

function rollRow(row: JournalRow, moves: Partial<Record<Bucket, number>>, line: StockLineRow): RollRow | null {
  if (row.kind === 'counted') return null;
  const point = { at: row.at, id: row.event, value: row };
  return {
    kind: row.kind,
    at: row.at,
    ...(row.recordedAt === undefined ? {} : { recordedAt: row.recordedAt }),
    event: row.event,
    line: row.line,
    actor: row.actor,
    change: BUCKETS.reduce((sum, bucket) => sum + (moves[bucket] ?? 0), 0),
    moves,
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    ...(row.reference === undefined ? {} : { reference: row.reference }),
    inDoubt: isInDoubt(point, line.lastCount) || isInDoubt(point, line.lastUnsellableCount),
  };
}
