// The read models of count sessions: rows, keys, table names. Written by the count sessions projector alone. What a count
// does to a line is the stock projector's business; these rows are about the activity.
import { tableKey, type EventId, type HybridTime } from '@streamstock/event-log';
import type { Observation } from '../stock/stock-tables.ts';
import type { CountedBucket } from '../stock/stock-events.ts';
import type { CountReviewed, CountScope } from './count-events.ts';

export const COUNT_SESSIONS_TABLE = 'count-sessions';
/** What one counter counted in one area of a session. */
export const COUNT_PARTS_TABLE = 'count-parts';
/** The observations of a session, line by line. */
export const COUNT_LINES_TABLE = 'count-lines';
export const COUNT_REVIEWS_TABLE = 'count-reviews';
/** Counts and the reversals that name them. */
export const COUNT_FACTS_TABLE = 'count-facts';
export const COUNT_REVERSALS_TABLE = 'count-reversals';

interface SessionEntry {
  readonly id: EventId;
  /** Effective time. */
  readonly at: HybridTime;
  readonly actor: string;
}

/** What one `CountOpened` says. */
export interface SessionOpening extends SessionEntry {
  readonly scope: CountScope;
  readonly areas: readonly string[];
  readonly blind: boolean;
  readonly note?: string | undefined;
}

/** One `CountReviewed`, its lines in numbers. */
export interface SessionReview extends SessionEntry {
  readonly approvedBy?: string | undefined;
  readonly accepted: number;
  readonly recount: number;
}

/** Value under store|session, as long as anything about the session itself counts. Lists are by (effective time, id). */
export interface CountSessionsRow {
  /** The first one opened the session; the others change nothing. */
  readonly opened: readonly SessionOpening[];
  readonly closed: readonly SessionEntry[];
  readonly reviews: readonly SessionReview[];
}

/** Value under store|session|area|counter. */
export interface CountPartRow {
  /** Items × buckets with an observation of this part. */
  readonly lines: number;
  /** Effective time of its newest observation. */
  readonly lastAt: HybridTime;
}

/** Value under store|session|item|bucket: observations by (effective time, id), reversed ones left out. */
export interface CountLineRow {
  readonly observations: readonly Observation[];
}

/** Value under store|session|event. */
export interface CountReviewRow {
  readonly at: HybridTime;
  readonly actor: string;
  readonly approvedBy?: string | undefined;
  readonly lines: CountReviewed['lines'];
}

export function countPartKey(store: string, session: string, area: string, counter: string): string {
  return tableKey(store, session, area, counter);
}

export function countLineKey(store: string, session: string, item: string, bucket: CountedBucket): string {
  return tableKey(store, session, item, bucket);
}

export function countReviewKey(store: string, session: string, event: EventId): string {
  return tableKey(store, session, event);
}

/** A session that any opening names several areas for says nothing about stock until it is closed. */
export function waitsForClose(row: CountSessionsRow | undefined): boolean {
  return row !== undefined && row.closed.length === 0 && row.opened.some(({ areas }) => areas.length > 1);
}
