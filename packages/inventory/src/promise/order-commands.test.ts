// Commands about reservations and orders: given what is known, when a command, then these events or this refusal; and what
// the order is after them.
import { describe, expect, it } from 'vitest';
import { makeEvent, minute, testId } from '../testing/make-event.ts';
import { draftsOf, refusalOf } from '../testing/command-context.ts';
import { releaseEnded } from './order-answers.ts';
import { cancelOrder, fulfilOrder, pickOrder, placeOrder, putBack, type PlaceOrder } from './order-commands.ts';
import { listOrders, putBackTasks, readOrder } from './promise-queries.ts';
import { centre, lines, PLACES, priced, PromiseScene } from './promise-scene.ts';
import { releaseReservation, requestReservation } from './reservation-commands.ts';

/** A shop with 10 feta and 10 rice and an order of it for 4 and 2. */
async function withOrder(placedBy: string | null = null): Promise<{ shop: PromiseScene; order: string }> {
  const shop = new PromiseScene();
  await shop.receive('lisboa', { feta: 10, rice: 10 });
  return {
    shop,
    order: await shop.confirmed({ lines: priced({ feta: 4, rice: 2 }), holdUntil: minute(600) }, 1, placedBy),
  };
}

/** An order that comes from two stores: 4 feta from Porto and 2 from Braga. */
async function withTwoParts(placedBy: string | null = null): Promise<{ shop: PromiseScene; order: string }> {
  const shop = new PromiseScene();
  await shop.receive('porto', { feta: 4 });
  await shop.receive('braga', { feta: 3 });
  return { shop, order: await shop.confirmed({ lines: priced({ feta: 6 }), split: true }, 1, placedBy) };
}

describe('reservations', () => {
  it('PR16 asking says what, for whom, until when and why', () => {
    const shop = new PromiseScene();
    const command = { owner: 'rita', lines: lines({ feta: 2 }), expiresAt: minute(60), note: 'Calls on Friday' };
    expect(draftsOf(requestReservation(command, shop.context('lisboa')))).toMatchObject([
      { type: 'ReservationRequested', store: 'lisboa', audience: [], payload: command },
    ]);
    expect(refusalOf(requestReservation({ ...command, lines: [] }, shop.context('lisboa')))?.code).toBe(
      'empty-document',
    );
    expect(
      refusalOf(requestReservation({ ...command, lines: lines({ feta: 0 }) }, shop.context('lisboa'))),
    ).toMatchObject({
      code: 'quantity-out-of-range',
      path: ['lines', 0, 'quantity'],
    });
    expect(refusalOf(requestReservation({ ...command, expiresAt: -1 }, shop.context('lisboa')))?.path).toEqual([
      'expiresAt',
    ]);
    expect(refusalOf(requestReservation(command, shop.context(null)))?.code).toBe('no-store');
  });

  it('PR16 a release frees what is held, in its own store and once', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    const [held] = await shop.say(await shop.answerTo(await shop.ask('lisboa', { feta: 4 }, 1), 1), 1);
    const reservation = held?.id ?? '';
    const release = async (store: string | null) =>
      releaseReservation(
        { reservation, reason: 'cancelled', known: await shop.reservation(reservation) },
        shop.context(store),
      );
    expect(refusalOf(await release('porto'))?.code).toBe('other-store');
    expect(refusalOf(await release(null))?.code).toBe('no-store');
    await shop.say(await release('lisboa'), 2);
    expect(await shop.available('lisboa', 'feta', 3)).toBe(10);
    expect(refusalOf(await release('lisboa'))?.code).toBe('already-ended');
  });
});

describe('placing', () => {
  const command: PlaceOrder = {
    reference: 'W 17',
    channel: 'web',
    lines: priced({ feta: 2 }),
    destination: null,
    sourcing: { kind: 'most-stock' },
    split: false,
    holdUntil: null,
  };

  it('PR17 an order is placed at head office or in a store, and waits for its answer', async () => {
    const shop = new PromiseScene();
    const [placed] = draftsOf(placeOrder(command, shop.context(null)));
    expect(placed).toMatchObject({ type: 'OrderPlaced', store: null, payload: command });
    const [here] = await shop.say(placeOrder(command, shop.context('lisboa')), 1);
    expect(here).toMatchObject({ store: 'lisboa' });
    expect(await listOrders(shop.tables, { store: 'lisboa', open: true })).toMatchObject([{ state: 'placed' }]);
    expect(await listOrders(shop.tables, { store: 'porto' })).toEqual([]);
  });

  it('PR17 what makes no sense is refused at its field', () => {
    const shop = new PromiseScene();
    const refused = (change: Partial<PlaceOrder>) =>
      refusalOf(placeOrder({ ...command, ...change }, shop.context(null)));
    expect(refused({ lines: [] })?.code).toBe('empty-document');
    expect(refused({ lines: [{ item: 'feta', quantity: 1.5, unitPrice: null }] })?.code).toBe('quantity-not-whole');
    expect(refused({ sourcing: { kind: 'nearest' } })).toMatchObject({ code: 'no-destination', path: ['destination'] });
    expect(refused({ sourcing: { kind: 'nearest' }, destination: PLACES['porto'] ?? null })).toBeUndefined();
    expect(refused({ reference: '<b>' })?.code).toBe('text-not-allowed');
    const many = Array.from({ length: 1_001 }, () => ({ item: 'feta', quantity: 1, unitPrice: null }));
    expect(refused({ lines: many })?.message).toMatch(/lines/);
  });
});

