// One frozen payload of every event type in every version that was ever written. Never edit one: bytes in shops' logs look like
// this for ever. A new version adds a fixture; `reads` is what this version must make of an older one.
import type { InventoryEventType } from '../payloads.ts';

const ORDER = '0190aaaa-0000-7000-8000-000000000001';
const OTHER = '0190aaaa-0000-7000-8000-000000000002';
const MONEY = { minorUnits: 199, scale: 2 };
const TIME = 3_612_000_000_000_000;
const HERE = { latitudeMicrodegrees: 38_711_000, longitudeMicrodegrees: -9_136_000 };
const PROMISED = [{ item: 'feta', quantity: 2 }];
const ABOUT = { kind: 'low', item: 'feta', subject: null };

export interface EventFixture {
  readonly type: InventoryEventType;
  readonly version: number;
  readonly store: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Only where an upcaster changes it. */
  readonly reads?: Readonly<Record<string, unknown>>;
}

function fixture(
  type: InventoryEventType,
  version: number,
  payload: EventFixture['payload'],
  reads?: EventFixture['payload'],
): EventFixture {
  return { type, version, store: 'lisboa', payload, ...(reads === undefined ? {} : { reads }) };
}

const STORE_V1 = {
  store: 'lisboa',
  name: 'Lisboa Baixa',
  currency: 'EUR',
  timeZone: 'Europe/Lisbon',
  areas: [{ area: 'shelf', name: 'Shelf' }],
  silentAfterMs: 600_000,
};
const SOLD = [{ item: 'feta', quantity: 2, unitPrice: MONEY, unit: 'gram' }];

