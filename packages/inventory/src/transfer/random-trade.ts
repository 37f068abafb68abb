// Random histories of transfers, orders from suppliers and policies over three stores and two items, with reversals and
// rulings, so near in time and so few in number that they meet. Pure: the same choices give the same history. For tests.
import type { Event, EventId } from '@streamstock/event-log';
import { chance, pick, type Choices } from '../testing/choices.ts';
import { makeEvent, makeRuling, minute, testId, type EventExtras } from '../testing/make-event.ts';

export const TRADE_STORES = ['lisboa', 'porto', 'braga'] as const;
export const TRADE_ITEMS = ['feta', 'rice'] as const;
const RECEIPTS = ['1', '1', '2', 'back-1'] as const;
const MINUTES = 12;

type Maker = (choices: Choices, name: string, earlier: readonly Event[]) => Event;
type Extras = EventExtras & { readonly store: string; readonly at: number };

function extras(choices: Choices): Extras {
  return { store: pick(choices, TRADE_STORES), at: minute(choices.int(MINUTES)) + choices.int(2) };
}

function lines<Line>(choices: Choices, make: () => Line): Line[] {
  return Array.from({ length: 1 + choices.int(3) }, make);
}

function quantity(choices: Choices): number {
  return 1 + choices.int(6);
}

/** Mostly an event of that type in the history, now and then one that never comes. */
function earlierOf(choices: Choices, earlier: readonly Event[], ...types: readonly string[]): Event | undefined {
  const fitting = earlier.filter(({ type }) => types.length === 0 || types.includes(type));
  return fitting.length === 0 || chance(choices, 4) ? undefined : fitting[choices.int(fitting.length)];
}

function idOf(event: Event | undefined): EventId {
  return event?.id ?? testId('never');
}

function otherStore(choices: Choices, store: string): string {
  const others = TRADE_STORES.filter((other) => other !== store);
  return others[choices.int(others.length)] ?? TRADE_STORES[0];
}

const requested: Maker = (choices, name) => {
  const own = extras(choices);
  const wanted = lines(choices, () => ({ item: pick(choices, TRADE_ITEMS), quantity: quantity(choices) }));
  return makeEvent(
    name,
    'TransferRequested',
    { from: otherStore(choices, own.store), lines: wanted, neededBy: null },
    own,
  );
};

const declined: Maker = (choices, name, earlier) => {
  const request = earlierOf(choices, earlier, 'TransferRequested');
  return makeEvent(name, 'TransferDeclined', { request: idOf(request) }, extras(choices));
};

const dispatched: Maker = (choices, name, earlier) => {
  const own = extras(choices);
  const request = chance(choices, 50) ? earlierOf(choices, earlier, 'TransferRequested') : undefined;
  // Mostly by the asked store to the one that asks, else by and to whoever.
  const answers = request?.store && chance(choices, 80) ? request : undefined;
  const store = (answers?.payload['from'] as string | undefined) ?? own.store;
  return makeEvent(
    name,
    'TransferDispatched',
    {
      document: name,
      request: request?.id ?? null,
      to: answers?.store ?? otherStore(choices, store),
      expectedAt: chance(choices, 50) ? minute(choices.int(MINUTES)) : null,
      lines: lines(choices, () => ({ item: pick(choices, TRADE_ITEMS), quantity: quantity(choices), unitCost: null })),
    },
    { ...own, store },
  );
};

const received: Maker = (choices, name, earlier) => {
  const shipment = earlierOf(choices, earlier, 'TransferDispatched');
  const from = shipment?.store ?? 'braga';
  const to = (shipment?.payload['to'] as string | undefined) ?? 'porto';
  const own = extras(choices);
  return makeEvent(
    name,
    'TransferReceived',
    {
      document: name,
      shipment: idOf(shipment),
      receipt: pick(choices, RECEIPTS),
      from,
      to,
      lines: lines(choices, () => ({
        item: pick(choices, TRADE_ITEMS),
        accepted: 1 + choices.int(4),
        damaged: choices.int(3),
        surplus: choices.int(2),
      })),
    },
    // Mostly where it was sent, else back at the sender, else wherever.
    { ...own, store: chance(choices, 60) ? to : chance(choices, 60) ? from : own.store },
  );
};

