// The read model of stores: row, key, table names. Written by the stores projector alone.
import type { Stamp } from '../register-fold.ts';
import type { Location } from '../words.ts';
import type { StoreArea } from './store-events.ts';

export const STORES_TABLE = 'stores';
export const STORE_EDITS_TABLE = 'store-edits';
export const STORES_AWAITED_TABLE = 'stores-awaited';

/** Key: store. */
export interface StoreRow {
  readonly store: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly areas: readonly StoreArea[];
  readonly silentAfterMs: number;
  readonly location: Location | null;
  readonly registered: Stamp;
  readonly registers: Readonly<Record<string, Stamp>>;
}
