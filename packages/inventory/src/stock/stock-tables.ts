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

/** Receipts by shipment and number: which one counts. */
export const STOCK_RECEIPTS_TABLE = 'stock-receipts';
/** Receipts that lost their contest, for a person. */
export const STOCK_DISPUTED_TABLE = 'stock-disputed';
/** Openings for several areas and closings by session, as sets of ids. */
export const STOCK_GATES_TABLE = 'stock-gates';
/** Sessions that wait for their closing; a row as long as one does. */
export const STOCK_PENDING_TABLE = 'stock-pending';
/** The observations of each session, whatever line they are about: whom a closing concerns. */
export const STOCK_SESSION_ENTRIES_TABLE = 'stock-session-entries';
/** Where a compacted line starts. */
export const STOCK_BASES_TABLE = 'stock-bases';
/** What came for the time before a compacted line's horizon, until its journal is brought back. */
export const STOCK_PARKED_TABLE = 'stock-parked';

/** One part of a count as a device's clock stamped it: it may have been made anywhere within `reach` of `at`. In stamps. */
export interface DoubtWindow {
  readonly device: string;
  readonly at: HybridTime;
  readonly reach: number;
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
  /** One per part that a device's clock stamped. */
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
  /** Compacted: what lies before this effective time is kept as one base; absent: the whole journal is here. */
  readonly horizon?: HybridTime;
  /** Something came for the time before the horizon and waits for the journal: the figures leave it out. */
  readonly provisional?: true;
  /** How many entries wait; set while provisional. */
  readonly parked?: number;
}

interface JournalBase {
  readonly actor: string;
  /** null = unmeasured. */
  readonly uncertaintyMs: number | null;
  /** The device whose clock stamped it; null: not a device's clock (head office, an import). */
  readonly device: string | null;
  /** Reversals that count; while there is one, this row counts for nothing. */
  readonly reversedBy: readonly EventId[];
  /** A receipt that lost its contest: it counts for nothing, a person looks at it. */
  readonly disputed?: true;
  /** Seen in a session that waits for its closing: it counts for nothing until then. */
  readonly pending?: true;
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

/** Value under store|item|bucket|session: the observations that count. */
export interface CountSessionRow {
  readonly observations: readonly Observation[];
  /** What it held lies before the horizon; an observation that comes for it now parks. */
  readonly compacted?: true;
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

/** Value under the event's id, as long as it counts; also of compacted lines: how a reversal finds what it is about. */
export interface StockEntryRow {
  readonly store: string;
  readonly at: HybridTime;
  /** Item of each line. */
  readonly items: readonly string[];
  /** Key of the contest a receipt stands in. */
  readonly contest?: string;
  /** What sales by hour need of a sale or a return. */
  readonly trade?: Trade;
}

/** What sales by hour take from a document. */
export interface Trade {
  readonly kind: 'sold' | 'returned';
  readonly lines: readonly TradeLine[];
}

export interface TradeLine {
  /** A weighed line is one piece. */
  readonly pieces: number;
  /** Millionths of the currency, as the text of an integer; absent: no price. */
  readonly micros?: string;
}

/** Value under store|session: a session waits while an opening names several areas and nothing closes it. */
export interface SessionGateRow {
  /** Openings that name more than one area. */
  readonly openings: readonly EventId[];
  readonly closings: readonly EventId[];
}

/** Value under shipment|receipt number, earliest first: the first counts. */
export type ReceiptsRow = readonly ReceiptCandidate[];

/** A receipt of which at least one line is not reversed. */
export interface ReceiptCandidate {
  readonly at: HybridTime;
  readonly id: EventId;
  readonly store: string;
}

/** Value under store|event. */
export interface DisputedReceiptRow {
  readonly shipment: EventId;
  readonly receipt: string;
  readonly at: HybridTime;
  /** The receipt that counts instead, and whose it is. */
  readonly counts: EventId;
  readonly countsIn: string;
}

/** One bucket at the horizon. */
export interface BucketBase {
  readonly quantity: number;
  /** The latest count before the horizon. */
  readonly count: CountSummary | null;
  /** Movements since that count. */
  readonly movements: number;
  /** Movements before the horizon that may lie on the wrong side of the count. */
  readonly doubts: number;
  readonly negative: NegativeStart | null;
}

/** The movement that took a bucket below zero, and the lowest it came to since. */
export interface NegativeStart {
  readonly at: HybridTime;
  readonly event: EventId;
  /** 0-based line of the document. */
  readonly line: number;
  readonly kind: MovementKind;
  readonly actor: string;
  readonly lowest: number;
}

/** Value under store|item: a compacted line at its horizon. */
export interface LineBaseRow {
  readonly horizon: HybridTime;
  /** Effective time of the newest counting row before the horizon. */
  readonly lastChangeAt: HybridTime;
  readonly buckets: Readonly<Record<Bucket, BucketBase>>;
}

/** Value under store|item|event|line: how that line of a document stands now; null: it does not count. */
export interface ParkedRow {
  readonly entry: { readonly at: HybridTime; readonly value: JournalValue } | null;
  /** Only reversals or rulings about others touched it: the journal's own row stands, with what is known here of those. */
  readonly touched?: true;
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

/** Whether a row counts at all. */
export function rowCounts(value: Pick<JournalValue, 'reversedBy' | 'disputed' | 'pending'>): boolean {
  return value.reversedBy.length === 0 && value.disputed !== true && value.pending !== true;
}

export function sessionKey(store: string, session: string): string {
  return tableKey(store, session);
}

export function parkedKey(store: string, item: string, event: EventId, line: number): string {
  return tableKey(store, item, event, line.toString().padStart(LINE_DIGITS, '0'));
}

export function reversalKey(store: string, target: EventId): string {
  return tableKey(store, target);
}
