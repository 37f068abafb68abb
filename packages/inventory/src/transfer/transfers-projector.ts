// Folds transfers: shipments, requests, what is in transit. Order-free: a receipt or a close may come before its dispatch, a
// decline before its request. Owns its tables. A batch without transfers and reversals costs no call.
import type { Change, Projector, Tables } from '@streamstock/event-log';
import { applySteps, withEntry, type Step } from '../document-rows.ts';
import { foldExpected } from '../expected-fold.ts';
import { moveListings } from '../label-index.ts';
import { parsePayload, type StockFactType } from '../payloads.ts';
import { foldReversible, type FactChange } from '../stock/reversed-facts.ts';
import { requestListings } from './request-view.ts';
import { inTransitChanges, shipmentListings } from './shipment-view.ts';
import { dispatchEntry, EMPTY_REQUEST, EMPTY_SHIPMENT, receiptEntry } from './transfer-fold.ts';
import {
  IN_TRANSIT_TABLE,
  SHIPMENT_LISTS_TABLE,
  SHIPMENTS_TABLE,
  TRANSFER_FACTS_TABLE,
  TRANSFER_REQUEST_LISTS_TABLE,
  TRANSFER_REQUESTS_TABLE,
  TRANSFER_REVERSALS_TABLE,
  type CloseEntry,
  type RequestEntry,
  type ShipmentRow,
  type TransferRequestRow,
} from './transfer-tables.ts';

interface Steps {
  readonly shipments: Step<ShipmentRow>[];
  readonly requests: Step<TransferRequestRow>[];
}

const isTransferFact = (type: StockFactType): boolean => type === 'TransferDispatched' || type === 'TransferReceived';

const TYPES: ReadonlySet<string> = new Set([
  'TransferRequested',
  'TransferDeclined',
  'TransferDispatched',
  'TransferReceived',
  'TransferClosed',
  'EntryReversed',
]);

function stepsOfFact({ fact, after }: FactChange): Steps {
  if (fact.type === 'TransferDispatched') {
    const dispatch = dispatchEntry(fact, after);
    const { request } = fact.payload;
    const named = (row: TransferRequestRow) => ({
      ...row,
      dispatches: withEntry(row.dispatches, fact.id, dispatch),
    });
    return {
      shipments: [{ id: fact.id, apply: (row) => ({ ...row, dispatch }) }],
      requests: request === null ? [] : [{ id: request, apply: named }],
    };
  }
  if (fact.type !== 'TransferReceived') return { shipments: [], requests: [] };
  const receipt = receiptEntry(fact, after);
  const received = (row: ShipmentRow) => ({ ...row, receipts: withEntry(row.receipts, fact.id, receipt) });
  return { shipments: [{ id: fact.payload.shipment, apply: received }], requests: [] };
}

/** Steps of what is not about goods that moved: requests, declines, closes. */
function stepsOfChange({ event, before, after }: Change): Steps {
  const none: Steps = { shipments: [], requests: [] };
  const { id, store, actor } = event;
  if ((before === null && after === null) || store === null) return none;
  const parsed = parsePayload(event);
  if (!parsed.ok) return none;
  const said = after === null ? null : { id, at: after.effectiveAt, store, actor };
  switch (parsed.type) {
    case 'TransferRequested': {
      const asked: RequestEntry | null = said && { ...said, ...parsed.payload };
      return { ...none, requests: [{ id, apply: (row) => ({ ...row, asked }) }] };
    }
    case 'TransferDeclined': {
      const { request, ...words } = parsed.payload;
      const decline: CloseEntry | null = said && { ...said, ...words };
      const apply = (row: TransferRequestRow) => ({ ...row, declines: withEntry(row.declines, id, decline) });
      return { ...none, requests: [{ id: request, apply }] };
    }
    case 'TransferClosed': {
      const { shipment, ...words } = parsed.payload;
      const close: CloseEntry | null = said && { ...said, ...words };
      const apply = (row: ShipmentRow) => ({ ...row, closes: withEntry(row.closes, id, close) });
      return { ...none, shipments: [{ id: shipment, apply }] };
    }
    default:
      return none;
  }
}

export const transfersProjector: Projector = {
  name: 'transfers',
  version: 1,
  tables: [
    SHIPMENTS_TABLE,
    TRANSFER_REQUESTS_TABLE,
    IN_TRANSIT_TABLE,
    SHIPMENT_LISTS_TABLE,
    TRANSFER_REQUEST_LISTS_TABLE,
    TRANSFER_FACTS_TABLE,
    TRANSFER_REVERSALS_TABLE,
  ],
  snapshot: {
    [SHIPMENTS_TABLE]: 'heard',
    [TRANSFER_REQUESTS_TABLE]: 'heard',
    [IN_TRANSIT_TABLE]: 'heard',
    [SHIPMENT_LISTS_TABLE]: 'heard',
    [TRANSFER_REQUEST_LISTS_TABLE]: 'heard',
    [TRANSFER_FACTS_TABLE]: 'heard',
    [TRANSFER_REVERSALS_TABLE]: 'heard',
  },
  heard: { types: [...TYPES] },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const own = changes.filter(({ event }) => TYPES.has(event.type));
    if (own.length === 0) return;
    const names = { facts: TRANSFER_FACTS_TABLE, reversals: TRANSFER_REVERSALS_TABLE };
    const facts = await foldReversible(tables, names, own, isTransferFact);
    const steps = [...facts.map(stepsOfFact), ...own.map(stepsOfChange)];
    const shipments = await applySteps(
      tables,
      SHIPMENTS_TABLE,
      steps.flatMap((step) => step.shipments),
      EMPTY_SHIPMENT,
    );
    const requests = await applySteps(
      tables,
      TRANSFER_REQUESTS_TABLE,
      steps.flatMap((step) => step.requests),
      EMPTY_REQUEST,
    );
    await foldExpected(
      tables,
      IN_TRANSIT_TABLE,
      shipments.flatMap(({ before, after }) => inTransitChanges(before, after)),
    );
    await moveListings(
      tables,
      SHIPMENT_LISTS_TABLE,
      shipments.flatMap(({ before }) => (before === undefined ? [] : shipmentListings(before))),
      shipments.flatMap(({ after }) => (after === undefined ? [] : shipmentListings(after))),
    );
    await moveListings(
      tables,
      TRANSFER_REQUEST_LISTS_TABLE,
      requests.flatMap(({ before }) => (before === undefined ? [] : requestListings(before))),
      requests.flatMap(({ after }) => (after === undefined ? [] : requestListings(after))),
    );
  },
};
