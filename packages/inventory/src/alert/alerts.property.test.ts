// The alerts of a line against a simulation that knows neither trajectories nor tables: it goes through the history minute
// by minute, reckons the shelf and the holds anew each time, and notes when each alert goes on and off.
import {
  addRuling,
  compareStamped,
  contributionOf,
  isRulingType,
  NO_JUDGEMENT,
  type Event,
  type MemoryTables,
} from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { held, picked, policySet, released } from '../testing/alert-events.ts';
import { chance, inBatches, pick, seededChoices, shuffled, tapeChoices, type Choices } from '../testing/choices.ts';
import { availableOf } from '../promise/availability.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { ITEMS } from '../testing/random-parts.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { randomHistory } from '../testing/random-history.ts';
import { propertyRuns } from '../testing/runs.ts';
import { counted, ITEM, received, returned, reversed, sold, STORE } from '../testing/short-events.ts';
import { judgeLine, type AlertPolicy } from './line-alerts.ts';
import { lineTrajectory } from './line-trajectory.ts';
import { alertsOf, storeAlerts } from './store-alerts.ts';

const MINUTES = 100;
const NOW = 125;

function randomEvent(choices: Choices, name: string, earlier: readonly Event[]): Event {
  const at = choices.int(MINUTES);
  const quantity = 1 + choices.int(8);
  const other = `event-${choices.int(earlier.length + 1)}`;
  switch (choices.int(15)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return sold(name, at, quantity);
    case 4:
    case 5:
      return received(name, at, quantity * 2);
    case 6:
      return returned(name, at, quantity, pick(choices, ['sellable', 'damaged'] as const));
    case 7:
    case 8: {
      const session = `session-${choices.int(3)}`;
      return counted(name, at, choices.int(20), { session, counter: pick(choices, ['ana', 'rui'] as const) });
    }
    case 9:
    case 10:
      return held(name, at, quantity, chance(choices, 40) ? null : at + choices.int(60));
    case 11:
      return released(name, at, other);
    case 12:
      return picked(name, at, quantity, other);
    case 13:
      return reversed(name, at, other);
    default:
      if (chance(choices, 50)) return makeRuling(name, 'EventVoided', testId(other));
      return makeRuling(name, 'EventRetimed', testId(other), { effectiveAt: minute(at), uncertaintyMs: 0 });
  }
}

function randomPolicy(choices: Choices): AlertPolicy | undefined {
  if (chance(choices, 15)) return undefined;
  return {
    alertMargin: choices.int(5),
    reorderPoint: 5 + choices.int(20),
    ...(chance(choices, 70) ? { criticalLine: choices.int(14) } : {}),
    capacityMax: 10 + choices.int(20),
    depletionMovementsMin: 1 + choices.int(4),
  };
}

interface Counting {
  readonly event: Event;
  readonly at: number;
}

/** Events that count, with the minute they count at, in order; reversed ones left out. */
function countingOf(history: readonly Event[]): Counting[] {
  const stands = history.flatMap((event): Counting[] => {
    if (isRulingType(event.type)) return [];
    const rulings = history.filter(({ type, payload }) => isRulingType(type) && payload['target'] === event.id);
    const counts = contributionOf(event, rulings.reduce(addRuling, NO_JUDGEMENT));
    return counts === null ? [] : [{ event, at: counts.effectiveAt }];
  });
  const reversals = new Set(
    stands.flatMap(({ event }) => (event.type === 'EntryReversed' ? [String(event.payload['target'])] : [])),
  );
  const REVERSIBLE = ['StockSold', 'StockReceived', 'StockReturned', 'StockCounted', 'OrderPicked'];
  return stands
    .filter(({ event }) => !reversals.has(event.id) || !REVERSIBLE.includes(event.type))
    .sort((a, b) => compareStamped({ time: a.at, id: a.event.id }, { time: b.at, id: b.event.id }));
}

function quantityOf({ payload }: Event): number {
  return (payload['lines'] as { quantity: number }[] | undefined)?.[0]?.quantity ?? 0;
}

function shelfChange(event: Event): number {
  const quantity = quantityOf(event);
  if (event.type === 'StockReceived') return quantity;
  if (event.type === 'StockSold' || event.type === 'OrderPicked') return -quantity;
  const back = event.type === 'StockReturned' && JSON.stringify(event.payload).includes('"sellable"');
  return back ? quantity : 0;
}

