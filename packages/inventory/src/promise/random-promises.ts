// Random histories of promises, dense: three stores, two items, few requests and orders, so that events name each other,
// collide in time, come twice and are judged. Pure: the same choices give the same history. For tests.
import type { Event, EventId } from '@streamstock/event-log';
import { chance, pick, type Choices } from '../testing/choices.ts';
import { makeEvent, makeRuling, minute, testId, type EventExtras } from '../testing/make-event.ts';

const STORES = ['braga', 'lisboa', 'porto'] as const;
const ITEMS = ['feta', 'rice'] as const;
const NAMES = 3;

function moment(choices: Choices): number {
  return minute(choices.int(6)) + choices.int(2);
}

function deadline(choices: Choices): number | null {
  return chance(choices, 40) ? null : moment(choices);
}

function linesOf(choices: Choices): { item: string; quantity: number }[] {
  return Array.from({ length: 1 + choices.int(3) }, () => ({
    item: pick(choices, ITEMS),
    quantity: 1 + choices.int(4),
  }));
}

function pricedLinesOf(choices: Choices): { item: string; quantity: number; unitPrice: null }[] {
  return linesOf(choices).map((line) => ({ ...line, unitPrice: null }));
}

/** One of few names: that of an event of the history, or one that never comes. */
function named(choices: Choices, kind: string): EventId {
  return testId(`${kind}-${choices.int(NAMES)}`);
}

type Maker = (choices: Choices, name: string, extras: EventExtras & { readonly store: string }) => Event;

const makers: readonly [Maker, ...Maker[]] = [
  (choices, name, extras) =>
    makeEvent(
      name,
      'ReservationRequested',
      { owner: 'rita', lines: linesOf(choices), expiresAt: deadline(choices) },
      extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'StockReserved',
      {
        request: chance(choices, 50) ? named(choices, 'ReservationRequested') : null,
        order: chance(choices, 50) ? named(choices, 'OrderPlaced') : null,
        owner: 'rita',
        lines: linesOf(choices),
        expiresAt: deadline(choices),
      },
      extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'ReservationRefused',
      { request: named(choices, 'ReservationRequested'), reason: 'not-available', lines: [] },
      extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'ReservationReleased',
      {
        reservation: named(choices, 'StockReserved'),
        reason: pick(choices, ['expired', 'cancelled', 'sourced-elsewhere', 'collected']),
      },
      extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'OrderPlaced',
      {
        channel: 'web',
        lines: pricedLinesOf(choices),
        destination: null,
        sourcing: { kind: 'most-stock' },
        split: true,
        holdUntil: deadline(choices),
      },
      chance(choices, 60) ? { ...extras, store: null } : extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'OrderConfirmed',
      {
        order: named(choices, 'OrderPlaced'),
        reservation: named(choices, 'StockReserved'),
        parts: 1,
        lines: pricedLinesOf(choices),
        holdUntil: deadline(choices),
      },
      extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'OrderRejected',
      { order: named(choices, 'OrderPlaced'), reason: 'no-store', lines: [] },
      { ...extras, store: null },
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'OrderPicked',
      {
        order: named(choices, 'OrderPlaced'),
        reservation: chance(choices, 75) ? named(choices, 'StockReserved') : null,
        lines: linesOf(choices),
      },
      extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'OrderCancelled',
      {
        order: named(choices, 'OrderPlaced'),
        reason: 'customer',
        putBack: chance(choices, 50) ? linesOf(choices) : [],
      },
      chance(choices, 30) ? { ...extras, store: null } : extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'OrderFulfilled',
      { order: named(choices, 'OrderPlaced'), document: name, lines: pricedLinesOf(choices) },
      extras,
    ),
  (choices, name, extras) =>
    makeEvent(
      name,
      'StockSold',
      {
        document: name,
        ...(chance(choices, 60) ? { reservation: named(choices, 'StockReserved') } : {}),
        ...(chance(choices, 60) ? { order: named(choices, 'OrderPlaced') } : {}),
        ...(chance(choices, 40) ? { from: pick(choices, ['picked', 'sellable']) } : {}),
        lines: pricedLinesOf(choices),
      },
      extras,
    ),
  (choices, name, extras) => makeEvent(name, 'StockReceived', { document: name, lines: linesOf(choices) }, extras),
];

const RULINGS = ['EventVoided', 'EventSetAside', 'EventAdmitted', 'EventRetimed'] as const;

/** `length` events in the order in which they were made; some are rulings and reversals of others, before or after them. */
export function randomPromises(choices: Choices, length: number): Event[] {
  const counts = new Map<string, number>();
  const events: Event[] = [];
  for (let index = 0; index < length; index += 1) {
    const extras = { store: pick(choices, STORES), at: moment(choices), actor: 'ana' };
    const target = events.length === 0 ? undefined : events[choices.int(events.length)];
    if (target !== undefined && chance(choices, 12)) {
      const type = pick(choices, RULINGS);
      const retimed = type === 'EventRetimed' ? { effectiveAt: moment(choices), uncertaintyMs: 0 } : {};
      events.push(makeRuling(`ruling-${index}`, type, target.id, retimed, moment(choices)));
      continue;
    }
    if (target !== undefined && chance(choices, 10)) {
      const store = chance(choices, 85) && target.store !== null ? target.store : extras.store;
      const line = chance(choices, 50) ? null : choices.int(3);
      events.push(makeEvent(`reversal-${index}`, 'EntryReversed', { target: target.id, line }, { ...extras, store }));
      continue;
    }
    const event = pick(choices, makers)(choices, 'unnamed', extras);
    const count = counts.get(event.type) ?? 0;
    counts.set(event.type, count + 1);
    events.push({ ...event, id: testId(`${event.type}-${count}`) });
  }
  return events;
}
