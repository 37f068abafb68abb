// What reservations hold, told as short histories; each is tried in every order of arrival.
import { MemoryTables, type Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { inEveryOrder, ITEM, received, reversed, sold, STORE } from '../testing/short-events.ts';
import { availableOf, listAvailability } from './availability.ts';
import {
  listExpired,
  listOpenRequests,
  listSecondAnswers,
  nextExpiryAfter,
  readReservation,
  readReservationRequest,
} from './promise-queries.ts';

const line = { store: STORE, item: ITEM };

interface Reserving {
  readonly expiresAt?: number;
  readonly request?: string;
  readonly item?: string;
}

function reserved(
  name: string,
  at: number,
  quantity: number,
  { expiresAt, request, item = ITEM }: Reserving = {},
): Event {
  return makeEvent(
    name,
    'StockReserved',
    {
      request: request === undefined ? null : testId(request),
      order: null,
      owner: 'rita',
      lines: [{ item, quantity }],
      expiresAt: expiresAt === undefined ? null : minute(expiresAt),
    },
    { at: minute(at) },
  );
}

function released(name: string, at: number, reservation: string): Event {
  return makeEvent(
    'released-' + name,
    'ReservationReleased',
    { reservation: testId(reservation), reason: 'expired' },
    { at: minute(at) },
  );
}

function picked(name: string, at: number, quantity: number, reservation: string): Event {
  return makeEvent(
    name,
    'OrderPicked',
    { order: testId('order'), reservation: testId(reservation), lines: [{ item: ITEM, quantity }] },
    { at: minute(at) },
  );
}

function asked(name: string, at: number, quantity: number): Event {
  return makeEvent(
    name,
    'ReservationRequested',
    { owner: 'rita', lines: [{ item: ITEM, quantity }], expiresAt: null },
    { at: minute(at) },
  );
}

function refused(name: string, at: number, request: string): Event {
  const lines = [{ item: ITEM, asked: 1, available: 0 }];
  return makeEvent(
    name,
    'ReservationRefused',
    { request: testId(request), reason: 'not-available', lines },
    { at: minute(at) },
  );
}

/** [reserved, available] of the line at a minute, the same in every order of arrival. */
async function figures(events: readonly Event[], at: number): Promise<readonly [number, number]> {
  const seen = new Map<string, readonly [number, number]>();
  await inEveryOrder(events, async (tables) => {
    const [answer] = await availableOf(tables, [line], minute(at));
    const figure = [answer?.reserved ?? 0, answer?.available ?? 0] as const;
    seen.set(figure.join(), figure);
  });
  expect(seen.size).toBe(1);
  return [...seen.values()][0] ?? [0, 0];
}

async function tablesOf(events: readonly Event[]): Promise<MemoryTables> {
  let last = new MemoryTables();
  await inEveryOrder(events, async (tables) => {
    last = tables;
  });
  return last;
}

describe('what a reservation holds', () => {
  it('PR2 what another store takes or releases leaves this shelf and its promises alone', async () => {
    const elsewhere = { store: 'braga', at: minute(3) };
    const named = { reservation: testId('r'), lines: [{ item: ITEM, quantity: 1 }] };
    const events = [
      received('in', 1, 10),
      reserved('r', 2, 4),
      makeEvent('pick', 'OrderPicked', { order: testId('order'), ...named }, elsewhere),
      makeEvent('end', 'ReservationReleased', { reservation: testId('r'), reason: 'cancelled' }, elsewhere),
    ];
    expect(await figures(events, 5)).toEqual([4, 6]);
  });

  it('PR2 PR4 goods that are held are not available; nothing on the shelf moves', async () => {
    const events = [received('in', 1, 10), reserved('r', 2, 4), reserved('other', 2, 3, { item: 'rice' })];
    expect(await figures(events, 3)).toEqual([4, 6]);
    const tables = await tablesOf(events);
    expect(await listAvailability(tables, { store: STORE }, minute(3))).toEqual([
      { ...line, sellable: 10, reserved: 4, available: 6, shortfall: 0 },
      { store: STORE, item: 'rice', sellable: 0, reserved: 3, available: -3, shortfall: 3 },
    ]);
    expect(await listAvailability(tables, { store: 'porto' }, minute(3))).toEqual([]);
  });

  it('PR2 from its expiry on it holds nothing, without any event', async () => {
    const events = [received('in', 1, 10), reserved('r', 2, 4, { expiresAt: 9 })];
    expect(await figures(events, 8.99)).toEqual([4, 6]);
    expect(await figures(events, 9)).toEqual([0, 10]);
  });

  it('PR2 X35 a pick made before the expiry and heard after the release: never a hold below zero', async () => {
    const events = [
      received('in', 1, 10),
      reserved('r', 2, 5, { expiresAt: 9 }),
      released('r', 9, 'r'),
      picked('pick', 8, 3, 'r'),
    ];
    expect(await figures(events, 8.5)).toEqual([0, 7]);
    expect(await figures(events, 10)).toEqual([0, 7]);
    expect(await figures([...events.slice(0, 2), picked('pick', 8, 7, 'r')], 8.5)).toEqual([0, 3]);
  });

  it('PR2 X31 of two releases one is voided: the other still ends it; with both gone it holds again', async () => {
    const events = [reserved('r', 2, 5), released('a', 3, 'r'), released('b', 4, 'r')];
    const voided = (name: string) => makeRuling(`void-${name}`, 'EventVoided', testId(`released-${name}`));
    expect(await figures([...events, voided('a')], 5)).toEqual([0, 0]);
    expect(await figures([...events, voided('a'), voided('b')], 5)).toEqual([5, -5]);
  });

  it('PR2 S7 picks and sales that name it use it up, reversed ones give it back: summed each time, so nothing drifts', async () => {
    const sale = sold('sale', 4, 2);
    const used = { ...sale, payload: { ...sale.payload, reservation: testId('r') } };
    const events = [received('in', 1, 10), reserved('r', 2, 5), picked('pick', 3, 1, 'r'), used];
    expect(await figures(events, 5)).toEqual([2, 5]);
    expect(await figures([...events, reversed('oops', 5, 'sale')], 6)).toEqual([4, 5]);
    expect(await figures([...events, makeRuling('void', 'EventVoided', testId('pick'))], 6)).toEqual([3, 5]);
  });

  it('PR2 what is known of it before it comes is kept, and counts when it comes', async () => {
    const tables = await tablesOf([picked('pick', 3, 1, 'r'), released('r', 4, 'r')]);
    expect(await readReservation(tables, testId('r'))).toMatchObject({ body: null, used: [{}], released: [{}] });
    expect(await availableOf(tables, [line], minute(5))).toMatchObject([{ reserved: 0, available: -1 }]);
    expect(await readReservation(tables, testId('never'))).toBeUndefined();
  });

  it('PR2 a reservation that is voided or set aside holds nothing, admitted it holds again', async () => {
    const aside = [reserved('r', 2, 5), makeRuling('aside', 'EventSetAside', testId('r'))];
    expect(await figures(aside, 3)).toEqual([0, 0]);
    expect(await figures([...aside, makeRuling('in', 'EventAdmitted', testId('r'))], 3)).toEqual([5, -5]);
  });
});

describe('answers', () => {
  it('PR3 the earliest answer counts, the later one holds nothing and is listed', async () => {
    const request = asked('ask', 1, 2);
    const events = [request, reserved('late', 5, 2, { request: 'ask' }), reserved('early', 4, 2, { request: 'ask' })];
    expect(await figures(events, 6)).toEqual([2, -2]);
    const tables = await tablesOf(events);
    expect(await readReservation(tables, testId('late'))).toMatchObject({ secondTo: testId('early') });
    expect(await readReservation(tables, testId('early'))).toMatchObject({ secondTo: null });
    expect(await listSecondAnswers(tables)).toMatchObject([
      { request: request.id, answers: [{ event: testId('early') }, { event: testId('late') }] },
    ]);
  });

  it('PR3 a refusal that came first stands, until it is voided', async () => {
    const events = [asked('ask', 1, 2), refused('no', 4, 'ask'), reserved('yes', 5, 2, { request: 'ask' })];
    expect(await figures(events, 6)).toEqual([0, 0]);
    expect(await figures([...events, makeRuling('void', 'EventVoided', testId('no'))], 6)).toEqual([2, -2]);
  });

  it('PR8 a store knows what it asked and nobody answered', async () => {
    const tables = await tablesOf([asked('ask', 1, 2), asked('other', 1, 1), refused('no', 2, 'other')]);
    expect(await listOpenRequests(tables, STORE)).toMatchObject([
      { request: testId('ask'), asked: { owner: 'rita', lines: [{ item: ITEM, quantity: 2 }] }, answers: [] },
    ]);
    expect(await listOpenRequests(tables, 'porto')).toEqual([]);
    expect(await readReservationRequest(tables, testId('other'))).toMatchObject({ answers: [{ kind: 'refused' }] });
  });
});

it('PR8 the next hold that ends by itself, and those that have ended and were not released', async () => {
  const tables = await tablesOf([
    reserved('a', 1, 2, { expiresAt: 5 }),
    reserved('b', 1, 2, { expiresAt: 8 }),
    reserved('forever', 1, 2),
    reserved('over', 1, 2, { expiresAt: 4 }),
    released('over', 4, 'over'),
  ]);
  expect(await nextExpiryAfter(tables, STORE, minute(1))).toBe(minute(5));
  expect(await nextExpiryAfter(tables, STORE, minute(5))).toBe(minute(8));
  expect(await nextExpiryAfter(tables, STORE, minute(8))).toBeNull();
  expect(await nextExpiryAfter(tables, 'porto', minute(1))).toBeNull();
  expect(await listExpired(tables, STORE, minute(4.9))).toEqual([]);
  expect(await listExpired(tables, STORE, minute(9))).toEqual([testId('a'), testId('b')]);
  expect(await listExpired(tables, STORE, minute(9), 1)).toEqual([testId('a')]);
});
