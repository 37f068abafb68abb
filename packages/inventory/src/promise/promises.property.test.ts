// Any order, duplication and split of any history of promises gives the same tables, and they say what the slow book says.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MemoryTables } from '@streamstock/event-log';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { stockProjector } from '../stock/stock-projector.ts';
import { readStockLine } from '../stock/stock-queries.ts';
import { availableOf, listAvailability, listHolds } from './availability.ts';
import { BrutePromises } from './brute-promises.ts';
import { listExpired, listOpenRequests, listOrders, nextExpiryAfter } from './promise-queries.ts';
import { promisesProjector } from './promises-projector.ts';
import { randomPromises } from './random-promises.ts';

const STORES = ['braga', 'lisboa', 'porto'];
const ITEMS = ['feta', 'rice'];
const NAMES = STORES.flatMap((store) => ITEMS.map((item) => ({ store, item })));
const MOMENTS = [minute(0), minute(2), minute(2) + 1, minute(4), minute(9)];
const projectors = [stockProjector, promisesProjector];

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 420, size: 'max' }),
  events: fc.integer({ min: 1, max: 34 }),
  order: fc.nat(),
  longest: fc.integer({ min: 1, max: 9 }),
});

async function expectAvailability(tables: MemoryTables, book: BrutePromises): Promise<void> {
  for (const now of MOMENTS) {
    const lines = await availableOf(tables, NAMES, now);
    const wanted = [];
    for (const { store, item } of NAMES) {
      const reserved = book.reserved(store, item, now);
      const sellable = (await readStockLine(tables, store, item))?.sellable ?? 0;
      const available = sellable - reserved;
      const shortfall = Math.max(0, Math.min(reserved, reserved - sellable));
      wanted.push({ store, item, sellable, reserved, available, shortfall });
    }
    // At once: asking thousands of times for one figure takes longer than reckoning it.
    expect(lines).toEqual(wanted);
    const listed = await listAvailability(tables, {}, now);
    expect(listed).toEqual(lines.filter(({ store, item }) => listed.some((l) => l.store === store && l.item === item)));
    expect(listed).toEqual(
      expect.arrayContaining(lines.filter(({ reserved, sellable }) => reserved !== 0 || sellable !== 0)),
    );
    const told = [];
    const due = [];
    for (const store of STORES) {
      told.push([await nextExpiryAfter(tables, store, now), (await listExpired(tables, store, now)).length]);
      const expiries = book.expiries(store, ITEMS);
      const ahead = expiries.filter((at) => at > now);
      due.push([ahead.length === 0 ? null : Math.min(...ahead), expiries.length - ahead.length]);
    }
    expect(told).toEqual(due);
  }
  for (const { open } of await listHolds(tables)) expect(open).toBeGreaterThan(0);
}

async function expectOrders(tables: MemoryTables, book: BrutePromises): Promise<void> {
  const all = await listOrders(tables);
  expect(all.map(({ order }) => order).sort()).toEqual(book.orders());
  for (const { order, state, parts, open } of all) {
    expect(state).toBe(book.orderState(order, STORES, ITEMS));
    for (const part of parts) {
      expect(part.state).toBe(book.partState(order, part.store, ITEMS));
      for (const { item, confirmed, picked, putBack, fulfilled } of part.lines) {
        expect([confirmed, picked, putBack, fulfilled]).toEqual(book.figures(order, part.store, item));
      }
      const mine = await listOrders(tables, { store: part.store, open: part.open });
      expect(mine.map((one) => one.order)).toContain(order);
    }
    expect((await listOrders(tables, { open })).map((one) => one.order)).toContain(order);
  }
}

test(
  'PR1 PR2 PR4 PR5 X31 X35 S7 any order, duplication and split of promises gives what the slow book says, and never a hold below zero',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
        const history = randomPromises(tapeChoices(tape), events);
        const choices = seededChoices(order);
        const twice = [...history, ...history.filter(() => choices.int(4) === 0)];
        const arrived = await foldBatches(inBatches(choices, shuffled(choices, twice), longest), projectors);
        const atOnce = await foldBatches([history], projectors);
        expect(arrived.dump()).toEqual(atOnce.dump());
        const book = new BrutePromises(history);
        await expectAvailability(arrived, book);
        await expectOrders(arrived, book);
        for (const store of STORES) {
          const requests = await listOpenRequests(arrived, store);
          expect(requests.map(({ request }) => request)).toEqual(book.openRequests(store));
        }
      }),
      { numRuns: propertyRuns },
    );
  },
);
