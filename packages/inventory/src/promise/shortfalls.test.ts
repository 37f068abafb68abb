// Broken promises: what a fact leaves uncovered, and what is done about it.
import { describe, expect, it } from 'vitest';
import { isInAudience, type EventId } from '@streamstock/event-log';
import { draftsOf, refusalOf } from '../testing/command-context.ts';
import { makeEvent, minute } from '../testing/make-event.ts';
import { fulfilOrder, pickOrder, type PlaceOrder } from './order-commands.ts';
import { centre, lines, priced, PromiseScene, stores } from './promise-scene.ts';
import { resolveShortfall, type Resolution } from './resolve-shortfall.ts';
import { brokenPromises, shortfallsOf, type BrokenPromise } from './shortfalls.ts';
import { sourcingCandidates } from './sourcing-candidates.ts';

async function broken(shop: PromiseScene, at: number): Promise<BrokenPromise[]> {
  return brokenPromises(await shortfallsOf(shop.tables, {}, minute(at)));
}

async function reSource(shop: PromiseScene, at: number, more: Partial<Resolution> = {}): Promise<Resolution> {
  const candidates = await sourcingCandidates(shop.tables, stores, ['feta', 'rice'], minute(at));
  return { kind: 're-source', candidates, ...more } as Resolution;
}

async function resolve(shop: PromiseScene, promise: BrokenPromise | undefined, resolution: Resolution, at: number) {
  if (promise === undefined) throw new Error('There is a broken promise.');
  const view = promise.order === null ? undefined : await shop.view(promise.order);
  const row = await shop.reservation(promise.reservation);
  return resolveShortfall({ broken: promise, row, view }, resolution, minute(at), centre);
}

/** Lisboa holds 4 feta and 2 rice for an order, then a count finds that 1 feta is left. Porto has 5 feta. */
async function stolen(
  command: Partial<PlaceOrder> = {},
  placedBy: string | null = null,
): Promise<{ shop: PromiseScene; order: EventId }> {
  const shop = new PromiseScene();
  await shop.receive('lisboa', { feta: 9, rice: 9 });
  const order = await shop.confirmed(
    { lines: priced({ feta: 4, rice: 2 }), holdUntil: minute(600), ...command },
    1,
    placedBy,
  );
  await shop.receive('porto', { feta: 5 }, 2);
  const seen = {
    session: 'c',
    area: 'shelf',
    counter: 'ana',
    lines: [{ item: 'feta', bucket: 'sellable' as const, quantity: 1 }],
  };
  await shop.take([makeEvent('count', 'StockCounted', seen, { store: 'lisboa', at: minute(3) })]);
  return { shop, order };
}

describe('what is broken', () => {
  it('PR22 a line below what it promises names whom it hits, the latest promised first', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 10 });
    const first = await shop.confirmed({ lines: priced({ feta: 4 }) }, 1);
    const [second] = await shop.say(await shop.answerTo(await shop.ask('lisboa', { feta: 5 }, 2), 2), 2);
    expect(await shortfallsOf(shop.tables, {}, minute(3))).toEqual([]);
    await shop.sell('lisboa', { feta: 7 }, 3);
    expect(await shortfallsOf(shop.tables, { store: 'lisboa' }, minute(4))).toMatchObject([
      {
        store: 'lisboa',
        item: 'feta',
        sellable: 3,
        reserved: 9,
        available: -6,
        shortfall: 6,
        broken: [
          { reservation: second?.id, order: null, owner: 'rita', active: 5, uncovered: 5 },
          { order: first, active: 4, uncovered: 1 },
        ],
      },
    ]);
    expect(await shortfallsOf(shop.tables, { store: 'porto' }, minute(4))).toEqual([]);
    await shop.sell('lisboa', { feta: 9 }, 4);
    const [worse] = await shortfallsOf(shop.tables, {}, minute(5));
    expect(worse).toMatchObject({ sellable: -6, shortfall: 9, broken: [{ uncovered: 5 }, { uncovered: 4 }] });
  });

  it('PR22 what was picked is safe, and what expired is no promise', async () => {
    const { shop, order } = await stolen();
    expect(await broken(shop, 4)).toMatchObject([{ store: 'lisboa', order, uncovered: lines({ feta: 3 }) }]);
    expect(await broken(shop, 600)).toEqual([]);
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 1 }) }, shop.context('lisboa')), 4);
    expect(await broken(shop, 5)).toMatchObject([{ uncovered: lines({ feta: 3 }) }]);
  });
});

