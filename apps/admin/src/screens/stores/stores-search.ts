// What the address of Stores & devices says: what is open in the pane.
import { readId } from '../../address/search-text.ts';

/** `add`: a new store; `pair`: a pairing code, for `store` where one is chosen. */
export interface StoresSearch {
  readonly pane: 'add' | 'pair' | null;
  readonly store: string | null;
}

export interface StoresSearchText {
  readonly pane?: string;
  readonly store?: string;
}

export function readStoresSearch(search: Record<string, unknown>): StoresSearch {
  const { pane } = search;
  return { pane: pane === 'add' || pane === 'pair' ? pane : null, store: readId(search['store']) ?? null };
}

export function storesSearchText(search: StoresSearch): StoresSearchText {
  return {
    ...(search.pane === null ? {} : { pane: search.pane }),
    ...(search.store === null ? {} : { store: search.store }),
  };
}