describe('picking', () => {
  it('PR5 PR18 goods go aside, in steps, and use what was held for them', async () => {
    const { shop, order } = await withOrder();
    const known = await shop.known(order);
    const [picked] = await shop.say(pickOrder({ ...known, lines: lines({ feta: 4 }) }, shop.context('lisboa')), 2);
    const [reservation] = [...known.reservations.keys()];
    expect(picked).toMatchObject({ type: 'OrderPicked', payload: { order, reservation, lines: lines({ feta: 4 }) } });
    expect(await shop.available('lisboa', 'feta', 3)).toBe(6);
    expect(await shop.view(order)).toMatchObject({ state: 'confirmed', lines: [{ picked: 4 }, { picked: 0 }] });
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ rice: 2 }) }, shop.context('lisboa')), 3);
    expect(await shop.view(order)).toMatchObject({ state: 'picked', open: true });
  });

  it('PR18 more than the order still needs is refused in words a clerk understands: the goods can stay on the shelf', async () => {
    const { shop, order } = await withOrder();
    const pick = async (quantities: Readonly<Record<string, number>>) =>
      pickOrder({ ...(await shop.known(order)), lines: lines(quantities) }, shop.context('lisboa'));
    expect(refusalOf(await pick({ rice: 1, feta: 5 }))).toMatchObject({
      code: 'more-than-needed',
      message: expect.stringContaining('needs only 4 more of this item'),
      path: ['lines', 1, 'quantity'],
    });
    await shop.say(await pick({ feta: 4 }), 2);
    expect(refusalOf(await pick({ feta: 1 }))?.message).toContain('needs no more of this item');
    expect(refusalOf(await pick({ tea: 1 }))?.code).toBe('more-than-needed');
    expect(
      refusalOf(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 1 }) }, shop.context('porto')))?.code,
    ).toBe('unknown-order');
  });

  it('PR18 an order that ended is not picked for', async () => {
    const { shop, order } = await withOrder();
    await shop.say(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context('lisboa')), 2);
    const again = pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 1 }) }, shop.context('lisboa'));
    expect(refusalOf(again)).toMatchObject({ code: 'order-ended', message: expect.stringContaining('cancelled') });
  });
});

