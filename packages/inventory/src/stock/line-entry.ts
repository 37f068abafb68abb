// From a document to the lines of the journal: what one event says about each line it touches. Pure.
import type { Contribution, Event, EventId, HybridTime } from '@streamstock/event-log';
import { META_DEVICE } from '../decider.ts';
import type { TypedPayload } from '../payloads.ts';
import { ADJUST_REASONS, type Bucket, type BucketMove } from './adjust-reasons.ts';
import { reversersOf } from './reversals.ts';
import { journalKey, rowCounts, type JournalValue, type ReversalRow } from './stock-tables.ts';

/** One line of one document, as the journal holds it. */
export interface LineEntry {
  readonly key: string;
  readonly store: string;
  readonly item: string;
  readonly at: HybridTime;
  readonly event: EventId;
  readonly line: number;
  readonly value: JournalValue;
}

export function entryCounts(entry: LineEntry): boolean {
  return rowCounts(entry.value);
}

/** An entry with flags set or taken away; those that are not named stay. */
export function withFlags(
  entry: LineEntry,
  flags: { readonly pending?: boolean; readonly disputed?: boolean; readonly reversedBy?: readonly EventId[] },
): LineEntry {
  const { pending = entry.value.pending, disputed = entry.value.disputed, ...rest } = entry.value;
  const value: JournalValue = {
    ...rest,
    ...((flags.pending ?? pending === true) ? { pending: true } : {}),
    ...((flags.disputed ?? disputed === true) ? { disputed: true } : {}),
    ...(flags.reversedBy === undefined ? {} : { reversedBy: flags.reversedBy }),
  };
  return { ...entry, value };
}

function movesOf(move: BucketMove, quantity: number): Partial<Record<Bucket, number>> {
  return {
    ...(move.from === 'world' ? {} : { [move.from]: -quantity }),
    ...(move.to === 'world' ? {} : { [move.to]: quantity }),
  };
}

type LineValue = JournalValue extends infer Value
  ? Value extends JournalValue
    ? Omit<Value, BaseField>
    : never
  : never;
type BaseField = 'actor' | 'uncertaintyMs' | 'device' | 'reversedBy' | 'recordedAt' | 'reference';

/** Item and journal value of each line of a stock fact; undefined for every other type. */
function linesOf(typed: TypedPayload): { readonly item: string; readonly value: LineValue }[] | undefined {
  switch (typed.type) {
    case 'StockReceived':
      return typed.payload.lines.map(({ item, quantity, unitCost }) => ({
        item,
        value: {
          kind: 'received',
          moves: { sellable: quantity },
          ...(unitCost === undefined ? {} : { unitPrice: unitCost }),
        },
      }));
    case 'StockSold': {
      const { order, from = order === undefined ? 'sellable' : 'picked' } = typed.payload;
      return typed.payload.lines.map(({ item, quantity, unitPrice, unit }) => ({
        item,
        value: {
          kind: 'sold',
          moves: { [from]: -quantity },
          ...(unitPrice === null ? {} : { unitPrice }),
          ...(unit === undefined || unit === 'piece' ? {} : { weighed: true }),
        },
      }));
    }
    case 'StockReturned':
      return typed.payload.lines.map(({ item, quantity, disposition, unitPrice, unit }) => ({
        item,
        value: {
          kind: 'returned',
          moves: disposition === 'damaged' ? { unsellable: quantity } : { sellable: quantity },
          ...(unitPrice === undefined ? {} : { unitPrice }),
          ...(unit === undefined || unit === 'piece' ? {} : { weighed: true }),
        },
      }));
    case 'StockReturnedToSupplier':
      return typed.payload.lines.map(({ item, quantity, from, unitCost }) => ({
        item,
        value: {
          kind: 'returned-to-supplier',
          moves: { [from]: -quantity },
          ...(unitCost === undefined ? {} : { unitPrice: unitCost }),
        },
      }));
    case 'OrderPicked':
      return typed.payload.lines.map(({ item, quantity }) => ({
        item,
        value: { kind: 'picked', moves: { sellable: -quantity, picked: quantity } },
      }));
    case 'OrderCancelled':
      return typed.payload.putBack.map(({ item, quantity }) => ({
        item,
        value: { kind: 'put-back', moves: { picked: -quantity, sellable: quantity } },
      }));
    case 'OrderFulfilled':
      return typed.payload.lines.map(({ item, quantity, unitPrice, unit }) => ({
        item,
        value: {
          kind: 'handed-over',
          moves: { picked: -quantity },
          ...(unitPrice === null ? {} : { unitPrice }),
          ...(unit === undefined || unit === 'piece' ? {} : { weighed: true }),
        },
      }));
    case 'TransferDispatched':
      return typed.payload.lines.map(({ item, quantity, unitCost }) => ({
        item,
        value: {
          kind: 'dispatched',
          moves: { sellable: -quantity },
          ...(unitCost === null ? {} : { unitPrice: unitCost }),
        },
      }));
    case 'TransferReceived':
      return typed.payload.lines.map(({ item, accepted, damaged, surplus, unitCost }) => ({
        item,
        value: {
          kind: 'transferred-in',
          moves: {
            ...(accepted + surplus === 0 ? {} : { sellable: accepted + surplus }),
            ...(damaged === 0 ? {} : { unsellable: damaged }),
          },
          ...(unitCost === undefined ? {} : { unitPrice: unitCost }),
        },
      }));
    case 'StockAdjusted': {
      const { reason } = typed.payload;
      return typed.payload.lines.map(({ item, quantity }) => ({
        item,
        value: { kind: 'adjusted', moves: movesOf(ADJUST_REASONS[reason], quantity), reason },
      }));
    }
    case 'StockCounted': {
      const { session, area, counter } = typed.payload;
      return typed.payload.lines.map(({ item, bucket, quantity }) => ({
        item,
        value: { kind: 'counted', bucket, quantity, session, area, counter },
      }));
    }
    default:
      return undefined;
  }
}

/** The journal lines of a stock fact that counts as `contribution` says, with the reversals known of it. */
export function lineEntries(
  event: Event,
  typed: TypedPayload,
  contribution: Contribution,
  reversals: ReversalRow | undefined,
): LineEntry[] {
  const { store } = event;
  const lines = linesOf(typed);
  if (store === null || lines === undefined) return [];
  const at = contribution.effectiveAt;
  const reference = 'reference' in typed.payload ? typed.payload.reference : undefined;
  const base = {
    actor: event.actor,
    uncertaintyMs: contribution.uncertaintyMs,
    device: event.meta?.[META_DEVICE] ?? null,
    ...(event.recordedAt === at ? {} : { recordedAt: event.recordedAt }),
    ...(reference === undefined ? {} : { reference }),
  };
  return lines.map(({ item, value }, line) => ({
    key: journalKey(store, item, at, event.id, line),
    store,
    item,
    at,
    event: event.id,
    line,
    value: { ...value, ...base, reversedBy: reversersOf(reversals, line) },
  }));
}
