// What counts found: per effective count and bucket what was expected, what was counted, and what nobody recorded. Worked out
// from the journal as it is known now, so late news explains what was a riddle. Reads only.
import { keyPrefix, type EventId, type HybridTime, type TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { horizonOf, isInDoubt, moveIn, type JournalPoint } from './bucket-arithmetic.ts';
import { compareMoments, summariseSession, UNCERTAINTY_STAMPS_MAX } from './count-session.ts';
import { readLineBase } from './line-start.ts';
import { listStockLines, readStockLine, type LineName } from './stock-queries.ts';
import type { CountedBucket } from './stock-events.ts';
import {
  readJournalRow,
  rowCounts,
  STOCK_JOURNAL_TABLE,
  type BucketBase,
  type CountSummary,
  type JournalValue,
  type LineBaseRow,
  type Observation,
} from './stock-tables.ts';

/** What one count found in one bucket. Quantities in the item's smallest unit. */
export interface CountVariance {
  readonly store: string;
  readonly item: string;
  readonly bucket: CountedBucket;
  readonly session: string;
  /** Moment of the count: its last part's effective time and event. */
  readonly at: HybridTime;
  readonly id: EventId;
  /** The count it is measured from; null: there was none, the bucket is reckoned from nothing. */
  readonly since: string | null;
  /** That count and every movement between the two, as known now. */
  readonly expected: number;
  readonly counted: number;
  /** counted − expected: what went unrecorded. */
  readonly variance: number;
  /** What happened before the count and was recorded after it: in `expected` now, and not when it was counted. */
  readonly explained: number;
  /** A movement may lie on the wrong side of this count: the figures are not certain. */
  readonly recount: boolean;
}

const COUNTED_BUCKETS: readonly CountedBucket[] = ['sellable', 'unsellable'];

/** The variances of one line, oldest first per bucket. Of a compacted line those after its horizon. */
export async function countVariances(reader: TableReader, store: string, item: string): Promise<CountVariance[]> {
  const line = await readStockLine(reader, store, item);
  if (line === undefined) return [];
  const base = await readLineBase(reader, line);
  return variancesOf(reader, line, base);
}

export interface VarianceSpan {
  /** Effective time of the count, inclusive. */
  readonly from?: HybridTime;
  /** Exclusive. */
  readonly to?: HybridTime;
}

/** The variances of every line of a store by item, of the counts in a span of time. */
export async function listCountVariances(
  reader: TableReader,
  store: string,
  { from = 0, to = Infinity }: VarianceSpan = {},
): Promise<CountVariance[]> {
  const found: CountVariance[] = [];
  for (const line of await listStockLines(reader, { store })) {
    // A line without a count has none; one whose latest counts are older than the span has none in it.
    const latest = Math.max(line.lastCount?.at ?? -1, line.lastUnsellableCount?.at ?? -1);
    if (latest < from) continue;
    const base = await readLineBase(reader, line);
    const variances = await variancesOf(reader, line, base);
    found.push(...variances.filter(({ at }) => at >= from && at < to));
  }
  return found;
}

type MovementPoint = JournalPoint & { readonly recordedAt: HybridTime };

interface LineJournal {
  readonly movements: readonly MovementPoint[];
  /** By bucket and session. */
  readonly sessions: Readonly<Record<CountedBucket, ReadonlyMap<string, Observation[]>>>;
}

async function readLineJournal(reader: TableReader, { store, item }: LineName): Promise<LineJournal> {
  const movements: MovementPoint[] = [];
  const sessions = { sellable: new Map<string, Observation[]>(), unsellable: new Map<string, Observation[]>() };
  await scan<JournalValue>(reader, STOCK_JOURNAL_TABLE, keyPrefix(store, item), (row) => {
    if (!rowCounts(row.value)) return;
    const { at, event } = readJournalRow(row);
    const { value } = row;
    if (value.kind !== 'counted') {
      movements.push({ at, id: event, value, recordedAt: value.recordedAt ?? at });
      return;
    }
    const { bucket, session, area, counter, quantity, uncertaintyMs, device } = value;
    const seen = sessions[bucket].get(session) ?? [];
    seen.push({ at, id: event, area, counter, quantity, uncertaintyMs, device });
    sessions[bucket].set(session, seen);
  });
  return { movements, sessions };
}

async function variancesOf(reader: TableReader, line: LineName, base: LineBaseRow | null): Promise<CountVariance[]> {
  const { movements, sessions } = await readLineJournal(reader, line);
  const horizon = base?.horizon ?? 0;
  return COUNTED_BUCKETS.flatMap((bucket) => {
    const counts = [...sessions[bucket]]
      .flatMap(([session, seen]) => summariseSession(session, seen) ?? [])
      .filter((count) => count.firstAt >= horizon)
      .toSorted(compareMoments);
    return bucketVariances(line, bucket, movements, counts, base?.buckets[bucket] ?? null, horizon);
  });
}

function bucketVariances(
  { store, item }: LineName,
  bucket: CountedBucket,
  movements: readonly MovementPoint[],
  counts: readonly CountSummary[],
  base: BucketBase | null,
  horizon: HybridTime,
): CountVariance[] {
  let expected = base?.quantity ?? 0;
  let since = base?.count?.session ?? null;
  let next = lowerBound(movements, horizon);
  return counts.map((count) => {
    let explained = 0;
    for (; next < movements.length; next += 1) {
      const point = movements[next];
      if (point === undefined || compareMoments(point, count) > 0) break;
      const move = moveIn(bucket, point);
      expected += move;
      if (point.recordedAt > count.at) explained += move;
    }
    const { session, at, id, quantity } = count;
    const variance = {
      store,
      item,
      bucket,
      session,
      at,
      id,
      since,
      expected,
      counted: quantity,
      variance: quantity - expected,
      explained,
      recount: isDoubtful(bucket, movements, count),
    };
    expected = quantity;
    since = session;
    return variance;
  });
}

function isDoubtful(bucket: CountedBucket, movements: readonly MovementPoint[], count: CountSummary): boolean {
  const until = Math.max(count.at, ...count.windows.map(({ at, reach }) => at + reach + UNCERTAINTY_STAMPS_MAX));
  for (let index = lowerBound(movements, horizonOf(count)); index < movements.length; index += 1) {
    const point = movements[index];
    if (point === undefined || point.at > until) return false;
    if (moveIn(bucket, point) !== 0 && isInDoubt(point, count)) return true;
  }
  return false;
}

/** Index of the first movement at or after an effective time. */
function lowerBound(movements: readonly MovementPoint[], at: HybridTime): number {
  let low = 0;
  let high = movements.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((movements[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
