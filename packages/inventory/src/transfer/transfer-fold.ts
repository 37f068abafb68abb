// What an event says about a transfer, as its row keeps it: an entry under the event's id, so that any order of the same
// events leaves the same rows. Pure; reading and writing is the projector's.
import type { EmptyRow } from '../document-rows.ts';
import type { FactState, StockFact } from '../stock/reversed-facts.ts';
import type { DispatchEntry, ReceiptEntry, ShipmentRow, TransferRequestRow } from './transfer-tables.ts';

export type DispatchFact = Extract<StockFact, { type: 'TransferDispatched' }>;
export type ReceiptFact = Extract<StockFact, { type: 'TransferReceived' }>;

function numbered<Line extends object>(lines: readonly Line[], state: FactState): (Line & { line: number })[] {
  return lines.map((line, index) => ({ line: index, ...line })).filter(({ line }) => state.lines[line] === true);
}

/** null where nothing of the dispatch counts. */
export function dispatchEntry(
  { id, store, actor, payload }: DispatchFact,
  state: FactState | null,
): DispatchEntry | null {
  if (state === null || store === null) return null;
  const { to, document, request, expectedAt, lines } = payload;
  return { id, at: state.at, store, actor, to, document, request, expectedAt, lines: numbered(lines, state) };
}

/** null where nothing of the receipt counts. */
export function receiptEntry({ id, store, actor, payload }: ReceiptFact, state: FactState | null): ReceiptEntry | null {
  if (state === null || store === null) return null;
  const { receipt, document, from, to, lines } = payload;
  return { id, at: state.at, store, actor, receipt, document, from, to, lines: numbered(lines, state) };
}

export const EMPTY_SHIPMENT: EmptyRow<ShipmentRow> = {
  empty: (shipment) => ({ shipment, dispatch: null, receipts: [], closes: [] }),
  isEmpty: ({ dispatch, receipts, closes }) => dispatch === null && receipts.length === 0 && closes.length === 0,
};

export const EMPTY_REQUEST: EmptyRow<TransferRequestRow> = {
  empty: (request) => ({ request, asked: null, declines: [], dispatches: [] }),
  isEmpty: ({ asked, declines, dispatches }) => asked === null && declines.length === 0 && dispatches.length === 0,
};
