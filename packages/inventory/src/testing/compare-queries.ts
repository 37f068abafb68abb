// Compares what queries answer with the independent book: what can be promised, what is on its way and owed, policies, and
// what counts found. Returns the differences as text.
import type { Event, MemoryTables } from '@streamstock/event-log';
import { readPolicies } from '../policy/policy-queries.ts';
import { availableOf } from '../promise/availability.ts';
import { incomingOf } from '../restock/restock-order-queries.ts';
import { countVariances } from '../stock/count-variances.ts';
import { readShipment } from '../transfer/transfer-queries.ts';
import { naiveValues } from '../value/naive-values.ts';
import { listValues } from '../value/value-queries.ts';
import { canonical } from './compare-book.ts';
import type { NaiveBook } from './naive-book.ts';
import { naivePolicies } from './naive-catalogue.ts';
import { naiveAvailable, naiveReservations } from './naive-promises.ts';
import { naiveVariances } from './naive-stock.ts';
import { naiveIncoming, naiveShipments } from './naive-transfers.ts';
import { ITEMS, STORES } from './random-parts.ts';

const NAMES = STORES.flatMap((store) => ITEMS.map((item) => ({ store, item })));

/** Moments of expiry that are looked at, besides the one that is asked for. */
const EXPIRIES_MAX = 2;

/** Every difference between what the tables answer at `now` and the book; empty = they agree. */
export async function compareQueries(tables: MemoryTables, book: NaiveBook, now: number): Promise<string[]> {
  const problems: string[] = [];
  const compare = (what: string, stored: unknown, must: unknown): void => {
    const [has, wanted] = [canonical(stored), canonical(must)];
    if (has !== wanted) problems.push(`${what}: stored ${has}, the book says ${wanted}`);
  };

  // Also at the very moment at which something expires.
  const expiries = [...naiveReservations(book.set).values()].flatMap(({ expiresAt }) => expiresAt ?? []);
  for (const at of [now, ...expiries.slice(0, EXPIRIES_MAX)]) {
    const available = naiveAvailable(book.set, at);
    for (const { store, item, sellable, reserved, available: left } of await availableOf(tables, NAMES, at)) {
      compare(`available ${store}|${item} at ${at}`, { sellable, reserved, available: left }, available(store, item));
    }
  }

  const incoming = naiveIncoming(book.set);
  for (const { store, item, quantity } of await incomingOf(tables, NAMES)) {
    compare(`incoming ${store}|${item}`, quantity, incoming.get(`${store}|${item}`) ?? 0);
  }

  const policies = naivePolicies(book.set, STORES);
  for (const [index, policy] of (await readPolicies(tables, NAMES)).entries()) {
    const name = `${NAMES[index]?.store}|${NAMES[index]?.item}`;
    const { store: _store, item: _item, from: _from, ...fields } = policy ?? { store: '', item: '', from: {} };
    compare(`policy ${name}`, fields, policies.get(name) ?? {});
  }

  for (const [id, must] of naiveShipments(book.set)) {
    const shipment = await readShipment(tables, id, now);
    const items = (shipment?.lines ?? []).map(({ item, dispatched, accepted, damaged, surplus, inTransit, lost }) => [
      item,
      { dispatched, accepted, damaged, surplus, inTransit, lost },
    ]);
    const closed = (shipment?.closes.length ?? 0) > 0;
    compare(`shipment ${id}`, { closed, items: Object.fromEntries(items) }, { closed: must.closed, items: must.items });
  }

  const variances = naiveVariances(book.set);
  for (const { store, item } of NAMES) {
    const found = (await countVariances(tables, store, item)).map(({ bucket, session, at, expected, counted }) => ({
      bucket,
      session,
      at,
      expected,
      counted,
    }));
    compare(`variance ${store}|${item}`, found, variances.get(`${store}|${item}`) ?? []);
  }
  return problems;
}

/** Differences between what goods cost and the independent book of values. */
export async function compareValues(tables: MemoryTables, history: readonly Event[]): Promise<string[]> {
  const stored = (await listValues(tables)).map(({ lastChangeAt: _at, ...value }) => value);
  const [has, wanted] = [canonical(stored), canonical(naiveValues(history))];
  return has === wanted ? [] : [`value: stored ${has}, the book says ${wanted}`];
}
