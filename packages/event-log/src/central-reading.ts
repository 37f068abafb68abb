// How much of the central log one read returns. Pure: the log hands over rows in order, here they are cut.
import type { ReadLimit, StoredLine } from './central-log.ts';
import { utf8Length, type EventLine } from './event-line.ts';
import { readStoredLine } from './stored-line.ts';
import type { EventId } from './id.ts';
import { READ_EVENTS_MAX, RULINGS_PER_EVENT_MAX } from './limits.ts';
import type { Position } from './place.ts';
import { isRulingType, rulingTarget } from './ruling.ts';

/** Rows to look at beyond `eventsMax`, so that the last group taken is seen whole. */
export const GROUP_EVENTS_MAX = RULINGS_PER_EVENT_MAX + 1;

/**
 * The first whole groups (an event and the rulings behind it) within the limit, at least one. `rows` holds at least
 * `eventsMax + GROUP_EVENTS_MAX` rows, or all there are. `more`: there are rows beyond.
 */
export function takeGroups<Row extends { readonly line: EventLine; readonly opensGroup: boolean }>(
  rows: Iterable<Row>,
  limit: { readonly eventsMax: number; readonly bytesMax: number },
): { readonly taken: Row[]; readonly more: boolean } {
  const taken: Row[] = [];
  let group: Row[] = [];
  let bytes = 0;
  let groupBytes = 0;
  const fits = () =>
    taken.length === 0 || (taken.length + group.length <= limit.eventsMax && bytes + groupBytes <= limit.bytesMax);
  for (const row of rows) {
    if (row.opensGroup && group.length > 0) {
      if (!fits()) return { taken, more: true };
      taken.push(...group);
      bytes += groupBytes;
      group = [];
      groupBytes = 0;
      if (taken.length >= limit.eventsMax || bytes >= limit.bytesMax) return { taken, more: true };
    }
    group.push(row);
    groupBytes += utf8Length(row.line) + 1;
  }
  if (!fits()) return { taken, more: true };
  taken.push(...group);
  return { taken, more: false };
}

/** What one read for a store returns: whole groups, and the earlier events that their rulings are about. */
export interface CompanionRead<Row> {
  readonly taken: readonly Row[];
  readonly more: boolean;
  readonly companions: readonly Row[];
}

/**
 * Adds companions to what was taken, and cuts it where both together pass a bound, behind at least one group.
 * `companionOf`: the event that a ruling is about, if it must come along.
 */
export function withCompanions<
  Row extends Pick<StoredLine, 'id' | 'line' | 'position'> & { readonly opensGroup: boolean },
>(
  { taken, more }: { readonly taken: readonly Row[]; readonly more: boolean },
  { eventsMax = Infinity, bytesMax }: { readonly eventsMax?: number; readonly bytesMax: number },
  companionOf: (target: EventId) => Row | null,
): CompanionRead<Row> {
  const companions = new Map<EventId, Row>();
  let end = 0;
  let bytes = 0;
  let groupBytes = 0;
  let ofGroup: Row[] = [];
  const close = (at: number): boolean => {
    const isTooMany = at + companions.size + ofGroup.length > eventsMax;
    if (end > 0 && (isTooMany || bytes + groupBytes > bytesMax)) return false;
    for (const companion of ofGroup) companions.set(companion.id, companion);
    end = at;
    bytes += groupBytes;
    groupBytes = 0;
    ofGroup = [];
    return true;
  };
  for (const [index, row] of taken.entries()) {
    if (row.opensGroup && index > 0 && !close(index))
      return { taken: taken.slice(0, end), more: true, companions: inOrder(companions) };
    groupBytes += utf8Length(row.line) + 1;
    const companion = companionNeeded(row, companionOf);
    if (companion === null || companions.has(companion.id) || ofGroup.some(({ id }) => id === companion.id)) continue;
    groupBytes += utf8Length(companion.line) + 1;
    ofGroup.push(companion);
  }
  const whole = taken.length === 0 || close(taken.length);
  return { taken: taken.slice(0, end), more: more || !whole, companions: inOrder(companions) };
}

/** By position, as everything is read: rulings come in any order of their targets. */
function inOrder<Row extends Pick<StoredLine, 'position'>>(companions: ReadonlyMap<EventId, Row>): Row[] {
  return [...companions.values()].sort((a, b) => a.position - b.position);
}

/** Only rulings have companions; their type stands in their bytes, so that other lines need not be parsed. */
function companionNeeded<Row extends Pick<StoredLine, 'line'>>(
  { line }: Row,
  companionOf: (target: EventId) => Row | null,
): Row | null {
  if (!RULING_TYPE.test(line)) return null;
  const event = readStoredLine(line);
  const target = isRulingType(event.type) ? rulingTarget(event) : undefined;
  return target === undefined ? null : companionOf(target);
}

const RULING_TYPE = /"type":"Event(?:SetAside|Admitted|Voided|Retimed)"/;

export function checkReadMax(eventsMax: number): void {
  if (eventsMax < 1 || eventsMax > READ_EVENTS_MAX)
    throw new RangeError(`A read returns 1 to ${READ_EVENTS_MAX} events.`);
}

/** A row as callers get it, without what the log keeps for itself. */
export function storedLine({ position, id, line, place, hash, arrivedAtMs, resuppliedBy }: StoredLine): StoredLine {
  const stored = { position, id, line, place, hash, arrivedAtMs };
  return resuppliedBy === undefined ? stored : { ...stored, resuppliedBy };
}

/** The furthest position that a read of at most `eventsMax` events, with what belongs to the last of them, can end at. */
export function readEnd(after: Position, limit: ReadLimit): Position {
  checkReadMax(limit.eventsMax);
  return after + limit.eventsMax + GROUP_EVENTS_MAX;
}
