// Commands about goods between stores: ask, decline, dispatch, receive, close. Dispatches and receipts are facts: never
// refused for what any stock or shipment says (law 1). The other store is in the audience of all of them; where
// only a paper says which store that is, which it may do wrongly, everybody is.
import type { EventId, HybridTime } from '@streamstock/event-log';
import { refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { draftDocument, draftStatement, given, linesRefusal, noStore } from '../document-drafts.ts';
import { QUANTITY_MAX } from '../limits.ts';
import type { Money } from '../words.ts';
import { nextReceiptNumber } from './receipt-proposal.ts';
import type { TransferRequest } from './request-view.ts';
import type { Shipment } from './shipment-view.ts';

export interface RequestTransferCommand extends CommandOptions {
  /** The store that is asked. */
  readonly from: string;
  readonly neededBy?: HybridTime | null;
  readonly note?: string;
  readonly lines: readonly { readonly item: string; readonly quantity: number }[];
}

export interface DeclineTransferCommand extends CommandOptions {
  /** `store`: the one that asks; `from`: the one that is asked. With `state`, what is answered already is refused. */
  readonly request: Pick<TransferRequest, 'request' | 'store' | 'from'> & Partial<Pick<TransferRequest, 'state'>>;
  readonly reason?: string;
}

export interface DispatchTransferCommand extends CommandOptions {
  readonly to: string;
  /** What is answered by it. */
  readonly request?: EventId | null;
  readonly expectedAt?: HybridTime | null;
  /** One id for all shipments of a document; made from the first when absent. */
  readonly document?: string;
  readonly lines: readonly {
    readonly item: string;
    readonly quantity: number;
    /** What one is worth to the sender now: frozen here. null: not known. */
    readonly unitCost: Money | null;
  }[];
}

/** A shipment of which only its paper is known: its id and its two stores. */
export type BlindShipment = Pick<Shipment, 'shipment'> & { readonly from: string; readonly to: string };

export interface ReceiveTransferCommand extends CommandOptions {
  /** As this device knows it, or blind. */
  readonly shipment: Shipment | BlindShipment;
  /** Absent: the next that is free as far as is known (receipt-proposal.ts). */
  readonly receipt?: string;
  readonly document?: string;
  readonly lines: readonly {
    readonly item: string;
    /** Sent and fit for sale. */
    readonly accepted: number;
    /** Sent and damaged. Absent: 0. */
    readonly damaged?: number;
    /** More than was sent. Absent: 0. */
    readonly surplus?: number;
    /** Absent: as dispatched, where that is known. */
    readonly unitCost?: Money;
  }[];
}

export interface CloseTransferCommand extends CommandOptions {
  readonly shipment: Shipment | BlindShipment;
  readonly reason?: string;
}

/** Asks another store for goods: a promise, it may be declined. */
export function requestTransfer(command: RequestTransferCommand, context: CommandContext): Decision {
  const { from, neededBy = null, note, lines } = command;
  const { store } = context;
  if (store === null) return noStore();
  if (from === store) return sameStore('from', 'A store can not ask itself for goods.');
  const badLine = linesRefusal(lines, ['quantity'], 1);
  if (badLine !== null) return badLine;
  const plan = {
    type: 'TransferRequested',
    store,
    audience: [from],
    lines,
    head: () => given({ from, neededBy, note }),
    empty: 'This request has no lines yet, and nothing was saved. Scan the first item to begin.',
  } as const;
  return draftDocument(plan, command, context);
}

/** Will not send; or, by the store that asks, does not need it any more. */
export function declineTransfer(command: DeclineTransferCommand, context: CommandContext): Decision {
  const { request, store: asking, from: asked, state } = command.request;
  const { store } = context;
  if (store === null) return noStore();
  if (store !== asking && store !== asked) {
    return refuse(
      'other-store',
      'This request is between two other stores. Nothing was saved. Answer it in the store that is asked.',
    );
  }
  if (state === 'sent' || state === 'declined') {
    const what = state === 'sent' ? 'Everything this request asks for was sent.' : 'This request is declined already.';
    return refuse('already-answered', `${what} Nothing was saved, and nothing needs to be done.`);
  }
  return draftStatement(
    { type: 'TransferDeclined', store, audience: state === undefined ? 'all' : othersOf(store, asked, asking) },
    { request, reason: command.reason },
    { causationId: request, ...command },
    context,
  );
}

/** Goods left for another store. A document too large for one event is several shipments. */
export function dispatchTransfer(command: DispatchTransferCommand, context: CommandContext): Decision {
  const { to, request = null, expectedAt = null, document, lines } = command;
  const { store } = context;
  if (store === null) return noStore();
  if (to === store) return sameStore('to', 'A store can not send goods to itself.');
  const badLine = linesRefusal(lines, ['quantity'], 1);
  if (badLine !== null) return badLine;
  const plan = {
    type: 'TransferDispatched',
    store,
    audience: [to],
    lines,
    head: (_piece: number, first: EventId) => ({ document: document ?? first, request, to, expectedAt }),
    empty: 'This transfer has no lines yet, and nothing was saved. Scan the first item to begin.',
  } as const;
  return draftDocument(plan, request === null ? command : { causationId: request, ...command }, context);
}

/**
 * Goods of a shipment came in, here or back at the sender. Never refused for what the shipment says: a receipt may come
 * before its dispatch, after a close, or bring more than was sent. Only a receipt number that is taken is refused: such a
 * receipt would count for nothing.
 */
export function receiveTransfer(command: ReceiveTransferCommand, context: CommandContext): Decision {
  const { shipment, document } = command;
  const { store } = context;
  if (store === null) return noStore();
  const { from, to } = shipment;
  if (from === null || to === null) return unknownStores();
  const known = 'lines' in shipment ? shipment : undefined;
  const badNumber = receiptRefusal(command.receipt, known);
  if (badNumber !== null) return badNumber;
  const lines = command.lines.map(({ item, accepted, damaged = 0, surplus = 0, unitCost }) => ({
    item,
    accepted,
    damaged,
    surplus,
    unitCost: unitCost ?? known?.lines.find((line) => line.item === item)?.unitCost ?? undefined,
  }));
  const badLine = linesRefusal(lines, ['accepted', 'damaged', 'surplus'], 0) ?? receivedRefusal(lines);
  if (badLine !== null) return badLine;
  const receiptOf = (piece: number): string =>
    command.receipt === undefined
      ? nextReceiptNumber(known?.receipts ?? [], { from, to }, store, piece)
      : `${command.receipt}${piece === 0 ? '' : `-${piece + 1}`}`;
  const plan = {
    type: 'TransferReceived',
    store,
    audience: isDispatchKnown(shipment) ? othersOf(store, from, to) : 'all',
    lines,
    head: (piece: number, first: EventId) => ({
      document: document ?? first,
      shipment: shipment.shipment,
      receipt: receiptOf(piece),
      from,
      to,
    }),
    empty: 'Nothing was received yet, and nothing was saved. Scan the first item to begin.',
  } as const;
  return draftDocument(plan, { causationId: shipment.shipment, ...command }, context);
}

/** What is still missing is given up as lost. What turns up later can still be received. */
export function closeTransfer(command: CloseTransferCommand, context: CommandContext): Decision {
  const { shipment, reason } = command;
  const { store } = context;
  if (store === null) return noStore();
  const { from, to } = shipment;
  if (from === null || to === null) return unknownStores();
  if (store !== from && store !== to) {
    return refuse(
      'other-store',
      'This shipment is between two other stores. Nothing was saved. Close it in one of them.',
    );
  }
  if ('state' in shipment && shipment.state === 'closed') {
    return refuse(
      'already-closed',
      'This shipment is closed already. Nothing was saved, and nothing needs to be done.',
    );
  }
  if ('state' in shipment && shipment.state === 'received') {
    return refuse(
      'nothing-missing',
      'Nothing of this shipment is missing. Nothing was saved: there is nothing to close.',
    );
  }
  return draftStatement(
    { type: 'TransferClosed', store, audience: isDispatchKnown(shipment) ? othersOf(store, from, to) : 'all' },
    { shipment: shipment.shipment, reason },
    { causationId: shipment.shipment, ...command },
    context,
  );
}

/** Its own dispatch says which stores a shipment is between, not a paper or another receipt. */
function isDispatchKnown(shipment: Shipment | BlindShipment): boolean {
  return 'dispatchedAt' in shipment && shipment.dispatchedAt !== null;
}

function othersOf(store: string, from: string, to: string): string[] {
  return [...new Set([from, to])].filter((other) => other !== store);
}

function sameStore(field: string, what: string): Decision {
  return refuse('same-store', `${what} Nothing was saved. Choose the other store.`, [field]);
}

function unknownStores(): Decision {
  return refuse(
    'unknown-shipment',
    'It is not known which stores this shipment is between. Nothing was saved. Choose who sent it and to whom, then save again.',
    ['shipment'],
  );
}

function receiptRefusal(receipt: string | undefined, known: Shipment | undefined): Decision | null {
  const taken = receipt !== undefined && known?.receipts.some((other) => other.receipt === receipt);
  if (taken !== true) return null;
  return refuse(
    'receipt-number-taken',
    `Receipt ${receipt} of this shipment is recorded already. Nothing was saved. If these are other goods, take the next number; if they are the same, do nothing.`,
    ['receipt'],
  );
}

function receivedRefusal(
  lines: readonly { readonly accepted: number; readonly damaged: number; readonly surplus: number }[],
): Decision | null {
  const index = lines.findIndex(({ accepted, damaged, surplus }) => accepted + damaged + surplus === 0);
  if (index === -1) return null;
  return refuse(
    'quantity-out-of-range',
    `This line receives nothing. Nothing was saved. Enter what came, from 1 to ${QUANTITY_MAX.toLocaleString('en')}, or take the line out.`,
    ['lines', index],
  );
}
