// What the address of an item's story says: which store, and which moment.
import { momentText, readId, readMoment } from '../../address/search-text.ts';

export interface ItemSearch {
  /** null: no store was named; the screen asks for one. */
  readonly store: string | null;
  /** A past moment, Unix milliseconds; null = now. */
  readonly atMs: number | null;
}

export interface ItemSearchText {
  readonly store?: string;
  readonly at?: string;
}

export function readItemSearch(search: Record<string, unknown>): ItemSearch {
  return { store: readId(search['store']) ?? null, atMs: readMoment(search['at']) };
}

export function itemSearchText(search: ItemSearch): ItemSearchText {
  return {
    ...(search.store === null ? {} : { store: search.store }),
    ...(search.atMs === null ? {} : { at: momentText(search.atMs) }),
  };
}
