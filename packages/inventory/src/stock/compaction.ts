// Compaction of one line: what lies before a horizon becomes one base, its journal goes, and comes back when something is told
// about that time. The caller's transaction holds all of it.
//
//            tail (kept for doubts)      journal
//   ─────────────┬───────────────────┬──────────────────►  effective time
//     deleted    │                   │
//                               horizon: the base says what each bucket was
//
// 1. Figures, counts and doubts of the line are the same before and after, and after everything that comes later.
// 2. No session lies on both sides of the horizon, and none that waits for its closing lies before it.
// 3. A movement within the widest uncertainty of a later count can still put that count in doubt: it stays in the tail.
// 4. Entries and reversals stay: they are how something said of an old entry finds the line it is about.
import {
  hybridTimeFromMs,
  keyPrefix,
  msFromHybridTime,
  type HybridTime,
  type Row,
  type Tables,
} from '@streamstock/event-log';
import { HORIZON_DAYS_MIN } from '../limits.ts';
import { scan } from '../scan.ts';
import type { Bucket } from './adjust-reasons.ts';
import { isAfterCount, moveIn, tallyNext } from './bucket-arithmetic.ts';
import { laterCount, summariseSession, UNCERTAINTY_STAMPS_MAX } from './count-session.ts';
import { readLineBase, startsOf, type BucketStart } from './line-start.ts';
import {
  countSessionKey,
  readJournalRow,
  rowCounts,
  STOCK_BASES_TABLE,
  STOCK_COUNTS_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_LINES_TABLE,
  stockLineKey,
  type BucketBase,
  type CountSessionRow,
  type CountSummary,
  type JournalRow,
  type JournalValue,
  type LineBaseRow,
  type NegativeStart,
  type Observation,
  type StockLineRow,
} from './stock-tables.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How far back from a count a movement can put it in doubt: both clocks are off by at most the widest uncertainty. */
const TAIL_STAMPS = 2 * UNCERTAINTY_STAMPS_MAX;

export type Compaction =
  | { readonly kind: 'compacted'; readonly horizon: HybridTime; readonly rowsDeleted: number }
  /** Nothing of the line lies before a horizon it could have. */
  | { readonly kind: 'nothing-to-do' }
  /** Something is parked: bring the journal back first. */
  | { readonly kind: 'provisional' };

/** The latest horizon that may be asked for. */
export function latestHorizon(now: HybridTime): HybridTime {
  return hybridTimeFromMs(Math.max(0, msFromHybridTime(now) - HORIZON_DAYS_MIN * DAY_MS));
}

/**
 * Turns what lies before `horizon` into a base. The horizon is moved back to `latestHorizon(now)`, and further where a session
 * of counts would be cut or still waits.
 */
export async function compactLine(
  tables: Tables,
  store: string,
  item: string,
  horizon: HybridTime,
  now: HybridTime,
): Promise<Compaction> {
  const key = stockLineKey(store, item);
  const [line] = await tables.getMany<StockLineRow>(STOCK_LINES_TABLE, [key]);
  if (line === undefined) return { kind: 'nothing-to-do' };
  if (line.provisional === true) return { kind: 'provisional' };
  const old = await readLineBase(tables, line);
  const rows = await readAll(tables, line);
  const to = uncutHorizon(rows, old?.horizon ?? 0, Math.min(horizon, latestHorizon(now)));
  const base = baseAt(rows, old, to);
  if (base === null || to <= (old?.horizon ?? 0)) return { kind: 'nothing-to-do' };
  const gone = rows.filter(({ row }) => row.at < to - TAIL_STAMPS).map((stored) => stored.key);
  await tables.putMany(STOCK_BASES_TABLE, [{ key, value: base }]);
  await tables.putMany(STOCK_LINES_TABLE, [{ key, value: { ...line, horizon: to } }]);
  const markers = sessionMarkers(rows, to);
  if (markers.length > 0) await tables.putMany(STOCK_COUNTS_TABLE, markers);
  if (gone.length > 0) await tables.deleteMany(STOCK_JOURNAL_TABLE, gone);
  return { kind: 'compacted', horizon: to, rowsDeleted: gone.length };
}

interface StoredRow {
  readonly key: string;
  readonly row: JournalRow;
}

async function readAll(tables: Tables, { store, item }: StockLineRow): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  await scan<JournalValue>(tables, STOCK_JOURNAL_TABLE, keyPrefix(store, item), (row) => {
    rows.push({ key: row.key, row: readJournalRow(row) });
  });
  return rows;
}

