// The snapshot: the rows of a store's read models at one position of the centre, cut into pages of text, and what a
// device must know to go on from there. Owns the shapes, their bounds, and whether a header or a page is one at all.
import * as z from 'zod/mini';
import { EntityId } from './id.ts';
import { EVENT_BYTES_MAX } from './limits.ts';
import { AcceptedMark, Cursor, Place, Position, Seq } from './place.ts';
import { rowsOfColumns, type RowColumns } from './row-columns.ts';

/** UTF-8 bytes of one page's text. */
export const SNAPSHOT_PAGE_BYTES_MAX = 256 * 1024;
export const SNAPSHOT_PAGE_ROWS_MAX = 1_000;
/** How a page's text is laid out, for whoever asks for pages and whoever finds old files of them: another name for another form. */
export const SNAPSHOT_PAGES_FORM = 'columns';
export const SNAPSHOT_PAGES_MAX = 10_000;
/** Pages one `addSnapshotPages` takes. */
export const SNAPSHOT_PAGES_PER_CALL_MAX = 64;
/** Events that the centre holds and has not folded. */
export const SNAPSHOT_UNFOLDED_MAX = 1_000;
/** Own events accepted behind the snapshot's position. */
export const SNAPSHOT_NOT_IN_MAX = 100_000;
const FOLDS_MAX = 100;
const SUM_MAX = 2 ** 32 - 1;
const KEY_CHARACTERS_MAX = 512;

const Key = z.string().check(z.maxLength(KEY_CHARACTERS_MAX));
const TableName = z.string().check(z.minLength(1), z.maxLength(64));

/**
 * One page: rows of one table, sorted by key. `bytes`: UTF-8 length of its text. `sum`: its checksum (FNV-1a, 32 bits, over
 * UTF-16 units); a text that has it is taken as the centre made it, any other is read whole.
 */
export const SnapshotPageHead = z.object({
  table: TableName,
  rows: z.int().check(z.minimum(1), z.maximum(SNAPSHOT_PAGE_ROWS_MAX)),
  firstKey: Key,
  lastKey: Key,
  bytes: z.int().check(z.minimum(1), z.maximum(SNAPSHOT_PAGE_BYTES_MAX)),
  sum: z.optional(z.int().check(z.minimum(0), z.maximum(SUM_MAX))),
});
export type SnapshotPageHead = z.infer<typeof SnapshotPageHead>;

/** More than `SNAPSHOT_NOT_IN_MAX` of a device's own events are not in a snapshot: it is given one that is built now. */
export class SnapshotTooOld extends Error {
  override readonly name = 'SnapshotTooOld';
  constructor(device: string) {
    super(`More than ${SNAPSHOT_NOT_IN_MAX} events of ${device} lie behind this snapshot: it needs a newer one.`);
  }
}

/** `projectors`: those whose rows lack it; absent: all. */
export const SnapshotLine = z.object({
  position: Position,
  place: z.nullable(Place),
  line: z.string().check(z.maxLength(EVENT_BYTES_MAX)),
  projectors: z.optional(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(FOLDS_MAX))),
});
export type SnapshotLine = z.infer<typeof SnapshotLine>;

/**
 * - `cursor`: where the events behind the snapshot begin.
 * - `folds`: the projectors that made the rows.
 * - `pages`: pages of one table are sorted and disjoint; the order is the order of use.
 * - `unfolded`: events up to the cursor that the rows of `projectors` (absent: of all) do not hold; the device folds them
 *   itself, with those projectors.
 * - `own.accepted`: how far the centre holds the device's log; `own.notIn`: seqs up to there whose event lies behind the
 *   cursor, so that the rows do not hold it.
 */
export const SnapshotHeader = z.object({
  id: EntityId,
  store: EntityId,
  cursor: Cursor,
  folds: z.array(z.object({ name: z.string().check(z.maxLength(64)), version: z.int() })).check(z.maxLength(FOLDS_MAX)),
  pages: z.array(SnapshotPageHead).check(z.maxLength(SNAPSHOT_PAGES_MAX)),
  unfolded: z.array(SnapshotLine).check(z.maxLength(SNAPSHOT_UNFOLDED_MAX)),
  own: z.object({ accepted: AcceptedMark, notIn: z.array(Seq).check(z.maxLength(SNAPSHOT_NOT_IN_MAX)) }),
});
export type SnapshotHeader = z.infer<typeof SnapshotHeader>;

/** `index`: 0-based, as in the header. `text`: JSON without a line break, `[[key, value], …]` or `RowColumns`. */
export interface SnapshotPage {
  readonly index: number;
  readonly text: string;
}

/** A snapshot, or a part of one, that can not be used here. Nothing of it was installed; what is on the device stays. */
export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused';
  readonly reason: 'unreadable' | 'other-store' | 'other-folds' | 'not-staged' | 'incomplete';
  constructor(reason: SnapshotRefused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Why the pages of a header can not be those of one snapshot, or undefined. */
export function pagesProblem(pages: readonly SnapshotPageHead[]): string | undefined {
  const lastKeys = new Map<string, string>();
  for (const { table, firstKey, lastKey } of pages) {
    const before = lastKeys.get(table);
    if (firstKey > lastKey || (before !== undefined && firstKey <= before)) {
      return `The pages of ${table} overlap or are out of order.`;
    }
    lastKeys.set(table, lastKey);
  }
  return undefined;
}

/** Why a text is not the page that its head speaks of, or undefined. Reads it whole. */
export function pageProblem(text: string, head: SnapshotPageHead): string | undefined {
  let keys: readonly unknown[] | undefined;
  try {
    keys = keysOf(JSON.parse(text));
  } catch {
    return 'is neither rows nor columns of rows';
  }
  if (keys === undefined) return 'holds something that is no row';
  if (keys.length !== head.rows) return 'does not hold the rows it should';
  let last: string | null = null;
  for (const key of keys) {
    if (typeof key !== 'string') return 'holds something that is no row';
    if (last === null ? key !== head.firstKey : key <= last) return 'is not sorted as its head says';
    last = key;
  }
  return last === head.lastKey ? undefined : 'ends elsewhere than its head says';
}

/** undefined: not all of it is rows. Throws when it is no columns of rows either. */
function keysOf(page: unknown): unknown[] | undefined {
  if (!Array.isArray(page)) return rowsOfColumns(page as RowColumns).map(({ key }) => key);
  const pairs = page as unknown[];
  return pairs.every((pair) => Array.isArray(pair) && pair.length === 2)
    ? (pairs as [unknown, unknown][]).map(([key]) => key)
    : undefined;
}
