// Ordered, incoming, received: what suppliers still owe, and the commands about it.
import { DOCUMENT_LINES_MAX, type Event, type MemoryTables } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import type { PayloadOf } from '../payloads.ts';
import { receive } from '../stock/stock-deciders.ts';
import { commandContext, draftsOf, refusalOf } from '../testing/command-context.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { inEveryOrder, reversed } from '../testing/short-events.ts';
import { cancelRestock, orderRestock } from './restock-order-deciders.ts';
import { incomingOf, listIncoming, listRestockOrders, readRestockOrder } from './restock-order-queries.ts';

const ORDER = testId('order');
const NOW = minute(100);
const cost = { minorUnits: 90, scale: 2 };

function ordered(name = 'order', at = 1, fields: Partial<PayloadOf<'RestockOrdered'>> = {}): Event {
  const lines = [
    { item: 'feta', quantity: 10, unitCost: cost },
    { item: 'rice', quantity: 4, unitCost: null },
  ];
  const payload = { supplier: 'acme', reference: 'PO-7', suggestion: null, expectedAt: minute(50), lines, ...fields };
  return makeEvent(name, 'RestockOrdered', payload, { at: minute(at) });
}

function delivered(name: string, at: number, quantities: Readonly<Record<string, number>>, order = ORDER): Event {
  const lines = Object.entries(quantities).map(([item, quantity]) => ({ item, quantity }));
  return makeEvent(name, 'StockReceived', { document: name, restock: order, lines }, { at: minute(at) });
}

function cancelled(name: string, at: number): Event {
  return makeEvent(name, 'RestockCancelled', { order: ORDER, reason: 'Sold out' }, { at: minute(at) });
}

const order = (tables: MemoryTables) => readRestockOrder(tables, ORDER, NOW);
const NAMES = ['feta', 'rice', 'oats'].map((item) => ({ store: 'lisboa', item }));
const incoming = async (tables: MemoryTables) => (await incomingOf(tables, NAMES)).map(({ quantity }) => quantity);
const differences = async (tables: MemoryTables) =>
  (await order(tables))?.lines.map((line) => [
    line.item,
    line.ordered,
    line.received,
    line.short,
    line.over,
    line.difference,
  ]);

it('RE3 what is ordered is incoming until it comes', async () => {
  const tables = await foldBatches([[ordered()]]);
  expect(await order(tables)).toMatchObject({
    order: ORDER,
    store: 'lisboa',
    supplier: 'acme',
    reference: 'PO-7',
    state: 'open',
    orderedAt: minute(1),
    orderedBy: 'ana',
    expectedAt: minute(50),
  });
  expect(await incoming(tables)).toEqual([10, 4, 0]);
  expect(await listIncoming(tables, 'lisboa')).toMatchObject([
    { item: 'feta', parts: [{ id: ORDER, quantity: 10, supplier: 'acme', expectedAt: minute(50) }] },
    { item: 'rice', quantity: 4 },
  ]);
  expect(await listIncoming(tables, 'porto')).toEqual([]);
});

it('RE2 RE3 each line is short, over or as ordered; over is never owed back', async () => {
  await inEveryOrder([ordered(), delivered('in', 5, { feta: 7, rice: 5, oats: 1 })], async (tables) => {
    expect(await differences(tables)).toEqual([
      ['feta', 10, 7, 3, 0, 'short'],
      ['rice', 4, 5, 0, 1, 'over'],
      ['oats', 0, 1, 0, 1, 'over'],
    ]);
    expect(await incoming(tables)).toEqual([3, 0, 0]);
    expect((await order(tables))?.state).toBe('open');
    expect(await listRestockOrders(tables, { state: 'over' }, NOW)).toHaveLength(1);
  });
});