/** Each session's moment and what it found. */
function countsOf(events: readonly Counting[]): { at: number; id: string; quantity: number }[] {
  const sessions = new Map<string, Map<string, Counting>>();
  for (const one of events) {
    if (one.event.type !== 'StockCounted') continue;
    const { session, counter } = one.event.payload as { session: string; counter: string };
    sessions.set(session, (sessions.get(session) ?? new Map<string, Counting>()).set(counter, one));
  }
  return [...sessions.values()].map((parts) => {
    const list = [...parts.values()].sort((a, b) => events.indexOf(a) - events.indexOf(b));
    const last = list.at(-1) as Counting;
    return { at: last.at, id: last.event.id, quantity: list.reduce((sum, { event }) => sum + quantityOf(event), 0) };
  });
}

function shelfAt(events: readonly Counting[], counts: ReturnType<typeof countsOf>, at: number): number {
  const latest = counts
    .filter((count) => count.at <= at)
    .sort((a, b) => compareStamped({ time: a.at, id: a.id }, { time: b.at, id: b.id }))
    .at(-1);
  return events
    .filter((one) => one.at <= at)
    .filter(
      (one) =>
        latest === undefined ||
        compareStamped({ time: one.at, id: one.event.id }, { time: latest.at, id: latest.id }) > 0,
    )
    .reduce((sum, { event }) => sum + shelfChange(event), latest?.quantity ?? 0);
}

function heldAt(events: readonly Counting[], at: number): number {
  return events
    .filter(({ event }) => event.type === 'StockReserved')
    .reduce((sum, hold) => {
      const expiresAt = hold.event.payload['expiresAt'] as number | null;
      const names = ({ event }: Counting): boolean => event.payload['reservation'] === hold.event.id;
      const ended = events.some((one) => one.event.type === 'ReservationReleased' && names(one) && one.at <= at);
      if (hold.at > at || ended || (expiresAt !== null && expiresAt <= at)) return sum;
      const used = events.filter((one) => one.event.type === 'OrderPicked' && names(one) && one.at <= at);
      return (
        sum +
        Math.max(
          0,
          used.reduce((left, { event }) => left - quantityOf(event), quantityOf(hold.event)),
        )
      );
    }, 0);
}

/** `kind minute` of every alert that is on at `NOW`. */
function simulate(history: readonly Event[], policy: AlertPolicy | undefined): string[] {
  const events = countingOf(history);
  const counts = countsOf(events);
  const GOODS = ['StockSold', 'StockReceived', 'StockReturned', 'StockCounted', 'OrderPicked'];
  const stocked = events.some(({ event }) => GOODS.includes(event.type));
  const on = new Map<string, number>();
  let known = false;
  for (let now = 0; now <= NOW; now += 1) {
    const at = minute(now);
    const sellable = shelfAt(events, counts, at);
    const reserved = heldAt(events, at);
    const available = sellable - reserved;
    known ||= reserved > 0 || events.some((one) => one.at <= at && GOODS.includes(one.event.type));
    if (!known) continue;
    const turn = (kind: string, raised: boolean, ended: boolean): void => {
      if (raised) on.set(kind, on.get(kind) ?? now);
      else if (ended) on.delete(kind);
    };
    turn('oversold', available < 0, available >= 0);
    if (!stocked) continue;
    turn('out-of-stock', available <= 0, available > 0);
    const inHour = events.filter((one) => one.at > at - (minute(60) - minute(0)) && one.at <= at);
    const moves = inHour.filter(({ event }) => shelfChange(event) !== 0);
    const fallen = -moves.reduce((sum, { event }) => sum + shelfChange(event), 0);
    const rapid =
      moves.length >= (policy?.depletionMovementsMin ?? 5) &&
      sellable + fallen > 0 &&
      fallen > 0.3 * (sellable + fallen);
    turn('rapid-depletion', rapid, !rapid);
    if (policy === undefined) continue;
    const margin = policy.alertMargin ?? 0;
    const critical = policy.criticalLine ?? 10;
    turn('critical', available < critical, available >= critical + margin);
    turn('low', available < (policy.reorderPoint ?? 0), available >= (policy.reorderPoint ?? 0) + margin);
    const most = (policy.capacityMax ?? 0) * 0.9;
    turn('overstock', sellable > most + 1e-9, sellable + margin <= most + 1e-9);
  }
  return [...on].map(([kind, since]) => `${kind} ${since}`).sort();
}

