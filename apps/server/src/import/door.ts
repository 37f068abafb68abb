// The door through which every import goes, whichever side of the wire the log is on: catalogue in, drafts out. Events
// enter the log through an importer's own device log per store, on the same append path as every device.
import type { EventDraft } from '@streamstock/event-log';

export interface KnownItem {
  readonly item: string;
  readonly name: string;
  readonly category: string;
  readonly currency: string;
  readonly price: { readonly minorUnits: number; readonly scale: number } | null;
}

export interface KnownCatalogue {
  /** Store ids by name. */
  readonly stores: ReadonlyMap<string, string>;
  /** Items by SKU, to the letter: 85123a and 85123A are two. */
  readonly items: ReadonlyMap<string, KnownItem>;
  /** What a code means now. */
  readonly barcodes: ReadonlyMap<string, { readonly item: string; readonly packSize: number }>;
}

export interface ImportBatch {
  /** null: for the whole chain (catalogue). */
  readonly store: string | null;
  readonly drafts: readonly EventDraft[];
}

export interface ImportDoor {
  catalogue(): Promise<KnownCatalogue>;
  /** Committed and synced to disk when it resolves; drafts whose id is known are skipped and counted. */
  append(
    source: string,
    batches: readonly ImportBatch[],
  ): Promise<{ readonly appended: number; readonly known: number }>;
  /** Waits until read models hold everything that was appended. */
  finish(): Promise<void>;
}
