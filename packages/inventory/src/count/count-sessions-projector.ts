// Folds the activity of counting: sessions as they were opened, closed and reviewed, and what was seen in each, by part and
// by line. Order-free: entries by event, removed when they count no more. Owns its tables.
import { keyPrefix, type Change, type EventId, type Projector, type Row, type Tables } from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { scan } from '../scan.ts';
import { compareMoments } from '../stock/count-session.ts';
import { foldReversible, isFactOf, type FactChange, type FactState } from '../stock/reversed-facts.ts';
import { sessionKey, type Observation } from '../stock/stock-tables.ts';
import { writeRows } from '../stock/write-rows.ts';
import {
  COUNT_FACTS_TABLE,
  COUNT_LINES_TABLE,
  COUNT_PARTS_TABLE,
  COUNT_REVERSALS_TABLE,
  COUNT_REVIEWS_TABLE,
  COUNT_SESSIONS_TABLE,
  countLineKey,
  countPartKey,
  countReviewKey,
  type CountLineRow,
  type CountPartRow,
  type CountReviewRow,
  type CountSessionsRow,
} from './count-tables.ts';

const NOTHING: CountSessionsRow = { opened: [], closed: [], reviews: [] };

const ACTIVITY_TYPES: ReadonlySet<string> = new Set(['CountOpened', 'CountReviewed', 'CountClosed']);

export const countSessionsProjector: Projector = {
  name: 'count-sessions',
  version: 1,
  tables: [
    COUNT_SESSIONS_TABLE,
    COUNT_PARTS_TABLE,
    COUNT_LINES_TABLE,
    COUNT_REVIEWS_TABLE,
    COUNT_FACTS_TABLE,
    COUNT_REVERSALS_TABLE,
  ],
  snapshot: {
    [COUNT_SESSIONS_TABLE]: 'store-key',
    [COUNT_PARTS_TABLE]: 'store-key',
    [COUNT_LINES_TABLE]: 'store-key',
    [COUNT_REVIEWS_TABLE]: 'store-key',
    [COUNT_FACTS_TABLE]: isFactOf,
    [COUNT_REVERSALS_TABLE]: 'store-key',
  },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    await foldActivity(tables, changes);
    const names = { facts: COUNT_FACTS_TABLE, reversals: COUNT_REVERSALS_TABLE };
    await foldObservations(tables, await foldReversible(tables, names, changes, (type) => type === 'StockCounted'));
  },
};

/** What one event says about its session. */
interface Activity {
  readonly store: string;
  readonly session: string;
  readonly id: EventId;
  readonly entries: Partial<CountSessionsRow>;
  /** Its lines, kept apart. */
  readonly review: CountReviewRow | null;
}

function activityOf({ event, before, after }: Change): Activity | null {
  const { store, id, actor } = event;
  if (!ACTIVITY_TYPES.has(event.type) || store === null || (before === null && after === null)) return null;
  const typed = parsePayload(event);
  if (!typed.ok) return null;
  const entry = { id, at: after?.effectiveAt ?? 0, actor };
  const counts = after !== null;
  switch (typed.type) {
    case 'CountOpened': {
      const { session, ...opening } = typed.payload;
      return { store, session, id, entries: counts ? { opened: [{ ...entry, ...opening }] } : {}, review: null };
    }
    case 'CountClosed':
      return { store, session: typed.payload.session, id, entries: counts ? { closed: [entry] } : {}, review: null };
    case 'CountReviewed': {
      const { session, lines, ...approval } = typed.payload;
      if (!counts) return { store, session, id, entries: {}, review: null };
      const accepted = lines.filter(({ verdict }) => verdict === 'accepted').length;
      const review = { ...entry, ...approval, accepted, recount: lines.length - accepted };
      return {
        store,
        session,
        id,
        entries: { reviews: [review] },
        review: { at: entry.at, actor, ...approval, lines },
      };
    }
    default:
      return null;
  }
}

function without<Entry extends { readonly id: EventId }>(entries: readonly Entry[], id: EventId): readonly Entry[] {
  return entries.some((entry) => entry.id === id) ? entries.filter((entry) => entry.id !== id) : entries;
}

function withActivity(row: CountSessionsRow, { id, entries }: Activity): CountSessionsRow {
  return {
    opened: [...without(row.opened, id), ...(entries.opened ?? [])].sort(compareMoments),
    closed: [...without(row.closed, id), ...(entries.closed ?? [])].sort(compareMoments),
    reviews: [...without(row.reviews, id), ...(entries.reviews ?? [])].sort(compareMoments),
  };
}

async function foldActivity(tables: Tables, changes: readonly Change[]): Promise<void> {
  const activities = changes.flatMap((change) => activityOf(change) ?? []);
  if (activities.length === 0) return;
  const keys = [...new Set(activities.map(({ store, session }) => sessionKey(store, session)))];
  const stored = await tables.getMany<CountSessionsRow>(COUNT_SESSIONS_TABLE, keys);
  const rows = new Map(keys.map((key, index) => [key, stored[index] ?? NOTHING]));
  const reviewsPut: Row<CountReviewRow>[] = [];
  const reviewsGone: string[] = [];
  for (const activity of activities) {
    const { store, session, id, review } = activity;
    const key = sessionKey(store, session);
    const before = rows.get(key) ?? NOTHING;
    if (review !== null) reviewsPut.push({ key: countReviewKey(store, session, id), value: review });
    else if (before.reviews.some((known) => known.id === id)) reviewsGone.push(countReviewKey(store, session, id));
    rows.set(key, withActivity(before, activity));
  }
  const written = [...rows].map(([key, value]) => ({ key, value }));
  const isEmpty = ({ value }: Row<CountSessionsRow>): boolean =>
    value.opened.length + value.closed.length + value.reviews.length === 0;
  await writeRows(
    tables,
    COUNT_SESSIONS_TABLE,
    written.filter((row) => !isEmpty(row)),
    written.filter(isEmpty).map(({ key }) => key),
  );
  await writeRows(tables, COUNT_REVIEWS_TABLE, reviewsPut, reviewsGone);
}

