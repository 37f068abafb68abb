// The read models of transfers: rows, keys, table names. Written by the transfers projector alone. A row holds what counts
// of one shipment or request, whichever part arrived first; what it means is worked out on reading (shipment-view.ts).
import type { EventId, HybridTime } from '@streamstock/event-log';
import type { SaidEntry } from '../document-rows.ts';
import type { ExpectedPart, ExpectedRow } from '../expected-fold.ts';
import type { Money } from '../words.ts';

export const SHIPMENTS_TABLE = 'shipments';
export const TRANSFER_REQUESTS_TABLE = 'transfer-requests';
/** What is on its way to a line: key store|item, the store being the one it was sent to. */
export const IN_TRANSIT_TABLE = 'in-transit';
/** Shipments and requests by store, state and time (label-index.ts). */
export const SHIPMENT_LISTS_TABLE = 'shipment-lists';
export const TRANSFER_REQUEST_LISTS_TABLE = 'transfer-request-lists';
/** Dispatches and receipts as they were recorded, and reversals by target (stock/reversed-facts.ts). */
export const TRANSFER_FACTS_TABLE = 'transfer-facts';
export const TRANSFER_REVERSALS_TABLE = 'transfer-reversals';

/** A dispatch of which at least one line counts; reversed lines are left out. */
export interface DispatchEntry extends SaidEntry {
  readonly to: string;
  readonly document: string;
  readonly request: EventId | null;
  readonly expectedAt: HybridTime | null;
  readonly lines: readonly {
    /** 0-based line of the document. */
    readonly line: number;
    readonly item: string;
    readonly quantity: number;
    readonly unitCost: Money | null;
  }[];
}

/** A receipt of which at least one line is not reversed; whether it counts is for its number's contest to say. */
export interface ReceiptEntry extends SaidEntry {
  readonly receipt: string;
  readonly document: string;
  /** What the receipt itself says about who sent to whom. */
  readonly from: string;
  readonly to: string;
  readonly lines: readonly {
    readonly line: number;
    readonly item: string;
    readonly accepted: number;
    readonly damaged: number;
    readonly surplus: number;
    readonly unitCost?: Money | undefined;
  }[];
}

/** Someone gave the rest up. */
export interface CloseEntry extends SaidEntry {
  readonly reason?: string | undefined;
}

/** Key: shipment, the id of its dispatch. Receipts and closes are by (time, id). */
export interface ShipmentRow {
  readonly shipment: EventId;
  /** null: not arrived (yet), or it does not count. */
  readonly dispatch: DispatchEntry | null;
  readonly receipts: readonly ReceiptEntry[];
  readonly closes: readonly CloseEntry[];
}

export interface RequestEntry extends SaidEntry {
  /** The store that is asked; the store of the event is the one that asks. */
  readonly from: string;
  readonly neededBy: HybridTime | null;
  readonly note?: string | undefined;
  readonly lines: readonly { readonly item: string; readonly quantity: number }[];
}

/** Key: request. Declines and dispatches are by (time, id). */
export interface TransferRequestRow {
  readonly request: EventId;
  /** null: not arrived (yet), or it does not count. */
  readonly asked: RequestEntry | null;
  readonly declines: readonly CloseEntry[];
  /** Dispatches that name the request. */
  readonly dispatches: readonly DispatchEntry[];
}

/** What of one shipment is on its way to a line. Negative: more came than was sent. */
export interface InTransitPart extends ExpectedPart {
  readonly from: string;
  /** null: its dispatch is not known (yet), only what came of it. */
  readonly dispatchedAt: HybridTime | null;
  readonly expectedAt: HybridTime | null;
  /** What one is worth, frozen at dispatch; null = not known. */
  readonly unitCost: Money | null;
}

export type InTransitRow = ExpectedRow<InTransitPart>;
