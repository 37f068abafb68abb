// The sheet of a count session: every line of its scope as not counted, zero or counted n, with what was expected, and what
// its review said. Not counted is no number. Owns no state.
//
// 1. Expected is what the books say the bucket held when its last part was counted, had this session not been: late news
//    moves it, as it moves the figure.
// 2. A blind count shows neither what was expected nor a difference until it is closed or reviewed.
import { keyPrefix, sortableNumber, tableKey, type HybridTime, type TableReader } from '@streamstock/event-log';
import { effectiveCounts } from '../alert/line-trajectory.ts';
import { listItems } from '../catalogue/catalogue-queries.ts';
import { COUNT_SHEET_LINES_MAX } from '../limits.ts';
import { moneyMicros } from '../money.ts';
import { scan } from '../scan.ts';
import { isAfterCount, moveIn } from '../stock/bucket-arithmetic.ts';
import { compareMoments, summariseSession, type Moment } from '../stock/count-session.ts';
import { listStockLines, readStockLines } from '../stock/stock-queries.ts';
import {
  readJournalRow,
  STOCK_BASES_TABLE,
  STOCK_JOURNAL_TABLE,
  stockLineKey,
  type CountSummary,
  type JournalValue,
  type LineBaseRow,
  type Observation,
  type StockLineRow,
} from '../stock/stock-tables.ts';
import type { CountedBucket } from '../stock/stock-events.ts';
import type { Money } from '../words.ts';
import type { CountScope } from './count-events.ts';
import { readCountSession, type CountSession } from './count-queries.ts';
import { COUNT_LINES_TABLE, COUNT_REVIEWS_TABLE, type CountLineRow, type CountReviewRow } from './count-tables.ts';

/** What one counter saw in one area: the latest of their observations. */
export interface CountedPart {
  readonly area: string;
  readonly counter: string;
  readonly quantity: number;
  readonly at: HybridTime;
}

export interface CountSheetLine {
  readonly item: string;
  readonly bucket: CountedBucket;
  readonly state: 'not-counted' | 'zero' | 'counted';
  /** The parts added up; null: not counted. */
  readonly counted: number | null;
  /** null: hidden (blind), or older than what is kept of this line. */
  readonly expected: number | null;
  /** counted − expected; null where either is. */
  readonly difference: number | null;
  /** The difference at unit cost, in millionths of the currency; null where there is none or no cost is known. */
  readonly differenceMicros: bigint | null;
  /** Goods moved between the first and the last part, or clocks cannot tell: count it once more. */
  readonly recount: boolean;
  /** The latest verdict since the line was last counted; null: nobody looked yet. */
  readonly verdict: {
    readonly verdict: 'accepted' | 'recount';
    readonly actor: string;
    readonly at: HybridTime;
  } | null;
  readonly parts: readonly CountedPart[];
}

export interface CountSheet {
  readonly session: CountSession;
  /** Expected and differences are not shown. */
  readonly hidden: boolean;
  /** By item, then bucket. */
  readonly lines: readonly CountSheetLine[];
  /** `from` of the next page; null: this was the last. */
  readonly next: string | null;
}

export interface CountSheetOptions {
  /** `next` of the page before. */
  readonly from?: string;
  /** At most `COUNT_SHEET_LINES_MAX`. */
  readonly linesMax?: number;
  /** Per smallest unit, by item. */
  readonly unitCosts?: ReadonlyMap<string, Money>;
}

/** One page of a session's sheet; undefined where nothing is known of the session. */
export async function countSheet(
  reader: TableReader,
  store: string,
  session: string,
  options: CountSheetOptions = {},
): Promise<CountSheet | undefined> {
  const opened = await openSheet(reader, store, session);
  if (opened === undefined) return undefined;
  const { known, names } = opened;
  const linesMax = Math.min(options.linesMax ?? COUNT_SHEET_LINES_MAX, COUNT_SHEET_LINES_MAX);
  const found = names.findIndex((name) => lineName(name) >= (options.from ?? ''));
  const first = found < 0 ? names.length : found;
  const next = names[first + linesMax];
  const hidden = known.opening?.blind === true && known.open && known.reviews.length === 0;
  const lines = await sheetLines(reader, opened, names.slice(first, first + linesMax), hidden, options.unitCosts);
  return { session: known, hidden, lines, next: next === undefined ? null : lineName(next) };
}