/** A short look back either says that it is not enough, or sees what the whole history shows. */
async function expectSettledEnough(tables: MemoryTables, policy: AlertPolicy | undefined): Promise<void> {
  const now = minute(NOW);
  const line = { store: STORE, item: ITEM };
  const whole = await lineTrajectory(tables, STORE, ITEM, { now });
  const all = judgeLine(whole, policy, now, line);
  expect(whole.complete && all.settled).toBe(true);
  for (const rowsMax of [1, 2, 4, 8]) {
    const short = await lineTrajectory(tables, STORE, ITEM, { now, rowsMax });
    const firstAt = short.steps[0]?.at ?? Infinity;
    expect(short.steps.slice(1)).toEqual(whole.steps.filter(({ at }) => at > firstAt));
    const judged = judgeLine(short, policy, now, line);
    expect(judged.settled ? judged : all).toEqual(all);
    for (const { kind, since, sinceExact } of judged.alerts) {
      const known = all.alerts.find((alert) => alert.kind === kind);
      const begun = known?.since ?? 0;
      expect(sinceExact ? since === begun : since >= begun).toBe(true);
    }
  }
  const from = minute(60);
  const since = await lineTrajectory(tables, STORE, ITEM, { now, from });
  expect(since.steps.filter(({ at }) => at >= from)).toEqual(whole.steps.filter(({ at }) => at >= from));
}

/** The trajectory ends with the figures of the line's row and of its open holds. */
async function expectLastStep(tables: MemoryTables, store: string, item: string, now: number): Promise<void> {
  const { steps } = await lineTrajectory(tables, store, item, { now });
  const [available] = await availableOf(tables, [{ store, item }], now);
  const last = steps.at(-1) ?? { sellable: 0, available: 0 };
  expect([last.sellable, last.available]).toEqual([available?.sellable, available?.available]);
}

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 300, size: 'max' }),
  events: fc.integer({ min: 1, max: 28 }),
  order: fc.nat(),
  longest: fc.integer({ min: 1, max: 10 }),
});

test(
  'AL9 X39 alerts are what a simulation minute by minute gives, in any order of arrival',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
        const choices = tapeChoices(tape);
        const policy = randomPolicy(choices);
        const history: Event[] = [];
        for (let index = 0; index < events; index += 1) history.push(randomEvent(choices, `event-${index}`, history));
        const told = policy === undefined ? history : [...history, policySet('policy', policy)];
        const arrival = seededChoices(order);
        const tables = await foldBatches(inBatches(arrival, shuffled(arrival, told), longest));
        const alerts = await alertsOf(tables, STORE, ITEM, minute(NOW));
        const found = alerts.map(({ kind, since }) => `${kind} ${(since - minute(0)) / (minute(1) - minute(0))}`);
        expect(found.sort()).toEqual(simulate(history, policy));
        expect(alerts.every(({ sinceExact }) => sinceExact)).toBe(true);
        expect(await storeAlerts(tables, STORE, minute(NOW))).toEqual(alerts);
        await expectSettledEnough(tables, policy);
        await expectLastStep(tables, STORE, ITEM, minute(NOW));
      }),
      { numRuns: propertyRuns },
    );
  },
);

test(
  'AL9 any history of the whole domain gives the same alerts and marks in any order',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
        const history = [
          ...randomHistory(tapeChoices(tape), events),
          ...ITEMS.map((item) =>
            makeEvent(`policy-${item}`, 'StockPolicySet', { item, reorderPoint: 9, alertMargin: 2 }, { store: null }),
          ),
        ];
        const arrival = seededChoices(order);
        const arrived = await foldBatches(inBatches(arrival, shuffled(arrival, history), longest));
        const atOnce = await foldBatches([history]);
        for (const store of ['lisboa', 'porto']) {
          const alerts = await storeAlerts(atOnce, store, minute(9));
          expect(await storeAlerts(arrived, store, minute(9))).toEqual(alerts);
          for (const item of ITEMS) await expectLastStep(arrived, store, item, minute(9));
        }
      }),
      { numRuns: Math.ceil(propertyRuns / 4) },
    );
  },
);
