// What movements, reversals and rulings do to a line, told as short histories; each is tried in every order of arrival.
import { expect, it } from 'vitest';
import { makeEvent, makeRuling, minute, rawEvent, testId } from '../testing/make-event.ts';
import {
  counted,
  everyOrder,
  inEveryOrder,
  ITEM,
  lineOf,
  received,
  returned,
  reversed,
  sold,
  soldLines,
  STORE,
} from '../testing/short-events.ts';
import { ADJUST_REASONS, type AdjustReason } from './adjust-reasons.ts';
import { readJournal, readStockLine } from './stock-queries.ts';

it('R5 deliveries and returns raise stock, sales lower it, damaged returns wait apart', async () => {
  const events = [
    received('in', 1, 12),
    sold('out', 2, 5),
    returned('back', 3, 2, 'sellable'),
    returned('broken', 4, 1, 'damaged'),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 9, picked: 0, unsellable: 1, onHand: 10 });
});

it('R5 lines of one document that name the same item add up', async () => {
  const lines = [1, 2, 3].map((quantity) => ({ item: ITEM, quantity }));
  expect(await everyOrder([received('in', 1, 12), soldLines('out', 2, lines)])).toMatchObject({ sellable: 6 });
});

const MOVES: Readonly<Record<AdjustReason, readonly [sellable: number, unsellable: number]>> = {
  damaged: [8, 12],
  expired: [8, 12],
  restored: [12, 8],
  'written-off': [10, 8],
  stolen: [8, 10],
  lost: [8, 10],
  'own-use': [8, 10],
  donated: [8, 10],
  found: [12, 10],
  opening: [12, 10],
  'corrected-up': [12, 10],
  'corrected-down': [8, 10],
};

it.each(Object.entries(MOVES))('R6 adjusting 2 of 10 and 10 as %s', async (reason, [sellable, unsellable]) => {
  const adjusted = makeEvent(
    'adjusted',
    'StockAdjusted',
    { document: 'd', reason: reason as AdjustReason, lines: [{ item: ITEM, quantity: 2 }] },
    { at: minute(3) },
  );
  const events = [received('in', 1, 10), returned('broken', 2, 10, 'damaged'), adjusted];
  expect(await everyOrder(events)).toMatchObject({ sellable, unsellable, onHand: sellable + unsellable });
  expect(Object.keys(MOVES)).toEqual(Object.keys(ADJUST_REASONS));
});

it('R7 stock may go below zero; since when is the step that took it there, until it is back', async () => {
  const below = [received('in', 1, 3), sold('first', 2, 5), sold('second', 3, 1)];
  expect(await everyOrder(below)).toMatchObject({ sellable: -3, negativeSince: minute(2) });
  expect(await everyOrder([...below, received('more', 4, 3)])).toMatchObject({ sellable: 0, negativeSince: null });
  expect(await everyOrder([...below, received('more', 4, 3), sold('third', 6, 1)])).toMatchObject({
    sellable: -1,
    negativeSince: minute(6),
  });
});

it('R7 a late delivery that happened before takes the negative away in its past', async () => {
  expect(await everyOrder([sold('first', 2, 5), sold('second', 3, 1), received('late', 1, 5)])).toMatchObject({
    sellable: -1,
    negativeSince: minute(3),
  });
});

it('R8 X16 what is set aside or voided counts for nothing; admitted again it counts', async () => {
  const sale = [received('in', 1, 10), sold('sale', 2, 4)];
  const aside = makeRuling('aside', 'EventSetAside', testId('sale'));
  expect(await everyOrder(sale)).toMatchObject({ sellable: 6 });
  expect(await everyOrder([...sale, aside])).toMatchObject({ sellable: 10 });
  expect(await everyOrder([...sale, aside, makeRuling('admit', 'EventAdmitted', testId('sale'))])).toMatchObject({
    sellable: 6,
  });
  expect(await everyOrder([...sale, makeRuling('void', 'EventVoided', testId('sale'))])).toMatchObject({
    sellable: 10,
  });
});

it('R8 what is re-timed counts at the time ruled', async () => {
  const events = [
    sold('sale', 20, 4),
    counted('count', 10, 9),
    makeRuling('ruling', 'EventRetimed', testId('sale'), { effectiveAt: minute(5), uncertaintyMs: 0 }),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 9, lastChangeAt: minute(10) });
});

it.each([
  ['a type of the future', rawEvent('odd', 'MoonLanded', { lines: [{ item: ITEM, quantity: 1 }] }, { at: minute(2) })],
  [
    'a newer version',
    rawEvent('odd', 'StockReceived', { document: 'd', lines: [{ item: ITEM, quantity: 1 }] }, { schemaVersion: 99 }),
  ],
  ['half a piece', rawEvent('odd', 'StockReceived', { document: 'd', lines: [{ item: ITEM, quantity: 0.5 }] })],
  [
    'no store',
    rawEvent('odd', 'StockReceived', { document: 'd', lines: [{ item: ITEM, quantity: 1 }] }, { store: null }),
  ],
])('R9 %s changes nothing', async (_what, odd) => {
  expect(await everyOrder([received('in', 1, 10), odd])).toMatchObject({ sellable: 10, lastChangeAt: minute(1) });
});

