// What reversals say about an entry, as sets of ids: pure helpers shared by every fold that joins facts with reversals.
import type { Change, EventId } from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import type { ReversalRow } from './stock-tables.ts';

/** A reversal begins or ends to count. */
export interface ReversalChange {
  readonly id: EventId;
  readonly store: string;
  readonly target: EventId;
  /** 0-based; null: the whole entry. */
  readonly line: number | null;
  readonly begins: boolean;
}

export const NO_REVERSALS: ReversalRow = { whole: [], lines: {} };

/** The reversals of a batch that begin or end. One that only moves in time changes nothing. */
export function reversalsIn(changes: readonly Change[]): ReversalChange[] {
  return changes.flatMap(({ event, before, after }): ReversalChange[] => {
    if (event.type !== 'EntryReversed' || event.store === null || (before === null) === (after === null)) return [];
    const parsed = parsePayload(event);
    if (!parsed.ok || parsed.type !== 'EntryReversed') return [];
    const { target, line } = parsed.payload;
    return [{ id: event.id, store: event.store, target, line, begins: after !== null }];
  });
}

/** A sorted set with an id put in or taken out. */
export function withMember(ids: readonly EventId[], id: EventId, member: boolean): EventId[] {
  const others = ids.filter((other) => other !== id);
  return member ? [...others, id].sort() : others;
}

export function withReversal(row: ReversalRow, { id, line, begins }: ReversalChange): ReversalRow {
  if (line === null) return { ...row, whole: withMember(row.whole, id, begins) };
  const { [line.toString()]: ids = [], ...lines } = row.lines;
  const left = withMember(ids, id, begins);
  return { ...row, lines: left.length === 0 ? lines : { ...lines, [line.toString()]: left } };
}

export function saysNothing(row: ReversalRow): boolean {
  return row.whole.length === 0 && Object.keys(row.lines).length === 0;
}

/** Who reversed one line of an entry, itself or with the whole. */
export function reversersOf(row: ReversalRow | undefined, line: number): readonly EventId[] {
  if (row === undefined) return [];
  const own = row.lines[line.toString()] ?? [];
  return own.length === 0 ? row.whole : [...new Set([...row.whole, ...own])].sort();
}
