// Keeps the sessions' observations and finds the latest count of each bucket. Only taking a count away (or moving it back)
// searches the line's other sessions.
import { keyPrefix, type Row, type Tables } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { BUCKETS, type Bucket } from './adjust-reasons.ts';
import type { LineChange } from './change-shapes.ts';
import { compareMoments, laterCount, summariseSession } from './count-session.ts';
import { writeRows } from './write-rows.ts';
import type { LineEntry } from './line-entry.ts';
import {
  countSessionKey,
  STOCK_COUNTS_TABLE,
  type CountSessionRow,
  type CountSummary,
  type LineBaseRow,
  type Observation,
  type StockLineRow,
} from './stock-tables.ts';
import type { CountedBucket } from './stock-events.ts';

/** What every touched session says now (null: nothing any more), by line, bucket and session. */
export type SessionChanges = ReadonlyMap<string, ReadonlyMap<string, CountSummary | null>>;

function observationOf({ at, event, value }: LineEntry): Observation | null {
  if (value.kind !== 'counted') return null;
  const { area, counter, quantity, uncertaintyMs, device } = value;
  return { at, id: event, area, counter, quantity, uncertaintyMs, device };
}

function bucketKey(store: string, item: string, bucket: Bucket): string {
  return `${store}|${item}|${bucket}`;
}

/** Works the observations that begin and end to count into the session rows. */
export async function foldSessions(tables: Tables, lines: readonly LineChange[]): Promise<SessionChanges> {
  const touched = new Map<
    string,
    { bucketKey: string; session: string; added: Observation[]; removed: Observation[] }
  >();
  const note = (entry: LineEntry, into: 'added' | 'removed'): void => {
    const observation = observationOf(entry);
    if (observation === null || entry.value.kind !== 'counted') return;
    const { bucket, session } = entry.value;
    const key = countSessionKey(entry.store, entry.item, bucket, session);
    let change = touched.get(key);
    if (change === undefined) {
      change = { bucketKey: bucketKey(entry.store, entry.item, bucket), session, added: [], removed: [] };
      touched.set(key, change);
    }
    change[into].push(observation);
  };
  for (const { added, removed } of lines) {
    for (const entry of added) note(entry, 'added');
    for (const entry of removed) note(entry, 'removed');
  }
  if (touched.size === 0) return new Map();

  const keys = [...touched.keys()];
  const stored = await tables.getMany<CountSessionRow>(STOCK_COUNTS_TABLE, keys);
  const put: Row<CountSessionRow>[] = [];
  const gone: string[] = [];
  const changes = new Map<string, Map<string, CountSummary | null>>();
  for (const [index, [key, change]] of [...touched].entries()) {
    const removedIds = new Set(change.removed.map(({ id }) => id));
    const kept = (stored[index]?.observations ?? []).filter(({ id }) => !removedIds.has(id));
    const observations = [...kept, ...change.added].toSorted(compareMoments);
    if (observations.length === 0) gone.push(key);
    else put.push({ key, value: { observations } });
    const sessions = changes.get(change.bucketKey) ?? new Map<string, CountSummary | null>();
    sessions.set(change.session, summariseSession(change.session, observations));
    changes.set(change.bucketKey, sessions);
  }
  await writeRows(tables, STOCK_COUNTS_TABLE, put, gone);
  return changes;
}

/** The latest count of each bucket of a line after `foldSessions`. */
export async function latestCounts(
  tables: Tables,
  { store, item }: { readonly store: string; readonly item: string },
  row: StockLineRow | null,
  base: LineBaseRow | null,
  changes: SessionChanges,
): Promise<Record<Bucket, CountSummary | null>> {
  const counts: Record<Bucket, CountSummary | null> = {
    sellable: row?.lastCount ?? null,
    picked: null,
    unsellable: row?.lastUnsellableCount ?? null,
  };
  for (const bucket of BUCKETS) {
    const sessions = changes.get(bucketKey(store, item, bucket));
    if (bucket === 'picked' || sessions === undefined) continue;
    const old = counts[bucket];
    const replaced = old === null ? undefined : sessions.get(old.session);
    const movedBack =
      old !== null && replaced !== undefined && (replaced === null || compareMoments(replaced, old) < 0);
    counts[bucket] = movedBack
      ? laterCount(base?.buckets[bucket].count ?? null, await searchLatest(tables, store, item, bucket))
      : [...sessions.values()].reduce(laterCount, replaced === undefined ? old : null);
  }
  return counts;
}

async function searchLatest(
  tables: Tables,
  store: string,
  item: string,
  bucket: CountedBucket,
): Promise<CountSummary | null> {
  let latest: CountSummary | null = null;
  await scan<CountSessionRow>(tables, STOCK_COUNTS_TABLE, keyPrefix(store, item, bucket), ({ key, value }) => {
    const session = key.split('|').at(-1) ?? '';
    latest = laterCount(latest, summariseSession(session, value.observations));
  });
  return latest;
}
