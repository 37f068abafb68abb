// The read models of goods ordered from suppliers: rows, keys, table names. Written by the restock orders projector alone. A
// row holds what counts of one order; what it means is worked out on reading (restock-order-view.ts).
import type { EventId, HybridTime } from '@streamstock/event-log';
import type { SaidEntry } from '../document-rows.ts';
import type { ExpectedPart, ExpectedRow } from '../expected-fold.ts';
import type { Money } from '../words.ts';

export const RESTOCK_ORDERS_TABLE = 'restock-orders';
/** What suppliers still owe a line: key store|item. */
export const INCOMING_TABLE = 'restock-incoming';
/** Orders by store, state and time (label-index.ts). */
export const RESTOCK_ORDER_LISTS_TABLE = 'restock-order-lists';
/** Deliveries that name an order, as they were recorded, and reversals by target (stock/reversed-facts.ts). */
export const RESTOCK_FACTS_TABLE = 'restock-facts';
export const RESTOCK_REVERSALS_TABLE = 'restock-reversals';

export interface RestockOrderEntry extends SaidEntry {
  /** null = not said. */
  readonly supplier: string | null;
  readonly reference?: string | undefined;
  readonly suggestion: EventId | null;
  readonly expectedAt: HybridTime | null;
  readonly lines: readonly { readonly item: string; readonly quantity: number; readonly unitCost: Money | null }[];
}

/** A delivery that names the order and of which at least one line counts; reversed lines are left out. */
export interface DeliveryEntry extends SaidEntry {
  readonly document: string;
  readonly reference?: string | undefined;
  readonly lines: readonly {
    /** 0-based line of the document. */
    readonly line: number;
    readonly item: string;
    readonly quantity: number;
  }[];
}

export interface CancelEntry extends SaidEntry {
  readonly reason?: string | undefined;
}

/** Key: order, the id of its event. Deliveries and cancels, whatever store names the order, are by (time, id). */
export interface RestockOrderRow {
  readonly order: EventId;
  /** null: not arrived (yet), or it does not count. */
  readonly ordered: RestockOrderEntry | null;
  readonly deliveries: readonly DeliveryEntry[];
  readonly cancels: readonly CancelEntry[];
}

/** What one order still owes a line: always positive. */
export interface IncomingPart extends ExpectedPart {
  readonly supplier: string | null;
  readonly orderedAt: HybridTime;
  readonly expectedAt: HybridTime | null;
}

export type IncomingRow = ExpectedRow<IncomingPart>;