describe('what is done', () => {
  it('PR6 PR23 what is missing comes from another store, the rest is promised anew at its price, and once', async () => {
    const { shop, order } = await stolen();
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 1 }) }, shop.context('lisboa')), 4);
    const [promise] = await broken(shop, 5);
    const moved = await resolve(shop, promise, await reSource(shop, 5), 5);
    expect(draftsOf(moved)).toMatchObject([
      {
        type: 'ReservationReleased',
        store: 'lisboa',
        payload: { reservation: promise?.reservation, reason: 'sourced-elsewhere' },
      },
      { type: 'StockReserved', store: 'lisboa', payload: { order, lines: lines({ rice: 2 }), expiresAt: minute(600) } },
      { type: 'OrderConfirmed', store: 'lisboa', payload: { order, parts: 2, lines: priced({ rice: 2 }) } },
      { type: 'StockReserved', store: 'porto', payload: { order, lines: lines({ feta: 3 }) } },
      {
        type: 'OrderConfirmed',
        store: 'porto',
        payload: { order, lines: priced({ feta: 3 }), holdUntil: minute(600) },
      },
    ]);
    await shop.say(moved, 6);
    expect(await broken(shop, 7)).toEqual([]);
    expect(await shop.available('porto', 'feta', 7)).toBe(2);
    expect(await shop.view(order)).toMatchObject({
      state: 'confirmed',
      lines: [
        { item: 'feta', ordered: 4, confirmed: 4, picked: 1 },
        { item: 'rice', ordered: 2, confirmed: 2 },
      ],
      parts: [
        {
          store: 'lisboa',
          lines: [
            { item: 'feta', confirmed: 1, picked: 1 },
            { item: 'rice', confirmed: 2 },
          ],
        },
        { store: 'porto', lines: [{ item: 'feta', confirmed: 3 }] },
      ],
    });
    for (const [store, quantities] of [
      ['lisboa', { feta: 1, rice: 2 }],
      ['porto', { feta: 3 }],
    ] as const)
      await shop.say(fulfilOrder({ ...(await shop.known(order)), lines: priced(quantities) }, shop.context(store)), 8);
    expect(await shop.view(order)).toMatchObject({ state: 'fulfilled', open: false });
    expect([await shop.available('lisboa', 'rice', 9), await shop.available('porto', 'feta', 9)]).toEqual([7, 2]);
  });

  it('PR23 the store that placed the order hears which parts stand, and adds them up to what was ordered', async () => {
    const { shop, order } = await stolen({}, 'braga');
    const [promise] = await broken(shop, 5);
    const moved = await shop.say(await resolve(shop, promise, await reSource(shop, 5), 5), 5);
    expect(moved.map(({ type, audience }) => [type, audience])).toEqual([
      ['ReservationReleased', ['braga']],
      ['StockReserved', []],
      ['OrderConfirmed', ['braga']],
      ['StockReserved', []],
      ['OrderConfirmed', ['braga']],
    ]);
    const heard = new PromiseScene();
    await heard.take(shop.events.filter((event) => isInAudience(event, 'braga')));
    expect(await heard.view(order)).toMatchObject({ state: 'confirmed', lines: [{ confirmed: 4 }, { confirmed: 2 }] });
  });

  it('PR23 the lines that were picked keep their price, what moves keeps that of the others', async () => {
    const gift = { item: 'feta', quantity: 2, unitPrice: null };
    const { shop, order } = await stolen({ lines: [...priced({ feta: 2 }), gift] });
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 1 }) }, shop.context('lisboa')), 4);
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: lines({ feta: 1 }) }, shop.context('lisboa')), 5);
    const [promise] = await broken(shop, 6);
    const confirmed = draftsOf(await resolve(shop, promise, await reSource(shop, 6), 6)).filter(
      ({ type }) => type === 'OrderConfirmed',
    );
    expect(confirmed).toMatchObject([{ store: 'porto', payload: { lines: [gift] } }]);
  });

  it('PR13 PR23 X36 decided again it is the same events; resolved, there is nothing to do', async () => {
    const { shop } = await stolen();
    const [promise] = await broken(shop, 5);
    const moved = await resolve(shop, promise, await reSource(shop, 5), 5);
    expect(await resolve(shop, promise, await reSource(shop, 5), 5)).toEqual(moved);
    await shop.say(moved, 6);
    expect(refusalOf(await resolve(shop, promise, await reSource(shop, 7), 7))?.code).toBe('already-ended');
  });

  it('PR23 with nobody to stand in nothing changes', async () => {
    const { shop } = await stolen();
    await shop.sell('porto', { feta: 3 }, 4);
    const [promise] = await broken(shop, 5);
    expect(refusalOf(await resolve(shop, promise, await reSource(shop, 5), 5))?.code).toBe('not-available');
    const own = {
      kind: 're-source' as const,
      candidates: [{ store: 'lisboa', location: null, available: new Map([['feta', 99]]) }],
    };
    expect(refusalOf(await resolve(shop, promise, own, 5))?.code).toBe('not-available');
  });

  it('PR23 a store the customer chose is only left with the customer', async () => {
    const { shop } = await stolen({ sourcing: { kind: 'store', store: 'lisboa' } });
    const [promise] = await broken(shop, 5);
    expect(refusalOf(await resolve(shop, promise, await reSource(shop, 5), 5))).toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('customer'),
    });
    const agreed = await reSource(shop, 5, { sourcing: { kind: 'store', store: 'porto' } });
    expect((await resolve(shop, promise, agreed, 5)).ok).toBe(true);
  });

  it('PR23 cancelled with its reason: the hold ends and the customer can be told', async () => {
    const { shop, order } = await stolen();
    const [promise] = await broken(shop, 5);
    const cancelled = await resolve(shop, promise, { kind: 'cancel' }, 5);
    expect(draftsOf(cancelled)).toMatchObject([
      { type: 'ReservationReleased', payload: { reason: 'cancelled' } },
      { type: 'OrderCancelled', store: 'lisboa', payload: { order, reason: 'not-available', putBack: [] } },
    ]);
    await shop.say(cancelled, 6);
    expect(await shop.view(order)).toMatchObject({ state: 'cancelled', open: false });
    expect(await broken(shop, 7)).toEqual([]);
    expect(refusalOf(await resolve(shop, promise, { kind: 'cancel' }, 7))?.code).toBe('already-ended');
  });

  it('PR23 a reservation without an order is cancelled, never moved', async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 3 });
    await shop.say(await shop.answerTo(await shop.ask('lisboa', { feta: 3 }, 1), 1), 1);
    await shop.sell('lisboa', { feta: 1 }, 2);
    await shop.receive('porto', { feta: 9 }, 2);
    const [promise] = await broken(shop, 3);
    expect(refusalOf(await resolve(shop, promise, await reSource(shop, 3), 3))?.code).toBe('unknown-order');
    expect(draftsOf(await resolve(shop, promise, { kind: 'cancel' }, 3)).map(({ type }) => type)).toEqual([
      'ReservationReleased',
    ]);
  });
});
