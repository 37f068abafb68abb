// What the address of Stores & devices says: what is open in the pane.
import { readId } from '../../address/search-text.ts';

/** `add`: a new store; `pair`: a pairing code, for `store` where one is chosen; `device`: about that one; `holes`: what is gone. */
export interface StoresSearch {
  readonly pane: 'add' | 'pair' | 'device' | 'holes' | null;
  readonly store: string | null;
  readonly device: string | null;
}

const panes: readonly StoresSearch['pane'][] = ['add', 'pair', 'device', 'holes'];

export interface StoresSearchText {
  readonly pane?: string;
  readonly store?: string;
  readonly device?: string;
}

export function readStoresSearch(search: Record<string, unknown>): StoresSearch {
  return {
    pane: panes.find((pane) => pane === search['pane']) ?? null,
    store: readId(search['store']) ?? null,
    device: readId(search['device']) ?? null,
  };
}

export function storesSearchText(search: StoresSearch): StoresSearchText {
  return {
    ...(search.pane === null ? {} : { pane: search.pane }),
    ...(search.store === null ? {} : { store: search.store }),
    ...(search.device === null ? {} : { device: search.device }),
  };
}
