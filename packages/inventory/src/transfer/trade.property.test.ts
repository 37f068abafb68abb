// Any order, duplication and split of any history of transfers, orders from suppliers and policies gives the same tables, and
// they say what the slow book says.
import type { MemoryTables } from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPolicies } from '../policy/policy-queries.ts';
import { policiesProjector } from '../policy/policies-projector.ts';
import { incomingOf, listIncoming, listRestockOrders } from '../restock/restock-order-queries.ts';
import { restockOrdersProjector } from '../restock/restock-orders-projector.ts';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { BruteTrade } from './brute-trade.ts';
import { randomTrade, TRADE_ITEMS, TRADE_STORES } from './random-trade.ts';
import { inTransit, inTransitOf, listShipments, listTransferRequests, readShipment } from './transfer-queries.ts';
import { transfersProjector } from './transfers-projector.ts';

const NAMES = TRADE_STORES.flatMap((store) => TRADE_ITEMS.map((item) => ({ store, item })));
const NOW = minute(6);
const projectors = [policiesProjector, transfersProjector, restockOrdersProjector];

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 420, size: 'max' }),
  events: fc.integer({ min: 1, max: 32 }),
  order: fc.nat(),
  longest: fc.integer({ min: 1, max: 9 }),
});

function byItem<Line extends { readonly item: string }, Told>(lines: readonly Line[], tell: (line: Line) => Told) {
  return Object.fromEntries(lines.map((line) => [line.item, tell(line)]));
}

async function expectTransfers(tables: MemoryTables, book: BruteTrade): Promise<void> {
  const shipments = book.shipments(NOW);
  const listed = await listShipments(tables, {}, NOW);
  expect(listed.map(({ shipment }) => shipment).sort()).toEqual([...shipments.keys()].sort());
  for (const { shipment, from, to, state, overdue, lines, receipts } of listed) {
    const items = byItem(lines, ({ item: _item, unitCost: _unitCost, ...figures }) => figures);
    const disputed = receipts.flatMap(({ counts, id }) => (counts ? [] : [id]));
    expect({ from, to, state, overdue, items, disputed }).toEqual(shipments.get(shipment));
  }
  for (const state of ['unannounced', 'open', 'received', 'closed', 'overdue'] as const) {
    const ids = (await listShipments(tables, { state }, NOW)).map(({ shipment }) => shipment);
    const all = listed.filter((own) => (state === 'overdue' ? own.overdue : own.state === state));
    expect(ids.sort()).toEqual(all.map(({ shipment }) => shipment).sort());
    const here = (await listShipments(tables, { state, store: 'porto' }, NOW)).map(({ shipment }) => shipment);
    const concerned = all.filter(({ from, to, receipts, closes }) =>
      [from, to, ...[...receipts, ...closes].map(({ store }) => store)].includes('porto'),
    );
    expect(here.sort()).toEqual(concerned.map(({ shipment }) => shipment).sort());
  }
  const transit = await inTransit(tables);
  expect(new Map(transit.map(({ store, item, quantity }) => [`${store}|${item}`, quantity]))).toEqual(book.inTransit());
  for (const row of await inTransitOf(tables, NAMES)) {
    expect(row.quantity).toBe(book.inTransit().get(`${row.store}|${row.item}`) ?? 0);
    for (const { id, quantity } of row.parts) {
      const lines = (await readShipment(tables, id, NOW))?.lines;
      expect(quantity).toBe(lines?.find(({ item }) => item === row.item)?.inTransit);
    }
  }
  const requests = await listTransferRequests(tables);
  expect(new Map(requests.map(({ request }) => [request, true])).size).toBe(book.requests().size);
  for (const { request, state, lines, shipments: sent } of requests) {
    const asked = lines.filter((line) => line.asked > 0);
    const items = byItem(asked, (line) => [line.asked, line.sent]);
    expect({ state, items, shipments: sent }).toEqual(book.requests().get(request));
  }
}

async function expectOrders(tables: MemoryTables, book: BruteTrade): Promise<void> {
  const orders = book.orders(NOW);
  const listed = await listRestockOrders(tables, {}, NOW);
  expect(listed.map(({ order }) => order).sort()).toEqual([...orders.keys()].sort());
  for (const { order, store, state, overdue, lines } of listed) {
    const items = byItem(lines, ({ ordered, received, incoming }) => ({ ordered, received, incoming }));
    expect({ store, state, overdue, items }).toEqual(orders.get(order));
    for (const line of lines) expect(line.received - line.ordered).toBe(line.over - line.short);
  }
  const overdue = (await listRestockOrders(tables, { state: 'overdue' }, NOW)).map(({ order }) => order);
  expect(overdue.sort()).toEqual(listed.flatMap((own) => (own.overdue ? [own.order] : [])).sort());
  for (const { store, item, quantity } of await incomingOf(tables, NAMES))
    expect(quantity).toBe(book.incoming(store, item));
  for (const { quantity } of await listIncoming(tables, 'porto')) expect(quantity).toBeGreaterThan(0);
}

async function expectPolicies(tables: MemoryTables, book: BruteTrade): Promise<void> {
  for (const [index, policy] of (await readPolicies(tables, NAMES)).entries()) {
    const { store, item } = NAMES[index] ?? { store: '', item: '' };
    const { store: _store, from = {}, ...values } = policy ?? { store };
    expect(policy === undefined ? undefined : values).toEqual(book.policy(store, item));
    const fields = Object.keys(values).filter((field) => field !== 'item');
    expect(Object.keys(from).sort()).toEqual(fields.sort());
  }
}

test(
  'TR1 RE1 CA1 X27–X31 X37 X38 any order, duplication and split of a history gives the tables of the slow book',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
        const history = randomTrade(tapeChoices(tape), events);
        const choices = seededChoices(order);
        const twice = [...history, ...history.filter(() => choices.int(3) === 0)];
        const arrived = await foldBatches(inBatches(choices, shuffled(choices, twice), longest), projectors);
        const book = new BruteTrade(history);
        await expectTransfers(arrived, book);
        await expectOrders(arrived, book);
        await expectPolicies(arrived, book);
        const atOnce = await foldBatches([history], projectors);
        expect(JSON.stringify(arrived.dump())).toBe(JSON.stringify(atOnce.dump()));
      }),
      { numRuns: propertyRuns },
    );
  },
);
