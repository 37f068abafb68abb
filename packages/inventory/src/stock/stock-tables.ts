// The read models of stock: rows, keys, table names. Written by the stock projector alone; screens read them through the
// queries. What is derivable from a key is not repeated in its row.
import { sortableNumber, tableKey, type EventId, type HybridTime } from '@streamstock/event-log';
import type { Money } from '../words.ts';
import type { AdjustReason, Bucket } from './adjust-reasons.ts';
import type { CountedBucket } from './stock-events.ts';

export const STOCK_LINES_TABLE = 'stock-lines';
export const STOCK_JOURNAL_TABLE = 'stock-journal';
/** The observations of one count session on one bucket of one line. */
export const STOCK_COUNTS_TABLE = 'stock-counts';
/** Which lines a counting document touched, and when it counts: how a reversal finds them. */
export const STOCK_ENTRIES_TABLE = 'stock-entries';
/** Reversals by target, as sets of ids; they may come before their target. */
export const STOCK_REVERSALS_TABLE = 'stock-reversals';

/** While a device's clock is off by at most this, its event can lie anywhere in [from, to]. */
export interface DoubtWindow {
  readonly device: string;
  readonly from: HybridTime;
  readonly to: HybridTime;
}

/** What a count session says about one bucket: its parts added up, at the time of the last part. */
export interface CountSummary {
  readonly session: string;
  /** Effective time of the last part; with `id` it orders the count among movements. */
  readonly at: HybridTime;
  readonly id: EventId;
  /** Effective time and id of the first part that counts: a movement between the two is in doubt. */
  readonly firstAt: HybridTime;
  readonly firstId: EventId;
  readonly quantity: number;
  /** (area, counter) parts that count. */
  readonly parts: number;
  /** One per device that counted. */
  readonly windows: readonly DoubtWindow[];
}

/** Key: store|item. There is a row as long as anything counts: no row and a quantity of 0 are two things. */
export interface StockLineRow {
  readonly store: string;
  readonly item: string;
  readonly sellable: number;
  readonly picked: number;
  readonly unsellable: number;
  /** sellable + picked + unsellable. May be negative: a finding. */
  readonly onHand: number;
  /** Effective time of the newest movement or observation. */
  readonly lastChangeAt: HybridTime;
  /** The shelf's latest count; null: not counted. */
  readonly lastCount: CountSummary | null;
  /** The latest count of unsellable goods. */
  readonly lastUnsellableCount: CountSummary | null;
  /** A count and another device's movements lie too near for their clocks, or goods moved while it was made. */
  readonly recount: boolean;
  /** Some bucket is below zero without a break since this effective time; null: none is. */
  readonly negativeSince: HybridTime | null;
  /** How many movements may lie on the wrong side of a bucket's latest count; buckets without any are left out. */
  readonly doubts: Readonly<Partial<Record<Bucket, number>>>;
  /** Since when each bucket below zero is; the others are left out. */
  readonly negative: Readonly<Partial<Record<Bucket, HybridTime>>>;
}

interface JournalBase {
  readonly actor: string;
  /** null = unmeasured. */
  readonly uncertaintyMs: number | null;
  /** The device whose clock stamped it; null: not a device's clock (head office, an import). */
  readonly device: string | null;
  /** Reversals that count; while there is one, this row counts for nothing. */
  readonly reversedBy: readonly EventId[];
  /** Only where it differs from the effective time: back-dated or re-timed. */
  readonly recordedAt?: HybridTime;
  readonly reference?: string;
}

/** What made goods move. */
export type MovementKind =
  | 'received'
  | 'sold'
  | 'returned'
  | 'returned-to-supplier'
  | 'adjusted'
  | 'picked'
  | 'put-back'
  | 'handed-over'
  | 'dispatched'
  | 'transferred-in';

/** Goods moved: signed changes per bucket. */
export interface MovementValue extends JournalBase {
  readonly kind: MovementKind;
  readonly moves: Readonly<Partial<Record<Bucket, number>>>;
  readonly reason?: AdjustReason;
  /** Per smallest unit. */
  readonly unitPrice?: Money;
  /** Set when the quantity is not in pieces. */
  readonly weighed?: true;
}

/** Someone saw goods. */
export interface ObservationValue extends JournalBase {
  readonly kind: 'counted';
  readonly bucket: CountedBucket;
  readonly quantity: number;
  readonly session: string;
  readonly area: string;
  readonly counter: string;
}

/** Value under `journalKey`: one line of one document. */
export type JournalValue = MovementValue | ObservationValue;

/** A journal row with what its key says. */
export type JournalRow = JournalValue & {
  readonly store: string;
  readonly item: string;
  /** Effective time. */
  readonly at: HybridTime;
  readonly event: EventId;
  /** 0-based line of the document. */
  readonly line: number;
};

/** Value under store|item|bucket|session. */
export interface CountSessionRow {
  readonly observations: readonly Observation[];
}

/** One observation as its session keeps it. A later one of the same (area, counter) replaces it. */
export interface Observation {
  readonly at: HybridTime;
  readonly id: EventId;
  readonly area: string;
  readonly counter: string;
  readonly quantity: number;
  readonly uncertaintyMs: number | null;
  readonly device: string | null;
}

/** Value under the event's id. */
export interface StockEntryRow {
  readonly store: string;
  readonly at: HybridTime;
  /** Item of each line. */
  readonly items: readonly string[];
}

/** Value under store|target: a reversal names an entry of its own store or none. */
export interface ReversalRow {
  readonly whole: readonly EventId[];
  readonly lines: Readonly<Record<string, readonly EventId[]>>;
}

const LINE_DIGITS = 3;

export function stockLineKey(store: string, item: string): string {
  return tableKey(store, item);
}

/** store|item|effective time|event|line: text order is (time, id, line). */
export function journalKey(store: string, item: string, at: HybridTime, event: EventId, line: number): string {
  return tableKey(store, item, sortableNumber(at), event, line.toString().padStart(LINE_DIGITS, '0'));
}

export function readJournalRow(row: { readonly key: string; readonly value: JournalValue }): JournalRow {
  const [store = '', item = '', at = '', event = '', line = ''] = row.key.split('|');
  return { ...row.value, store, item, at: Number(at), event, line: Number(line) };
}

export function countSessionKey(store: string, item: string, bucket: CountedBucket, session: string): string {
  return tableKey(store, item, bucket, session);
}

export function reversalKey(store: string, target: EventId): string {
  return tableKey(store, target);
}