it('RE2 an order is complete when nothing is short, by however many deliveries', async () => {
  const both = [delivered('one', 5, { feta: 7 }), delivered('two', 6, { feta: 3, rice: 4 })];
  await inEveryOrder([ordered(), ...both], async (tables) => {
    expect(await order(tables)).toMatchObject({ state: 'complete', overdue: false });
    expect((await differences(tables))?.map((line) => line[5])).toEqual(['none', 'none']);
    expect(await incoming(tables)).toEqual([0, 0, 0]);
  });
  await inEveryOrder([ordered(), ...both, reversed('undo', 9, 'two', 0)], async (tables) => {
    expect(await incoming(tables)).toEqual([3, 0, 0]);
  });
  await inEveryOrder([ordered(), ...both, makeRuling('void', 'EventVoided', testId('one'))], async (tables) => {
    expect(await incoming(tables)).toEqual([7, 0, 0]);
  });
});

it('RE3 two orders of one item add up; deliveries without an order count for none', async () => {
  const plain = makeEvent('plain', 'StockReceived', { document: 'p', lines: [{ item: 'feta', quantity: 9 }] });
  await inEveryOrder([ordered(), ordered('again', 2), plain, delivered('in', 5, { feta: 2 })], async (tables) => {
    expect(await incoming(tables)).toEqual([18, 8, 0]);
    const [feta] = await incomingOf(tables, NAMES);
    expect(new Map(feta?.parts.map(({ id, quantity }) => [id, quantity]))).toEqual(
      new Map([
        [ORDER, 8],
        [testId('again'), 10],
      ]),
    );
  });
});

it('RE4 a cancelled order owes nothing; what comes all the same is received, and a voided cancel ends', async () => {
  const some = [ordered(), cancelled('no', 6), delivered('in', 5, { feta: 7 })];
  await inEveryOrder(some, async (tables) => {
    expect((await order(tables))?.state).toBe('cancelled');
    expect(await incoming(tables)).toEqual([0, 0, 0]);
    expect((await differences(tables))?.[0]).toEqual(['feta', 10, 7, 3, 0, 'short']);
  });
  await inEveryOrder([...some, makeRuling('void', 'EventVoided', testId('no'))], async (tables) => {
    expect(await incoming(tables)).toEqual([3, 4, 0]);
  });
  await inEveryOrder([...some, delivered('late', 9, { feta: 3, rice: 4 })], async (tables) => {
    expect((await order(tables))?.state).toBe('complete');
  });
});

it('RE4 a delivery or a cancel that comes before its order waits for it', async () => {
  const early = await foldBatches([[delivered('in', 5, { feta: 7 })], [cancelled('no', 6)]]);
  expect(await order(early)).toBeUndefined();
  expect(await listRestockOrders(early, {}, NOW)).toEqual([]);
  expect(await incoming(early)).toEqual([0, 0, 0]);
});

it('RE4 only its own store receives and cancels an order: another says so where that store does not hear it', async () => {
  const elsewhere = (event: Event): Event => ({ ...event, store: 'porto' });
  const some = [ordered(), delivered('own', 5, { feta: 7 })];
  const told = await foldBatches([some]);
  const others = [elsewhere(delivered('theirs', 6, { feta: 2, oats: 1 })), elsewhere(cancelled('not-theirs', 7))];
  await inEveryOrder([...some, ...others], async (tables) => {
    expect(await order(tables)).toEqual(await order(told));
    expect(await listRestockOrders(tables, {}, NOW)).toEqual(await listRestockOrders(told, {}, NOW));
    expect(await listIncoming(tables, 'lisboa')).toEqual(await listIncoming(told, 'lisboa'));
    expect(await incoming(tables)).toEqual([3, 4, 0]);
    expect(await listIncoming(tables, 'porto')).toEqual([]);
  });
});

it('RE5 lists are by store and state, newest first; an open order is overdue past its expected arrival', async () => {
  const tables = await foldBatches([[ordered(), ordered('second', 3, { expectedAt: null }), ordered('third', 2)]]);
  const ids = async (filter: Parameters<typeof listRestockOrders>[1], now = NOW) =>
    (await listRestockOrders(tables, filter, now)).map((own) => own.order);
  expect(await ids({ store: 'lisboa' })).toEqual([testId('second'), testId('third'), ORDER]);
  expect(await ids({ rowsMax: 1 })).toEqual([testId('second')]);
  expect(await ids({ store: 'porto' })).toEqual([]);
  expect(await ids({ state: 'overdue' }, minute(50))).toEqual([]);
  expect((await ids({ state: 'overdue' }, minute(50) + 1)).sort()).toEqual([ORDER, testId('third')].sort());
  expect(await ids({ state: 'cancelled' })).toEqual([]);
});