const closed: Maker = (choices, name, earlier) => {
  const shipment = earlierOf(choices, earlier, 'TransferDispatched');
  return makeEvent(name, 'TransferClosed', { shipment: idOf(shipment) }, extras(choices));
};

const ordered: Maker = (choices, name) =>
  makeEvent(
    name,
    'RestockOrdered',
    {
      supplier: null,
      suggestion: null,
      expectedAt: chance(choices, 50) ? minute(choices.int(MINUTES)) : null,
      lines: lines(choices, () => ({ item: pick(choices, TRADE_ITEMS), quantity: quantity(choices), unitCost: null })),
    },
    extras(choices),
  );

const delivered: Maker = (choices, name, earlier) => {
  const order = chance(choices, 80) ? earlierOf(choices, earlier, 'RestockOrdered') : undefined;
  const goods = lines(choices, () => ({ item: pick(choices, TRADE_ITEMS), quantity: quantity(choices) }));
  const named = order === undefined ? {} : { restock: order.id };
  const own = extras(choices);
  return makeEvent(
    name,
    'StockReceived',
    { document: name, ...named, lines: goods },
    {
      ...own,
      store: chance(choices, 90) ? (order?.store ?? own.store) : own.store,
    },
  );
};

const cancelled: Maker = (choices, name, earlier) => {
  const order = earlierOf(choices, earlier, 'RestockOrdered');
  const own = extras(choices);
  const store = chance(choices, 80) ? (order?.store ?? own.store) : own.store;
  return makeEvent(name, 'RestockCancelled', { order: idOf(order) }, { ...own, store });
};

const setPolicy: Maker = (choices, name) => {
  const own = extras(choices);
  const level = () => (chance(choices, 25) ? null : choices.int(9));
  return makeEvent(
    name,
    'StockPolicySet',
    {
      item: pick(choices, TRADE_ITEMS),
      reorderPoint: level(),
      ...(chance(choices, 50) ? { criticalLine: level() } : {}),
      ...(chance(choices, 30) ? { negativeStock: pick(choices, ['silent', 'warn'] as const) } : {}),
    },
    { ...own, store: chance(choices, 40) ? null : own.store },
  );
};

const reversed: Maker = (choices, name, earlier) => {
  const target = earlierOf(choices, earlier, 'TransferDispatched', 'TransferReceived', 'StockReceived');
  const own = extras(choices);
  const line = chance(choices, 50) ? null : choices.int(3);
  const store = chance(choices, 90) ? (target?.store ?? own.store) : own.store;
  return makeEvent(name, 'EntryReversed', { target: idOf(target), line }, { ...own, store });
};

const ruled: Maker = (choices, name, earlier) => {
  const target = idOf(earlierOf(choices, earlier));
  const at = minute(choices.int(MINUTES));
  const kind = choices.int(4);
  if (kind === 0) return makeRuling(name, 'EventSetAside', target, {}, at);
  if (kind === 1) return makeRuling(name, 'EventAdmitted', target, {}, at);
  if (kind === 2) return makeRuling(name, 'EventVoided', target, {}, at);
  return makeRuling(name, 'EventRetimed', target, { effectiveAt: minute(choices.int(MINUTES)), uncertaintyMs: 0 }, at);
};

/** As often as each stands here. */
// prettier-ignore
const MAKERS: readonly [Maker, ...Maker[]] = [
  dispatched, dispatched, dispatched, received, received, received, received, closed, requested, requested, declined,
  ordered, ordered, delivered, delivered, cancelled, setPolicy, setPolicy, reversed, reversed, ruled, ruled,
];

/** A history of `events` events. */
export function randomTrade(choices: Choices, events: number): Event[] {
  const history: Event[] = [];
  for (let index = 0; index < events; index += 1)
    history.push(pick(choices, MAKERS)(choices, `event-${index}`, history));
  return history;
}
