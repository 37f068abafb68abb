// Count sessions against a reading of the whole set of events at once: whatever the order of arrival, the rows are what was
// said and not taken back, and what a line was expected to hold is what the books say without the session.
import {
  addRuling,
  compareStamped,
  contributionOf,
  isRulingType,
  NO_JUDGEMENT,
  type Event,
} from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chance, inBatches, pick, seededChoices, shuffled, tapeChoices, type Choices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { counted, received, reversed, sold, STORE } from '../testing/short-events.ts';
import { countSheet } from './count-sheet.ts';
import { listCountSessions } from './count-queries.ts';
import { COUNT_LINES_TABLE, COUNT_PARTS_TABLE, COUNT_SESSIONS_TABLE } from './count-tables.ts';

const SESSIONS = ['dairy', 'drinks'] as const;
const ITEMS = ['feta', 'milk'] as const;
const MINUTES = 30;

function randomEvent(choices: Choices, name: string, earlier: readonly Event[]): Event {
  const at = choices.int(MINUTES);
  const item = pick(choices, ITEMS);
  const session = pick(choices, SESSIONS);
  const other = `event-${choices.int(earlier.length + 1)}`;
  const extras = { at: minute(at), actor: pick(choices, ['ana', 'rui'] as const) };
  switch (choices.int(12)) {
    case 0:
    case 1:
      return received(name, at, 1 + choices.int(9), { item });
    case 2:
      return sold(name, at, 1 + choices.int(5), { item });
    case 3:
    case 4:
    case 5:
    case 6: {
      const part = { counter: pick(choices, ['ana', 'rui'] as const), area: pick(choices, ['shelf', 'back'] as const) };
      const bucket = chance(choices, 20) ? ('unsellable' as const) : ('sellable' as const);
      return counted(name, at, choices.int(12), { session, item, bucket, ...part });
    }
    case 7: {
      const areas = chance(choices, 50) ? ['shelf'] : ['shelf', 'back'];
      const payload = { session, scope: { kind: 'items' as const, items: [item] }, areas, blind: chance(choices, 30) };
      return makeEvent(name, 'CountOpened', payload, extras);
    }
    case 8:
      return makeEvent(name, 'CountClosed', { session }, extras);
    case 9: {
      const verdict = pick(choices, ['accepted', 'recount'] as const);
      return makeEvent(name, 'CountReviewed', { session, lines: [{ item, bucket: 'sellable', verdict }] }, extras);
    }
    case 10:
      return reversed(name, at, other);
    default:
      if (chance(choices, 50)) return makeRuling(name, 'EventVoided', testId(other));
      return makeRuling(name, 'EventRetimed', testId(other), { effectiveAt: minute(at), uncertaintyMs: 0 });
  }
}

interface Counting {
  readonly event: Event;
  readonly at: number;
}

const GOODS = ['StockReceived', 'StockSold', 'StockCounted'];

function countingOf(history: readonly Event[]): Counting[] {
  const stands = history.flatMap((event): Counting[] => {
    if (isRulingType(event.type)) return [];
    const rulings = history.filter(({ type, payload }) => isRulingType(type) && payload['target'] === event.id);
    const counts = contributionOf(event, rulings.reduce(addRuling, NO_JUDGEMENT));
    return counts === null ? [] : [{ event, at: counts.effectiveAt }];
  });
  const undone = new Set(
    stands.flatMap(({ event }) => (event.type === 'EntryReversed' ? [event.payload['target']] : [])),
  );
  return stands
    .filter(({ event }) => !undone.has(event.id) || !GOODS.includes(event.type))
    .sort((a, b) => compareStamped({ time: a.at, id: a.event.id }, { time: b.at, id: b.event.id }));
}

interface Line {
  readonly item: string;
  readonly bucket?: string;
  readonly quantity: number;
}

function lineOf({ event }: Counting): Line {
  return (event.payload['lines'] as Line[])[0] as Line;
}

function ofSession(events: readonly Counting[], type: string, session: string): Counting[] {
  return events.filter(({ event }) => event.type === type && event.payload['session'] === session);
}

/** The latest observation of each part, in order. */
function partsOf(events: readonly Counting[], session: string, item: string, bucket: string): Counting[] {
  const parts = new Map<string, Counting>();
  for (const one of ofSession(events, 'StockCounted', session)) {
    const line = lineOf(one);
    const part = `${String(one.event.payload['area'])}|${String(one.event.payload['counter'])}`;
    if (line.item === item && line.bucket === bucket) parts.set(part, one);
  }
  return events.filter((one) => [...parts.values()].includes(one));
}

function takesEffect(events: readonly Counting[], session: string): boolean {
  const several = ofSession(events, 'CountOpened', session).some(
    ({ event }) => (event.payload['areas'] as []).length > 1,
  );
  return !several || ofSession(events, 'CountClosed', session).length > 0;
}

