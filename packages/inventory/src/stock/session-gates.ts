// Which count sessions wait: one that was opened for several areas takes effect when it is closed. Keeps openings and
// closings as sets of ids, the list of waiting sessions, and whom a session concerns.
import { keyPrefix, tableKey, type Change, type EventId, type Tables } from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { scan } from '../scan.ts';
import { withMember } from './reversals.ts';
import {
  sessionKey,
  STOCK_GATES_TABLE,
  STOCK_PENDING_TABLE,
  STOCK_SESSION_ENTRIES_TABLE,
  type SessionGateRow,
} from './stock-tables.ts';
import { writeRows } from './write-rows.ts';

/** An opening for several areas, or a closing, begins or ends to count. */
export interface GateChange {
  readonly key: string;
  readonly id: EventId;
  readonly set: 'openings' | 'closings';
  readonly begins: boolean;
}

/** Gates before and after a batch, by session key. */
export interface Gates {
  readonly before: ReadonlyMap<string, SessionGateRow>;
  readonly after: ReadonlyMap<string, SessionGateRow>;
}

export const NO_GATE: SessionGateRow = { openings: [], closings: [] };

export function waits({ openings, closings }: SessionGateRow): boolean {
  return openings.length > 0 && closings.length === 0;
}

export function gateChangesIn(changes: readonly Change[]): GateChange[] {
  return changes.flatMap(({ event, before, after }): GateChange[] => {
    if (event.type !== 'CountOpened' && event.type !== 'CountClosed') return [];
    if (event.store === null || (before === null) === (after === null)) return [];
    const parsed = parsePayload(event);
    if (!parsed.ok) return [];
    const begins = after !== null;
    if (parsed.type === 'CountClosed') {
      return [{ key: sessionKey(event.store, parsed.payload.session), id: event.id, set: 'closings', begins }];
    }
    // What was opened for one area takes effect at once: such an opening says nothing here.
    if (parsed.type !== 'CountOpened' || parsed.payload.areas.length < 2) return [];
    return [{ key: sessionKey(event.store, parsed.payload.session), id: event.id, set: 'openings', begins }];
  });
}

/** Works the batch's openings and closings in; `sessions` are those whose observations the batch brings. */
export async function foldGates(
  tables: Tables,
  changes: readonly GateChange[],
  sessions: readonly string[],
): Promise<Gates> {
  const keys = [...new Set([...sessions, ...changes.map(({ key }) => key)])];
  if (keys.length === 0) return { before: new Map(), after: new Map() };
  const stored = await tables.getMany<SessionGateRow>(STOCK_GATES_TABLE, keys);
  const before = new Map(keys.map((key, index) => [key, stored[index] ?? NO_GATE]));
  const after = new Map(before);
  for (const { key, id, set, begins } of changes) {
    const gate = after.get(key) ?? NO_GATE;
    after.set(key, { ...gate, [set]: withMember(gate[set], id, begins) });
  }
  const touched = [...new Set(changes.map(({ key }) => key))].map((key) => ({ key, value: after.get(key) ?? NO_GATE }));
  const saysNothing = ({ openings, closings }: SessionGateRow) => openings.length === 0 && closings.length === 0;
  await writeRows(
    tables,
    STOCK_GATES_TABLE,
    touched.filter(({ value }) => !saysNothing(value)),
    touched.filter(({ value }) => saysNothing(value)).map(({ key }) => key),
  );
  const flipped = flippedSessions({ before, after });
  await writeRows(
    tables,
    STOCK_PENDING_TABLE,
    flipped.flatMap((key) => (waits(after.get(key) ?? NO_GATE) ? [{ key, value: {} }] : [])),
    flipped.filter((key) => !waits(after.get(key) ?? NO_GATE)),
  );
  return { before, after };
}

/** Sessions that begin or end to wait with this batch. */
export function flippedSessions({ before, after }: Gates): string[] {
  return [...after.keys()].filter((key) => waits(before.get(key) ?? NO_GATE) !== waits(after.get(key) ?? NO_GATE));
}

/** A document of observations begins or ends to belong to its session. */
export interface SessionEntry {
  readonly session: string;
  readonly event: EventId;
  readonly counts: boolean;
}

export async function writeSessionEntries(tables: Tables, entries: readonly SessionEntry[]): Promise<void> {
  const keyOf = ({ session, event }: SessionEntry): string => tableKey(session, event);
  await writeRows(
    tables,
    STOCK_SESSION_ENTRIES_TABLE,
    entries.filter(({ counts }) => counts).map((entry) => ({ key: keyOf(entry), value: {} })),
    entries.filter(({ counts }) => !counts).map(keyOf),
  );
}

/** Every document of observations that a session is known by. */
export async function sessionDocuments(tables: Tables, session: string): Promise<EventId[]> {
  const documents: EventId[] = [];
  await scan(tables, STOCK_SESSION_ENTRIES_TABLE, keyPrefix(session), ({ key }) => {
    documents.push(key.slice(session.length + 1));
  });
  return documents;
}