const first = testId('draft-1');
const envelope = {
  id: first,
  schemaVersion: 1,
  store: 'lisboa',
  audience: [],
  actor: 'ana',
  meta: { device: 'phone-1' },
};
const lines = [{ item: 'feta', quantity: 10, unitCost: cost }];

it('RE6 goods are ordered for the store of the context', () => {
  const said = { supplier: 'acme', reference: 'PO-7', suggestion: testId('hint'), expectedAt: 9_000 };
  expect(draftsOf(orderRestock({ ...said, lines }, commandContext()))).toEqual([
    { ...envelope, type: 'RestockOrdered', causationId: testId('hint'), payload: { ...said, lines } },
  ]);
  expect(draftsOf(orderRestock({ lines }, commandContext()))).toEqual([
    { ...envelope, type: 'RestockOrdered', payload: { supplier: null, suggestion: null, expectedAt: null, lines } },
  ]);
  const many = Array.from({ length: DOCUMENT_LINES_MAX + 1 }, () => ({ item: 'feta', quantity: 1, unitCost: null }));
  expect(draftsOf(orderRestock({ lines: many }, commandContext()))).toHaveLength(2);
});

it('RE7 what has not come of an order is cancelled, in its own store', () => {
  const known = { order: ORDER, store: 'lisboa' };
  expect(draftsOf(cancelRestock({ order: { ...known, state: 'open' }, reason: 'Sold out' }, commandContext()))).toEqual(
    [{ ...envelope, type: 'RestockCancelled', causationId: ORDER, payload: { order: ORDER, reason: 'Sold out' } }],
  );
  expect(cancelRestock({ order: known }, commandContext()).ok).toBe(true);
});

it('RE8 a delivery names the order it came for', () => {
  const goods = [{ item: 'feta', quantity: 10 }];
  expect(draftsOf(receive({ restock: ORDER, lines: goods }, commandContext()))[0]?.payload).toEqual({
    document: first,
    restock: ORDER,
    lines: goods,
  });
  expect(draftsOf(receive({ lines: goods }, commandContext()))[0]?.payload).not.toHaveProperty('restock');
  expect(refusalOf(receive({ restock: 'order', lines: goods }, commandContext()))?.path).toEqual(['restock']);
});

const elsewhere = () => commandContext({ store: 'porto' });
const known = { order: ORDER, store: 'lisboa' } as const;
it.each([
  ['empty-document', () => orderRestock({ lines: [] }, commandContext())],
  ['no-store', () => orderRestock({ lines }, commandContext({ store: null }))],
  [
    'quantity-out-of-range',
    () => orderRestock({ lines: [{ item: 'feta', quantity: 0, unitCost: null }] }, commandContext()),
  ],
  [
    'quantity-not-whole',
    () => orderRestock({ lines: [{ item: 'feta', quantity: 0.5, unitCost: null }] }, commandContext()),
  ],
  ['text-not-allowed', () => orderRestock({ reference: '<b>', lines }, commandContext())],
  ['time-out-of-range', () => orderRestock({ expectedAt: NaN, lines }, commandContext())],
  ['not-allowed', () => orderRestock({ supplier: 'a b', lines }, commandContext())],
  ['no-store', () => cancelRestock({ order: known }, commandContext({ store: null }))],
  ['other-store', () => cancelRestock({ order: known }, elsewhere())],
  ['already-cancelled', () => cancelRestock({ order: { ...known, state: 'cancelled' } }, commandContext())],
  ['nothing-missing', () => cancelRestock({ order: { ...known, state: 'complete' } }, commandContext())],
  ['not-allowed', () => cancelRestock({ order: { ...known, order: 'order' } }, commandContext())],
])('RE6 RE7 refused with words: %s', (code, decide) => {
  const refusal = refusalOf(decide());
  expect(refusal?.code).toBe(code);
  expect(refusal?.message).toMatch(/^[A-Z"].*\.$/s);
});