/** The latest horizon, at most `wanted`, that cuts no session and lies before everything that a waiting one saw. */
function uncutHorizon(rows: readonly StoredRow[], from: HybridTime, wanted: HybridTime): HybridTime {
  const sessions = new Map<string, { first: HybridTime; last: HybridTime; waits: boolean }>();
  for (const { row } of rows) {
    if (row.kind !== 'counted' || row.at < from || row.reversedBy.length > 0) continue;
    const key = `${row.bucket}|${row.session}`;
    const known = sessions.get(key);
    const waits = row.pending === true || known?.waits === true;
    sessions.set(key, { first: known?.first ?? row.at, last: row.at, waits });
  }
  let horizon = wanted;
  for (let before = -1; before !== horizon;) {
    before = horizon;
    for (const { first, last, waits } of sessions.values()) {
      if (first < horizon && (waits || last >= horizon)) horizon = first;
    }
  }
  return horizon;
}

/** The line at a horizon; null where nothing counts before it. */
function baseAt(rows: readonly StoredRow[], old: LineBaseRow | null, horizon: HybridTime): LineBaseRow | null {
  const before = rows.map(({ row }) => row).filter((row) => row.at < horizon && rowCounts(row));
  const own = before.filter((row) => row.at >= (old?.horizon ?? 0));
  const lastChangeAt = own.at(-1)?.at ?? old?.lastChangeAt;
  if (lastChangeAt === undefined) return null;
  const counts: Record<Bucket, CountSummary | null> = {
    sellable: laterCount(old?.buckets.sellable.count ?? null, latestIn(own, 'sellable')),
    picked: null,
    unsellable: laterCount(old?.buckets.unsellable.count ?? null, latestIn(own, 'unsellable')),
  };
  const starts = startsOf(old, counts);
  const bucketBase = (bucket: Bucket): BucketBase => baseOf(before, bucket, counts[bucket], starts[bucket]);
  return {
    horizon,
    lastChangeAt,
    buckets: { sellable: bucketBase('sellable'), picked: bucketBase('picked'), unsellable: bucketBase('unsellable') },
  };
}

/** The latest count among these rows. */
function latestIn(rows: readonly JournalRow[], bucket: Bucket): CountSummary | null {
  const sessions = new Map<string, Observation[]>();
  for (const row of rows) {
    if (row.kind !== 'counted' || row.bucket !== bucket) continue;
    const { at, event, session, area, counter, quantity, uncertaintyMs, device } = row;
    const observation = { at, id: event, area, counter, quantity, uncertaintyMs, device };
    sessions.set(session, [...(sessions.get(session) ?? []), observation]);
  }
  return [...sessions].reduce<CountSummary | null>(
    (latest, [session, observations]) => laterCount(latest, summariseSession(session, observations)),
    null,
  );
}

function baseOf(
  rows: readonly JournalRow[],
  bucket: Bucket,
  count: CountSummary | null,
  start: BucketStart,
): BucketBase {
  const tally = { ...start.tally };
  let { movements } = start.earlier;
  let { negative } = start;
  for (const row of rows) {
    if (row.at < start.from || row.kind === 'counted') continue;
    const point = { at: row.at, id: row.event, value: row };
    tallyNext(tally, bucket, count, point);
    if (moveIn(bucket, point) === 0 || !isAfterCount(point, count)) continue;
    movements += 1;
    negative = negativeAfter(negative, row, tally.quantity);
  }
  return { quantity: tally.quantity, count, movements, doubts: tally.doubts, negative };
}

function negativeAfter(negative: NegativeStart | null, row: JournalRow, quantity: number): NegativeStart | null {
  if (quantity >= 0 || row.kind === 'counted') return null;
  const { at, event, line, kind, actor } = row;
  if (negative === null) return { at, event, line, kind, actor, lowest: quantity };
  return { ...negative, lowest: Math.min(negative.lowest, quantity) };
}

/** Leaves of each session before the horizon only that it was there. */
function sessionMarkers(rows: readonly StoredRow[], horizon: HybridTime): Row<CountSessionRow>[] {
  const keys = new Set<string>();
  for (const { row } of rows) {
    if (row.kind === 'counted' && row.at < horizon && row.reversedBy.length === 0) {
      keys.add(countSessionKey(row.store, row.item, row.bucket, row.session));
    }
  }
  return [...keys].map((key) => ({ key, value: { observations: [], compacted: true } }));
}
