// Short ways to tell what alerts go by besides goods: policies, promises, marks. For named examples and properties.
import type { Event } from '@streamstock/event-log';
import type { AlertKind } from '../alert/alert-events.ts';
import type { PayloadOf } from '../payloads.ts';
import { makeEvent, minute, testId } from './make-event.ts';
import { ITEM } from './short-events.ts';

export function policySet(name: string, fields: Omit<PayloadOf<'StockPolicySet'>, 'item'>, item: string = ITEM): Event {
  return makeEvent(name, 'StockPolicySet', { item, ...fields });
}

/** `until`: minutes; null: until it is released. */
export function held(name: string, at: number, quantity: number, until: number | null, item: string = ITEM): Event {
  const expiresAt = until === null ? null : minute(until);
  const payload = { request: null, order: null, owner: 'web', lines: [{ item, quantity }], expiresAt };
  return makeEvent(name, 'StockReserved', payload, { at: minute(at) });
}

export function released(name: string, at: number, reservation: string): Event {
  return makeEvent(
    name,
    'ReservationReleased',
    { reservation: testId(reservation), reason: 'cancelled' },
    { at: minute(at) },
  );
}

export function picked(name: string, at: number, quantity: number, reservation: string, item: string = ITEM): Event {
  const payload = { order: testId('order'), reservation: testId(reservation), lines: [{ item, quantity }] };
  return makeEvent(name, 'OrderPicked', payload, { at: minute(at) });
}

export function acknowledged(name: string, at: number, kind: AlertKind, item: string = ITEM): Event {
  return makeEvent(name, 'AlertAcknowledged', { kind, item, subject: null }, { at: minute(at) });
}

export function snoozed(name: string, at: number, kind: AlertKind, until: number, item: string = ITEM): Event {
  return makeEvent(name, 'AlertSnoozed', { kind, item, subject: null, until: minute(until) }, { at: minute(at) });
}
