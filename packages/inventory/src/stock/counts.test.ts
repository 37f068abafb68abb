// What counts do to a line, told as short histories; each is tried in every order of arrival.
import { expect, it } from 'vitest';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { counted, everyOrder, inEveryOrder, ITEM, lineOf, received, reversed, sold } from '../testing/short-events.ts';
import { listStockLines } from './stock-queries.ts';

it('R10 S6 a count takes the place of what was known before it, and what moves after it is added', async () => {
  const events = [received('delivery', 1, 30), sold('before', 2, 4), counted('count', 3, 20), sold('after', 4, 3)];
  expect(await everyOrder(events)).toMatchObject({ sellable: 17, onHand: 17, recount: false });
});

it('R10 at the same moment the greater id is later', async () => {
  const [less = '', more = ''] = ['a', 'b'].toSorted((a, b) => (testId(a) < testId(b) ? -1 : 1));
  expect(await everyOrder([sold(less, 1, 2), counted(more, 1, 10)])).toMatchObject({ sellable: 10 });
  expect(await everyOrder([counted(less, 1, 10), sold(more, 1, 2)])).toMatchObject({ sellable: 8 });
});

it('R10 X20 a clock 3 days fast: sold Monday morning, counted 15 Monday evening, both heard on Tuesday: 15', async () => {
  const day = 24 * 60;
  const events = [
    sold('sale', 9 * 60 + 3 * day, 5, { device: 'fast' }),
    makeRuling('ruling', 'EventRetimed', testId('sale'), { effectiveAt: minute(9 * 60), uncertaintyMs: 1_000 }),
    counted('count', 18 * 60, 15, { device: 'phone' }),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 15, recount: false });
});

it('R10 X21 a clock 2 hours behind: sold at 12:00 stamped 10:00, counted 20 at 11:00: 15', async () => {
  const events = [
    sold('sale', 10 * 60, 5, { device: 'slow' }),
    makeRuling('ruling', 'EventRetimed', testId('sale'), { effectiveAt: minute(12 * 60), uncertaintyMs: 1_000 }),
    counted('count', 11 * 60, 20, { device: 'phone' }),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 15, recount: false });
});

it('R11 X25 two counters in one area saw 10 and 7: 17', async () => {
  const events = [
    received('delivery', 1, 40),
    counted('first', 2, 10, { session: 's', counter: 'ana' }),
    counted('second', 3, 7, { session: 's', counter: 'rui' }),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 17, recount: false });
});

it('R11 areas of one session add up; another session takes the place of all of them', async () => {
  const parts = [counted('shelf', 2, 10, { session: 's' }), counted('back', 3, 24, { session: 's', area: 'back' })];
  expect(await everyOrder(parts)).toMatchObject({ sellable: 34 });
  expect(await everyOrder([...parts, counted('later', 9, 5)])).toMatchObject({ sellable: 5 });
});

it('R12 looking twice at one area, the second look replaces the first', async () => {
  const events = [
    counted('first', 2, 10, { session: 's' }),
    counted('back', 3, 4, { session: 's', area: 'back' }),
    counted('again', 5, 8, { session: 's' }),
    sold('sale', 6, 1),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 11, recount: false });
});

it('R13 the time of a count is its last part; what moved between two parts asks for a recount', async () => {
  const parts = [
    counted('shelf', 10, 10, { session: 's', device: 'a' }),
    counted('back', 20, 5, { session: 's', area: 'back', device: 'a' }),
  ];
  expect(await everyOrder([...parts, sold('during', 15, 2, { device: 'a' })])).toMatchObject({
    sellable: 15,
    recount: true,
  });
  expect(await everyOrder([...parts, sold('after', 21, 2, { device: 'a' })])).toMatchObject({
    sellable: 13,
    recount: false,
  });
  expect(await everyOrder([...parts, sold('before', 9, 2, { device: 'a' })])).toMatchObject({
    sellable: 15,
    recount: false,
  });
});

it.each([
  ['nearer than both clocks can tell', 'till', 40_000, true],
  ['as far apart as the clocks can tell', 'till', 30_000, false],
  ['on the same device', 'phone', 40_000, false],
  ['with a clock that was never measured', 'till', null, true],
] as const)('R14 a sale one minute from a count, %s', async (_what, device, uncertaintyMs, recount) => {
  const count = counted('count', 10, 20, { device: 'phone', uncertaintyMs });
  expect(await everyOrder([count, sold('after', 11, 1, { device, uncertaintyMs })])).toMatchObject({
    sellable: 19,
    recount,
  });
  expect(await everyOrder([count, sold('before', 9, 1, { device, uncertaintyMs })])).toMatchObject({
    sellable: 20,
    recount,
  });
});

it.each([null, 30 * 24 * 3_600_000])(
  'R14 an uncertainty of %s ms doubts a count for 7 days around, not longer; head office has no clock to doubt',
  async (uncertaintyMs) => {
    const week = 7 * 24 * 60;
    const count = counted('count', 2 * week, 20, { device: 'phone' });
    const near = { device: 'till', uncertaintyMs };
    expect(await everyOrder([count, sold('sale', 3 * week - 1, 1, near)])).toMatchObject({ recount: true });
    expect(await everyOrder([count, sold('sale', 3 * week + 1, 1, near)])).toMatchObject({ recount: false });
    expect(await everyOrder([count, sold('sale', 2 * week + 1, 1, { uncertaintyMs })])).toMatchObject({
      recount: false,
    });
  },
);

