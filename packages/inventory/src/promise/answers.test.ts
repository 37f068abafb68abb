// What the centre answers: given what is known on the head, when it decides, then these events.
import fc from 'fast-check';
import type { EventDraft } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { seededChoices, type Choices } from '../testing/choices.ts';
import { eventOfDraft } from '../testing/command-context.ts';
import { minute } from '../testing/make-event.ts';
import { parsePayload } from '../payloads.ts';
import { propertyRuns } from '../testing/runs.ts';
import { availableOf } from './availability.ts';
import { releaseEnded, decideOrder } from './order-answers.ts';
import { cancelOrder, fulfilOrder, pickOrder } from './order-commands.ts';
import { listExpired, listOrders, readReservationRequest, readReservations } from './promise-queries.ts';
import { centre, lines, PLACES, priced, PromiseScene } from './promise-scene.ts';
import { decideReservation, releaseExpired, reservationOf } from './reservation-answers.ts';
import { releaseReservation } from './reservation-commands.ts';

const typesOf = (drafts: readonly EventDraft[]): string[] => drafts.map(({ type }) => type);

describe('requests', () => {
  it('PR11 what is there is held: under its request, summed per item, until the time that was asked', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    const request = await shop.ask('lisboa', { feta: 4 }, 1, 60);
    expect(await shop.available('lisboa', 'feta', 2)).toBe(10);
    const [answer] = await shop.say(await shop.answerTo(request, 2), 2);
    expect(answer).toMatchObject({
      id: reservationOf(request, centre.sha256),
      type: 'StockReserved',
      store: 'lisboa',
      actor: 'centre',
      causationId: request,
      payload: { request, order: null, owner: 'rita', lines: lines({ feta: 4 }), expiresAt: minute(60) },
    });
    expect(await shop.available('lisboa', 'feta', 3)).toBe(6);
  });

  it('PR10 PR11 S5 two lines of one item are one wish: six and six of ten are refused, and it says why', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    const request = await shop.ask('lisboa', { feta: 6 }, 1);
    const row = await readReservationRequest(shop.tables, request);
    const asked = row?.asked ?? null;
    if (asked === null) throw new Error('There is a request.');
    const twice = { request, asked: { ...asked, lines: [...asked.lines, ...asked.lines] }, answers: [] };
    const available = await availableOf(shop.tables, [{ store: 'lisboa', item: 'feta' }], minute(2));
    expect(decideReservation(twice, { available }, minute(2), centre)).toMatchObject([
      {
        type: 'ReservationRefused',
        payload: { request, reason: 'not-available', lines: [{ item: 'feta', asked: 12, available: 10 }] },
      },
    ]);
  });

  it('PR11 a request whose time is over, that was withdrawn, or that names what nobody knows is refused', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    const late = await shop.ask('lisboa', { feta: 1 }, 1, 5);
    expect(await shop.answerTo(late, 5)).toMatchObject([{ payload: { reason: 'expired' } }]);
    const request = await shop.ask('lisboa', { feta: 1 }, 1);
    const reservation = reservationOf(request, centre.sha256);
    await shop.say(releaseReservation({ reservation, reason: 'cancelled' }, shop.context('lisboa')), 2);
    const row = await readReservationRequest(shop.tables, request);
    const known = await shop.reservation(reservation);
    const view = { request, asked: row?.asked ?? null, answers: [] };
    const offer = { available: [], reservation: known };
    expect(decideReservation(view, offer, minute(3), centre)).toMatchObject([{ payload: { reason: 'cancelled' } }]);
    const unknown = { available: [], unknownItems: new Set(['feta']) };
    expect(decideReservation(view, unknown, minute(3), centre)).toMatchObject([
      { payload: { reason: 'unknown-item', lines: [{ item: 'feta', asked: 1 }] } },
    ]);
  });

  it('PR13 X36 decided again it is the same event, whatever the answer; answered, there is nothing to say', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    const request = await shop.ask('lisboa', { feta: 4 }, 1);
    const first = await shop.answerTo(request, 2);
    expect(await shop.answerTo(request, 2)).toEqual(first);
    await shop.sell('lisboa', { feta: 8 }, 2);
    const other = await shop.answerTo(request, 3);
    expect([first, other].map(typesOf)).toEqual([['StockReserved'], ['ReservationRefused']]);
    expect(other[0]?.id).toBe(first[0]?.id);
    await shop.say(first, 4);
    expect(await shop.answerTo(request, 5)).toEqual([]);
    expect(decideReservation({ request, asked: null, answers: [] }, { available: [] }, minute(5), centre)).toEqual([]);
  });

  it('PR14 X34 the last unit, asked for twice: on a state that lags both would get it, on the head one does', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 1 });
    const [a, b] = [await shop.ask('lisboa', { feta: 1 }, 1), await shop.ask('lisboa', { feta: 1 }, 1)];
    const lagging = [await shop.answerTo(a, 2), await shop.answerTo(b, 2)];
    expect(lagging.map(typesOf)).toEqual([['StockReserved'], ['StockReserved']]);
    await shop.say(await shop.answerTo(a, 2), 2);
    expect(typesOf(await shop.answerTo(b, 2))).toEqual(['ReservationRefused']);
    expect(await shop.available('lisboa', 'feta', 3)).toBe(0);
  });
});

