// What screens read of stock: the till roll, the past, the journal.
import { expect, it } from 'vitest';
import { ROLL_ROWS_MAX, SEEN_BY_COUNT_ROWS_MAX } from '../limits.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeRuling, minute, testId } from '../testing/make-event.ts';
import { counted, ITEM, received, reversed, returned, sold, STORE } from '../testing/short-events.ts';
import { explainLine } from './explain-line.ts';
import { listStockAsOf, listStockLines, readJournal, readStockLines, stockAsOf } from './stock-queries.ts';

it('R2 the roll begins with the count, lists what moved since and ends with the figure', async () => {
  const history = [
    received('in', 1, 30),
    returned('broken', 2, 2, 'damaged'),
    counted('count', 5, 20, { counter: 'rui' }),
    sold('sale', 6, 3),
    sold('mistake', 7, 9),
    reversed('undo', 8, 'mistake'),
  ];
  const roll = await explainLine(await foldBatches([history]), STORE, ITEM);
  expect(roll?.baseline).toMatchObject({ quantity: 20, actor: 'rui' });
  expect(roll?.carried).toEqual({ picked: 0, unsellable: 2 });
  expect(roll?.movements.map(({ kind, change, event }) => [kind, change, event])).toEqual([
    ['sold', -3, testId('sale')],
  ]);
  expect(roll?.total).toBe(19);
  expect(await explainLine(await foldBatches([history]), STORE, 'rice')).toBeUndefined();
});

it('R21 late news is told beside the roll and is not in its sum', async () => {
  const history = [
    received('in', 1, 30),
    counted('count', 5, 20),
    sold('late', 3, 4, { recordedAt: 7 }),
    sold('re-timed', 9, 2, { recordedAt: 9 }),
    makeRuling('ruling', 'EventRetimed', testId('re-timed'), { effectiveAt: minute(4), uncertaintyMs: 0 }),
  ];
  const roll = await explainLine(await foldBatches([history]), STORE, ITEM);
  expect(roll?.movements).toEqual([]);
  expect(roll?.total).toBe(20);
  expect(roll?.lateNews.map(({ event, at, recordedAt }) => [event, at, recordedAt])).toEqual([
    [testId('re-timed'), minute(4), minute(9)],
    [testId('late'), minute(3), minute(7)],
  ]);
  expect(roll?.seenByCount.map(({ event }) => event)).toEqual([testId('re-timed'), testId('late'), testId('in')]);
});

it('R21 a movement in doubt is marked in the roll', async () => {
  const unsure = { uncertaintyMs: 60_000 };
  const history = [
    counted('count', 5, 20, { device: 'phone', ...unsure }),
    sold('near', 6, 4, { device: 'till', ...unsure }),
    sold('far', 60, 1, { device: 'till', ...unsure }),
  ];
  const roll = await explainLine(await foldBatches([history]), STORE, ITEM);
  expect(roll?.movements.map(({ inDoubt }) => inDoubt)).toEqual([true, false]);
});

it('R22 a long roll lists the newest rows and sums the others in one figure', async () => {
  const extra = 7;
  const before = Array.from({ length: SEEN_BY_COUNT_ROWS_MAX + extra }, (_, index) =>
    received(`in-${index}`, index, 1),
  );
  const after = Array.from({ length: ROLL_ROWS_MAX + extra }, (_, index) => sold(`out-${index}`, 1_000 + index, 2));
  const roll = await explainLine(await foldBatches([[...before, counted('count', 900, 5_000), ...after]]), STORE, ITEM);
  expect(roll?.movements).toHaveLength(ROLL_ROWS_MAX);
  expect(roll?.movements.at(-1)?.event).toBe(testId(`out-${ROLL_ROWS_MAX + extra - 1}`));
  expect(roll?.earlier).toEqual({ movements: extra, change: -2 * extra });
  expect(roll?.total).toBe(5_000 - 2 * (ROLL_ROWS_MAX + extra));
  expect(roll?.seenByCount).toHaveLength(SEEN_BY_COUNT_ROWS_MAX);
});

const day = [
  received('in', 10, 30),
  sold('first', 20, 3),
  counted('count', 30, 25),
  sold('second', 40, 5),
  received('other', 50, 1, { store: 'porto' }),
] as const;

it.each([
  [9, undefined, false],
  [10, 30, false],
  [25, 27, false],
  [30, 25, true],
  [39, 25, true],
  [40, 20, true],
  [99, 20, true],
])('R23 stock as of minute %s', async (at, sellable, isCounted) => {
  const past = await stockAsOf(await foldBatches([day]), STORE, ITEM, minute(at));
  expect(past?.sellable).toBe(sellable);
  expect(past?.counted ?? false).toBe(isCounted);
});

it('R23 the past of all stores leaves out lines of which nothing had happened; a late entry changes the past', async () => {
  const tables = await foldBatches([day]);
  const lines = async (at: number) =>
    (await listStockAsOf(tables, minute(at))).map(({ store, onHand }) => [store, onHand]);
  expect(await lines(45)).toEqual([['lisboa', 20]]);
  expect(await lines(50)).toEqual([
    ['lisboa', 20],
    ['porto', 1],
  ]);
  expect(await listStockAsOf(tables, minute(50), { store: 'porto' })).toHaveLength(1);
  const late = await foldBatches([day, [sold('late', 15, 2, { recordedAt: 60 })]]);
  expect((await stockAsOf(late, STORE, ITEM, minute(25)))?.sellable).toBe(25);
  expect((await stockAsOf(late, STORE, ITEM, minute(45)))?.sellable).toBe(20);
});

it('R23 lists of lines are by store and item; the journal is by effective time, either way, within a span', async () => {
  const tables = await foldBatches([day, [received('rice', 1, 2, { item: 'rice' })]]);
  expect((await listStockLines(tables)).map(({ store, item }) => `${store} ${item}`)).toEqual([
    'lisboa feta',
    'lisboa rice',
    'porto feta',
  ]);
  expect((await listStockLines(tables, { store: 'porto' })).map(({ onHand }) => onHand)).toEqual([1]);
  const names = [
    { store: 'porto', item: 'feta' },
    { store: 'porto', item: 'rice' },
  ];
  expect((await readStockLines(tables, names)).map((line) => line?.onHand)).toEqual([1, undefined]);
  const journal = async (filter: Parameters<typeof readJournal>[3]) =>
    (await readJournal(tables, STORE, ITEM, filter)).map(({ event }) => event);
  const [first = '', second = '', third = '', fourth = ''] = day.map(({ id }) => id);
  expect(await journal({ rowsMax: 9 })).toEqual([first, second, third, fourth]);
  expect(await journal({ rowsMax: 2, reverse: true })).toEqual([fourth, third]);
  expect(await journal({ rowsMax: 9, from: minute(20), to: minute(40) })).toEqual([second, third]);
  expect(await journal({ rowsMax: 0 })).toEqual([]);
});
