// What a shipment's row means: of each item, how much was sent and what became of it. Pure.
//
//   dispatch ──► open ──► received     every line has come: nothing is missing
//     (before: unannounced)  └──► closed    someone gave the rest up: what is missing is lost
//
// 1. Of each item: dispatched = accepted + damaged + in transit + lost. Every unit leaves transit exactly once.
// 2. missing = dispatched − accepted − damaged, whatever the state: positive is short, negative is more than was sent. Surplus
//    never was in transit and is in neither.
// 3. Of receipts with one number the earliest by (time, id) counts; the others are disputed and contribute nothing.
// 4. Closed while any close counts. A receipt after a close takes from lost.
import type { EventId, HybridTime } from '@streamstock/event-log';
import type { ExpectedChange } from '../expected-fold.ts';
import type { Listing } from '../label-index.ts';
import type { Money } from '../words.ts';
import type { CloseEntry, InTransitPart, ReceiptEntry, ShipmentRow } from './transfer-tables.ts';

/**
 * `unannounced`: something came of it, its dispatch is not known (yet). `open`: something is missing. `received`: nothing is.
 * `closed`: what is missing is lost.
 */
export type ShipmentState = 'unannounced' | 'open' | 'received' | 'closed';

/** One item of a shipment; quantities in its smallest unit. */
export interface ShipmentLine {
  readonly item: string;
  /** Frozen at dispatch; null = not known. Where an item was sent in several lines, the first that knows one. */
  readonly unitCost: Money | null;
  readonly dispatched: number;
  readonly accepted: number;
  readonly damaged: number;
  readonly surplus: number;
  /** dispatched − accepted − damaged. Positive: short. Negative: more came than was sent, a finding. */
  readonly missing: number;
  /** `missing` while the shipment is not closed. */
  readonly inTransit: number;
  /** `missing` once it is closed. */
  readonly lost: number;
}

export interface Receipt extends ReceiptEntry {
  /** false: another receipt with its number came first; a person decides. */
  readonly counts: boolean;
}

export interface Shipment {
  readonly shipment: EventId;
  /** Who sent it and to whom; null: nothing says (only a close is known). */
  readonly from: string | null;
  readonly to: string | null;
  readonly state: ShipmentState;
  /** Open, and its expected arrival has passed. */
  readonly overdue: boolean;
  readonly document: string | null;
  readonly request: EventId | null;
  readonly dispatchedAt: HybridTime | null;
  readonly expectedAt: HybridTime | null;
  readonly closedAt: HybridTime | null;
  /** Items in the order they were sent, then those that only came. */
  readonly lines: readonly ShipmentLine[];
  /** By (time, id), those that do not count too. */
  readonly receipts: readonly Receipt[];
  readonly closes: readonly CloseEntry[];
}

function countingReceipts(row: ShipmentRow): Receipt[] {
  const numbers = new Set<string>();
  return row.receipts.map((entry) => {
    const counts = !numbers.has(entry.receipt);
    numbers.add(entry.receipt);
    return { ...entry, counts };
  });
}

type Came = {
  -readonly [Field in 'unitCost' | 'dispatched' | 'accepted' | 'damaged' | 'surplus']: ShipmentLine[Field];
};

function linesOf(row: ShipmentRow, receipts: readonly Receipt[]): ShipmentLine[] {
  const items = new Map<string, Came>();
  const cameOf = (item: string): Came => {
    const known = items.get(item) ?? { unitCost: null, dispatched: 0, accepted: 0, damaged: 0, surplus: 0 };
    items.set(item, known);
    return known;
  };
  for (const { item, quantity, unitCost } of row.dispatch?.lines ?? []) {
    const came = cameOf(item);
    came.dispatched += quantity;
    came.unitCost ??= unitCost;
  }
  for (const { item, accepted, damaged, surplus } of receipts.flatMap(({ counts, lines }) => (counts ? lines : []))) {
    const came = cameOf(item);
    came.accepted += accepted;
    came.damaged += damaged;
    came.surplus += surplus;
  }
  const isClosed = row.closes.length > 0;
  return [...items].map(([item, came]) => {
    const missing = came.dispatched - came.accepted - came.damaged;
    return { item, ...came, missing, inTransit: isClosed ? 0 : missing, lost: isClosed ? missing : 0 };
  });
}

