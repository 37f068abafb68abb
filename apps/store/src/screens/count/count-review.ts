// What a count found, line by line: what should have been on the shelf when it was looked at, what explains it, and what is
// left unexplained. Works from the journal; owns nothing.
import { msFromHybridTime, type TableReader } from '@streamstock/event-log';
import { readJournal, rowCounts, stockAsOf, type JournalRow, type MovementKind } from '@streamstock/inventory';
import type { Observation } from './count-session.ts';

/** Journal rows looked back over for one line; older movements are summed into the baseline. */
const REVIEW_ROWS_MAX = 500;

/** What moves goods on the shelf; each has its words. */
export type ReviewKind = MovementKind;

/** In the order in which a review names them. */
const KINDS: readonly ReviewKind[] = [
  'received',
  'transferred-in',
  'sold',
  'picked',
  'put-back',
  'handed-over',
  'dispatched',
  'returned',
  'returned-to-supplier',
  'adjusted',
];

export interface ReviewedLine {
  readonly item: string;
  /** The count before this one; null: never counted, or further back than the journal was read. */
  readonly baseline: { readonly atMs: number; readonly quantity: number } | null;
  /** What the shelf held where the list of movements begins, when there is no earlier count to start from. */
  readonly before: number;
  /** Signed, one for each kind that moved anything. */
  readonly moves: readonly { readonly kind: ReviewKind; readonly quantity: number }[];
  readonly shouldBe: number;
  readonly saw: number;
  readonly sawAtMs: number;
  readonly unexplained: number;
}

/** null: this device does not hold the observation (any more). */
export async function reviewLine(
  reader: TableReader,
  store: string,
  item: string,
  said: Observation,
): Promise<ReviewedLine | null> {
  const rows = await readJournal(reader, store, item, { reverse: true, rowsMax: REVIEW_ROWS_MAX });
  const last = rows.find((row) => row.event === said.event);
  const first = rows.find((row) => row.event === said.firstEvent);
  if (last === undefined || first === undefined) return null;
  const shelf = (await stockAsOf(reader, store, item, first.at - 1))?.sellable ?? 0;
  const during = rows.filter((row) => row.at >= first.at && row.at <= last.at && rowCounts(row));
  const earlier = rows.filter((row) => row.at < first.at && rowCounts(row));
  const countAt = earlier.findIndex((row) => row.kind === 'counted' && row.bucket === 'sellable');
  const since = countAt === -1 ? earlier : earlier.slice(0, countAt);
  const previous = countAt === -1 ? undefined : earlier[countAt];
  const moves = movesOf([...since, ...during]);
  const before = shelf - sumOf(since);
  const shouldBe = shelf + sumOf(during);
  return {
    item,
    baseline: previous === undefined ? null : { atMs: msFromHybridTime(previous.at), quantity: before },
    before,
    moves,
    shouldBe,
    saw: said.quantity,
    sawAtMs: msFromHybridTime(last.at),
    unexplained: said.quantity - shouldBe,
  };
}

function shelfMove(row: JournalRow): number {
  return row.kind === 'counted' ? 0 : (row.moves.sellable ?? 0);
}

function sumOf(rows: readonly JournalRow[]): number {
  return rows.reduce((sum, row) => sum + shelfMove(row), 0);
}

function movesOf(rows: readonly JournalRow[]): { readonly kind: ReviewKind; readonly quantity: number }[] {
  return KINDS.map((kind) => ({ kind, quantity: sumOf(rows.filter((row) => row.kind === kind)) })).filter(
    ({ quantity }) => quantity !== 0,
  );
}