describe('orders', () => {
  it('PR12 a hold and a confirmation for each part, self-contained, each line at the price it was ordered at', async () => {
    const shop = new PromiseScene();
    await shop.receive('braga', { feta: 3 });
    await shop.receive('porto', { feta: 4, rice: 2 });
    const ordered = [...priced({ feta: 2 }), { item: 'feta', quantity: 4, unitPrice: null }, ...priced({ rice: 1 })];
    const order = await shop.order(
      {
        reference: 'W 17',
        customer: 'rita',
        lines: ordered,
        destination: PLACES['porto'] ?? null,
        sourcing: { kind: 'nearest' },
        split: true,
        holdUntil: minute(600),
      },
      1,
      'lisboa',
    );
    const drafts = await shop.verdictOn(order, 2);
    const [porto, , braga] = drafts;
    const confirmed = { order, reference: 'W 17', customer: 'rita', parts: 2, holdUntil: minute(600) };
    expect(drafts).toMatchObject([
      { type: 'StockReserved', store: 'porto', payload: { order, owner: 'rita', lines: lines({ feta: 4, rice: 1 }) } },
      {
        type: 'OrderConfirmed',
        store: 'porto',
        audience: ['lisboa'],
        correlationId: order,
        payload: {
          ...confirmed,
          reservation: porto?.id,
          lines: [...priced({ feta: 2 }), { item: 'feta', quantity: 2, unitPrice: null }, ...priced({ rice: 1 })],
        },
      },
      { type: 'StockReserved', store: 'braga', payload: { order, lines: lines({ feta: 2 }), expiresAt: minute(600) } },
      {
        type: 'OrderConfirmed',
        store: 'braga',
        payload: { ...confirmed, reservation: braga?.id, lines: [{ item: 'feta', quantity: 2, unitPrice: null }] },
      },
    ]);
    for (const draft of drafts) {
      const event = eventOfDraft(draft);
      expect(event === undefined ? undefined : parsePayload(event).ok).toBe(true);
    }
    await shop.say(drafts, 2);
    expect(await shop.available('porto', 'feta', 3)).toBe(0);
    expect(await shop.view(order)).toMatchObject({
      state: 'confirmed',
      parts: [{ store: 'braga' }, { store: 'porto' }],
    });
    expect(await shop.verdictOn(order, 3)).toEqual([]);
  });

  it('PR12 PR13 X36 a rejection holds nothing, and has the id that the first event of any answer would have', async () => {
    const shop = new PromiseScene();
    const order = await shop.order({ lines: priced({ feta: 2 }) }, 1);
    const [rejected] = await shop.verdictOn(order, 2);
    expect(rejected).toMatchObject({
      type: 'OrderRejected',
      store: null,
      payload: { order, reason: 'not-available', lines: [{ item: 'feta', asked: 2, available: 0 }] },
    });
    await shop.receive('lisboa', { feta: 5 }, 2);
    const confirmed = await shop.verdictOn(order, 3);
    expect(typesOf(confirmed)).toEqual(['StockReserved', 'OrderConfirmed']);
    expect(confirmed[0]?.id).toBe(rejected?.id);
    expect(await shop.verdictOn(order, 3)).toEqual(confirmed);
    const unknown = { candidates: [], unknownItems: new Set(['feta']) };
    expect(decideOrder(await shop.view(order), unknown, minute(3), centre)).toMatchObject([
      { payload: { reason: 'unknown-item' } },
    ]);
  });

  it('PR12 nothing is promised once it is cancelled, or when nobody could collect it any more', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 5 });
    const late = await shop.order({ lines: priced({ feta: 1 }), holdUntil: minute(3) }, 1);
    expect(await shop.verdictOn(late, 3)).toMatchObject([{ type: 'OrderRejected', payload: { reason: 'expired' } }]);
    const order = await shop.order({ lines: priced({ feta: 1 }) }, 1);
    await shop.say(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context(null)), 2);
    expect(await shop.verdictOn(order, 3)).toEqual([]);
  });

  it('PR14 X34 S5 the last unit: two shops and a web order race for it', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 1 });
    const request = await shop.ask('lisboa', { feta: 1 }, 1);
    const [web, phone] = [
      await shop.order({ lines: priced({ feta: 1 }) }, 1),
      await shop.order({ lines: priced({ feta: 1 }) }, 1),
    ];
    await shop.say(await shop.verdictOn(phone, 2), 2);
    await shop.say(await shop.answerTo(request, 2), 2);
    await shop.say(await shop.verdictOn(web, 2), 2);
    expect((await shop.view(phone)).state).toBe('confirmed');
    expect((await shop.view(web)).state).toBe('rejected');
    expect(await shop.available('lisboa', 'feta', 3)).toBe(0);
  });
});

