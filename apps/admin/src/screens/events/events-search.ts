// What the address of the events explorer says: the filters, and the event that is open in the pane.
import type { EventFilter } from '../../data/query-keys.ts';
import { readId } from '../../address/search-text.ts';

export interface EventsSearch extends EventFilter {
  /** Position of the open event. */
  readonly pane?: number;
}

export interface EventsSearchText {
  readonly store?: string;
  readonly device?: string;
  readonly type?: string;
  readonly item?: string;
  readonly pane?: string;
}

const typePattern = /^[A-Z][A-Za-z]{2,63}$/;

export function readEventsSearch(search: Record<string, unknown>): EventsSearch {
  const store = readId(search['store']);
  const device = readId(search['device']);
  const item = readId(search['item']);
  const { type } = search;
  const pane = Number(search['pane'] ?? 0);
  return {
    ...(store === undefined ? {} : { store }),
    ...(device === undefined ? {} : { device }),
    ...(typeof type === 'string' && typePattern.test(type) ? { type } : {}),
    ...(item === undefined ? {} : { item }),
    ...(Number.isSafeInteger(pane) && pane > 0 ? { pane } : {}),
  };
}

export function eventsSearchText({ pane, ...filter }: EventsSearch): EventsSearchText {
  const { store, device, type, item } = filter;
  return {
    ...(store === undefined ? {} : { store }),
    ...(device === undefined ? {} : { device }),
    ...(type === undefined ? {} : { type }),
    ...(item === undefined ? {} : { item }),
    ...(pane === undefined ? {} : { pane: String(pane) }),
  };
}
