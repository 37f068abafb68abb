// What awaits a person on a device: a read model that the device log itself keeps beside those of its projectors.
// Owns the table and who is in it; never resolves anything.
import { NEEDS_ATTENTION_TABLE } from './attention-table.ts';
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import { lineSum } from './line-sum.ts';
import type { Position, Seq } from './place.ts';
import { JUDGEMENTS_TABLE } from './projection.ts';
import { isRulingType, NO_JUDGEMENT, rulingTarget, type Judgement } from './ruling.ts';
import { sortableNumber, tableKey, type Range, type Row, type Tables } from './tables.ts';

export type NeedsAttentionRow =
  /** An own event that the centre set aside and nobody admitted or voided yet. */
  | { readonly kind: 'set-aside'; readonly event: EventId }
  /** The centre holds other bytes under this own event's id than this device does. */
  | { readonly kind: 'bytes-differ'; readonly event: EventId; readonly delivered: string }
  /** A delivered line that is no event to this app. It is kept, nothing is folded. */
  | { readonly kind: 'unreadable'; readonly position: Position; readonly delivered: string; readonly problem: string }
  /** An own event whose bytes are not what its hash says: they are kept here, nothing of it is folded or sent. */
  | {
      readonly kind: 'damaged';
      readonly event: EventId;
      readonly seq: Seq;
      readonly bytes: string;
      readonly problem: string;
    }
  /** A projector of this app threw on it: its bytes are with the log and it is sent; nothing of it counts here. */
  | { readonly kind: 'unfoldable'; readonly event: EventId; readonly projector: string; readonly problem: string };

/** What a delivery brings before a person. */
export type DeliveredAttention = Extract<NeedsAttentionRow, { kind: 'bytes-differ' | 'unreadable' }>;

function awaitsAPerson(judgement: Judgement): boolean {
  return judgement.setAside.length > 0 && judgement.admitted.length === 0 && judgement.voided.length === 0;
}

/**
 * Brings the table up to date after a batch was projected. `isOwn` tells own events apart, for the ids it is given.
 */
export async function noteSetAside(
  tables: Tables,
  batch: readonly Event[],
  isOwn: (ids: readonly EventId[]) => Promise<ReadonlySet<EventId>>,
): Promise<void> {
  const concerned = new Set(batch.map(({ id }) => id));
  for (const event of batch) {
    const target = isRulingType(event.type) ? rulingTarget(event) : undefined;
    if (target !== undefined) concerned.add(target);
  }
  const ids = [...concerned];
  const judgements = await tables.getMany<Judgement>(JUDGEMENTS_TABLE, ids);
  const judged = ids.filter((_, index) => judgements[index] !== undefined);
  if (judged.length === 0) return;
  const own = await isOwn(judged);
  const awaiting = new Set(ids.filter((_, index) => awaitsAPerson(judgements[index] ?? NO_JUDGEMENT)));
  const known = await tables.getMany<NeedsAttentionRow>(NEEDS_ATTENTION_TABLE, judged);
  const settled = judged.filter((id, index) => known[index]?.kind === 'set-aside' && !awaiting.has(id));
  const added = judged.filter((id, index) => known[index] === undefined && awaiting.has(id) && own.has(id));
  if (settled.length > 0) await tables.deleteMany(NEEDS_ATTENTION_TABLE, settled);
  await putSetAside(tables, added);
}

/**
 * Brings the rows of kind `set-aside` in line with the judgements of a new base. `isOwn` as above.
 */
