// The catalogue's read models: rows, keys, table names. Written by the catalogue projector alone.
import type { Stamp } from '../register-fold.ts';
import type { Money, Unit } from '../words.ts';
import type { Lifecycle } from './catalogue-events.ts';

export const ITEMS_TABLE = 'items';
export const BARCODES_TABLE = 'barcodes';
/** Every counting edit of an item, by (item, time, id): what a register falls back to when its winner is taken away. */
export const ITEM_EDITS_TABLE = 'item-edits';
/** Items of which only revisions have arrived: the registration is still on its way. */
export const ITEMS_AWAITED_TABLE = 'items-awaited';

/** Key: item. */
export interface ItemRow {
  readonly item: string;
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly unit: Unit;
  /** Digits after the decimal point when a quantity is shown. */
  readonly quantityScale: number;
  /** Per shown unit; null = no price known. */
  readonly price: Money | null;
  readonly currency: string;
  readonly lifecycle: Lifecycle;
  /** When the item entered the catalogue. */
  readonly registered: Stamp;
  /** The newest edit of every field that is no longer as registered: what an editor must be stamped past. */
  readonly registers: Readonly<Record<string, Stamp>>;
}

/** One item that says a code is its own. */
export interface BarcodeClaim extends Stamp {
  readonly item: string | null;
  readonly packSize: number;
}

/** Key: code. */
export interface BarcodeRow {
  readonly code: string;
  /** null: the code was taken back. */
  readonly item: string | null;
  /** Smallest units one scan stands for. */
  readonly packSize: number;
  /** Two items claim this code: a notice; the newest claim is used. */
  readonly contested: boolean;
  /** Every counting assignment, newest first. */
  readonly claims: readonly BarcodeClaim[];
}
