// Random goods on their way: transfers between the stores with receipts, doubled receipt numbers, returns to the sender and
// closes; orders from suppliers with what came of them.
import { chance, pick } from './choices.ts';
import { makeEvent, testId } from './make-event.ts';
import {
  cost,
  deadline,
  earlierOf,
  extras,
  extrasOfSameStore,
  item,
  lines,
  price,
  quantity,
  STORES,
  type Maker,
} from './random-parts.ts';

/** Few, so that two receipts of one shipment often have one number. */
const RECEIPTS = ['receipt-1', 'receipt-2'] as const;

const requested: Maker = (choices, name) => {
  const own = extras(choices);
  const from = STORES.find((store) => store !== own.store) ?? STORES[0];
  const wanted = lines(choices, () => ({ item: item(choices), quantity: quantity(choices) }));
  return makeEvent(name, 'TransferRequested', { from, lines: wanted, neededBy: deadline(choices) }, own);
};

const declined: Maker = (choices, name, earlier) => {
  const request = earlierOf(choices, earlier, 'TransferRequested');
  return makeEvent(name, 'TransferDeclined', { request: request?.id ?? testId('never') }, extras(choices));
};

const dispatched: Maker = (choices, name, earlier) => {
  const own = extras(choices);
  return makeEvent(
    name,
    'TransferDispatched',
    {
      document: name,
      request: chance(choices, 50) ? (earlierOf(choices, earlier, 'TransferRequested')?.id ?? null) : null,
      to: STORES.find((store) => store !== own.store) ?? STORES[0],
      expectedAt: deadline(choices),
      lines: lines(choices, () => ({
        item: item(choices),
        quantity: quantity(choices),
        unitCost: price(choices),
      })),
    },
    own,
  );
};

const received: Maker = (choices, name, earlier) => {
  const shipment = earlierOf(choices, earlier, 'TransferDispatched');
  const from = shipment?.store ?? STORES[0];
  const to = STORES.find((store) => store !== from) ?? STORES[1];
  return makeEvent(
    name,
    'TransferReceived',
    {
      document: name,
      shipment: shipment?.id ?? testId('never'),
      receipt: pick(choices, RECEIPTS),
      from,
      to,
      lines: lines(choices, () => ({
        item: item(choices),
        accepted: 1 + choices.int(4),
        damaged: chance(choices, 30) ? choices.int(3) : 0,
        surplus: chance(choices, 20) ? choices.int(3) : 0,
        ...cost(choices),
      })),
    },
    // Now and then the goods come back to their sender.
    { ...extras(choices), store: chance(choices, 80) ? to : from },
  );
};

const closed: Maker = (choices, name, earlier) => {
  const shipment = earlierOf(choices, earlier, 'TransferDispatched');
  return makeEvent(
    name,
    'TransferClosed',
    { shipment: shipment?.id ?? testId('never') },
    extrasOfSameStore(choices, shipment),
  );
};

/** As often as each stands here. */
// prettier-ignore
export const TRANSFER_MAKERS: readonly [Maker, ...Maker[]] = [
  dispatched, dispatched, dispatched, received, received, received, received, received, closed, closed, requested,
  declined,
];

const suggested: Maker = (choices, name) =>
  makeEvent(
    name,
    'RestockSuggested',
    {
      supplier: null,
      lines: [
        { item: item(choices), quantity: quantity(choices), onHand: 1, incoming: 0, reorderPoint: 5, targetStock: 9 },
      ],
    },
    extras(choices),
  );

const ordered: Maker = (choices, name, earlier) =>
  makeEvent(
    name,
    'RestockOrdered',
    {
      supplier: chance(choices, 50) ? 'dairy' : null,
      suggestion: chance(choices, 30) ? (earlierOf(choices, earlier, 'RestockSuggested')?.id ?? null) : null,
      expectedAt: deadline(choices),
      lines: lines(choices, () => ({ item: item(choices), quantity: quantity(choices), unitCost: price(choices) })),
    },
    extras(choices),
  );

const arrived: Maker = (choices, name, earlier) => {
  const order = earlierOf(choices, earlier, 'RestockOrdered');
  return makeEvent(
    name,
    'StockReceived',
    {
      document: name,
      restock: order?.id ?? testId('never'),
      lines: lines(choices, () => ({ item: item(choices), quantity: quantity(choices), ...cost(choices) })),
    },
    extrasOfSameStore(choices, order),
  );
};

const orderCancelled: Maker = (choices, name, earlier) => {
  const order = earlierOf(choices, earlier, 'RestockOrdered');
  return makeEvent(
    name,
    'RestockCancelled',
    { order: order?.id ?? testId('never') },
    extrasOfSameStore(choices, order),
  );
};

/** As often as each stands here. */
// prettier-ignore
export const RESTOCK_MAKERS: readonly [Maker, ...Maker[]] = [
  ordered, ordered, arrived, arrived, arrived, orderCancelled, suggested,
];
