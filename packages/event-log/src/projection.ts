// Projectors and what feeds them. Rulings are worked in here, once for all projectors: a projector only ever sees an
// event's contribution begin, end or move. Pure over the Tables port; opens no transaction, keeps no checkpoint.
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import type { Position } from './place.ts';
import {
  addRuling,
  contributionOf,
  isRulingType,
  NO_JUDGEMENT,
  rulingTarget,
  type Contribution,
  type Judgement,
} from './ruling.ts';
import type { Row, Tables } from './tables.ts';

/** An event as projectors get it; `position` is absent while unsent. */
export interface LoggedEvent {
  readonly event: Event;
  readonly position?: Position;
}

/**
 * What happened to one event's contribution: it begins (`before` null), ends (`after` null) or moves in time.
 * Both null: the event is known but does not count (set aside), or is itself a ruling.
 */
export interface Change {
  readonly event: Event;
  readonly position?: Position;
  readonly before: Contribution | null;
  readonly after: Contribution | null;
}

/**
 * Which rows of a table of the centre a store's devices hold: value for value those that a fold of what the store hears
 * gives. A snapshot is cut by it.
 * - `all`: every row. For tables whose events everybody hears.
 * - `store-key`: rows whose key begins with the store's id and the separator.
 * - a test: the rows that it names.
 * - `heard`: in these rows the words of several stores meet, and each hears only some of them. They are folded anew from
 *   what the store hears of what the projector's `heard` names.
 * - a test and `heard`: the rows that it names, and those that `heard` gives.
 */
export type SnapshotScope = 'all' | 'store-key' | 'heard' | RowTest | { readonly rows: RowTest; readonly heard: true };
export type RowTest = (row: Row<unknown>, store: string) => boolean;

/** Events of these types; where many of a type say nothing to the tables, those that `concerns` names. */
export interface HeardEvents {
  readonly types: readonly string[];
  readonly concerns?: (event: Pick<Event, 'type' | 'payload'>) => boolean;
}

/**
 * Only folds. Owes: the same tables for any order, duplication-free split and interleaving of the same changes (law 3).
 * Never sees one event begin twice. Ignores types it does not know (they are parked until `version` rises and the
 * tables are rebuilt).
 */
export interface Projector {
  readonly name: string;
  /** A rise drops `tables` and rebuilds them from the log. */
  readonly version: number;
  readonly tables: readonly string[];
  /** Scope of each table that devices hold; a table without one is not part of a snapshot. */
  readonly snapshot?: Readonly<Record<string, SnapshotScope>>;
  /** What tables of scope `heard` follow from; rulings about it come along. */
  readonly heard?: HeardEvents;
  project(tables: Tables, changes: readonly Change[]): Promise<void>;
}

/** Table of all rulings by target; shared by all projectors that advance together. */
export const JUDGEMENTS_TABLE = 'judgements';

/**
 * Finds events that these projectors have been given before this batch, by id. Must not return an event that is
 * stored but not yet projected.
 */
export type FindProjected = (ids: readonly EventId[]) => Promise<LoggedEvent[]>;

/**
 * Gives a batch of newly known events (each exactly once in the life of these tables, in any order) to the projectors.
 * Runs inside the caller's transaction over `tables`.
 */
export async function projectBatch(
  tables: Tables,
  batch: readonly LoggedEvent[],
  projectors: readonly Projector[],
  findProjected: FindProjected,
): Promise<void> {
  const changes = await changesOf(tables, batch, findProjected);
  for (const projector of projectors) await projector.project(tables, changes);
}

/** Works the batch's rulings into the judgements table and returns what changes for every event concerned. */
export async function changesOf(
  tables: Tables,
  batch: readonly LoggedEvent[],
  findProjected: FindProjected,
): Promise<Change[]> {
  const rulingsByTarget = new Map<EventId, Event[]>();
  for (const { event } of batch) {
    const target = isRulingType(event.type) ? rulingTarget(event) : undefined;
    if (target !== undefined) rulingsByTarget.set(target, [...(rulingsByTarget.get(target) ?? []), event]);
  }
  const batchIds = new Set(batch.map(({ event }) => event.id));
  const ids = [...new Set([...batchIds, ...rulingsByTarget.keys()])];
  const stored = await tables.getMany<Judgement>(JUDGEMENTS_TABLE, ids);
  const before = new Map(ids.map((id, index) => [id, stored[index] ?? NO_JUDGEMENT]));
  const after = new Map(before);
  for (const [target, rulings] of rulingsByTarget)
    after.set(target, rulings.reduce(addRuling, before.get(target) ?? NO_JUDGEMENT));
  if (rulingsByTarget.size > 0) {
    const rows = [...rulingsByTarget.keys()].map((id) => ({ key: id, value: after.get(id) }));
    await tables.putMany(JUDGEMENTS_TABLE, rows);
  }

  const judgementOf = (judgements: ReadonlyMap<EventId, Judgement>, id: EventId) => judgements.get(id) ?? NO_JUDGEMENT;
  const begun = batch.map(({ event, position }): Change => {
    const counts = isRulingType(event.type) ? null : contributionOf(event, judgementOf(after, event.id));
    return { event, ...(position === undefined ? {} : { position }), before: null, after: counts };
  });
  const earlierTargets = [...rulingsByTarget.keys()].filter((id) => !batchIds.has(id));
  const known = earlierTargets.length === 0 ? [] : await findProjected(earlierTargets);
  const moved = known
    // A ruling contributes nothing, whatever is said about it.
    .filter(({ event }) => !isRulingType(event.type))
    .map(({ event, position }): Change => ({
      event,
      ...(position === undefined ? {} : { position }),
      before: contributionOf(event, judgementOf(before, event.id)),
      after: contributionOf(event, judgementOf(after, event.id)),
    }))
    .filter((change) => !sameContribution(change.before, change.after));
  return [...begun, ...moved];
}

function sameContribution(a: Contribution | null, b: Contribution | null): boolean {
  if (a === null || b === null) return a === b;
  return a.effectiveAt === b.effectiveAt && a.uncertaintyMs === b.uncertaintyMs;
}