export const EVENT_FIXTURES: readonly EventFixture[] = [
  fixture('ItemRegistered', 1, {
    item: 'feta',
    sku: 'F-1',
    name: 'Feta',
    category: 'Cheese',
    unit: 'gram',
    quantityScale: 3,
    price: MONEY,
    currency: 'EUR',
    lifecycle: 'active',
  }),
  fixture('ItemRevised', 1, { item: 'feta', name: 'Feta PDO', price: null }),
  fixture('ItemArchived', 1, { item: 'feta' }),
  fixture('BarcodeAssigned', 1, { code: '5601234567890', item: 'feta', packSize: 6 }),
  fixture('StockPolicySet', 1, { item: 'feta', reorderPoint: 20, criticalLine: null, negativeStock: 'warn' }),
  fixture('StoreOpened', 1, STORE_V1, { ...STORE_V1, location: null }),
  fixture('StoreOpened', 2, { ...STORE_V1, location: HERE }),
  fixture('StoreRevised', 1, { store: 'lisboa', name: 'Lisboa', location: HERE }),
  fixture('StockReceived', 1, {
    document: 'd1',
    supplier: 'acme',
    lines: [{ item: 'feta', quantity: 24, unitCost: MONEY }],
  }),
  fixture('StockReceived', 2, { document: 'd1', restock: ORDER, lines: [{ item: 'feta', quantity: 24 }] }),
  fixture(
    'StockSold',
    1,
    { document: 'd2', order: 'web-7', lines: SOLD },
    { document: 'd2', order: 'web-7', from: 'sellable', lines: SOLD },
  ),
  fixture('StockSold', 1, { document: 'd2', from: 'picked', lines: SOLD }),
  fixture('StockSold', 2, { document: 'd2', order: 'web-7', reservation: ORDER, lines: SOLD }),
  fixture('StockReturned', 1, {
    document: 'd3',
    sale: ORDER,
    lines: [{ item: 'feta', quantity: 1, disposition: 'damaged', unitPrice: MONEY, unit: 'piece' }],
  }),
  fixture('StockReturnedToSupplier', 1, { document: 'd4', lines: [{ item: 'feta', quantity: 1, from: 'unsellable' }] }),
  fixture('StockAdjusted', 1, { document: 'd5', reason: 'stolen', note: 'Window broken', lines: PROMISED }),
  fixture('CountOpened', 1, { session: 's1', scope: { kind: 'store' }, areas: ['shelf', 'back'], blind: true }),
  fixture('StockCounted', 1, {
    session: 's1',
    area: 'shelf',
    counter: 'ana',
    lines: [{ item: 'feta', bucket: 'sellable', quantity: 0 }],
  }),
  fixture('CountReviewed', 1, { session: 's1', lines: [{ item: 'feta', bucket: 'sellable', verdict: 'recount' }] }),
  fixture('CountClosed', 1, { session: 's1' }),
  fixture('EntryReversed', 1, { target: ORDER, line: null, reason: 'Typed twice' }),
  fixture('ReservationRequested', 1, { owner: 'rita', lines: PROMISED, expiresAt: TIME }),
  fixture('StockReserved', 1, { request: null, order: ORDER, owner: 'rita', lines: PROMISED, expiresAt: null }),
  fixture('ReservationRefused', 1, {
    request: ORDER,
    reason: 'not-available',
    lines: [{ item: 'feta', asked: 2, available: -1 }],
  }),
  fixture('ReservationReleased', 1, { reservation: ORDER, reason: 'expired' }),
  fixture('OrderPlaced', 1, {
    reference: 'W-1001',
    channel: 'web',
    lines: [{ item: 'feta', quantity: 2, unitPrice: null }],
    destination: HERE,
    sourcing: { kind: 'nearest' },
    split: true,
    holdUntil: TIME,
  }),
  fixture('OrderConfirmed', 1, {
    order: ORDER,
    reservation: OTHER,
    parts: 1,
    lines: [{ item: 'feta', quantity: 2, unitPrice: MONEY }],
    holdUntil: null,
  }),
  fixture('OrderRejected', 1, { order: ORDER, reason: 'not-available', lines: [] }),
  fixture('OrderPicked', 1, { order: ORDER, reservation: OTHER, lines: PROMISED }),
  fixture('OrderCancelled', 1, { order: ORDER, reason: 'customer', putBack: [] }),
  fixture('OrderFulfilled', 1, {
    order: ORDER,
    document: 'd6',
    lines: [{ item: 'feta', quantity: 2, unitPrice: MONEY }],
  }),
  fixture('TransferRequested', 1, { from: 'porto', lines: PROMISED, neededBy: null }),
  fixture('TransferDeclined', 1, { request: ORDER }),
  fixture('TransferDispatched', 1, {
    document: 'd7',
    request: ORDER,
    to: 'porto',
    expectedAt: TIME,
    lines: [{ item: 'feta', quantity: 5, unitCost: MONEY }],
  }),
  fixture('TransferReceived', 1, {
    document: 'd8',
    shipment: ORDER,
    receipt: 'r1',
    from: 'porto',
    to: 'lisboa',
    lines: [{ item: 'feta', accepted: 3, damaged: 1, surplus: 0 }],
  }),
  fixture('TransferClosed', 1, { shipment: ORDER, reason: 'Box torn' }),
  fixture('AlertRaised', 1, {
    ...ABOUT,
    severity: 'warning',
    since: TIME,
    message: 'Feta is low.',
    recommendation: 'Order 24.',
  }),
  fixture('AlertResolved', 1, { ...ABOUT, raised: ORDER, at: TIME }),
  fixture('AlertAcknowledged', 1, ABOUT),
  fixture('AlertSnoozed', 1, { ...ABOUT, until: TIME }),
  fixture('RestockSuggested', 1, {
    supplier: 'acme',
    lines: [{ item: 'feta', quantity: 24, onHand: -3, incoming: 0, reorderPoint: 12, targetStock: 21 }],
  }),
  fixture('RestockOrdered', 1, {
    supplier: null,
    suggestion: null,
    expectedAt: TIME,
    lines: [{ item: 'feta', quantity: 24, unitCost: null }],
  }),
  fixture('RestockCancelled', 1, { order: ORDER }),
];
