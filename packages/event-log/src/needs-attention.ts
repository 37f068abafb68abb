// What awaits a person on a device: a read model that the device log itself keeps beside those of its projectors.
// Owns the table and who is in it; never resolves anything.
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import type { Position } from './place.ts';
import { JUDGEMENTS_TABLE } from './projection.ts';
import { isRulingType, NO_JUDGEMENT, rulingTarget, type Judgement } from './ruling.ts';
import { sortableNumber, type Tables } from './tables.ts';

/** Key: the event's id (`set-aside`, `bytes-differ`), or the position as a sortable number (`unreadable`). */
export const NEEDS_ATTENTION_TABLE = 'needs-attention';

export type NeedsAttentionRow =
  /** An own event that the centre set aside and nobody admitted or voided yet. */
  | { readonly kind: 'set-aside'; readonly event: EventId }
  /** The centre holds other bytes under this own event's id than this device does. */
  | { readonly kind: 'bytes-differ'; readonly event: EventId; readonly delivered: string }
  /** A delivered line that is no event to this app. It is kept, nothing is folded. */
  | { readonly kind: 'unreadable'; readonly position: Position; readonly delivered: string; readonly problem: string };

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
  const rows = added.map((event) => ({ key: event, value: { kind: 'set-aside', event } satisfies NeedsAttentionRow }));
  if (settled.length > 0) await tables.deleteMany(NEEDS_ATTENTION_TABLE, settled);
  if (rows.length > 0) await tables.putMany(NEEDS_ATTENTION_TABLE, rows);
}

export async function noteDelivered(
  tables: Tables,
  rows: readonly Exclude<NeedsAttentionRow, { kind: 'set-aside' }>[],
): Promise<void> {
  if (rows.length === 0) return;
  await tables.putMany(
    NEEDS_ATTENTION_TABLE,
    rows.map((row) => ({ key: row.kind === 'unreadable' ? sortableNumber(row.position) : row.event, value: row })),
  );
}
