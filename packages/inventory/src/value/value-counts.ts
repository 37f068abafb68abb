// What count sessions say to cost journals: a session's parts on one bucket add up to one entry at its last part's moment,
// and a session that was opened for several areas says nothing before it is closed. Owns the tables of counts and sessions.
import { keyPrefix, tableKey, type Change, type EventId, type Row, type Tables } from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { scan } from '../scan.ts';
import { summariseSession } from '../stock/count-session.ts';
import type { CountedBucket } from '../stock/stock-events.ts';
import type { FactChange, FactState } from '../stock/reversed-facts.ts';
import { withMember } from '../stock/reversals.ts';
import type { Observation } from '../stock/stock-tables.ts';
import { writeRows } from '../stock/write-rows.ts';
import { lineChange, type LineChanges } from './value-entries.ts';
import {
  comparePlaces,
  VALUE_COUNTS_TABLE,
  VALUE_SESSIONS_TABLE,
  type ValueCountRow,
  type ValueEntry,
  type ValueSessionRow,
} from './value-tables.ts';

const NO_SESSION: ValueSessionRow = { several: [], closed: [] };
const BUCKET_PARTS: Readonly<Record<CountedBucket, number>> = { sellable: 0, unsellable: 1 };

interface Observed {
  readonly before: readonly Observation[];
  readonly after: Observation[];
}

function isOpen({ several, closed }: ValueSessionRow): boolean {
  return several.length === 0 || closed.length > 0;
}

/** Works counts, and openings and closings of sessions, into `lines`. */
export async function addCounts(
  tables: Tables,
  lines: LineChanges,
  changes: readonly Change[],
  facts: readonly FactChange[],
): Promise<void> {
  const observations = observationsIn(facts);
  const gates = gatesIn(changes);
  if (observations.size === 0 && gates.size === 0) return;
  const sessions = await foldSessions(tables, gates, [...observations.keys()].map(sessionOf));
  const observed = await foldObservations(tables, observations);
  for (const [session, { before, after }] of sessions)
    if (isOpen(before) !== isOpen(after)) await addUntouched(tables, session, observed);
  for (const [key, { before, after }] of observed) {
    const gate = sessions.get(sessionOf(key)) ?? { before: NO_SESSION, after: NO_SESSION };
    const old = isOpen(gate.before) ? entryOf(key, before) : null;
    const now = isOpen(gate.after) ? entryOf(key, after) : null;
    if (old !== null && now !== null && sameEntry(old, now)) continue;
    const [store = '', , item = ''] = key.split('|');
    if (old !== null) lineChange(lines, store, item).removed.push(old);
    if (now !== null) lineChange(lines, store, item).added.push(now);
  }
}

/** store|session of store|session|item|bucket. */
function sessionOf(key: string): string {
  return key.split('|').slice(0, 2).join('|');
}

function entryOf(key: string, observations: readonly Observation[]): ValueEntry | null {
  const [, session = '', , bucket = ''] = key.split('|');
  const summary = summariseSession(session, observations);
  if (summary === null || (bucket !== 'sellable' && bucket !== 'unsellable')) return null;
  const { at, id, quantity } = summary;
  return { at, id, part: BUCKET_PARTS[bucket], bucket, quantity };
}

function sameEntry(a: ValueEntry, b: ValueEntry): boolean {
  return comparePlaces(a, b) === 0 && 'quantity' in a && 'quantity' in b && a.quantity === b.quantity;
}

interface ObservationChange {
  readonly id: EventId;
  readonly now: Observation | null;
}

/** What each bucket of a session gets to hear, by store|session|item|bucket. */
function observationsIn(facts: readonly FactChange[]): Map<string, ObservationChange[]> {
  const changes = new Map<string, ObservationChange[]>();
  for (const { fact, before, after } of facts) {
    if (fact.type !== 'StockCounted' || fact.store === null) continue;
    const { session, area, counter } = fact.payload;
    for (const [line, { item, bucket, quantity }] of fact.payload.lines.entries()) {
      if (!countsLine(before, line) && !countsLine(after, line)) continue;
      const key = tableKey(fact.store, session, item, bucket);
      const now =
        after === null || !countsLine(after, line)
          ? null
          : { at: after.at, id: fact.id, area, counter, quantity, uncertaintyMs: 0, device: null };
      changes.set(key, [...(changes.get(key) ?? []), { id: fact.id, now }]);
    }
  }
  return changes;
}

