// Value: moving average cost in effective-time order, whatever order news comes in.
import fc from 'fast-check';
import { projectBatch, type Event, type MemoryTables } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { VALUE_CHUNK_ENTRIES } from '../limits.ts';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { CountingTables } from '../testing/counting-tables.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { randomHistory } from '../testing/random-history.ts';
import { propertyRuns } from '../testing/runs.ts';
import { counted, returned, reversed, sold } from '../testing/short-events.ts';
import { naiveValues } from './naive-values.ts';
import { valuesProjector } from './values-projector.ts';
import { lineHistory, listValues, moneyOfPicos, totalValue, unitCostNow, valueOf } from './value-queries.ts';

const STORE = 'lisboa';
const ITEM = 'feta';
const cents = (minorUnits: number) => ({ minorUnits, scale: 2 });

function bought(name: string, at: number, quantity: number, costCents?: number, store = STORE): Event {
  const lines = [{ item: ITEM, quantity, ...(costCents === undefined ? {} : { unitCost: cents(costCents) }) }];
  return makeEvent(name, 'StockReceived', { document: name, lines }, { store, at: minute(at) });
}

const fold = async (...batches: readonly (readonly Event[])[]) => await foldBatches(batches, [valuesProjector]);

async function lineOf(tables: MemoryTables, store = STORE) {
  const [line] = await valueOf(tables, [{ store, item: ITEM }]);
  if (line === undefined) return undefined;
  const { onHand, value, averageCost } = line;
  return { onHand, value, averageCost };
}

/** The line after all orders of arrival that matter: at once, forwards and backwards one by one. */
async function valued(...events: readonly Event[]) {
  const atOnce = await fold(events);
  const single = events.map((event) => [event]);
  expect((await fold(...single)).dump()).toEqual(atOnce.dump());
  expect((await fold(...single.toReversed())).dump()).toEqual(atOnce.dump());
  return await lineOf(atOnce);
}