describe('handing over', () => {
  it('PR5 PR19 what was set aside leaves the house; complete, the order is fulfilled and nobody has anything to do', async () => {
    const { shop, order } = await withOrder();
    await shop.say(
      pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 4, rice: 2 }) }, shop.context('lisboa')),
      2,
    );
    const handed = fulfilOrder({ ...(await shop.known(order)), lines: priced({ feta: 4 }) }, shop.context('lisboa'));
    expect(draftsOf(handed).map(({ type }) => type)).toEqual(['OrderFulfilled']);
    await shop.say(handed, 3);
    expect(await shop.view(order)).toMatchObject({ state: 'picked' });
    await shop.say(
      fulfilOrder({ ...(await shop.known(order)), lines: priced({ rice: 2 }) }, shop.context('lisboa')),
      4,
    );
    expect(await shop.view(order)).toMatchObject({ state: 'fulfilled', open: false });
    expect(await listOrders(shop.tables, { store: 'lisboa', open: true })).toEqual([]);
    expect(await listOrders(shop.tables, { store: 'lisboa', open: false })).toMatchObject([{ order }]);
    expect(await shop.available('lisboa', 'feta', 5)).toBe(6);
  });

  it('PR19 S9 goods promised to an order can always be handed over: not picked, expired, sold out, cancelled, more than ordered', async () => {
    const { shop, order } = await withOrder();
    await shop.sell('lisboa', { feta: 9 }, 2);
    await shop.say(cancelOrder({ ...(await shop.known(order)), reason: 'not-collected' }, shop.context('lisboa')), 700);
    const handed = await shop.say(
      fulfilOrder({ ...(await shop.known(order)), lines: priced({ feta: 5, rice: 2 }) }, shop.context('lisboa')),
      701,
    );
    expect(handed.map(({ type }) => type)).toEqual(['OrderPicked', 'OrderPicked', 'OrderFulfilled']);
    expect(handed[0]?.payload).toMatchObject({ lines: lines({ feta: 4, rice: 2 }) });
    expect(handed[1]?.payload).toMatchObject({ reservation: null, lines: lines({ feta: 1 }) });
    expect(await shop.view(order)).toMatchObject({ state: 'fulfilled', lines: [{ fulfilled: 5, toPutBack: 0 }, {}] });
    expect(await shop.available('lisboa', 'feta', 702)).toBe(-4);
    expect(await shop.available('lisboa', 'rice', 702)).toBe(8);
  });

  it('PR19 S9 an order this device does not know is handed over all the same', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 3 });
    const order = testId('unheard');
    await shop.say(
      fulfilOrder({ ...(await shop.known(order)), lines: priced({ feta: 2 }) }, shop.context('lisboa')),
      2,
    );
    expect(await shop.available('lisboa', 'feta', 3)).toBe(1);
    expect(await shop.view(order)).toMatchObject({ state: 'unknown', open: true });
    expect(await readOrder(shop.tables, testId('never'))).toBeUndefined();
  });

  it('PR5 a sale that names the order counts as its hand-over, from where it says', async () => {
    const { shop, order } = await withOrder();
    const [reservation] = [...(await shop.known(order)).reservations.keys()];
    await shop.sell('lisboa', { feta: 4, rice: 2 }, 2, {
      order,
      from: 'sellable',
      ...(reservation === undefined ? {} : { reservation }),
    });
    expect(await shop.view(order)).toMatchObject({ state: 'fulfilled', open: false });
    expect(await shop.available('lisboa', 'feta', 3)).toBe(6);
  });
});

