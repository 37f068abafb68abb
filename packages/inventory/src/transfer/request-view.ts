// What a transfer request's row means: of each item, how much was asked for and how much was sent for it. Pure.
//
//   request ──► open ──► partly ──► sent        as dispatches that name it say
//                 └────────┴──► declined        by the asked store, or taken back by the one that asks
//
// 1. It is sent when of every item at least as much was dispatched as was asked for; then a decline says nothing any more.
// 2. A decline counts from the store that asks and the one that is asked, from nobody else; a dispatch from the asked one to
//    the one that asks: of any other, one of the two would not hear.
import type { EventId, HybridTime } from '@streamstock/event-log';
import type { Listing } from '../label-index.ts';
import type { CloseEntry, DispatchEntry, TransferRequestRow } from './transfer-tables.ts';

export type TransferRequestState = 'open' | 'partly' | 'sent' | 'declined';

export interface TransferRequestLine {
  readonly item: string;
  readonly asked: number;
  readonly sent: number;
}

export interface TransferRequest {
  readonly request: EventId;
  /** The store that asks for goods. */
  readonly store: string;
  /** The store that is asked. */
  readonly from: string;
  readonly state: TransferRequestState;
  readonly askedAt: HybridTime;
  readonly askedBy: string;
  readonly neededBy: HybridTime | null;
  readonly note: string | null;
  /** Items in the order they were asked for, then those that were sent all the same. */
  readonly lines: readonly TransferRequestLine[];
  readonly declines: readonly CloseEntry[];
  /** Shipments that were sent for it, by (time, id). */
  readonly shipments: readonly EventId[];
}

/** The dispatches from the asked store to the one that asks (2). */
function answersTo({ asked, dispatches }: TransferRequestRow): readonly DispatchEntry[] {
  return dispatches.filter(({ store, to }) => store === asked?.from && to === asked.store);
}

function linesOf(row: TransferRequestRow): TransferRequestLine[] {
  const items = new Map<string, { asked: number; sent: number }>();
  const lineOf = (item: string) => {
    const known = items.get(item) ?? { asked: 0, sent: 0 };
    items.set(item, known);
    return known;
  };
  for (const { item, quantity } of row.asked?.lines ?? []) lineOf(item).asked += quantity;
  for (const { item, quantity } of answersTo(row).flatMap(({ lines }) => lines)) lineOf(item).sent += quantity;
  return [...items].map(([item, line]) => ({ item, ...line }));
}

function stateOf(lines: readonly TransferRequestLine[], declines: readonly CloseEntry[]): TransferRequestState {
  if (lines.every(({ asked, sent }) => sent >= asked)) return 'sent';
  if (declines.length > 0) return 'declined';
  return lines.some(({ asked, sent }) => asked > 0 && sent > 0) ? 'partly' : 'open';
}

/** What a row says; undefined while the request itself is not known. */
export function transferRequestOf(row: TransferRequestRow): TransferRequest | undefined {
  const { request, asked } = row;
  if (asked === null) return undefined;
  const lines = linesOf(row);
  const declines = row.declines.filter(({ store }) => store === asked.store || store === asked.from);
  return {
    request,
    store: asked.store,
    from: asked.from,
    state: stateOf(lines, declines),
    askedAt: asked.at,
    askedBy: asked.actor,
    neededBy: asked.neededBy,
    note: asked.note ?? null,
    lines,
    declines,
    shipments: answersTo(row).map(({ id }) => id),
  };
}

/** Where a request is listed; nowhere while it is not known. */
export function requestListings(row: TransferRequestRow): Listing[] {
  const request = transferRequestOf(row);
  if (request === undefined) return [];
  const { store, from, state, askedAt: at, request: id } = request;
  return [{ stores: [store, from], labels: ['all', state], at, id }];
}