describe('moving average', () => {
  it('VA1 receipts mix at their costs, and what leaves takes the average with it', async () => {
    expect(await valued(bought('a', 1, 10, 200), bought('b', 2, 30, 400))).toEqual({
      onHand: 40,
      value: '140',
      averageCost: '3.5',
    });
    expect(await valued(bought('a', 1, 10, 200), sold('s', 2, 4), bought('b', 3, 6, 400))).toEqual({
      onHand: 12,
      value: '36',
      averageCost: '3',
    });
  });

  it('VA1 a return, a correction and a count go by the average; moving between buckets changes nothing', async () => {
    const damaged = makeEvent(
      'd',
      'StockAdjusted',
      { document: 'd', reason: 'damaged', lines: [{ item: ITEM, quantity: 5 }] },
      { at: minute(4) },
    );
    expect(await valued(bought('a', 1, 10, 250), sold('s', 2, 6), returned('r', 3, 1, 'sellable'), damaged)).toEqual({
      onHand: 5,
      value: '12.5',
      averageCost: '2.5',
    });
    expect(await valued(bought('a', 1, 10, 250), counted('c', 2, 8), sold('s', 3, 2))).toEqual({
      onHand: 6,
      value: '15',
      averageCost: '2.5',
    });
  });

  it('VA1 a third of a cent is kept, and shown once', async () => {
    expect(await valued(bought('a', 1, 1, 100), bought('b', 2, 2, 200), sold('s', 3, 1))).toEqual({
      onHand: 2,
      value: '3.333333333333',
      averageCost: '1.666666666667',
    });
  });

  it('VA2 from zero and below, the next known cost is the average; nothing is worth less than nothing', async () => {
    expect(await valued(bought('a', 1, 2, 300), sold('s', 2, 5))).toEqual({ onHand: -3, value: '0', averageCost: '3' });
    expect(await valued(bought('a', 1, 2, 300), sold('s', 2, 5), bought('b', 3, 10, 500))).toEqual({
      onHand: 7,
      value: '35',
      averageCost: '5',
    });
    expect(await valued(bought('a', 1, 2, 300), sold('s', 2, 5), returned('r', 3, 4, 'sellable'))).toEqual({
      onHand: 1,
      value: '3',
      averageCost: '3',
    });
  });

  it('VA3 a cost that is not known is the average; before the first known cost nothing has a value', async () => {
    expect(await valued(bought('a', 1, 4), sold('s', 2, 1))).toEqual({ onHand: 3, value: null, averageCost: null });
    expect(await valued(bought('a', 1, 4, 200), bought('b', 2, 4))).toEqual({
      onHand: 8,
      value: '16',
      averageCost: '2',
    });
    expect(await valued(bought('a', 1, 4), bought('b', 2, 1, 200))).toEqual({
      onHand: 5,
      value: '10',
      averageCost: '2',
    });
  });

  it('VA4 X34 goods change stores at the cost frozen when they left, whatever their sender learns later', async () => {
    const sent = [bought('a', 1, 10, 200), bought('late', 0.5, 10, 400)];
    const [first = sent[0]] = sent;
    const tables = await fold([first as Event]);
    const unitCost = await unitCostNow(tables, STORE, ITEM);
    expect(unitCost).toEqual(cents(200));
    const extras = (store: string, at: number) => ({ store, at: minute(at) });
    const dispatched = makeEvent(
      'out',
      'TransferDispatched',
      { document: 'out', request: null, to: 'porto', expectedAt: null, lines: [{ item: ITEM, quantity: 4, unitCost }] },
      extras(STORE, 2),
    );
    const arrived = makeEvent(
      'in',
      'TransferReceived',
      {
        document: 'in',
        shipment: testId('out'),
        receipt: '1',
        from: STORE,
        to: 'porto',
        lines: [{ item: ITEM, accepted: 3, damaged: 1, surplus: 0, unitCost: cents(200) }],
      },
      extras('porto', 3),
    );
    const all = await fold([first as Event], [dispatched, arrived], sent.slice(1));
    expect(await lineOf(all, 'porto')).toEqual({ onHand: 4, value: '8', averageCost: '2' });
    expect(await lineOf(all)).toEqual({ onHand: 16, value: '48', averageCost: '3' });
  });

  it('VA4 the frozen cost is the average in as many digits as money takes', () => {
    expect(moneyOfPicos(1_666_666_666_667n)).toEqual({ minorUnits: 1_666_667, scale: 6 });
    expect(moneyOfPicos(2_500_000_000_000n)).toEqual(cents(250));
    expect(moneyOfPicos(0n)).toEqual(cents(0));
    expect(moneyOfPicos(123_456_789_012n * 10n ** 12n)).toEqual({ minorUnits: 123_456_789_012, scale: 0 });
  });
});