/** What the sellable bucket held just before `until`, without `session`. */
function expectedAt(events: readonly Counting[], item: string, session: string, until: Counting): number {
  const before = events.slice(0, events.indexOf(until));
  const counts = SESSIONS.filter((other) => other !== session && takesEffect(events, other))
    .map((other) => partsOf(events, other, item, 'sellable'))
    .filter((parts) => parts.length > 0 && before.includes(parts.at(-1) as Counting))
    .sort((a, b) => before.indexOf(a.at(-1) as Counting) - before.indexOf(b.at(-1) as Counting));
  const latest = counts.at(-1) ?? [];
  const from = latest.length === 0 ? 0 : before.indexOf(latest.at(-1) as Counting) + 1;
  return before
    .slice(from)
    .filter(({ event }) => event.type === 'StockReceived' || event.type === 'StockSold')
    .filter((one) => lineOf(one).item === item)
    .reduce(
      (sum, one) => sum + (one.event.type === 'StockSold' ? -1 : 1) * lineOf(one).quantity,
      latest.reduce((sum, one) => sum + lineOf(one).quantity, 0),
    );
}

/** Keys of the three tables and what tells their rows apart, read off the set. */
function expectedRows(events: readonly Counting[]) {
  const sessions = SESSIONS.flatMap((session) => {
    const ids = (type: string) => ofSession(events, type, session).map(({ event, at }) => [event.id, at]);
    const row = [ids('CountOpened'), ids('CountClosed'), ids('CountReviewed')];
    return row.every((list) => list.length === 0) ? [] : [[`${STORE}|${session}`, row]];
  });
  const parts = new Map<string, { lines: Set<string>; lastAt: number }>();
  const lines = new Map<string, string[]>();
  for (const one of events.filter(({ event }) => event.type === 'StockCounted')) {
    const { session, area, counter } = one.event.payload as { session: string; area: string; counter: string };
    const { item, bucket = '' } = lineOf(one);
    const key = `${STORE}|${session}|${area}|${counter}`;
    const part = parts.get(key) ?? { lines: new Set(), lastAt: one.at };
    parts.set(key, { lines: part.lines.add(`${item}|${bucket}`), lastAt: one.at });
    const line = `${STORE}|${session}|${item}|${bucket}`;
    lines.set(line, [...(lines.get(line) ?? []), one.event.id]);
  }
  const byKey = <Value>(rows: readonly (readonly [string, Value])[]) => rows.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    sessions,
    parts: byKey([...parts].map(([key, part]) => [key, { lines: part.lines.size, lastAt: part.lastAt }] as const)),
    lines: byKey([...lines]),
  };
}

interface SessionValue {
  readonly opened: readonly { id: string; at: number }[];
  readonly closed: readonly { id: string; at: number }[];
  readonly reviews: readonly { id: string; at: number }[];
}

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 260, size: 'max' }),
  events: fc.integer({ min: 1, max: 30 }),
  order: fc.nat(),
  longest: fc.integer({ min: 1, max: 10 }),
});

test(
  'CO9 CO5 S6 S10 any order, duplication and split of a count gives the rows and the sheet that the set of events says',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
        const choices = tapeChoices(tape);
        const history: Event[] = [];
        for (let index = 0; index < events; index += 1) history.push(randomEvent(choices, `event-${index}`, history));
        const arrival = seededChoices(order);
        const twice = [...history, ...history.filter(() => arrival.int(3) === 0)];
        const tables = await foldBatches(inBatches(arrival, shuffled(arrival, twice), longest));
        const set = countingOf(history);
        const dump = tables.dump();
        const stamps = (list: readonly { id: string; at: number }[]) => list.map(({ id, at }) => [id, at]);
        expect({
          sessions: (dump[COUNT_SESSIONS_TABLE] ?? []).map(({ key, value }) => {
            const { opened, closed, reviews } = value as unknown as SessionValue;
            return [key, [stamps(opened), stamps(closed), stamps(reviews)]];
          }),
          parts: (dump[COUNT_PARTS_TABLE] ?? []).map(({ key, value }) => [key, value]),
          lines: (dump[COUNT_LINES_TABLE] ?? []).map(({ key, value }) => [
            key,
            (value as unknown as { observations: { id: string }[] }).observations.map(({ id }) => id),
          ]),
        }).toEqual(expectedRows(set));
        const atOnce = await foldBatches([history]);
        expect(dump).toEqual(atOnce.dump());
        for (const session of SESSIONS) {
          const sheet = await countSheet(tables, STORE, session);
          for (const line of sheet?.lines ?? []) {
            const parts = partsOf(set, session, line.item, line.bucket);
            const last = parts.at(-1);
            const quantity = last === undefined ? null : parts.reduce((sum, one) => sum + lineOf(one).quantity, 0);
            expect(line.counted).toBe(quantity);
            if (last === undefined || line.bucket !== 'sellable') continue;
            const expected = expectedAt(set, line.item, session, last);
            expect([line.expected, line.difference]).toEqual(
              sheet?.hidden === true ? [null, null] : [expected, (quantity ?? 0) - expected],
            );
          }
        }
        const listed = (await listCountSessions(tables, STORE)).map(({ session }) => session);
        expect(listed.sort()).toEqual(expectedRows(set).sessions.map(([key]) => String(key).split('|')[1]));
      }),
      { numRuns: propertyRuns },
    );
  },
);
