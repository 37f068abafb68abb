// What a device sees of orders: a fold of the events in its own audience alone. What concerns its store is what the centre
// sees.
import { isInAudience, type Event } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { sell } from '../stock/stock-deciders.ts';
import { FoldingLog } from '../testing/fold-events.ts';
import { otherStores } from './order-audience.ts';
import { cancelPartsElsewhere } from './order-answers.ts';
import { cancelOrder, fulfilOrder, pickOrder, putBack } from './order-commands.ts';
import type { OrderView } from './order-state.ts';
import { centre, priced, PromiseScene } from './promise-scene.ts';
import { readOrder, readReservations } from './promise-queries.ts';
import { promisesProjector } from './promises-projector.ts';

/** An order as the devices of a store see it, and what a command there is given. */
async function knownAt(events: readonly Event[], store: string, order: string) {
  const log = new FoldingLog([promisesProjector]);
  await log.take(events.filter((event) => isInAudience(event, store)));
  const view = await readOrder(log.tables, order);
  const ids = view?.parts.flatMap(({ confirmations }) => confirmations.map(({ reservation }) => reservation)) ?? [];
  const rows = await readReservations(log.tables, ids);
  return {
    order,
    view,
    reservations: new Map(ids.flatMap((id, index) => (rows[index] === undefined ? [] : [[id, rows[index]] as const]))),
  };
}

function partAt(view: OrderView | undefined, store: string): string | null | undefined {
  return view?.parts.find((part) => part.store === store)?.state;
}

/** Placed in Braga, which has some of it; Porto has the rest. */
async function orderFromBraga() {
  const shop = new PromiseScene();
  await shop.receive('braga', { feta: 2 });
  await shop.receive('porto', { feta: 3 });
  const order = await shop.confirmed({ lines: priced({ feta: 5 }), split: true }, 1, 'braga');
  return { shop, order };
}

it('PR6 a store learns with its part who placed the order, and so that a cancellation there ends the part', async () => {
  const { shop, order } = await orderFromBraga();
  expect((await knownAt(shop.events, 'porto', order)).view).toMatchObject({ placedBy: 'braga', placed: null });
  const known = await knownAt(shop.events, 'braga', order);
  await shop.say(cancelOrder({ ...known, reason: 'customer' }, shop.context('braga')), 2);
  expect(partAt(await shop.view(order), 'porto')).toBe('cancelled');
  expect(partAt((await knownAt(shop.events, 'porto', order)).view, 'porto')).toBe('cancelled');
});

it('PR20 the store that placed an order hears that another handed its part over', async () => {
  const { shop, order } = await orderFromBraga();
  const known = await knownAt(shop.events, 'porto', order);
  await shop.say(fulfilOrder({ ...known, lines: priced({ feta: 3 }) }, shop.context('porto')), 2);
  expect(partAt(await shop.view(order), 'porto')).toBe('fulfilled');
  expect(partAt((await knownAt(shop.events, 'braga', order)).view, 'porto')).toBe('fulfilled');
});

it('PR15 a store that a cancellation could not name hears of it from the centre, once', async () => {
  const shop = new PromiseScene();
  await shop.receive('porto', { feta: 3 });
  const order = await shop.order({ lines: priced({ feta: 3 }) }, 1, 'braga');
  // Braga cancels offline: it has not heard yet where the goods come from.
  const offline = await knownAt(shop.events, 'braga', order);
  await shop.say(await shop.verdictOn(order, 2), 2);
  expect(cancelPartsElsewhere(await shop.view(order), (await shop.known(order)).reservations, centre)).toEqual([]);
  await shop.say(cancelOrder({ ...offline, reason: 'customer' }, shop.context('braga')), 3);
  expect(partAt((await knownAt(shop.events, 'porto', order)).view, 'porto')).toBe('confirmed');
  const drafts = cancelPartsElsewhere(await shop.view(order), (await shop.known(order)).reservations, centre);
  expect(drafts).toMatchObject([
    { type: 'OrderCancelled', store: 'porto', payload: { order, reason: 'customer', putBack: [] } },
  ]);
  await shop.say(drafts, 4);
  expect(partAt((await knownAt(shop.events, 'porto', order)).view, 'porto')).toBe('cancelled');
  expect(cancelPartsElsewhere(await shop.view(order), (await shop.known(order)).reservations, centre)).toEqual([]);
});

it('PR18 R35 the store that placed an order sees of a part elsewhere what is picked, put back and sold', async () => {
  const { shop, order } = await orderFromBraga();
  const atPorto = () => knownAt(shop.events, 'porto', order);
  const agree = async (state: string) => {
    const heard = (await knownAt(shop.events, 'braga', order)).view;
    const partOf = (view: OrderView | undefined) => view?.parts.find(({ store }) => store === 'porto');
    expect(partOf(heard)).toEqual(partOf(await shop.view(order)));
    expect(partOf(heard)?.state).toBe(state);
  };
  const two = [{ item: 'feta', quantity: 2 }];
  await shop.say(pickOrder({ ...(await atPorto()), lines: two }, shop.context('porto')), 2);
  await agree('confirmed');
  const audience = otherStores((await atPorto()).view, 'porto');
  const sale = { order, from: 'sellable', audience, lines: priced({ feta: 1 }) } as const;
  await shop.say(sell(sale, shop.context('porto')), 3);
  await agree('picked');
  await shop.say(cancelOrder({ ...(await atPorto()), reason: 'customer' }, shop.context('porto')), 4);
  await shop.say(putBack({ ...(await atPorto()), lines: two }, shop.context('porto')), 5);
  await agree('cancelled');
});
