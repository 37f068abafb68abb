// Random promises: reservations asked for, given, refused, released and used; orders through all their states.
import type { Event } from '@streamstock/event-log';
import { chance, pick, type Choices } from './choices.ts';
import { makeEvent } from './make-event.ts';
import {
  deadline,
  earlierOf,
  extras,
  extrasOfSameStore,
  item,
  lines,
  price,
  quantity,
  referenceTo,
  type Maker,
} from './random-parts.ts';

function promised(choices: Choices) {
  return lines(choices, () => ({ item: item(choices), quantity: quantity(choices) }));
}

function priced(choices: Choices) {
  return lines(choices, () => ({ item: item(choices), quantity: quantity(choices), unitPrice: price(choices) }));
}

function short(choices: Choices) {
  return [{ item: item(choices), asked: quantity(choices), available: choices.int(5) - 2 }];
}

const requested: Maker = (choices, name) =>
  makeEvent(
    name,
    'ReservationRequested',
    { owner: 'eva', lines: promised(choices), expiresAt: deadline(choices) },
    extras(choices),
  );

const reserved: Maker = (choices, name, earlier) => {
  const request = earlierOf(choices, earlier, 'ReservationRequested');
  const order = earlierOf(choices, earlier, 'OrderPlaced');
  return makeEvent(
    name,
    'StockReserved',
    {
      request: chance(choices, 50) ? (request?.id ?? null) : null,
      order: chance(choices, 50) ? (order?.id ?? null) : null,
      owner: 'eva',
      lines: promised(choices),
      expiresAt: deadline(choices),
    },
    extrasOfSameStore(choices, request),
  );
};

const refused: Maker = (choices, name, earlier) => {
  const request = earlierOf(choices, earlier, 'ReservationRequested');
  return makeEvent(
    name,
    'ReservationRefused',
    {
      request: request?.id ?? referenceTo(choices, []),
      reason: 'not-available',
      lines: short(choices),
    },
    extrasOfSameStore(choices, request),
  );
};

const released: Maker = (choices, name, earlier) => {
  const reservation = earlierOf(choices, earlier, 'StockReserved');
  return makeEvent(
    name,
    'ReservationReleased',
    {
      reservation: reservation?.id ?? referenceTo(choices, []),
      reason: pick(choices, ['collected', 'cancelled', 'expired', 'sourced-elsewhere'] as const),
    },
    extrasOfSameStore(choices, reservation),
  );
};

const placed: Maker = (choices, name) =>
  makeEvent(
    name,
    'OrderPlaced',
    {
      channel: pick(choices, ['web', 'store', 'phone'] as const),
      lines: priced(choices),
      destination: null,
      sourcing: { kind: 'most-stock' },
      split: chance(choices, 50),
      holdUntil: deadline(choices),
    },
    chance(choices, 50) ? { ...extras(choices), store: null } : extras(choices),
  );

const confirmed: Maker = (choices, name, earlier) => {
  const reservation = earlierOf(choices, earlier, 'StockReserved');
  return makeEvent(
    name,
    'OrderConfirmed',
    {
      order: referenceTo(choices, earlier, 'OrderPlaced'),
      reservation: reservation?.id ?? referenceTo(choices, []),
      parts: 1 + choices.int(2),
      lines: priced(choices),
      holdUntil: deadline(choices),
    },
    extrasOfSameStore(choices, reservation),
  );
};

const rejected: Maker = (choices, name, earlier) =>
  makeEvent(
    name,
    'OrderRejected',
    {
      order: referenceTo(choices, earlier, 'OrderPlaced'),
      reason: pick(choices, ['not-available', 'no-store'] as const),
      lines: short(choices),
    },
    { ...extras(choices), store: null },
  );

function orderOf(choices: Choices, earlier: readonly Event[]) {
  return referenceTo(choices, earlier, 'OrderPlaced');
}

const picked: Maker = (choices, name, earlier) => {
  const reservation = chance(choices, 80) ? earlierOf(choices, earlier, 'StockReserved') : undefined;
  return makeEvent(
    name,
    'OrderPicked',
    { order: orderOf(choices, earlier), reservation: reservation?.id ?? null, lines: promised(choices) },
    extrasOfSameStore(choices, reservation),
  );
};

const cancelled: Maker = (choices, name, earlier) => {
  const headOffice = chance(choices, 30);
  return makeEvent(
    name,
    'OrderCancelled',
    {
      order: orderOf(choices, earlier),
      reason: pick(choices, ['customer', 'not-collected', 'not-available', 'mistake'] as const),
      putBack: headOffice || chance(choices, 30) ? [] : promised(choices),
    },
    headOffice ? { ...extras(choices), store: null } : extras(choices),
  );
};

const fulfilled: Maker = (choices, name, earlier) =>
  makeEvent(
    name,
    'OrderFulfilled',
    {
      order: orderOf(choices, earlier),
      document: name,
      lines: priced(choices).map((line) => (chance(choices, 15) ? { ...line, unit: 'gram' as const } : line)),
    },
    extras(choices),
  );

/** As often as each stands here. */
// prettier-ignore
export const PROMISE_MAKERS: readonly [Maker, ...Maker[]] = [
  reserved, reserved, reserved, released, released, requested, refused, placed, placed, confirmed, confirmed, rejected,
  picked, picked, picked, cancelled, fulfilled, fulfilled,
];