interface LineAndBucket {
  readonly item: string;
  readonly bucket: CountedBucket;
}

function lineName({ item, bucket }: LineAndBucket): string {
  return `${item}|${bucket}`;
}

/** A session's lines without their figures. */
export interface OpenSheet {
  readonly known: CountSession;
  /** Everything anyone saw in this session, by item|bucket. */
  readonly seen: ReadonlyMap<string, readonly Observation[]>;
  /** The shelf of every item in scope and whatever else was counted, by item|bucket. */
  readonly names: readonly LineAndBucket[];
}

export async function openSheet(reader: TableReader, store: string, session: string): Promise<OpenSheet | undefined> {
  const known = await readCountSession(reader, store, session);
  if (known === undefined) return undefined;
  const seen = await seenLines(reader, known);
  return { known, seen, names: namesOf(await itemsOf(reader, store, known.opening?.scope), seen) };
}

/** Some lines of a sheet with their figures. */
export async function sheetLines(
  reader: TableReader,
  { known, seen }: OpenSheet,
  names: readonly LineAndBucket[],
  hidden: boolean,
  unitCosts: ReadonlyMap<string, Money> | undefined,
): Promise<CountSheetLine[]> {
  if (names.length === 0) return [];
  const rows = await readStockLines(
    reader,
    names.map(({ item }) => ({ store: known.store, item })),
  );
  const verdicts = await verdictsOf(reader, known);
  const lines: CountSheetLine[] = [];
  for (const [index, name] of names.entries()) {
    const observations = seen.get(lineName(name)) ?? [];
    const line = await sheetLine(reader, known, name, rows[index], observations, hidden);
    const verdict = verdicts.get(lineName(name));
    const last = observations.at(-1);
    const stands = verdict !== undefined && last !== undefined && verdict.at >= last.at;
    const cost = unitCosts?.get(name.item);
    lines.push({
      ...line,
      verdict: stands ? verdict : null,
      differenceMicros:
        line.difference === null || cost === undefined ? null : BigInt(line.difference) * moneyMicros(cost),
    });
  }
  return lines;
}

/** Everything anyone saw in this session, by item|bucket. */
async function seenLines(
  reader: TableReader,
  { store, session }: CountSession,
): Promise<Map<string, readonly Observation[]>> {
  const seen = new Map<string, readonly Observation[]>();
  await scan<CountLineRow>(reader, COUNT_LINES_TABLE, keyPrefix(store, session), ({ key, value }) => {
    const [, , item = '', bucket = ''] = key.split('|');
    seen.set(`${item}|${bucket}`, value.observations);
  });
  return seen;
}

/** The items a session is to count. A store's lines, or a category's that are kept in the store or counted there. */
async function itemsOf(reader: TableReader, store: string, scope: CountScope | undefined): Promise<readonly string[]> {
  if (scope === undefined) return [];
  if (scope.kind === 'items') return scope.items;
  const kept = (await listStockLines(reader, { store })).map(({ item }) => item);
  if (scope.kind === 'store') return kept;
  const inCategory = new Set(
    (await listItems(reader)).flatMap(({ item, category }) => (category === scope.category ? [item] : [])),
  );
  return kept.filter((item) => inCategory.has(item));
}