describe('cancelling and putting back', () => {
  it('PR20 ends the hold with it; what was picked is to be put back, until it is', async () => {
    const { shop, order } = await withOrder();
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 3 }) }, shop.context('lisboa')), 2);
    const drafts = draftsOf(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context('lisboa')));
    expect(drafts).toMatchObject([
      {
        type: 'OrderCancelled',
        store: 'lisboa',
        causationId: order,
        payload: { order, reason: 'customer', putBack: [] },
      },
      { type: 'ReservationReleased', store: 'lisboa', payload: { reason: 'cancelled' } },
    ]);
    await shop.say(drafts, 3);
    expect(await shop.available('lisboa', 'rice', 4)).toBe(10);
    expect(await shop.view(order)).toMatchObject({ state: 'cancelled', open: true });
    expect(await putBackTasks(shop.tables, 'lisboa')).toEqual([{ store: 'lisboa', order, item: 'feta', quantity: 3 }]);
  });

  it('PR7 PR21 goods put back are on the shelf again; no more than stand aside', async () => {
    const { shop, order } = await withOrder();
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 3 }) }, shop.context('lisboa')), 2);
    const back = async (quantity: number) =>
      putBack({ ...(await shop.known(order)), lines: lines({ feta: quantity }) }, shop.context('lisboa'));
    expect(refusalOf(await back(3))).toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('still wants'),
    });
    await shop.say(cancelOrder({ ...(await shop.known(order)), reason: 'not-collected' }, shop.context('lisboa')), 3);
    expect(refusalOf(await back(4))).toMatchObject({
      code: 'more-than-needed',
      message: expect.stringContaining('Only 3'),
    });
    const [put] = await shop.say(await back(2), 4);
    expect(put?.payload).toEqual({ order, reason: 'not-collected', putBack: lines({ feta: 2 }) });
    expect(await putBackTasks(shop.tables, 'lisboa')).toMatchObject([{ quantity: 1 }]);
    await shop.say(await back(1), 5);
    expect(await putBackTasks(shop.tables, 'lisboa')).toEqual([]);
    expect(await shop.view(order)).toMatchObject({ state: 'cancelled', open: false });
    expect(await shop.available('lisboa', 'feta', 6)).toBe(10);
    const nothing = putBack(
      { ...(await shop.known(testId('never'))), lines: lines({ feta: 1 }) },
      shop.context('lisboa'),
    );
    expect(refusalOf(nothing)?.code).toBe('unknown-order');
  });

  it('PR7 a pick heard after the cancellation is to be put back; a complete hand-over heard after it is no cancellation', async () => {
    const { shop, order } = await withOrder();
    const late = draftsOf(
      pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 4, rice: 2 }) }, shop.context('lisboa')),
    );
    await shop.say(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context(null)), 5);
    await shop.say(late, 2);
    expect(await putBackTasks(shop.tables, 'lisboa')).toMatchObject([
      { item: 'feta', quantity: 4 },
      { item: 'rice', quantity: 2 },
    ]);
    await shop.say(
      fulfilOrder({ ...(await shop.known(order)), lines: priced({ feta: 4, rice: 2 }) }, shop.context('lisboa')),
      3,
    );
    expect(await shop.view(order)).toMatchObject({ state: 'fulfilled', open: false });
    expect(await putBackTasks(shop.tables, 'lisboa')).toEqual([]);
  });

  it('PR6 PR20 a store ends its own part; the others go on', async () => {
    const { shop, order } = await withTwoParts();
    await shop.say(cancelOrder({ ...(await shop.known(order)), reason: 'not-available' }, shop.context('braga')), 2);
    expect(await shop.view(order)).toMatchObject({
      state: 'confirmed',
      parts: [
        { store: 'braga', state: 'cancelled', open: false },
        { store: 'porto', state: 'confirmed', open: true },
      ],
    });
    expect(
      refusalOf(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context('braga')))?.code,
    ).toBe('order-ended');
    expect(
      refusalOf(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context('lisboa')))?.code,
    ).toBe('other-store');
    await shop.say(fulfilOrder({ ...(await shop.known(order)), lines: priced({ feta: 4 }) }, shop.context('porto')), 3);
    expect(await shop.view(order)).toMatchObject({ state: 'fulfilled' });
  });

  it('PR6 PR20 head office ends it everywhere, and all its stores hear of it', async () => {
    const { shop, order } = await withTwoParts('lisboa');
    const drafts = draftsOf(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context(null)));
    expect(drafts).toMatchObject([
      { type: 'OrderCancelled', store: null, audience: ['braga', 'lisboa', 'porto'] },
      { type: 'ReservationReleased', store: 'braga' },
      { type: 'ReservationReleased', store: 'porto' },
    ]);
    await shop.say(drafts, 2);
    expect(await shop.view(order)).toMatchObject({ state: 'cancelled', open: false });
    expect(refusalOf(cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context(null)))?.code).toBe(
      'order-ended',
    );
    expect(
      refusalOf(cancelOrder({ ...(await shop.known(testId('never'))), reason: 'customer' }, shop.context(null)))?.code,
    ).toBe('unknown-order');
  });

  it('PR6 PR7 the store that placed it ends it everywhere; putting goods back, it speaks for itself alone', async () => {
    const { shop, order } = await withTwoParts('braga');
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 2 }) }, shop.context('braga')), 2);
    const aside = makeEvent(
      'aside',
      'OrderCancelled',
      { order, reason: 'mistake', putBack: lines({ feta: 1 }) },
      { store: 'braga', at: minute(3) },
    );
    await shop.take([aside]);
    expect(await shop.view(order)).toMatchObject({
      parts: [{ state: 'cancelled' }, { store: 'porto', state: 'confirmed' }],
    });
    const cancelled = draftsOf(
      cancelOrder({ ...(await shop.known(order)), reason: 'customer' }, shop.context('braga')),
    );
    // A device speaks for its own store: what Porto holds is released by the centre.
    expect(cancelled.map(({ type, store }) => [type, store])).toEqual([['OrderCancelled', 'braga']]);
    await shop.say(cancelled, 4);
    expect(await shop.view(order)).toMatchObject({
      state: 'cancelled',
      parts: [{}, { store: 'porto', state: 'cancelled' }],
    });
    const { view, reservations } = await shop.known(order);
    expect(view === undefined ? [] : releaseEnded(view, reservations, centre)).toMatchObject([{ store: 'porto' }]);
  });

  it('PR5 a confirmation that counts wins over a rejection', async () => {
    const { shop, order } = await withOrder();
    const rejected = { order, reason: 'not-available' as const, lines: [] };
    await shop.take([makeEvent('no', 'OrderRejected', rejected, { store: null, at: minute(0.5) })]);
    expect(await shop.view(order)).toMatchObject({ state: 'confirmed', rejected: null });
    const other = await shop.order({ lines: priced({ tea: 1 }) }, 2);
    await shop.say(await shop.verdictOn(other, 3), 3);
    expect(await shop.view(other)).toMatchObject({
      state: 'rejected',
      open: false,
      rejected: { reason: 'not-available' },
    });
    expect(
      refusalOf(cancelOrder({ ...(await shop.known(other)), reason: 'customer' }, shop.context(null)))?.message,
    ).toContain('rejected');
  });
});
