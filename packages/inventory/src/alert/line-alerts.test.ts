// Named examples of a line's alerts: when each begins, when it ends, and what it says.
import type { Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { NOTE_CHARACTERS_MAX } from '../limits.ts';
import { held, picked, policySet, released } from '../testing/alert-events.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, minute } from '../testing/make-event.ts';
import { counted, inEveryOrder, ITEM, received, returned, reversed, sold, STORE } from '../testing/short-events.ts';
import { Note } from '../words.ts';
import { lineAlerts } from './line-alerts.ts';
import { alertsOf, storeAlerts } from './store-alerts.ts';

/** Kinds with the minute they began, most serious first; read by line and by store, which must agree. */
async function alertsAt(events: readonly Event[], now: number): Promise<string[]> {
  const tables = await foldBatches([events]);
  const alerts = await alertsOf(tables, STORE, ITEM, minute(now));
  expect(await storeAlerts(tables, STORE, minute(now))).toEqual(alerts);
  return alerts.map(({ kind, since }) => `${kind} ${minutesOf(since)}`);
}

function minutesOf(since: number): number {
  return (since - minute(0)) / (minute(1) - minute(0));
}

describe('shortages', () => {
  it('AL1 out of stock begins when nothing can be sold any more and ends with the first piece', async () => {
    const story = [received('in', 0, 3), sold('s1', 10, 2), sold('s2', 20, 1)];
    expect(await alertsAt(story.slice(0, 2), 30)).toEqual([]);
    expect(await alertsAt(story, 30)).toEqual(['out-of-stock 20']);
    expect(await alertsAt([...story, received('again', 25, 1)], 30)).toEqual([]);
  });

  it('AL1 a shelf where all is promised is out of stock too, and a line that nobody knows is not', async () => {
    expect(await alertsAt([received('in', 0, 3), held('hold', 5, 3, null)], 30)).toEqual(['out-of-stock 5']);
    expect(await alertsAt([], 30)).toEqual([]);
  });

  it('AL1 an item that is no longer sold is not missed, but may be oversold', async () => {
    const item = {
      item: ITEM,
      sku: 'FET',
      name: 'Feta',
      category: 'Dairy',
      unit: 'piece',
      quantityScale: 0,
      price: null,
      currency: 'EUR',
      lifecycle: 'archived',
    } as const;
    const archived = makeEvent('item', 'ItemRegistered', item, { store: null });
    const policy = policySet('p', { reorderPoint: 20 });
    expect(await alertsAt([archived, policy, received('in', 0, 1), sold('s', 1, 1)], 5)).toEqual([]);
    expect(await alertsAt([archived, policy, received('in', 0, 1), sold('s', 1, 2)], 5)).toEqual(['oversold 1']);
  });

  it('AL2 critical: below the line of the policy, below 10 where the policy has none, never without a policy', async () => {
    const story = [received('in', 0, 12), sold('s1', 10, 3)];
    expect(await alertsAt(story, 120)).toEqual([]);
    expect(await alertsAt([...story, policySet('p', { leadTimeDays: 3 })], 120)).toEqual(['critical 10']);
    expect(await alertsAt([...story, policySet('p', { criticalLine: 9 })], 120)).toEqual([]);
    expect(await alertsAt([...story, policySet('p', { criticalLine: 11 })], 120)).toEqual(['critical 10']);
    expect(await alertsAt([...story, policySet('p', { criticalLine: null })], 120)).toEqual([]);
  });

  it('AL3 low: what can be sold is below the reorder point', async () => {
    const story = [received('in', 0, 30), sold('s1', 10, 10), policySet('p', { reorderPoint: 20 })];
    expect(await alertsAt(story, 120)).toEqual([]);
    expect(await alertsAt([...story, held('hold', 40, 1, null)], 120)).toEqual(['low 40']);
  });

  it('AL6 oversold: the shelf is below zero, or more is promised than there is', async () => {
    expect(await alertsAt([received('in', 0, 1), sold('s', 10, 3)], 120)).toEqual(['oversold 10', 'out-of-stock 10']);
    const promised = [received('in', 0, 5), held('a', 5, 4, null), held('b', 6, 4, 40)];
    expect(await alertsAt(promised, 30)).toEqual(['oversold 6', 'out-of-stock 6']);
    expect(await alertsAt(promised, 40)).toEqual([]);
    expect(await alertsAt([held('a', 5, 4, 40)], 30)).toEqual(['oversold 5']);
    expect(await alertsAt([held('a', 5, 4, 40)], 40)).toEqual([]);
  });
});

describe('the shelf', () => {
  it('AL4 overstock: more than 90 % of what the shelf takes, ended a margin below', async () => {
    const policy = policySet('p', { capacityMax: 100, alertMargin: 5, criticalLine: null });
    expect(await alertsAt([policy, received('in', 0, 90)], 200)).toEqual([]);
    expect(await alertsAt([policy, received('in', 0, 91)], 200)).toEqual(['overstock 0']);
    expect(await alertsAt([policy, received('in', 0, 91), sold('s', 20, 5)], 200)).toEqual(['overstock 0']);
    expect(await alertsAt([policy, received('in', 0, 91), sold('s', 20, 6)], 200)).toEqual([]);
  });

  it('AL5 rapid depletion: more than 30 % less within an hour, in enough movements, over when the hour has passed', async () => {
    const fall = [received('in', 0, 100), ...[70, 80, 90, 100, 110].map((at) => sold(`s${at}`, at, 7))];
    expect(await alertsAt(fall, 115)).toEqual(['rapid-depletion 110']);
    expect(await alertsAt(fall, 129)).toEqual(['rapid-depletion 110']);
    expect(await alertsAt(fall, 130)).toEqual([]);
    expect(await alertsAt(fall.slice(0, -1), 115)).toEqual([]);
    expect(await alertsAt([...fall, received('more', 105, 6)], 115)).toEqual([]);
    expect(await alertsAt([...fall, policySet('p', { depletionMovementsMin: 6 })], 115)).toEqual([]);
    expect(await alertsAt([...fall, policySet('p', { depletionMovementsMin: null })], 115)).toEqual([]);
    expect(await alertsAt([...fall.slice(0, -2), sold('big', 110, 70)], 115)).toEqual([]);
  });

  it('AL5 exactly 30 % is not more than 30 %, and a fall at one stroke counts until its hour has passed', async () => {
    const stroke = (quantity: number): Event[] => [
      received('in', 0, 100),
      ...[1, 2, 3, 4, 5].map((part) => sold(`s${part}`, 100, quantity)),
    ];
    expect(await alertsAt(stroke(6), 100)).toEqual([]);
    expect(await alertsAt(stroke(7), 100)).toEqual(['rapid-depletion 100']);
    expect(await alertsAt(stroke(7), 159)).toEqual(['rapid-depletion 100']);
    expect(await alertsAt(stroke(7), 160)).toEqual([]);
  });

  it('AL5 what a count finds is no depletion: nobody moved it', async () => {
    const found = [
      received('in', 0, 100),
      ...[70, 71, 72, 73].map((at) => sold(`s${at}`, at, 2)),
      counted('c', 80, 30),
    ];
    expect(await alertsAt(found, 90)).toEqual([]);
  });
});

describe('when an alert begins', () => {
  it('AL7 X39 raised below 10, ended at 12: −6 then +2 and +2 then −6 are two stories, whoever hears of which first', async () => {
    const policy = policySet('p', { criticalLine: 10, alertMargin: 2 });
    const begins = async (events: readonly Event[]): Promise<string[]> => {
      const seen = new Set<string>();
      await inEveryOrder(events, async (tables) => {
        const alerts = await alertsOf(tables, STORE, ITEM, minute(200));
        seen.add(alerts.map(({ kind, since }) => `${kind} ${minutesOf(since)}`).join());
      });
      return [...seen];
    };
    expect(await begins([policy, received('in', 0, 15), sold('s', 10, 6), received('two', 20, 2)])).toEqual([
      'critical 10',
    ]);
    expect(await begins([policy, received('in', 0, 15), received('two', 10, 2), sold('s', 20, 6)])).toEqual(['']);
    expect(await begins([policy, received('in', 0, 15), sold('s', 10, 6), received('three', 20, 3)])).toEqual(['']);
  });

  it('AL8 a count sets the level at its own moment, and what was reversed never was', async () => {
    const story = [policySet('p', {}), policySet('q', { criticalLine: 10 }), received('in', 0, 15), sold('s', 30, 2)];
    expect(await alertsAt([...story, counted('c', 20, 11)], 200)).toEqual(['critical 30']);
    expect(await alertsAt([...story, counted('c', 20, 9), received('in2', 40, 5)], 200)).toEqual([]);
    expect(await alertsAt([...story, counted('c', 20, 11), reversed('r', 50, 's')], 200)).toEqual([]);
    expect(await alertsAt([...story, counted('c', 20, 11), reversed('r', 50, 'c')], 200)).toEqual([]);
  });

  it('AL8 a session of two parts sets the level with its last part, not with its first', async () => {
    const parts = [
      received('in', 0, 17),
      policySet('q', { criticalLine: 11, alertMargin: 10 }),
      counted('c1', 20, 10, { session: 'c', counter: 'ana' }),
      counted('c2', 30, 7, { session: 'c', counter: 'rui' }),
    ];
    expect(await alertsAt(parts, 200)).toEqual([]);
  });

  it('AL8 the end of a hold is a step of time, a pick from a hold is no step at all', async () => {
    const policy = policySet('q', { criticalLine: 10 });
    const story = [policy, received('in', 0, 15), held('hold', 10, 8, 60)];
    expect(await alertsAt(story, 59)).toEqual(['critical 10']);
    expect(await alertsAt(story, 60)).toEqual([]);
    expect(await alertsAt([...story, released('let', 30, 'hold')], 31)).toEqual([]);
    expect(await alertsAt([...story, picked('pick', 40, 8, 'hold')], 200)).toEqual(['critical 10']);
    expect(await alertsAt([...story, sold('s', 70, 6)], 200)).toEqual(['critical 70']);
  });

  it('AL8 what a fast clock stamped ahead of now is in the figure, so it is in the alert', async () => {
    const story = [received('in', 0, 5), sold('ahead', 63, 5)];
    expect(await alertsAt(story, 60)).toEqual(['out-of-stock 63']);
  });

  it('AL8 alerts are a pure function of steps, policy and now', () => {
    const step = (at: number, sellable: number) => ({ at, sellable, available: sellable, moved: -1, movements: 1 });
    const trajectory = { stocked: true, complete: true, base: null, steps: [step(5, 12), step(6, 9), step(7, 11)] };
    const about = { store: STORE, item: ITEM };
    const kinds = (alertMargin: number, now: number) =>
      lineAlerts(trajectory, { alertMargin }, now, about).map(({ kind, since }) => [kind, since]);
    expect(kinds(2, 100)).toEqual([['critical', 6]]);
    expect(kinds(1, 100)).toEqual([]);
    expect(lineAlerts({ ...trajectory, steps: [] }, {}, 100, about)).toEqual([]);
  });

  it('AL8 goods that lie damaged are not on the shelf', async () => {
    const damaged = returned('back', 5, 4, 'damaged');
    expect(await alertsAt([received('in', 0, 3), sold('s', 10, 3), damaged], 200)).toEqual(['out-of-stock 10']);
    expect(await alertsAt([damaged], 200)).toEqual(['out-of-stock 5']);
  });
});

describe('what an alert says', () => {
  it('AL10 the worst shortage covers the lesser ones; severity, message and recommendation go with each', async () => {
    const policy = policySet('p', { reorderPoint: 20, criticalLine: 10 });
    const tables = await foldBatches([[policy, received('in', 0, 2), sold('s', 10, 5)]]);
    const alerts = await alertsOf(tables, STORE, ITEM, minute(200));
    expect(alerts.map(({ kind, severity, coveredBy }) => [kind, severity, coveredBy])).toEqual([
      ['oversold', 'critical', null],
      ['out-of-stock', 'critical', 'oversold'],
      ['critical', 'critical', 'oversold'],
      ['low', 'warning', 'oversold'],
    ]);
    expect(alerts[0]?.message).toEqual({
      code: 'oversold.negative',
      values: { sellable: -3 },
      text: '−3 on the shelf: more left than came in or was counted.',
    });
    expect(alerts[0]?.recommendation.code).toBe('recount');
    for (const { message, recommendation } of alerts) {
      expect(Note.safeParse(message.text).success).toBe(true);
      expect(recommendation.text.length).toBeLessThanOrEqual(NOTE_CHARACTERS_MAX);
    }
  });

  it('AL10 what is ordered already makes another recommendation, weighed goods another figure', async () => {
    const item = {
      item: ITEM,
      sku: 'FET',
      name: 'Feta',
      category: 'Dairy',
      unit: 'gram',
      quantityScale: 3,
      price: null,
      currency: 'EUR',
      lifecycle: 'active',
    } as const;
    const policy = policySet('p', { reorderPoint: 2_000, criticalLine: null });
    const events = [makeEvent('item', 'ItemRegistered', item, { store: null }), policy, received('in', 0, 1_500)];
    const tables = await foldBatches([events]);
    const [plain] = await alertsOf(tables, STORE, ITEM, minute(200));
    expect(plain?.message.text).toBe('1,500 g left, reorder point 2,000 g.');
    expect(plain?.recommendation.code).toBe('order');
    const order = makeEvent('order', 'RestockOrdered', {
      supplier: 'dairy-farm',
      expectedAt: null,
      suggestion: null,
      lines: [{ item: ITEM, quantity: 5_000, unitCost: null }],
    });
    const [ordered] = await alertsOf(await foldBatches([[...events, order]]), STORE, ITEM, minute(200));
    expect(ordered?.recommendation).toMatchObject({ code: 'await', values: { incoming: 5_000 } });
  });
});
