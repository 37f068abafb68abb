// Reading transfers. Owns no state; works over any TableReader. Lists are newest first and bounded.
import { keyPrefix, type EventId, type HybridTime, type TableReader } from '@streamstock/event-log';
import { expectedKey } from '../expected-fold.ts';
import { EVERY_STORE, listed } from '../label-index.ts';
import { DOCUMENT_LIST_ROWS_MAX } from '../limits.ts';
import { scan } from '../scan.ts';
import { transferRequestOf, type TransferRequest, type TransferRequestState } from './request-view.ts';
import { DUE_LABEL, shipmentOf, type Shipment, type ShipmentFinding, type ShipmentState } from './shipment-view.ts';
import {
  IN_TRANSIT_TABLE,
  SHIPMENT_LISTS_TABLE,
  SHIPMENTS_TABLE,
  TRANSFER_REQUEST_LISTS_TABLE,
  TRANSFER_REQUESTS_TABLE,
  type InTransitRow,
  type ShipmentRow,
  type TransferRequestRow,
} from './transfer-tables.ts';

/** undefined: nothing is known of it (a receipt can still be recorded for it). */
export async function readShipment(
  reader: TableReader,
  shipment: EventId,
  now: HybridTime,
): Promise<Shipment | undefined> {
  const [row] = await reader.getMany<ShipmentRow>(SHIPMENTS_TABLE, [shipment]);
  return row === undefined ? undefined : shipmentOf(row, now);
}

export interface ShipmentFilter {
  /** Sent from or to this store, or received or closed by it. */
  readonly store?: string;
  /** A state, `overdue` (open, and late), or a finding: see `ShipmentFinding`. */
  readonly state?: ShipmentState | ShipmentFinding | 'overdue';
  /** At most `DOCUMENT_LIST_ROWS_MAX`, which also holds when absent. */
  readonly rowsMax?: number;
}

/** Newest dispatch first; overdue ones: the latest expected first. */
export async function listShipments(reader: TableReader, filter: ShipmentFilter, now: HybridTime): Promise<Shipment[]> {
  const { store = EVERY_STORE, state = 'all' } = filter;
  const rowsMax = Math.min(filter.rowsMax ?? DOCUMENT_LIST_ROWS_MAX, DOCUMENT_LIST_ROWS_MAX);
  const overdue = state === 'overdue';
  const label = overdue ? DUE_LABEL : state;
  const ids = await listed(reader, SHIPMENT_LISTS_TABLE, store, label, rowsMax, overdue ? now : undefined);
  if (ids.length === 0) return [];
  const rows = await reader.getMany<ShipmentRow>(SHIPMENTS_TABLE, ids);
  return rows.flatMap((row) => (row === undefined ? [] : [shipmentOf(row, now)]));
}

/** What is on its way to one item's line per name, in their order; no parts where nothing is. */
export async function inTransitOf(
  reader: TableReader,
  names: readonly { readonly store: string; readonly item: string }[],
): Promise<InTransitRow[]> {
  if (names.length === 0) return [];
  const rows = await reader.getMany<InTransitRow>(
    IN_TRANSIT_TABLE,
    names.map(({ store, item }) => expectedKey(store, item)),
  );
  return names.map(({ store, item }, index) => rows[index] ?? { store, item, quantity: 0, parts: [] });
}

export interface InTransitFilter {
  /** The store that goods are on their way to. */
  readonly store?: string;
  readonly item?: string;
}

/**
 * Every line that goods are on their way to, by (store, item): as many as there are, all of them open. A part is negative
 * where more came than was sent, and without `dispatchedAt` where only a receipt is known.
 */
export async function inTransit(reader: TableReader, filter: InTransitFilter = {}): Promise<InTransitRow[]> {
  const { store, item } = filter;
  if (store !== undefined && item !== undefined) {
    return (await inTransitOf(reader, [{ store, item }])).filter(({ parts }) => parts.length > 0);
  }
  const rows: InTransitRow[] = [];
  await scan<InTransitRow>(reader, IN_TRANSIT_TABLE, store === undefined ? {} : keyPrefix(store), ({ value }) => {
    if (item === undefined || value.item === item) rows.push(value);
  });
  return rows;
}

/** undefined: the request is not known. */
export async function readTransferRequest(reader: TableReader, request: EventId): Promise<TransferRequest | undefined> {
  const [row] = await reader.getMany<TransferRequestRow>(TRANSFER_REQUESTS_TABLE, [request]);
  return row === undefined ? undefined : transferRequestOf(row);
}

export interface TransferRequestFilter {
  /** Asking or asked. */
  readonly store?: string;
  readonly state?: TransferRequestState;
  readonly rowsMax?: number;
}

/** Newest first. */
export async function listTransferRequests(
  reader: TableReader,
  filter: TransferRequestFilter = {},
): Promise<TransferRequest[]> {
  const { store = EVERY_STORE, state = 'all' } = filter;
  const rowsMax = Math.min(filter.rowsMax ?? DOCUMENT_LIST_ROWS_MAX, DOCUMENT_LIST_ROWS_MAX);
  const ids = await listed(reader, TRANSFER_REQUEST_LISTS_TABLE, store, state, rowsMax);
  if (ids.length === 0) return [];
  const rows = await reader.getMany<TransferRequestRow>(TRANSFER_REQUESTS_TABLE, ids);
  return rows.flatMap((row) => (row === undefined ? [] : (transferRequestOf(row) ?? [])));
}
