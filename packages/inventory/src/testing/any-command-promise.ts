// Any command about reservations and orders, with anything in it, on orders and reservations in each of their states as they
// are folded from what people did. For tests; decides nothing.
import fc from 'fast-check';
import {
  cancelOrder,
  fulfilOrder,
  pickOrder,
  placeOrder,
  putBack,
  type CancelOrder,
  type FulfilOrder,
  type KnownOrder,
  type PickOrder,
  type PutBack,
} from '../promise/order-commands.ts';
import { lines as goodsOf, priced, PromiseScene } from '../promise/promise-scene.ts';
import type { ReservationRow } from '../promise/promise-tables.ts';
import { releaseReservation, requestReservation } from '../promise/reservation-commands.ts';
import {
  command,
  flags,
  ids,
  items,
  linesOf,
  locations,
  maybe,
  money,
  numbers,
  stores,
  texts,
  times,
  words,
  type AnyCommand,
} from './any-command-values.ts';

const item = items;
const quantity = numbers;
const ALL = { feta: 6, rice: 6 };

interface KnownPromises {
  readonly orders: readonly KnownOrder[];
  readonly reservations: readonly ReservationRow[];
}

/** Orders of Lisboa: placed, confirmed, picked, handed over, cancelled with goods aside. */
async function knownPromises(): Promise<KnownPromises> {
  const shop = new PromiseScene();
  const here = shop.context('lisboa');
  await shop.receive('lisboa', { feta: 500, rice: 500 });
  const placed = await shop.order({ lines: priced(ALL) }, 1);
  const ids: string[] = [];
  for (let made = 0; made < 4; made += 1) ids.push(await shop.confirmed({ lines: priced(ALL) }, 1));
  const [confirmed = '', picked = '', fulfilled = '', cancelled = ''] = ids;
  for (const order of [picked, fulfilled, cancelled]) {
    await shop.say(pickOrder({ ...(await shop.known(order)), lines: goodsOf(ALL) }, here), 2);
  }
  await shop.say(fulfilOrder({ ...(await shop.known(fulfilled)), lines: priced(ALL) }, here), 3);
  await shop.say(cancelOrder({ ...(await shop.known(cancelled)), reason: 'customer' }, here), 3);
  const orders = await Promise.all([placed, confirmed, picked, fulfilled, cancelled].map((id) => shop.known(id)));
  return { orders, reservations: orders.flatMap(({ reservations }) => [...reservations.values()]) };
}

/** A command about an order of which this much is known. */
type About<Command> = Omit<Command, keyof KnownOrder> & { readonly known: KnownOrder };

export async function promiseCommands(): Promise<readonly AnyCommand[]> {
  const { orders, reservations } = await knownPromises();
  const unheard = ids.map((order): KnownOrder => ({ order, view: undefined, reservations: new Map() }));
  /** Mostly one of those that this can be done to. */
  const orderFrom = (...fitting: readonly (KnownOrder | undefined)[]) =>
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...fitting.filter((one) => one !== undefined)) },
      { weight: 2, arbitrary: fc.constantFrom(...orders) },
      { weight: 1, arbitrary: unheard },
    );
  const [, confirmed, picked, , cancelled] = orders;
  const lines = linesOf(fc.record({ item, quantity }));
  const pricedLines = linesOf(fc.record({ item, quantity, unitPrice: fc.option(money) }));
  const sourcing = fc.oneof(
    fc.record({ kind: words('store'), store: stores }),
    fc.record({ kind: words('nearest', 'most-stock') }),
  );
  return [
    command(requestReservation, fc.record({ owner: texts, lines, expiresAt: fc.option(times), note: maybe(texts) })),
    command(
      releaseReservation,
      fc.record({
        reservation: ids,
        reason: words('collected', 'cancelled'),
        known: maybe(fc.constantFrom(...reservations)),
      }),
    ),
    command(
      placeOrder,
      fc.record({
        reference: maybe(texts),
        customer: maybe(texts),
        channel: words('web', 'store', 'phone'),
        lines: pricedLines,
        destination: fc.option(locations),
        sourcing,
        split: flags,
        holdUntil: fc.option(times),
      }),
    ),
    command(
      ({ known, ...told }: About<PickOrder>, context) => pickOrder({ ...told, ...known }, context),
      fc.record({ known: orderFrom(confirmed), lines }),
      'pickOrder',
    ),
    command(
      ({ known, ...told }: About<FulfilOrder>, context) => fulfilOrder({ ...told, ...known }, context),
      fc.record({
        known: orderFrom(confirmed, picked),
        document: maybe(texts),
        reference: maybe(texts),
        customer: maybe(texts),
        lines: linesOf(fc.record({ item, quantity, unitPrice: fc.option(money), unit: maybe(words('gram')) })),
      }),
      'fulfilOrder',
    ),
    command(
      ({ known, ...told }: About<CancelOrder>, context) => cancelOrder({ ...told, ...known }, context),
      fc.record({ known: orderFrom(confirmed, picked), reason: words('customer', 'not-collected', 'mistake') }),
      'cancelOrder',
    ),
    command(
      ({ known, ...told }: About<PutBack>, context) => putBack({ ...told, ...known }, context),
      fc.record({ known: orderFrom(cancelled), lines }),
      'putBack',
    ),
  ];
}
