// Where the figures of a line start: at a bucket's count, at the base of a compacted line, or at nothing. Reads only.
import { keyPrefix, sortableNumber, tableKey, type HybridTime, type TableReader } from '@streamstock/event-log';
import { BUCKETS, type Bucket } from './adjust-reasons.ts';
import { horizonOf, tallyAt, type BucketTally } from './bucket-arithmetic.ts';
import { compareMoments } from './count-session.ts';
import {
  STOCK_BASES_TABLE,
  stockLineKey,
  type BucketBase,
  type CountSummary,
  type LineBaseRow,
  type NegativeStart,
  type StockLineRow,
} from './stock-tables.ts';

/** A bucket's figures at the start, and which movements come on top. */
export interface BucketStart {
  /** What happened before this effective time is in the tally; 0: nothing is. */
  readonly horizon: HybridTime;
  /** The first effective time whose movements can matter: add to the figures, or put the count in doubt. */
  readonly from: HybridTime;
  readonly tally: Readonly<BucketTally>;
  /** Set when the figures start at a base that is below zero. */
  readonly negative: NegativeStart | null;
  /** Movements since the count that the base already holds, in one figure. */
  readonly earlier: { readonly movements: number; readonly change: number };
}

export type Starts = Readonly<Record<Bucket, BucketStart>>;

function compareWithBase(count: CountSummary, base: BucketBase | null): number {
  const known = base?.count ?? null;
  return known === null ? 1 : compareMoments(count, known);
}

/** A count that came after the base starts a bucket anew; any other bucket goes on from its base. */
export function startOf(base: BucketBase | null, horizon: HybridTime, count: CountSummary | null): BucketStart {
  const isNewer = count !== null && compareWithBase(count, base) > 0;
  if (base === null || isNewer) {
    return {
      horizon: 0,
      from: horizonOf(count),
      tally: tallyAt(count),
      negative: null,
      earlier: { movements: 0, change: 0 },
    };
  }
  const { quantity, doubts, negative, movements } = base;
  return {
    horizon,
    from: horizon,
    tally: { quantity, doubts, negativeSince: negative?.at ?? null },
    negative,
    earlier: { movements, change: quantity - (count?.quantity ?? 0) },
  };
}

export function startsOf(base: LineBaseRow | null, counts: Readonly<Record<Bucket, CountSummary | null>>): Starts {
  const starts = BUCKETS.map((bucket) => [
    bucket,
    startOf(base?.buckets[bucket] ?? null, base?.horizon ?? 0, counts[bucket]),
  ]);
  // One entry per bucket.
  return Object.fromEntries(starts) as Starts;
}

/** The rows of a line's journal from an effective time on. */
export function journalFrom(
  { store, item }: { readonly store: string; readonly item: string },
  at: HybridTime,
): { readonly from: string; readonly to: string } {
  return { from: tableKey(store, item, sortableNumber(at)), to: keyPrefix(store, item).to };
}

/** The base of a compacted line; null: the whole journal is here. */
export async function readLineBase(
  reader: TableReader,
  { store, item, horizon }: Pick<StockLineRow, 'store' | 'item' | 'horizon'>,
): Promise<LineBaseRow | null> {
  if (horizon === undefined) return null;
  const [base] = await reader.getMany<LineBaseRow>(STOCK_BASES_TABLE, [stockLineKey(store, item)]);
  return base ?? null;
}