function countsLine(state: FactState | null, line: number): boolean {
  return state?.lines[line] === true;
}

async function foldObservations(
  tables: Tables,
  changes: ReadonlyMap<string, readonly ObservationChange[]>,
): Promise<Map<string, Observed>> {
  const keys = [...changes.keys()];
  const stored = await tables.getMany<ValueCountRow>(VALUE_COUNTS_TABLE, keys);
  const observed = new Map<string, Observed>();
  for (const [index, key] of keys.entries()) {
    const before = stored[index]?.observations ?? [];
    const after = new Map(before.map((observation) => [observation.id, observation]));
    for (const { id, now } of changes.get(key) ?? []) {
      if (now === null) after.delete(id);
      else after.set(id, now);
    }
    observed.set(key, { before, after: [...after.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)) });
  }
  const rows = [...observed].map(([key, { after }]): Row<ValueCountRow> => ({ key, value: { observations: after } }));
  await writeRows(
    tables,
    VALUE_COUNTS_TABLE,
    rows.filter(({ value }) => value.observations.length > 0),
    rows.filter(({ value }) => value.observations.length === 0).map(({ key }) => key),
  );
  return observed;
}

type GateChange = (row: ValueSessionRow) => ValueSessionRow;

/** Openings for several areas and closings that begin or end, by store|session. */
function gatesIn(changes: readonly Change[]): Map<string, GateChange[]> {
  const gates = new Map<string, GateChange[]>();
  for (const { event, before, after } of changes) {
    if ((event.type !== 'CountOpened' && event.type !== 'CountClosed') || event.store === null) continue;
    if ((before === null) === (after === null)) continue;
    const parsed = parsePayload(event);
    if (!parsed.ok || (parsed.type !== 'CountOpened' && parsed.type !== 'CountClosed')) continue;
    if (parsed.type === 'CountOpened' && parsed.payload.areas.length < 2) continue;
    const key = tableKey(event.store, parsed.payload.session);
    const counts = after !== null;
    const change: GateChange =
      parsed.type === 'CountOpened'
        ? (row) => ({ ...row, several: withMember(row.several, event.id, counts) })
        : (row) => ({ ...row, closed: withMember(row.closed, event.id, counts) });
    gates.set(key, [...(gates.get(key) ?? []), change]);
  }
  return gates;
}

interface SessionChange {
  readonly before: ValueSessionRow;
  readonly after: ValueSessionRow;
}

async function foldSessions(
  tables: Tables,
  gates: ReadonlyMap<string, readonly GateChange[]>,
  counted: readonly string[],
): Promise<Map<string, SessionChange>> {
  const keys = [...new Set([...gates.keys(), ...counted])];
  const stored = await tables.getMany<ValueSessionRow>(VALUE_SESSIONS_TABLE, keys);
  const sessions = new Map<string, SessionChange>();
  for (const [index, key] of keys.entries()) {
    const before = stored[index] ?? NO_SESSION;
    const after = (gates.get(key) ?? []).reduce((row, change) => change(row), before);
    sessions.set(key, { before, after });
  }
  const rows = [...gates.keys()].map((key) => ({ key, value: sessions.get(key)?.after ?? NO_SESSION }));
  const isEmpty = ({ several, closed }: ValueSessionRow): boolean => several.length === 0 && closed.length === 0;
  await writeRows(
    tables,
    VALUE_SESSIONS_TABLE,
    rows.filter(({ value }) => !isEmpty(value)),
    rows.filter(({ value }) => isEmpty(value)).map(({ key }) => key),
  );
  return sessions;
}

/** The buckets of a session whose gate turned that this batch did not count. */
async function addUntouched(tables: Tables, session: string, observed: Map<string, Observed>): Promise<void> {
  await scan<ValueCountRow>(tables, VALUE_COUNTS_TABLE, keyPrefix(session), ({ key, value }) => {
    if (!observed.has(key)) observed.set(key, { before: value.observations, after: [...value.observations] });
  });
}
