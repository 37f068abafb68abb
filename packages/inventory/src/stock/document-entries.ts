// What each line of each stock fact says about goods: the one table from documents to movements and observations. Pure.
import { isStockFactType, type PayloadOf, type StockFactType, type TypedPayload } from '../payloads.ts';
import type { Money, Unit } from '../words.ts';
import { ADJUST_REASONS, type Bucket, type BucketMove } from './adjust-reasons.ts';
import type { JournalValue } from './stock-tables.ts';

/** What the envelope and the rulings say, not the line. */
type BaseField =
  | 'actor'
  | 'uncertaintyMs'
  | 'device'
  | 'reversedBy'
  | 'disputed'
  | 'pending'
  | 'recordedAt'
  | 'reference';

type WithoutBase<Value> = Value extends JournalValue ? Omit<Value, BaseField> : never;

export interface DocumentEntry {
  readonly item: string;
  readonly value: WithoutBase<JournalValue>;
}

type Moves = Readonly<Partial<Record<Bucket, number>>>;

function priced(unitPrice: Money | null | undefined): { readonly unitPrice?: Money } {
  return unitPrice === undefined || unitPrice === null ? {} : { unitPrice };
}

function weighed(unit: Unit | undefined): { readonly weighed?: true } {
  return unit === undefined || unit === 'piece' ? {} : { weighed: true };
}

function movesOf(move: BucketMove, quantity: number): Moves {
  return {
    ...(move.from === 'world' ? {} : { [move.from]: -quantity }),
    ...(move.to === 'world' ? {} : { [move.to]: quantity }),
  };
}

/** A change of nothing is left out. */
function arrived(sellable: number, unsellable: number): Moves {
  return { ...(sellable === 0 ? {} : { sellable }), ...(unsellable === 0 ? {} : { unsellable }) };
}

const ENTRIES: { readonly [Type in StockFactType]: (payload: PayloadOf<Type>) => DocumentEntry[] } = {
  StockReceived: ({ lines }) =>
    lines.map(({ item, quantity, unitCost }) => ({
      item,
      value: { kind: 'received', moves: { sellable: quantity }, ...priced(unitCost) },
    })),
  StockSold: ({ lines, order, from = order === undefined ? 'sellable' : 'picked' }) =>
    lines.map(({ item, quantity, unitPrice, unit }) => ({
      item,
      value: { kind: 'sold', moves: { [from]: -quantity }, ...priced(unitPrice), ...weighed(unit) },
    })),
  StockReturned: ({ lines }) =>
    lines.map(({ item, quantity, disposition, unitPrice, unit }) => ({
      item,
      value: {
        kind: 'returned',
        moves: disposition === 'damaged' ? { unsellable: quantity } : { sellable: quantity },
        ...priced(unitPrice),
        ...weighed(unit),
      },
    })),
  StockReturnedToSupplier: ({ lines }) =>
    lines.map(({ item, quantity, from, unitCost }) => ({
      item,
      value: { kind: 'returned-to-supplier', moves: { [from]: -quantity }, ...priced(unitCost) },
    })),
  StockAdjusted: ({ lines, reason }) =>
    lines.map(({ item, quantity }) => ({
      item,
      value: { kind: 'adjusted', moves: movesOf(ADJUST_REASONS[reason], quantity), reason },
    })),
  StockCounted: ({ lines, session, area, counter }) =>
    lines.map(({ item, bucket, quantity }) => ({
      item,
      value: { kind: 'counted', bucket, quantity, session, area, counter },
    })),
  OrderPicked: ({ lines }) =>
    lines.map(({ item, quantity }) => ({
      item,
      value: { kind: 'picked', moves: { sellable: -quantity, picked: quantity } },
    })),
  OrderCancelled: ({ putBack }) =>
    putBack.map(({ item, quantity }) => ({
      item,
      value: { kind: 'put-back', moves: { picked: -quantity, sellable: quantity } },
    })),
  OrderFulfilled: ({ lines }) =>
    lines.map(({ item, quantity, unitPrice, unit }) => ({
      item,
      value: { kind: 'handed-over', moves: { picked: -quantity }, ...priced(unitPrice), ...weighed(unit) },
    })),
  TransferDispatched: ({ lines }) =>
    lines.map(({ item, quantity, unitCost }) => ({
      item,
      value: { kind: 'dispatched', moves: { sellable: -quantity }, ...priced(unitCost) },
    })),
  TransferReceived: ({ lines }) =>
    lines.map(({ item, accepted, damaged, surplus, unitCost }) => ({
      item,
      value: { kind: 'transferred-in', moves: arrived(accepted + surplus, damaged), ...priced(unitCost) },
    })),
};

/** Item and value of each line of a stock fact; undefined for every other type. */
export function documentEntries({ type, payload }: TypedPayload): DocumentEntry[] | undefined {
  if (!isStockFactType(type)) return undefined;
  // The entry was looked up by this very type; TypeScript can not follow the correlation.
  return (ENTRIES[type] as (payload: unknown) => DocumentEntry[])(payload);
}