describe('releases', () => {
  it('PR13 PR15 X36 what is over is released once, what is not is left alone', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    for (const expiresAt of [5, 9])
      await shop.say(await shop.answerTo(await shop.ask('lisboa', { feta: 2 }, 1, expiresAt), 2), 2);
    const due = async (at: number) => {
      const ids = await listExpired(shop.tables, 'lisboa', minute(at));
      const rows = await readReservations(shop.tables, ids);
      return releaseExpired(
        ids.map((reservation, index) => ({ reservation, row: rows[index] })),
        minute(at),
        centre,
      );
    };
    expect(await due(4)).toEqual([]);
    const first = await due(5);
    expect(first).toMatchObject([{ type: 'ReservationReleased', store: 'lisboa', payload: { reason: 'expired' } }]);
    expect(await due(6)).toEqual(first);
    const early = await readReservations(shop.tables, [first[0]?.causationId ?? '']);
    expect(
      releaseExpired(
        [
          { reservation: 'x', row: early[0] },
          { reservation: 'y', row: undefined },
        ],
        minute(4),
        centre,
      ),
    ).toEqual([]);
    await shop.say(first, 6);
    expect(await due(7)).toEqual([]);
    expect(await due(9)).toHaveLength(1);
  });

  it('PR15 X36 what a cancelled or collected part still holds is given free, once', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    const [cancelled, collected, open] = [
      await shop.confirmed({ lines: priced({ feta: 1 }) }, 1),
      await shop.confirmed({ lines: priced({ feta: 2 }) }, 1),
      await shop.confirmed({ lines: priced({ feta: 3 }) }, 1),
    ];
    const releases = async (order: string) => {
      const { view, reservations } = await shop.known(order);
      return view === undefined ? [] : releaseEnded(view, reservations, centre);
    };
    // Said by a program that knows no reservation.
    const flag = cancelOrder(
      { ...(await shop.known(cancelled)), reservations: new Map(), reason: 'customer' },
      shop.context(null),
    );
    await shop.say(flag, 2);
    await shop.sell('lisboa', { feta: 2 }, 2, { order: collected, from: 'sellable' });
    expect(await shop.available('lisboa', 'feta', 3)).toBe(2);
    expect(await releases(open)).toEqual([]);
    for (const [order, reason] of [
      [cancelled, 'cancelled'],
      [collected, 'collected'],
    ] as const) {
      const drafts = await releases(order);
      expect(drafts).toMatchObject([{ type: 'ReservationReleased', payload: { reason } }]);
      expect(await releases(order)).toEqual(drafts);
      await shop.say(drafts, 4);
      expect(await releases(order)).toEqual([]);
    }
    expect(await shop.available('lisboa', 'feta', 5)).toBe(5);
  });
});