function stateOf(row: ShipmentRow, lines: readonly ShipmentLine[]): ShipmentState {
  if (row.closes.length > 0) return 'closed';
  if (row.dispatch === null) return 'unannounced';
  return lines.some(({ missing }) => missing > 0) ? 'open' : 'received';
}

/** What a row says at `now`. */
export function shipmentOf(row: ShipmentRow, now: HybridTime): Shipment {
  const { shipment, dispatch, closes } = row;
  const receipts = countingReceipts(row);
  const lines = linesOf(row, receipts);
  const state = stateOf(row, lines);
  const expectedAt = dispatch?.expectedAt ?? null;
  return {
    shipment,
    from: dispatch?.store ?? receipts[0]?.from ?? null,
    to: dispatch?.to ?? receipts[0]?.to ?? null,
    state,
    overdue: state === 'open' && expectedAt !== null && now > expectedAt,
    document: dispatch?.document ?? null,
    request: dispatch?.request ?? null,
    dispatchedAt: dispatch?.at ?? null,
    expectedAt,
    closedAt: closes[0]?.at ?? null,
    lines,
    receipts,
    closes,
  };
}

/** A finding that a shipment is listed under besides its state. */
export type ShipmentFinding = 'disputed' | 'over' | 'lost';

/** `disputed`: two receipts have one number. `over`: more came than was sent. `lost`: something was given up. */
export function findingsOf({ state, lines, receipts }: Shipment): ShipmentFinding[] {
  const announced = state !== 'unannounced';
  return [
    ...(receipts.some(({ counts }) => !counts) ? (['disputed'] as const) : []),
    ...(announced && lines.some(({ missing }) => missing < 0) ? (['over'] as const) : []),
    ...(lines.some(({ lost }) => lost > 0) ? (['lost'] as const) : []),
  ];
}

/** Under this label an open shipment is listed by its expected arrival. */
export const DUE_LABEL = 'due';

/** Where a shipment is listed: for both its stores, and for whoever received or closed it. */
export function shipmentListings(row: ShipmentRow): Listing[] {
  const shipment = shipmentOf(row, 0);
  const { from, to, state, dispatchedAt, expectedAt } = shipment;
  const said = [...row.receipts, ...row.closes];
  const concerned = [from, to, ...said.map(({ store }) => store)].filter((store) => store !== null);
  const stores = [...new Set(concerned)];
  const firstSaidAt = said.reduce((least, { at }) => Math.min(least, at), Number.MAX_SAFE_INTEGER);
  const labels = ['all', state, ...findingsOf(shipment)];
  const own = { stores, labels, at: dispatchedAt ?? firstSaidAt, id: row.shipment };
  if (state !== 'open' || expectedAt === null) return [own];
  return [own, { stores, labels: [DUE_LABEL], at: expectedAt, id: row.shipment }];
}

/** What of a shipment is on its way, by line. */
export function inTransitParts(
  row: ShipmentRow | undefined,
): { readonly store: string; readonly item: string; readonly part: InTransitPart }[] {
  if (row === undefined) return [];
  const { from, to, dispatchedAt, expectedAt, lines } = shipmentOf(row, 0);
  if (from === null || to === null) return [];
  return lines.flatMap(({ item, inTransit, unitCost }) =>
    inTransit === 0
      ? []
      : [
          {
            store: to,
            item,
            part: { id: row.shipment, quantity: inTransit, from, dispatchedAt, expectedAt, unitCost },
          },
        ],
  );
}

/** What changes in transit when a row does. */
export function inTransitChanges(
  before: ShipmentRow | undefined,
  after: ShipmentRow | undefined,
): ExpectedChange<InTransitPart>[] {
  const gone = inTransitParts(before).map(({ part, ...line }) => ({ ...line, before: part, after: null }));
  const come = inTransitParts(after).map(({ part, ...line }) => ({ ...line, before: null, after: part }));
  return [...gone, ...come];
}
