// An event of the log as the screen understands it: the envelope, the payload by its type, and the goods it touches. Pure.
// Worked out once per entry, when it comes into view.
import type { LogEntry } from '@streamstock/api';
import { msFromHybridTime, parseEventLine, type Event } from '@streamstock/event-log';
import { ADJUST_REASONS, parsePayload, type BucketMove, type TypedPayload } from '@streamstock/inventory';
import type { EventFilter } from '../../data/query-keys.ts';

/** What an event says of one item. */
export interface TouchedLine {
  readonly item: string;
  readonly quantity: number;
  /** `in`, `out`: on hand rises, falls; `move`: from one bucket to another; `counted`: this much was seen. */
  readonly effect: 'in' | 'out' | 'move' | 'counted';
}

export interface EventView {
  /** null: the bytes are not understood at all. */
  readonly event: Event | null;
  /** null: a type or version this page does not know, or a payload that does not fit (`problem`). */
  readonly payload: TypedPayload | null;
  readonly problem: string | null;
  readonly lines: readonly TouchedLine[];
  /** Items it names, with goods or without (a new name, a barcode). */
  readonly items: readonly string[];
  readonly occurredAtMs: number;
}

const views = new WeakMap<LogEntry, EventView>();

function adjustEffect(reason: keyof typeof ADJUST_REASONS): TouchedLine['effect'] {
  const move: BucketMove = ADJUST_REASONS[reason];
  if (move.from === 'world') return 'in';
  return move.to === 'world' ? 'out' : 'move';
}

function touchedLines(payload: TypedPayload): readonly TouchedLine[] {
  const all = (
    lines: readonly { readonly item: string; readonly quantity: number }[],
    effect: TouchedLine['effect'],
  ): TouchedLine[] => lines.map(({ item, quantity }) => ({ item, quantity, effect }));
  switch (payload.type) {
    case 'StockReceived':
    case 'StockReturned':
      return all(payload.payload.lines, 'in');
    case 'StockSold':
    case 'StockReturnedToSupplier':
    case 'OrderFulfilled':
    case 'TransferDispatched':
      return all(payload.payload.lines, 'out');
    case 'OrderPicked':
      return all(payload.payload.lines, 'move');
    case 'OrderCancelled':
      return all(payload.payload.putBack, 'move');
    case 'TransferReceived':
      return payload.payload.lines.map(({ item, accepted, damaged, surplus }) => ({
        item,
        quantity: accepted + damaged + surplus,
        effect: 'in',
      }));
    case 'StockAdjusted':
      return all(payload.payload.lines, adjustEffect(payload.payload.reason));
    case 'StockCounted':
      return all(payload.payload.lines, 'counted');
    default:
      return [];
  }
}

function namedItems(payload: TypedPayload, lines: readonly TouchedLine[]): readonly string[] {
  if (lines.length > 0) return lines.map((line) => line.item);
  const named = payload.payload as {
    readonly item?: string | null;
    readonly lines?: readonly { readonly item: string }[];
  };
  if (named.lines !== undefined) return named.lines.map((line) => line.item);
  return typeof named.item === 'string' ? [named.item] : [];
}

function makeView(entry: LogEntry): EventView {
  const parsed = parseEventLine(entry.line);
  if (!parsed.ok) {
    return {
      event: null,
      payload: null,
      problem: parsed.problem.kind,
      lines: [],
      items: [],
      occurredAtMs: entry.arrivedAtMs,
    };
  }
  const { event } = parsed;
  const occurredAtMs = msFromHybridTime(event.occurredAt);
  const payload = parsePayload(event);
  if (!payload.ok) return { event, payload: null, problem: payload.detail, lines: [], items: [], occurredAtMs };
  const lines = touchedLines(payload);
  return { event, payload, problem: null, lines, items: namedItems(payload, lines), occurredAtMs };
}

export function eventView(entry: LogEntry): EventView {
  const known = views.get(entry);
  if (known !== undefined) return known;
  const made = makeView(entry);
  views.set(entry, made);
  return made;
}

/** Whether an entry of the stream belongs into a list that is narrowed like this. */
export function matchesFilter(entry: LogEntry, filter: EventFilter): boolean {
  if (filter.device !== undefined && entry.place?.device !== filter.device) return false;
  if (filter.store === undefined && filter.type === undefined && filter.item === undefined) return true;
  const { event, items } = eventView(entry);
  if (event === null) return false;
  return (
    (filter.store === undefined || event.store === filter.store) &&
    (filter.type === undefined || event.type === filter.type) &&
    (filter.item === undefined || items.includes(filter.item))
  );
}

/** A later arrival than this is told beside the time. */
export const lateAfterMs = 60_000;

/** How long after it happened the event came in, where that is worth telling. */
export function entryLatenessMs(entry: LogEntry): number | null {
  const lateMs = entry.arrivedAtMs - eventView(entry).occurredAtMs;
  return lateMs > lateAfterMs ? lateMs : null;
}