/** The shelf of every item in scope, and whatever else was counted. */
function namesOf(inScope: readonly string[], seen: ReadonlyMap<string, unknown>): LineAndBucket[] {
  const names = new Map<string, LineAndBucket>();
  for (const item of inScope) names.set(`${item}|sellable`, { item, bucket: 'sellable' });
  for (const name of seen.keys()) {
    const [item = '', bucket = ''] = name.split('|');
    names.set(name, { item, bucket: bucket === 'unsellable' ? 'unsellable' : 'sellable' });
  }
  return [...names.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

async function sheetLine(
  reader: TableReader,
  { store, session }: CountSession,
  { item, bucket }: LineAndBucket,
  row: StockLineRow | undefined,
  observations: readonly Observation[],
  hidden: boolean,
): Promise<Omit<CountSheetLine, 'verdict' | 'differenceMicros'>> {
  const summary = summariseSession(session, observations);
  if (summary === null) {
    const expected = hidden ? null : (row?.[bucket] ?? 0);
    const empty = { counted: null, difference: null, recount: false, parts: [] };
    return { item, bucket, state: 'not-counted', expected, ...empty };
  }
  const walk = await walkTo(reader, { store, item, bucket }, summary, row);
  const inEffect = bucket === 'sellable' ? row?.lastCount : row?.lastUnsellableCount;
  const doubted = inEffect?.session === session && (row?.doubts[bucket] ?? 0) > 0;
  return {
    item,
    bucket,
    state: summary.quantity === 0 ? 'zero' : 'counted',
    counted: summary.quantity,
    expected: hidden ? null : walk.expected,
    difference: hidden || walk.expected === null ? null : summary.quantity - walk.expected,
    recount: walk.movedBetween || doubted,
    parts: partsOf(observations),
  };
}

/** The latest observation of each (area, counter), by those. */
function partsOf(observations: readonly Observation[]): CountedPart[] {
  const parts = new Map<string, CountedPart>();
  for (const { area, counter, quantity, at } of [...observations].sort(compareMoments)) {
    parts.set(`${area}|${counter}`, { area, counter, quantity, at });
  }
  return [...parts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

interface WalkedTo {
  /** What the bucket held at the count's moment, had that session not been; null: older than what is kept. */
  readonly expected: number | null;
  /** A movement between the first and the last part. */
  readonly movedBetween: boolean;
}

/** From the count before to this one's last part. */
async function walkTo(
  reader: TableReader,
  { store, item, bucket }: LineAndBucket & { readonly store: string },
  summary: CountSummary,
  row: StockLineRow | undefined,
): Promise<WalkedTo> {
  const earlier = (await effectiveCounts(reader, { store, item }, bucket)).findLast(
    (count) => compareMoments(count, summary) < 0,
  );
  let start: { readonly quantity: number; readonly after: CountSummary | null; readonly at: HybridTime } = {
    quantity: earlier?.quantity ?? 0,
    after: earlier ?? null,
    at: earlier?.at ?? 0,
  };
  const horizon = row?.horizon ?? 0;
  if (start.at < horizon) {
    if (summary.firstAt < horizon) return { expected: null, movedBetween: false };
    const [base] = await reader.getMany<LineBaseRow>(STOCK_BASES_TABLE, [stockLineKey(store, item)]);
    start = { quantity: base?.buckets[bucket].quantity ?? 0, after: null, at: horizon };
  }
  let expected = start.quantity;
  let movedBetween = false;
  const first: Moment = { at: summary.firstAt, id: summary.firstId };
  const range = {
    from: tableKey(store, item, sortableNumber(Math.min(start.at, summary.firstAt))),
    to: tableKey(store, item, sortableNumber(summary.at + 1)),
  };
  await scan<JournalValue>(reader, STOCK_JOURNAL_TABLE, range, (stored) => {
    const { at, event, ...value } = readJournalRow(stored);
    const point = { at, id: event, value };
    const change = moveIn(bucket, point);
    if (change === 0 || compareMoments(point, summary) >= 0) return;
    if (isAfterCount(point, start.after)) expected += change;
    if (compareMoments(point, first) > 0) movedBetween = true;
  });
  return { expected, movedBetween };
}

interface Verdict {
  readonly verdict: 'accepted' | 'recount';
  readonly actor: string;
  readonly at: HybridTime;
}

/** The latest verdict on each line, by item|bucket. */
async function verdictsOf(
  reader: TableReader,
  { store, session, reviews }: CountSession,
): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  if (reviews.length === 0) return verdicts;
  const rows = await reader.getMany<CountReviewRow>(
    COUNT_REVIEWS_TABLE,
    reviews.map(({ id }) => tableKey(store, session, id)),
  );
  for (const row of rows) {
    for (const { item, bucket, verdict } of row?.lines ?? []) {
      verdicts.set(`${item}|${bucket}`, { verdict, actor: row?.actor ?? '', at: row?.at ?? 0 });
    }
  }
  return verdicts;
}