it('R18 X27 a sale before a count is reversed after it: the count stands', async () => {
  const events = [sold('sale', 1, 5), counted('count', 2, 20), reversed('undo', 3, 'sale')];
  expect(await everyOrder(events)).toMatchObject({ sellable: 20 });
});

it('R18 X27 goods really put back after the count are a return: they raise it', async () => {
  expect(
    await everyOrder([sold('sale', 1, 5), counted('count', 2, 20), returned('back', 3, 5, 'sellable')]),
  ).toMatchObject({ sellable: 25 });
});

it('R18 a sale after a count is reversed: the goods are there again', async () => {
  expect(await everyOrder([counted('count', 1, 20), sold('sale', 2, 5), reversed('undo', 3, 'sale')])).toMatchObject({
    sellable: 20,
  });
});

it('R18 X28 a re-timed sale is reversed at the time at which it counts', async () => {
  const retimed = (to: number) =>
    makeRuling('ruling', 'EventRetimed', testId('sale'), { effectiveAt: minute(to), uncertaintyMs: 0 });
  const events = [counted('count', 10, 20), reversed('undo', 30, 'sale')];
  expect(await everyOrder([...events, sold('sale', 15, 5), retimed(5)])).toMatchObject({ sellable: 20 });
  expect(await everyOrder([...events, sold('sale', 5, 5), retimed(15)])).toMatchObject({ sellable: 20 });
});

it('R19 X29 a reversal comes before its entry, or twice', async () => {
  const events = [received('in', 1, 10), sold('sale', 2, 4), reversed('undo', 3, 'sale'), reversed('again', 4, 'sale')];
  expect(await everyOrder(events)).toMatchObject({ sellable: 10 });
});

it('R19 X29 one line of three is reversed: the other two stand', async () => {
  const lines = [1, 2, 4].map((quantity) => ({ item: ITEM, quantity }));
  const events = [received('in', 1, 10), soldLines('sale', 2, lines), reversed('undo', 3, 'sale', 1)];
  expect(await everyOrder(events)).toMatchObject({ sellable: 5 });
  expect(await everyOrder([...events, reversed('twice', 4, 'sale', 1)])).toMatchObject({ sellable: 5 });
  expect(await everyOrder([...events, reversed('whole', 4, 'sale')])).toMatchObject({ sellable: 10 });
  expect(await everyOrder([...events.slice(0, 2), reversed('none', 4, 'sale', 3)])).toMatchObject({ sellable: 3 });
});

it('R20 X31 of two reversals one is voided: the other still holds; both voided: the entry counts again', async () => {
  const events = [sold('sale', 2, 4), reversed('undo', 3, 'sale'), reversed('again', 4, 'sale')];
  const first = makeRuling('void-1', 'EventVoided', testId('undo'));
  const second = makeRuling('void-2', 'EventVoided', testId('again'));
  expect(await everyOrder([received('in', 1, 10), ...events, first])).toMatchObject({ sellable: 10 });
  expect(await everyOrder([received('in', 1, 10), ...events, first, second])).toMatchObject({ sellable: 6 });
});

it('R20 a reversal is not reversed, and another store can not reverse', async () => {
  const sale = [received('in', 1, 10), sold('sale', 2, 4)];
  const undone = [...sale, reversed('undo', 3, 'sale')];
  expect(await everyOrder([...undone, reversed('redo', 4, 'undo')])).toMatchObject({ sellable: 10 });
  expect(await everyOrder([...sale, reversed('foreign', 3, 'sale', null, { store: 'porto' })])).toMatchObject({
    sellable: 6,
  });
});

it('R20 a line of which nothing counts any more is not known; the journal still tells of it', async () => {
  await inEveryOrder([sold('sale', 2, 4), reversed('undo', 3, 'sale')], async (tables) => {
    expect(await readStockLine(tables, STORE, ITEM)).toBeUndefined();
    const journal = await readJournal(tables, STORE, ITEM, { rowsMax: 10 });
    expect(journal).toMatchObject([{ event: testId('sale'), kind: 'sold', reversedBy: [testId('undo')] }]);
  });
});

it('R1 S1 a sale that is delivered twice, from two tabs, in any split, is one sale', async () => {
  const sale = sold('sale', 2, 4);
  expect((await lineOf([received('in', 1, 10), sale, sale, sale]))?.sellable).toBe(6);
});