export async function renewSetAside(
  tables: Tables,
  isOwn: (ids: readonly EventId[]) => Promise<ReadonlySet<EventId>>,
): Promise<void> {
  await eachPage<NeedsAttentionRow>(tables, NEEDS_ATTENTION_TABLE, async (rows) => {
    const setAside = rows.filter(({ value }) => value.kind === 'set-aside').map(({ key }) => key);
    const judgements = await tables.getMany<Judgement>(JUDGEMENTS_TABLE, setAside);
    const settled = setAside.filter((_, index) => !awaitsAPerson(judgements[index] ?? NO_JUDGEMENT));
    if (settled.length > 0) await tables.deleteMany(NEEDS_ATTENTION_TABLE, settled);
  });
  await eachPage<Judgement>(tables, JUDGEMENTS_TABLE, async (rows) => {
    const awaiting = rows.filter(({ value }) => awaitsAPerson(value)).map(({ key }) => key);
    if (awaiting.length === 0) return;
    const own = await isOwn(awaiting);
    const known = await tables.getMany(NEEDS_ATTENTION_TABLE, awaiting);
    await putSetAside(
      tables,
      awaiting.filter((id, index) => known[index] === undefined && own.has(id)),
    );
  });
}

async function eachPage<Value>(
  tables: Tables,
  table: string,
  body: (rows: readonly Row<Value>[]) => Promise<void>,
): Promise<void> {
  for (let rest: Range | null = { rowsMax: RANGE_ROWS_MAX }; rest !== null;) {
    const page: Row<Value>[] = await tables.range<Value>(table, rest);
    await body(page);
    const last: Row<Value> | undefined = page.at(-1);
    // The least key after `last` is `last` and the lowest character, which no key holds.
    rest = last === undefined || page.length < RANGE_ROWS_MAX ? null : { ...rest, from: `${last.key}\u0000` };
  }
}

/** Deletes the rows of all kinds that `isGone` names. */
export async function dropAttention(
  tables: Tables,
  isGone: (kind: NeedsAttentionRow['kind']) => boolean,
): Promise<void> {
  await eachPage<NeedsAttentionRow>(tables, NEEDS_ATTENTION_TABLE, async (rows) => {
    const gone = rows.filter(({ value }) => isGone(value.kind)).map(({ key }) => key);
    if (gone.length > 0) await tables.deleteMany(NEEDS_ATTENTION_TABLE, gone);
  });
}

/** Before what could not be folded is tried again. */
export function clearUnfoldable(tables: Tables): Promise<void> {
  return dropAttention(tables, (kind) => kind === 'unfoldable');
}

export async function noteUnfoldable(
  tables: Tables,
  rows: readonly Omit<Extract<NeedsAttentionRow, { kind: 'unfoldable' }>, 'kind'>[],
): Promise<void> {
  await tables.putMany(
    NEEDS_ATTENTION_TABLE,
    rows.map(({ event, projector, problem }) => ({
      key: tableKey(event, projector),
      value: { kind: 'unfoldable', event, projector, problem } satisfies NeedsAttentionRow,
    })),
  );
}

async function putSetAside(tables: Tables, ids: readonly EventId[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = ids.map((event) => ({ key: event, value: { kind: 'set-aside', event } satisfies NeedsAttentionRow }));
  await tables.putMany(NEEDS_ATTENTION_TABLE, rows);
}

export async function noteDelivered(tables: Tables, rows: readonly DeliveredAttention[]): Promise<void> {
  if (rows.length === 0) return;
  await tables.putMany(
    NEEDS_ATTENTION_TABLE,
    rows.map((row) => ({ key: row.kind === 'unreadable' ? unreadableKey(row) : row.event, value: row })),
  );
}

/** Positions of two epochs may be equal and mean two lines. */
function unreadableKey({ position, delivered }: Extract<NeedsAttentionRow, { kind: 'unreadable' }>): string {
  return tableKey(sortableNumber(position), String(lineSum(delivered)));
}

export async function noteDamaged(
  tables: Tables,
  row: Omit<Extract<NeedsAttentionRow, { kind: 'damaged' }>, 'kind'>,
): Promise<void> {
  await tables.putMany(NEEDS_ATTENTION_TABLE, [
    { key: row.event, value: { kind: 'damaged', ...row } satisfies NeedsAttentionRow },
  ]);
}
