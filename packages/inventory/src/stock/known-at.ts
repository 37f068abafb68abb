// Stock as the centre knew it at a position of its log: the log's events up to there, with only the rulings that had been
// written by then. Both clocks of the past together: what had happened by one effective time, as known at one position.
//
//   log   1 ── 2 ── 3 ── 4 (ruling about 2) ── 5 ── …     known at 3: what 1, 2, 3 say
//                                                         known at 4: the same, and 2 counts as ruled
//
// 1. What is known at p is the fold of the positions 1 … p, whatever came after.
// 2. For one store or item only what can concern it is folded; for one item through an index: known-item.ts.
import { isRulingType, type Event, type HybridTime, type Position } from '@streamstock/event-log';
import { KNOWN_AT_PAGE_EVENTS } from '../limits.ts';
import { parsePayload, type TypedPayload } from '../payloads.ts';
import { changesLines, LineBook, type LineFigures, type LineFilter } from './line-book.ts';
import type { StockAsOf } from './stock-queries.ts';

/** An event where it stands in the central log. */
export interface PlacedEvent {
  readonly position: Position;
  readonly event: Event;
}

/** The next events of the central log after a position, in order, at least one and about `eventsMax`; none: its end. */
export type ReadEventsAfter = (after: Position, eventsMax: number) => Promise<readonly PlacedEvent[]>;

/** What the centre knew of stock at a position. */
export interface KnownStock {
  /** The position asked for, or the head of the log where that is earlier. */
  readonly position: Position;
  /** Lines as the centre showed them then, by (store, item). */
  readonly lines: readonly LineFigures[];
  /** Lines at the end of an effective time, as far as was known then. */
  asOf(at: HybridTime): readonly StockAsOf[];
}

export function knownStock(book: LineBook, position: Position, filter: LineFilter): KnownStock {
  return { position, lines: book.lines(filter), asOf: (at) => book.linesAsOf(at, filter) };
}

/** Reads the log from its beginning: as many events as `position` says. */
export async function knownAt(
  readEvents: ReadEventsAfter,
  position: Position,
  filter: LineFilter = {},
): Promise<KnownStock> {
  const book = new LineBook();
  let after: Position = 0;
  while (after < position) {
    const page = await readEvents(after, KNOWN_AT_PAGE_EVENTS);
    if (page.length === 0) break;
    for (const placed of page) {
      if (placed.position > position) break;
      takeConcerned(book, placed.event, filter);
      after = placed.position;
    }
    if ((page.at(-1)?.position ?? 0) > position) break;
  }
  return knownStock(book, after, filter);
}

function takeConcerned(book: LineBook, event: Event, filter: LineFilter): void {
  if (isRulingType(event.type)) {
    book.rule(event);
  } else if (changesLines(event.type)) {
    const parsed = parsePayload(event);
    if (parsed.ok && canConcern(event, parsed, filter)) book.take(event, parsed);
  }
}

/** Receipts compete across stores and items; reversals can end any of them. All else stays in its store. */
function canConcern(event: Event, typed: TypedPayload, { store, item }: LineFilter): boolean {
  if (typed.type === 'TransferReceived' || typed.type === 'EntryReversed') return true;
  if (store !== undefined && event.store !== store) return false;
  if (item === undefined) return true;
  const { payload } = typed;
  if ('putBack' in payload) return payload.putBack.some((line) => line.item === item);
  return !('lines' in payload) || payload.lines.some((line) => line.item === item);
}