it('R14 a new count ends the doubt', async () => {
  const doubtful = [
    counted('count', 10, 20, { device: 'phone', uncertaintyMs: 60_000 }),
    sold('sale', 11, 1, { device: 'till', uncertaintyMs: 60_000 }),
  ];
  expect(await everyOrder(doubtful)).toMatchObject({ recount: true });
  expect(await everyOrder([...doubtful, counted('again', 60, 19, { device: 'phone' })])).toMatchObject({
    sellable: 19,
    recount: false,
  });
});

it.each([
  ['after a step of 2 hours that it stated', 2 * 3_600_000, true],
  ['that was only checked since', 1_000, false],
] as const)('R14 one clock %s: a sale stamped an hour before its own count', async (_what, uncertaintyMs, recount) => {
  const events = [
    counted('count', 120, 20, { device: 'till', uncertaintyMs: 500 }),
    sold('sale', 60, 1, { device: 'till', uncertaintyMs }),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 20, recount });
});

it('R14 two counts nearer than their clocks can tell: which is the later is in doubt, until one is taken away', async () => {
  const counts = [
    counted('a', 10, 20, { session: 'morning', device: 'phone', uncertaintyMs: 60_000 }),
    counted('b', 11, 18, { session: 'noon', device: 'till', uncertaintyMs: 60_000 }),
  ];
  expect(await everyOrder(counts)).toMatchObject({ sellable: 18, recount: true });
  const voided = makeRuling('void', 'EventVoided', testId('a'));
  expect(await everyOrder([...counts, voided])).toMatchObject({ sellable: 18, recount: false });
  const far = counted('b', 30, 18, { session: 'noon', device: 'till', uncertaintyMs: 60_000 });
  expect(await everyOrder([...counts.slice(0, 1), far])).toMatchObject({ sellable: 18, recount: false });
});

it('R15 S10 counted zero is a figure; not counted is none', async () => {
  const zero = await lineOf([counted('count', 1, 0)]);
  expect(zero).toMatchObject({ sellable: 0, lastCount: { quantity: 0, parts: 1 } });
  const moved = await lineOf([received('in', 1, 3), sold('out', 2, 3)]);
  expect(moved).toMatchObject({ sellable: 0, lastCount: null });
  expect(await lineOf([])).toBeUndefined();
  await inEveryOrder([counted('count', 1, 0), received('other', 2, 1, { item: 'rice' })], async (tables) => {
    const lines = await listStockLines(tables);
    expect(lines.map(({ item, lastCount }) => [item, lastCount?.quantity])).toEqual([
      ['feta', 0],
      ['rice', undefined],
    ]);
  });
});

it('R15 an item that stands not in a count keeps its figure', async () => {
  const events = [received('rice', 1, 8, { item: 'rice' }), counted('count', 2, 4)];
  expect((await lineOf(events, 'rice'))?.sellable).toBe(8);
});

it('R16 X26 goods handed over from the counter leave the picked ones, not what the shelf was counted at', async () => {
  const handedOver = makeEvent(
    'hand-over',
    'StockSold',
    { document: 'd', from: 'picked', lines: [{ item: ITEM, quantity: 3, unitPrice: null }] },
    { at: minute(9) },
  );
  expect(await everyOrder([received('in', 1, 20), counted('count', 5, 17), handedOver])).toMatchObject({
    sellable: 17,
    picked: -3,
  });
});

it('R16 damaged goods are counted by themselves', async () => {
  const events = [
    received('in', 1, 20),
    counted('damaged', 5, 4, { bucket: 'unsellable' }),
    counted('shelf', 6, 15, { session: 'other' }),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 15, unsellable: 4, onHand: 19 });
});

const twoCounts = [
  counted('older', 10, 20),
  sold('between', 15, 3),
  counted('newest', 20, 9),
  sold('since', 25, 1),
] as const;

it('R17 X30 the newest count is voided: the one before it and all that moved since it hold again', async () => {
  expect(await everyOrder(twoCounts)).toMatchObject({ sellable: 8 });
  const voided = makeRuling('void', 'EventVoided', testId('newest'));
  expect(await everyOrder([...twoCounts, voided])).toMatchObject({
    sellable: 16,
    lastCount: expect.objectContaining({ session: 'older' }),
  });
});

it('R17 X30 the newest count is reversed, or set aside: likewise; with no other count, movements alone', async () => {
  expect(await everyOrder([...twoCounts, reversed('undo', 30, 'newest')])).toMatchObject({ sellable: 16 });
  expect(await everyOrder([...twoCounts, makeRuling('aside', 'EventSetAside', testId('newest'))])).toMatchObject({
    sellable: 16,
  });
  const both = [received('in', 1, 9), ...twoCounts.slice(2), reversed('undo', 30, 'newest')];
  expect(await everyOrder(both)).toMatchObject({ sellable: 8, lastCount: null });
});

it('R17 one part of a count is reversed: the other parts stand', async () => {
  const events = [
    counted('shelf', 2, 10, { session: 's' }),
    counted('again', 3, 12, { session: 's' }),
    counted('back', 4, 5, { session: 's', area: 'back' }),
    reversed('undo', 9, 'again'),
  ];
  expect(await everyOrder(events)).toMatchObject({ sellable: 15 });
});
