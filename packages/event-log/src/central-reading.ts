// How much of the central log one read returns. Pure: the log hands over rows in order, here they are cut.
import { utf8Length, type EventLine } from './event.ts';
import { RULINGS_PER_EVENT_MAX } from './limits.ts';

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