describe('late news', () => {
  it('VA5 a late delivery, a reversal and a ruling are worked in at their own time', async () => {
    const story = [bought('a', 1, 10, 200), sold('s', 3, 5), bought('b', 4, 5, 300)];
    expect(await valued(...story, bought('late', 2, 10, 400))).toEqual({ onHand: 20, value: '60', averageCost: '3' });
    expect(await valued(...story, reversed('undo', 9, 'b'))).toEqual({ onHand: 5, value: '10', averageCost: '2' });
    const voided = makeRuling('v', 'EventVoided', testId('s'));
    expect(await valued(...story, voided)).toMatchObject({ onHand: 15, value: '35' });
  });

  it('VA5 counts of several areas wait for the end of their session', async () => {
    const opened = makeEvent(
      'open',
      'CountOpened',
      { session: 'march', scope: { kind: 'store' }, areas: ['shelf', 'back'], blind: false },
      { at: minute(2) },
    );
    const parts = [
      counted('c1', 3, 4, { session: 'march', area: 'shelf' }),
      counted('c2', 4, 3, { session: 'march', area: 'back' }),
    ];
    const closed = makeEvent('close', 'CountClosed', { session: 'march' }, { at: minute(9) });
    const story = [bought('a', 1, 10, 200), opened, ...parts, sold('s', 5, 1)];
    expect(await valued(...story)).toMatchObject({ onHand: 9, value: '18' });
    expect(await valued(...story, closed)).toMatchObject({ onHand: 6, value: '12' });
  });

  it('VA5 news at the end of a long journal reads its newest chunk alone; older news all after it, no more', async () => {
    const days = VALUE_CHUNK_ENTRIES * 4 - 3;
    const past = Array.from({ length: days }, (_, index) => bought(`p-${index}`, index, 1, 100 + index));
    const tables = await fold(past);
    const callsFor = async (event: Event) => {
      const counting = new CountingTables(tables.clone());
      await projectBatch(counting, [{ event }], [valuesProjector], async () => []);
      return counting.calls.filter(({ table }) => table === 'value-chunks');
    };
    const newest = await callsFor(sold('new', days + 1, 1));
    expect(newest.filter(({ method }) => method === 'range')).toEqual([]);
    expect(newest.filter(({ method }) => method === 'putMany')).toMatchObject([{ rows: 1 }]);
    const late = await callsFor(sold('late', VALUE_CHUNK_ENTRIES * 2 + 0.5, 1));
    const rowsRead = late.filter(({ method }) => method === 'range').reduce((sum, { rows }) => sum + rows, 0);
    expect(rowsRead).toBe(2);
  });

  it(
    'VA5 X31 any order, split and repetition gives the values of a book that starts from scratch',
    { timeout: 600_000 },
    async () => {
      const histories = fc.record({
        tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 600, size: 'max' }),
        events: fc.integer({ min: 1, max: 40 }),
        order: fc.nat(),
        longest: fc.integer({ min: 1, max: 12 }),
      });
      await fc.assert(
        fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
          const history = randomHistory(tapeChoices(tape), events);
          const choices = seededChoices(order);
          const batches = inBatches(choices, shuffled(choices, history), longest);
          const tables = await foldBatches(batches, [valuesProjector]);
          const atOnce = await foldBatches([history], [valuesProjector]);
          expect(tables.dump()).toEqual(atOnce.dump());
          const values = (await listValues(tables)).map(({ lastChangeAt: _at, ...value }) => value);
          expect(values).toEqual(naiveValues(history));
        }),
        { numRuns: propertyRuns },
      );
    },
  );
});

describe('reading value', () => {
  it('VA6 lines are listed by store, and sums are exact', async () => {
    const tables = await fold([bought('a', 1, 3, 199), bought('b', 1, 1, 33, 'porto'), bought('c', 1, 1)]);
    expect((await listValues(tables, { store: 'porto' })).map(({ value }) => value)).toEqual(['0.33']);
    expect(totalValue(await listValues(tables))).toBe('8.29');
    expect(totalValue([{ value: null }, { value: '0.000000000001' }, { value: '2' }])).toBe('2.000000000001');
  });

  it('VA7 the levels of a line are told entry by entry, and when they are first founded on a delivery or a count', async () => {
    const tables = await fold([sold('s', 1, 2), returned('r', 2, 1, 'damaged'), counted('c', 3, 5), sold('t', 4, 1)]);
    const { steps, trades, foundedAt } = await lineHistory(tables, STORE, ITEM);
    expect(steps.map(({ sellable, onHand }) => [sellable, onHand])).toEqual([
      [-2, -2],
      [-2, -1],
      [5, 6],
      [4, 5],
    ]);
    expect(trades.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['sold', 2],
      ['returned', 1],
      ['sold', 1],
    ]);
    expect(foundedAt).toBe(minute(3));
    expect((await lineHistory(await fold([sold('s', 1, 2)]), STORE, ITEM)).foundedAt).toBe(null);
  });
});