interface LineChange {
  readonly store: string;
  readonly session: string;
  readonly removed: Set<EventId>;
  readonly added: Observation[];
}

/** Observations that a batch takes from and adds to each line of a session. */
function lineChanges(changes: readonly FactChange[]): Map<string, LineChange> {
  const lines = new Map<string, LineChange>();
  for (const { fact, before, after } of changes) {
    if (fact.type !== 'StockCounted' || fact.store === null) continue;
    const { session, area, counter } = fact.payload;
    for (const [index, { item, bucket, quantity }] of fact.payload.lines.entries()) {
      const counts = (state: FactState | null): state is FactState => state?.lines[index] === true;
      if (!counts(before) && !counts(after)) continue;
      const key = countLineKey(fact.store, session, item, bucket);
      const line = lines.get(key) ?? { store: fact.store, session, removed: new Set(), added: [] };
      if (counts(before)) line.removed.add(fact.id);
      if (counts(after)) {
        const { at, uncertaintyMs } = after;
        line.added.push({ at, id: fact.id, area, counter, quantity, uncertaintyMs, device: fact.device });
      }
      lines.set(key, line);
    }
  }
  return lines;
}

/** How a batch changes one part. */
interface PartChange {
  readonly store: string;
  readonly session: string;
  readonly area: string;
  readonly counter: string;
  lines: number;
  addedAt: number;
  /** The newest observation that was taken away; -1: none. */
  removedAt: number;
}

async function foldObservations(tables: Tables, changes: readonly FactChange[]): Promise<void> {
  const lines = lineChanges(changes);
  if (lines.size === 0) return;
  const keys = [...lines.keys()];
  const stored = await tables.getMany<CountLineRow>(COUNT_LINES_TABLE, keys);
  const parts = new Map<string, PartChange>();
  const put: Row<CountLineRow>[] = [];
  const gone: string[] = [];
  for (const [index, [key, line]] of [...lines].entries()) {
    const before = stored[index]?.observations ?? [];
    const after = [...before.filter(({ id }) => !line.removed.has(id)), ...line.added].sort(compareMoments);
    if (after.length === 0) gone.push(key);
    else put.push({ key, value: { observations: after } });
    noteParts(parts, line, before, after);
  }
  await writeRows(tables, COUNT_LINES_TABLE, put, gone);
  await foldParts(tables, parts);
}

function noteParts(
  parts: Map<string, PartChange>,
  line: LineChange,
  before: readonly Observation[],
  after: readonly Observation[],
): void {
  const partOf = ({ area, counter }: Observation): PartChange => {
    const { store, session } = line;
    const key = countPartKey(store, session, area, counter);
    const known = parts.get(key) ?? { store, session, area, counter, lines: 0, addedAt: -1, removedAt: -1 };
    parts.set(key, known);
    return known;
  };
  for (const observation of line.added) {
    const part = partOf(observation);
    part.addedAt = Math.max(part.addedAt, observation.at);
  }
  for (const observation of before) {
    if (!line.removed.has(observation.id)) continue;
    const part = partOf(observation);
    part.removedAt = Math.max(part.removedAt, observation.at);
  }
  for (const part of new Set(before.map(partOf))) part.lines -= 1;
  for (const part of new Set(after.map(partOf))) part.lines += 1;
}

async function foldParts(tables: Tables, parts: ReadonlyMap<string, PartChange>): Promise<void> {
  const keys = [...parts.keys()];
  const stored = await tables.getMany<CountPartRow>(COUNT_PARTS_TABLE, keys);
  const put: Row<CountPartRow>[] = [];
  const gone: string[] = [];
  for (const [index, [key, part]] of [...parts].entries()) {
    const before = stored[index] ?? { lines: 0, lastAt: -1 };
    const lines = before.lines + part.lines;
    if (lines === 0) {
      gone.push(key);
      continue;
    }
    const newestTaken = part.removedAt >= before.lastAt && part.addedAt < before.lastAt;
    const lastAt = newestTaken ? await newestOf(tables, part) : Math.max(before.lastAt, part.addedAt);
    put.push({ key, value: { lines, lastAt } });
  }
  await writeRows(tables, COUNT_PARTS_TABLE, put, gone);
}

/** Only where a part's newest observation is taken away: the session's lines, which are already written, are walked. */
async function newestOf(tables: Tables, { store, session, area, counter }: PartChange): Promise<number> {
  let lastAt = -1;
  await scan<CountLineRow>(tables, COUNT_LINES_TABLE, keyPrefix(store, session), ({ value }) => {
    for (const observation of value.observations) {
      if (observation.area === area && observation.counter === counter) lastAt = Math.max(lastAt, observation.at);
    }
  });
  return lastAt;
}