/** A race is long: fewer of them than of other histories. */
const races = Math.ceil(propertyRuns / 8);

/** One step of the life of a chain; the centre decides what is open, one at a time, on the head. */
async function step(shop: PromiseScene, choices: Choices, at: number, open: { requests: string[]; orders: string[] }) {
  const store = ['braga', 'lisboa', 'porto'][choices.int(3)] ?? 'lisboa';
  const wanted = { [['feta', 'rice'][choices.int(2)] ?? 'feta']: 1 + choices.int(3), tea: 1 };
  switch (choices.int(9)) {
    case 0:
      return await shop.receive(store, wanted, at);
    case 1:
      return await shop.sell(store, wanted, at);
    case 2:
    case 3:
      return void open.requests.push(
        await shop.ask(store, wanted, at, choices.int(2) === 0 ? null : at + choices.int(9)),
      );
    case 4:
    case 5: {
      const sourcing = choices.int(2) === 0 ? ({ kind: 'most-stock' } as const) : ({ kind: 'store', store } as const);
      const order = await shop.order(
        { lines: [...priced(wanted), ...priced(wanted)], split: choices.int(2) === 0, sourcing },
        at,
      );
      return void open.orders.push(order);
    }
    case 6: {
      const request = open.requests[choices.int(Math.max(1, open.requests.length))];
      return request === undefined ? undefined : await decided(shop, at, await shop.answerTo(request, at));
    }
    case 7: {
      const order = open.orders[choices.int(Math.max(1, open.orders.length))];
      return order === undefined ? undefined : await decided(shop, at, await shop.verdictOn(order, at));
    }
    default: {
      const orders = await listOrders(shop.tables, { store, open: true });
      const order = orders[choices.int(Math.max(1, orders.length))]?.order;
      if (order === undefined) return undefined;
      const known = await shop.known(order);
      const picked = pickOrder({ ...known, lines: lines({ tea: 1 }) }, shop.context(store));
      if (picked.ok && choices.int(2) === 0) return void (await shop.say(picked, at));
      return void (await shop.say(fulfilOrder({ ...known, lines: priced(wanted) }, shop.context(store)), at));
    }
  }
}

/** Appends an answer; nothing of it may be more than was available at that moment. */
async function decided(shop: PromiseScene, at: number, drafts: readonly EventDraft[]): Promise<void> {
  const promised = drafts.filter(({ type }) => type === 'StockReserved');
  for (const { store, payload } of promised)
    for (const { item, quantity } of payload['lines'] as { item: string; quantity: number }[])
      expect(quantity).toBeLessThanOrEqual(await shop.available(store ?? '', item, at));
  await shop.say(drafts, at);
}

it(
  'PR14 X34 S5 any interleaving of requests, orders, sales and picks, decided one at a time, promises no more than there is',
  { timeout: 600_000 },
  async () => {
    const seen = { reserved: 0, refused: 0, confirmed: 0, rejected: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 5, max: 40 }), async (seed, steps) => {
        const choices = seededChoices(seed);
        const shop = new PromiseScene();
        await shop.receive('lisboa', { feta: 6, rice: 4, tea: 9 });
        await shop.receive('porto', { feta: 3, tea: 5 });
        const open = { requests: [], orders: [] };
        for (let at = 1; at <= steps; at += 1) await step(shop, choices, at, open);
        const count = (type: string) => shop.events.filter((event) => event.type === type).length;
        seen.reserved += count('StockReserved');
        seen.refused += count('ReservationRefused');
        seen.confirmed += count('OrderConfirmed');
        seen.rejected += count('OrderRejected');
      }),
      { numRuns: races },
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThanOrEqual(Math.floor(races / 20));
  },
);
