// The read models of value: rows, keys, table names. Written by the values projector alone, at the centre. The journal of
// costs is cut into chunks, each with the state before it: a late event is worked in from the chunk before it on.
import { sortableNumber, tableKey, type EventId, type HybridTime } from '@streamstock/event-log';
import type { Bucket } from '../stock/adjust-reasons.ts';
import type { Observation } from '../stock/stock-tables.ts';
import type { CountedBucket } from '../stock/stock-events.ts';
import type { Money } from '../words.ts';
import type { StoredValueState } from './cost-arithmetic.ts';

export const VALUES_TABLE = 'values';
export const VALUE_CHUNKS_TABLE = 'value-chunks';
export const VALUE_COUNTS_TABLE = 'value-counts';
export const VALUE_SESSIONS_TABLE = 'value-sessions';
export const VALUE_FACTS_TABLE = 'value-facts';
export const VALUE_REVERSALS_TABLE = 'value-reversals';
export const VALUE_RECEIPTS_TABLE = 'value-receipts';

/** Key: store|item. There is a row as long as anything counts. */
export interface ValueRow {
  readonly store: string;
  readonly item: string;
  /** After the newest entry. */
  readonly state: StoredValueState;
  /** Effective time of the newest entry. */
  readonly lastChangeAt: HybridTime;
  /** Entries that count. */
  readonly entries: number;
  /** Key of the newest chunk. */
  readonly tail: string;
}

/** Where an entry stands: (effective time, id, part) orders a line's entries. */
export interface EntryPlace {
  readonly at: HybridTime;
  readonly id: EventId;
  /** The line of a document, 0-based; of a count its bucket (0 sellable, 1 unsellable). */
  readonly part: number;
}

export interface EntryTrade {
  readonly kind: 'sold' | 'returned';
  readonly customer?: string;
  readonly reference?: string;
  /** The sale that a return names. */
  readonly sale?: EventId;
  /** It was sold for nothing. */
  readonly gift?: true;
}

/** One thing that happened to a line's goods: they moved, or a bucket was counted. */
export type ValueEntry = EntryPlace &
  (
    | {
        readonly moves: Readonly<Partial<Record<Bucket, number>>>;
        readonly unitCost?: Money;
        /** Goods were delivered, or the store began with them: from here on the level is founded. */
        readonly supply?: true;
        /** A customer bought or brought back; what tells which return belongs to which sale. */
        readonly trade?: EntryTrade;
      }
    | { readonly bucket: CountedBucket; readonly quantity: number }
  );

/** Key: store|item|place of its first entry. All chunks but the newest are full (`VALUE_CHUNK_ENTRIES`). */
export interface ValueChunkRow {
  /** How many entries the line has before this chunk. */
  readonly first: number;
  /** Before the first entry. */
  readonly start: StoredValueState;
  readonly entries: readonly ValueEntry[];
}

/** Key: store|session|item|bucket. */
export interface ValueCountRow {
  readonly observations: readonly Observation[];
}

/** Key: store|session. A session that was opened for several areas waits until it is closed. */
export interface ValueSessionRow {
  /** `CountOpened` events for several areas. */
  readonly several: readonly EventId[];
  /** `CountClosed` events. */
  readonly closed: readonly EventId[];
}

const PART_DIGITS = 3;

export function valueKey(store: string, item: string): string {
  return tableKey(store, item);
}

export function chunkKey(line: string, { at, id, part }: EntryPlace): string {
  return tableKey(line, sortableNumber(at), id, part.toString().padStart(PART_DIGITS, '0'));
}

export function comparePlaces(a: EntryPlace, b: EntryPlace): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.part - b.part;
}
