// What counts found and why a bucket is below zero. The variance property: a shop in which things are stolen and mislaid, and
// every count finds exactly that.
import type { Event } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { chance, inBatches, pick, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute, testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { counted, inEveryOrder, ITEM, received, returned, sold, STORE } from '../testing/short-events.ts';
import { countVariances, listCountVariances } from './count-variances.ts';
import { negativeFinding } from './stock-findings.ts';
import { readStockLine } from './stock-queries.ts';

const ITEMS = ['feta', 'rice'] as const;

interface Found {
  readonly item: string;
  readonly session: string;
  /** What nobody recorded since the count before: taken (−) or put back (+). */
  readonly unrecorded: number;
}

/** Days in a shop: recorded trade, unrecorded hands, and counts of what really is there. True clocks. */
function thievingShop(tape: readonly number[], steps: number): { events: Event[]; found: Found[] } {
  const choices = tapeChoices(tape);
  const shelf = new Map<string, number>();
  const unrecorded = new Map<string, number>();
  const events: Event[] = [];
  const found: Found[] = [];
  const move = (goods: Map<string, number>, item: string, pieces: number) =>
    goods.set(item, (goods.get(item) ?? 0) + pieces);
  for (let step = 0; step < steps; step += 1) {
    const item = pick(choices, ITEMS);
    const pieces = 1 + choices.int(5);
    const name = `step-${step}`;
    // Some write it down later, with the time it happened.
    const later = chance(choices, 20) ? { recordedAt: step * 10 + choices.int(80) } : {};
    const there = shelf.get(item) ?? 0;
    switch (choices.int(5)) {
      case 0:
        move(shelf, item, pieces);
        events.push(received(name, step * 10, pieces, { item, ...later }));
        break;
      case 1: {
        const taken = Math.min(pieces, there);
        move(shelf, item, -taken);
        if (taken > 0) events.push(sold(name, step * 10, taken, { item, ...later }));
        break;
      }
      case 2:
        move(shelf, item, -Math.min(pieces, there));
        move(unrecorded, item, -Math.min(pieces, there));
        break;
      case 3:
        move(shelf, item, 1);
        move(unrecorded, item, 1);
        break;
      default:
        events.push(counted(name, step * 10, there, { item, session: name }));
        found.push({ item, session: name, unrecorded: unrecorded.get(item) ?? 0 });
        unrecorded.set(item, 0);
    }
  }
  return { events, found };
}

describe('what a count found', () => {
  test(
    'LI7 with true clocks every variance is exactly what was stolen or mislaid since the count before',
    { timeout: 600_000 },
    async () => {
      const shops = fc.record({
        tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 250, size: 'max' }),
        steps: fc.nat({ max: 40 }),
        order: fc.nat(),
      });
      await fc.assert(
        fc.asyncProperty(shops, async ({ tape, steps, order }) => {
          const { events, found } = thievingShop(tape, steps);
          const choices = seededChoices(order);
          const tables = await foldBatches(inBatches(choices, shuffled(choices, events), 7));
          const all = await listCountVariances(tables, STORE);
          for (const item of ITEMS) {
            const own = all.filter((variance) => variance.item === item);
            expect(await countVariances(tables, STORE, item)).toEqual(own);
            expect(own.map(({ session, variance }) => ({ item, session, unrecorded: variance }))).toEqual(
              found.filter((one) => one.item === item),
            );
            for (const { counted: saw, expected, variance } of own) expect(variance).toBe(saw - expected);
          }
        }),
        { numRuns: propertyRuns },
      );
    },
  );

  it('LI7 each is measured from the count before it; late news is expected now and told as explained', async () => {
    const events = [
      received('in', 1, 10),
      counted('first', 10, 9),
      sold('sale', 20, 2),
      sold('late', 25, 3, { recordedAt: 40 }),
      counted('second', 30, 4),
    ];
    await inEveryOrder(events, async (tables) => {
      const common = { store: STORE, item: ITEM, bucket: 'sellable', recount: false };
      expect(await countVariances(tables, STORE, ITEM)).toEqual([
        {
          ...common,
          session: 'first',
          at: minute(10),
          id: testId('first'),
          since: null,
          expected: 10,
          counted: 9,
          variance: -1,
          explained: 0,
        },
        {
          ...common,
          session: 'second',
          at: minute(30),
          id: testId('second'),
          since: 'first',
          expected: 4,
          counted: 4,
          variance: 0,
          explained: -3,
        },
      ]);
      expect(await listCountVariances(tables, STORE, { from: minute(11) })).toMatchObject([{ session: 'second' }]);
      expect(await listCountVariances(tables, STORE, { to: minute(30) })).toMatchObject([{ session: 'first' }]);
      expect(await countVariances(tables, 'porto', ITEM)).toEqual([]);
    });
  });

  it('LI7 each bucket has its own, and a count in doubt says so', async () => {
    const events = [
      returned('broken', 1, 2, 'damaged'),
      counted('box', 10, 3, { bucket: 'unsellable', device: 'phone', uncertaintyMs: 600_000 }),
      returned('more', 12, 1, 'damaged', { device: 'till', uncertaintyMs: 600_000 }),
    ];
    await inEveryOrder(events, async (tables) => {
      expect(await countVariances(tables, STORE, ITEM)).toMatchObject([
        { bucket: 'unsellable', expected: 2, counted: 3, variance: 1, recount: true },
      ]);
    });
  });
});

describe('below zero', () => {
  it('LI8 names the movement that took it there, its actor and the lowest since', async () => {
    const events = [
      received('in', 1, 3),
      sold('before', 2, 2),
      sold('cause', 3, 4, { actor: 'rui' }),
      sold('deeper', 4, 5),
      received('more', 5, 6),
    ];
    await inEveryOrder(events, async (tables) => {
      const line = await readStockLine(tables, STORE, ITEM);
      expect(line && (await negativeFinding(tables, line))).toEqual([
        {
          bucket: 'sellable',
          quantity: -2,
          since: minute(3),
          cause: { event: testId('cause'), line: 0, kind: 'sold', actor: 'rui' },
          lowest: -8,
        },
      ]);
    });
  });

  it('LI8 counts from the last time it was at zero or above; without a bucket below there is no finding', async () => {
    const dip = [sold('dip', 1, 1), received('in', 2, 1), sold('again', 3, 2), counted('zero', 10, 0)];
    await inEveryOrder(dip.slice(0, 3), async (tables) => {
      const line = await readStockLine(tables, STORE, ITEM);
      expect(line && (await negativeFinding(tables, line))).toMatchObject([
        { since: minute(3), cause: { event: testId('again') }, lowest: -2 },
      ]);
    });
    await inEveryOrder(dip, async (tables) => {
      const line = await readStockLine(tables, STORE, ITEM);
      expect(line && (await negativeFinding(tables, line))).toEqual([]);
    });
  });
});
