// Any command about goods between stores and about goods ordered from suppliers, with anything in it, on what a device knows
// of the shipment, the request or the order. For tests; decides nothing.
import fc from 'fast-check';
import { sha256 } from '@streamstock/event-log';
import { cancelRestock, orderRestock } from '../restock/restock-order-deciders.ts';
import { readRestockOrder } from '../restock/restock-order-queries.ts';
import { decideSuggestion, type SuggestRestock } from '../restock/suggestion-decider.ts';
import {
  closeTransfer,
  declineTransfer,
  dispatchTransfer,
  receiveTransfer,
  requestTransfer,
} from '../transfer/transfer-deciders.ts';
import { readShipment, readTransferRequest } from '../transfer/transfer-queries.ts';
import {
  command,
  counts,
  ids,
  items,
  linesOf,
  maybe,
  money,
  numbers,
  stores,
  texts,
  times,
  words,
  type AnyCommand,
} from './any-command-values.ts';
import { foldBatches } from './fold-events.ts';
import { makeEvent, minute, testId } from './make-event.ts';

const item = items;
const quantity = numbers;
const NOW = minute(9);
const asked = { from: 'porto', neededBy: null, lines: [{ item: 'feta', quantity: 3 }] };
const goods = [{ item: 'feta', quantity: 3, unitCost: { minorUnits: 90, scale: 2 } }];
const sent = { document: 'd', request: null, to: 'porto', expectedAt: null, lines: goods };
const restock = { supplier: null, suggestion: null, expectedAt: null, lines: goods };

function came(shipment: string, accepted: number) {
  const line = { item: 'feta', accepted, damaged: 0, surplus: 0 };
  return { document: 'd', shipment: testId(shipment), receipt: '1', from: 'lisboa', to: 'porto', lines: [line] };
}

/** Requests, shipments and orders in each of their states. */
const told = [
  ...['asked', 'declined', 'answered'].map((name) => makeEvent(name, 'TransferRequested', asked)),
  makeEvent('no', 'TransferDeclined', { request: testId('declined') }, { store: 'porto' }),
  makeEvent('yes', 'TransferDispatched', { ...sent, request: testId('answered'), to: 'lisboa' }, { store: 'porto' }),
  ...['open', 'partly', 'whole', 'closed'].map((name) => makeEvent(name, 'TransferDispatched', sent)),
  makeEvent('some', 'TransferReceived', came('partly', 2), { store: 'porto' }),
  makeEvent('all', 'TransferReceived', came('whole', 3), { store: 'porto' }),
  makeEvent('early', 'TransferReceived', came('unannounced', 3), { store: 'porto' }),
  makeEvent('lost', 'TransferClosed', { shipment: testId('closed') }),
  makeEvent('nothing', 'TransferClosed', { shipment: testId('unheard') }),
  ...['ordered', 'complete', 'cancelled'].map((name) => makeEvent(name, 'RestockOrdered', restock)),
  makeEvent('in', 'StockReceived', {
    document: 'd',
    restock: testId('complete'),
    lines: [{ item: 'feta', quantity: 3 }],
  }),
  makeEvent('never', 'RestockCancelled', { order: testId('cancelled') }),
];

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The history tells of it.');
  return value;
}

export async function transferCommands(): Promise<readonly AnyCommand[]> {
  const tables = await foldBatches([told]);
  const shipmentNames = ['open', 'partly', 'whole', 'closed', 'unannounced', 'unheard'];
  const shipments = await Promise.all(shipmentNames.map((name) => readShipment(tables, testId(name), NOW)));
  const requestNames = ['asked', 'declined', 'answered'];
  const requests = await Promise.all(requestNames.map((name) => readTransferRequest(tables, testId(name))));
  const shipment = fc.oneof(
    fc.constantFrom(...shipments.map(present)),
    fc.record({ shipment: ids, from: stores, to: stores }),
  );
  const request = fc.oneof(
    fc.constantFrom(...requests.map(present)),
    fc.record({ request: ids, store: stores, from: stores }),
  );
  const received = fc.record(
    { item, accepted: counts, damaged: counts, surplus: counts, unitCost: money },
    { requiredKeys: ['item', 'accepted'] },
  );
  return [
    command(
      requestTransfer,
      fc.record({
        from: stores,
        neededBy: maybe(fc.option(times)),
        note: maybe(texts),
        lines: linesOf(fc.record({ item, quantity })),
      }),
    ),
    command(declineTransfer, fc.record({ request, reason: maybe(texts) })),
    command(
      dispatchTransfer,
      fc.record({
        to: stores,
        request: maybe(fc.option(ids)),
        expectedAt: maybe(fc.option(times)),
        document: maybe(texts),
        lines: linesOf(fc.record({ item, quantity, unitCost: fc.option(money) })),
      }),
    ),
    command(
      receiveTransfer,
      fc.record({
        shipment,
        receipt: maybe(words('1', '2', 'back-1')),
        document: maybe(texts),
        lines: linesOf(received),
      }),
    ),
    command(closeTransfer, fc.record({ shipment, reason: maybe(texts) })),
  ];
}

/** A proposal's figures, as the arithmetic may give them. */
const proposal = fc.record({
  quantity: counts,
  recommendation: texts,
  arithmetic: fc.record({ reorderPoint: fc.option(numbers), targetStock: fc.option(numbers), incoming: counts }),
});

export async function restockCommands(): Promise<readonly AnyCommand[]> {
  const tables = await foldBatches([told]);
  const names = ['ordered', 'complete', 'cancelled'];
  const orders = await Promise.all(names.map((name) => readRestockOrder(tables, testId(name), NOW)));
  const order = fc.oneof(fc.constantFrom(...orders.map(present)), fc.record({ order: ids, store: stores }));
  return [
    command(
      orderRestock,
      fc.record({
        supplier: maybe(fc.option(texts)),
        reference: maybe(texts),
        suggestion: maybe(fc.option(ids)),
        expectedAt: maybe(fc.option(times)),
        lines: linesOf(fc.record({ item, quantity, unitCost: fc.option(money) })),
      }),
    ),
    command(cancelRestock, fc.record({ order, reason: maybe(texts) })),
    command(
      (suggested: SuggestRestock, context) => decideSuggestion(suggested, context, sha256),
      fc.record({
        supplier: fc.option(texts),
        cause: texts,
        lines: linesOf(fc.record({ item, onHand: numbers, proposal })),
      }),
      'decideSuggestion',
    ),
  ];
}
