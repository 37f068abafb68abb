// A compacted line against the same line uncompacted: whatever comes later, it is the same line, or it says that it waits for
// its journal and is the same line once it has it (X32).
import {
  MemoryTables,
  projectBatch,
  type Event,
  type EventId,
  type LoggedEvent,
  type Row,
} from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { inBatches, pick, seededChoices, shuffled, type Choices } from '../testing/choices.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { counted, ITEM, received, returned, reversed, sold, STORE } from '../testing/short-events.ts';
import { compactLine, latestHorizon } from './compaction.ts';
import { explainLine } from './explain-line.ts';
import { restoreJournal } from './restore-journal.ts';
import { negativeFinding } from './stock-findings.ts';
import { stockProjector } from './stock-projector.ts';
import { readStockLine, stockAsOf } from './stock-queries.ts';
import { STOCK_JOURNAL_TABLE, STOCK_LINES_TABLE, type JournalValue, type StockLineRow } from './stock-tables.ts';

const DAY = 24 * 60;
const LONG_AFTER = minute(400 * DAY);
const DAYS = 56;
const SHIPMENT = testId('shipment');

/** One thing that happens to one line on one of `days` days from `from` on, or is said of something earlier. */
function lineEvent(choices: Choices, name: string, earlier: readonly Event[], from: number, days: number): Event {
  const day = from + choices.int(days);
  const device = pick(choices, [undefined, 'till', 'phone', 'till', 'phone', 'till'] as const);
  const at = day * DAY + choices.int(2);
  const told = {
    ...(device === undefined ? {} : { device }),
    uncertaintyMs: pick(choices, [0, 6 * DAY * 60_000, null] as const),
    recordedAt: at + choices.int(2) * 30 * DAY,
  };
  // Few, so that one is named several times.
  const about = earlier[choices.int(Math.min(5, earlier.length + 1))];
  // Mostly sessions of a day: one that goes on for weeks keeps the horizon back.
  const session = choices.int(4) === 0 ? pick(choices, ['s1', 's2'] as const) : `day-${Math.floor(day / 3)}`;
  switch (choices.int(14)) {
    case 0:
    case 1:
    case 2:
      return sold(name, at, 1 + choices.int(6), told);
    case 3:
      return received(name, at, 1 + choices.int(6), told);
    case 4:
      return returned(name, at, 1 + choices.int(4), 'damaged', told);
    case 5:
    case 6:
    case 7: {
      const bucket = choices.int(4) === 0 ? ('unsellable' as const) : ('sellable' as const);
      const area = pick(choices, ['front', 'back'] as const);
      return counted(name, at, choices.int(9), { ...told, session, area, bucket });
    }
    case 8: {
      const areas = choices.int(3) === 0 ? ['front'] : ['front', 'back'];
      const scope = { kind: 'store' as const };
      return makeEvent(name, 'CountOpened', { session, scope, areas, blind: false }, { at: minute(at) });
    }
    case 9:
      return makeEvent(name, 'CountClosed', { session }, { at: minute(at) });
    case 10:
      return makeEvent(
        name,
        'TransferReceived',
        {
          document: name,
          shipment: SHIPMENT,
          receipt: pick(choices, ['1', '2'] as const),
          from: 'porto',
          to: STORE,
          lines: [{ item: ITEM, accepted: 1 + choices.int(4), damaged: choices.int(2), surplus: 0 }],
        },
        { at: minute(at) },
      );
    case 11:
      return makeEvent(name, 'EntryReversed', { target: about?.id ?? testId('never'), line: null }, { at: minute(at) });
    case 12:
      return makeRuling(name, 'EventRetimed', about?.id ?? testId('never'), {
        effectiveAt: minute((from + choices.int(days)) * DAY),
        uncertaintyMs: 0,
      });
    default:
      return makeRuling(
        name,
        pick(choices, ['EventVoided', 'EventSetAside', 'EventAdmitted'] as const),
        about?.id ?? testId('never'),
      );
  }
}

/** Tables that take batches one after another. */
class Shelf {
  readonly tables = new MemoryTables();
  readonly #known = new Map<EventId, LoggedEvent>();

  async take(events: readonly Event[]): Promise<void> {
    const fresh = events.filter(({ id }) => !this.#known.has(id)).map((event) => ({ event }));
    const find = async (ids: readonly EventId[]) => ids.flatMap((id) => this.#known.get(id) ?? []);
    await projectBatch(this.tables, fresh, [stockProjector], find);
    for (const logged of fresh) this.#known.set(logged.event.id, logged);
  }

  journal(store: string, item: string): Row<JournalValue>[] {
    // The stock projector alone writes this table.
    const rows = (this.tables.dump()[STOCK_JOURNAL_TABLE] ?? []) as unknown as Row<JournalValue>[];
    return rows.filter(({ key }) => key.startsWith(`${store}|${item}|`));
  }
}

const line = async (shelf: Shelf): Promise<StockLineRow | undefined> => readStockLine(shelf.tables, STORE, ITEM);
const compact = (shelf: Shelf, day: number) => compactLine(shelf.tables, STORE, ITEM, minute(day * DAY), LONG_AFTER);

function figures({ horizon: _horizon, ...row }: StockLineRow): Omit<StockLineRow, 'horizon'> {
  return row;
}

interface History {
  readonly seed: number;
  readonly past: number;
  readonly later: number;
  readonly horizonDay: number;
  /** Percent of what comes later that may be about any time. */
  readonly late: number;
  readonly order: number;
}

const histories: fc.Arbitrary<History> = fc.record({
  seed: fc.nat(),
  past: fc.integer({ min: 1, max: 16 }),
  later: fc.integer({ min: 0, max: 14 }),
  horizonDay: fc.integer({ min: 1, max: DAYS }),
  late: fc.constantFrom(0, 0, 15, 50),
  order: fc.nat(),
});

/** The same line whole and compacted, told the same; `fetched`: its journal when it was compacted. */
async function twoLines({ seed, past, later, horizonDay, late, order }: History) {
  const choices = seededChoices(seed);
  const arrival = seededChoices(order);
  const whole = new Shelf();
  const shelf = new Shelf();
  const history: Event[] = [];
  for (let index = 0; index < past; index += 1)
    history.push(lineEvent(choices, `past-${index}`, history, 0, DAYS + 10));
  for (const batch of inBatches(arrival, shuffled(arrival, history), 6)) {
    await whole.take(batch);
    await shelf.take(batch);
    // Now and then it was compacted before.
    if (arrival.int(4) === 0) await compact(shelf, Math.ceil(horizonDay / 2));
  }
  await compact(shelf, horizonDay);
  const fetched = whole.journal(STORE, ITEM);
  const compactedAt = (await line(shelf))?.horizon;
  const news: Event[] = [];
  for (let index = 0; index < later; index += 1) {
    const any = arrival.int(100) < late;
    news.push(lineEvent(choices, `later-${index}`, any ? history : news, any ? 0 : horizonDay, any ? 2 * DAYS : 30));
  }
  for (const batch of inBatches(arrival, shuffled(arrival, news), 4)) {
    await whole.take(batch);
    await shelf.take(batch);
  }
  return { whole, shelf, fetched, compactedAt };
}

/** What screens are told of the line. */
async function readingOf(shelf: Shelf, at: number) {
  const row = await line(shelf);
  if (row === undefined) return null;
  const roll = await explainLine(shelf.tables, STORE, ITEM);
  return {
    row: figures(row),
    total: roll?.total,
    addsUp: roll?.total === row.onHand,
    negative: await negativeFinding(shelf.tables, row),
    asOf: await stockAsOf(shelf.tables, STORE, ITEM, at),
  };
}

describe('a compacted line', () => {
  test(
    'LI10 LI11 LI12 X32 is the uncompacted line, or waits for its journal and then is',
    { timeout: 600_000 },
    async () => {
      let compacted = 0;
      let provisional = 0;
      await fc.assert(
        fc.asyncProperty(histories, fc.boolean(), async (told, refetch) => {
          const { whole, shelf, fetched, compactedAt } = await twoLines(told);
          const own = await line(shelf);
          if (compactedAt !== undefined) compacted += 1;
          expect(own?.horizon).toBe(compactedAt);
          const waits = own?.provisional === true;
          if (waits) provisional += 1;
          const at = (own?.horizon ?? 0) + (told.order % DAYS) * (minute(DAY) - minute(0));
          expect(waits ? null : await readingOf(shelf, at)).toEqual(waits ? null : await readingOf(whole, at));
          await restoreJournal(shelf.tables, STORE, ITEM, refetch ? whole.journal(STORE, ITEM) : fetched);
          expect(shelf.tables.dump()).toEqual(whole.tables.dump());
        }),
        { numRuns: propertyRuns },
      );
      // Else the property says nothing.
      expect(compacted).toBeGreaterThan(propertyRuns / 2);
      expect(provisional).toBeGreaterThan(propertyRuns / 20);
    },
  );
});

/** Ten came on day 1, two were sold on day 2, seven counted on day 3, one sold on day 60. */
async function shop(): Promise<Shelf> {
  const shelf = new Shelf();
  await shelf.take([
    received('in', DAY, 10),
    sold('old', 2 * DAY, 2),
    counted('count', 3 * DAY, 7, { device: 'phone-1' }),
    sold('new', 60 * DAY, 1),
  ]);
  return shelf;
}

describe('horizon', () => {
  it('LI10 what lies before the horizon becomes a base; its rows go, but those that can put a later count in doubt', async () => {
    const shelf = await shop();
    expect(await compact(shelf, 40)).toEqual({ kind: 'compacted', horizon: minute(40 * DAY), rowsDeleted: 3 });
    expect(await line(shelf)).toMatchObject({ sellable: 6, horizon: minute(40 * DAY), lastCount: { quantity: 7 } });
    expect(shelf.journal(STORE, ITEM)).toHaveLength(1);
    const near = await shop();
    expect(await compact(near, 16)).toMatchObject({ rowsDeleted: 1 });
  });

  it('LI10 a movement of before the horizon still puts a count of after it in doubt', async () => {
    const unsure = { uncertaintyMs: null };
    const shelf = await shop();
    await shelf.take([sold('near', 30 * DAY, 1, { ...unsure, device: 'till' })]);
    await compact(shelf, 40);
    await shelf.take([counted('after', 42 * DAY, 5, { ...unsure, device: 'phone-1' })]);
    expect(await line(shelf)).toMatchObject({ sellable: 4, recount: true, doubts: { sellable: 1 } });
  });

  it('LI11 what is parked stays parked when more is said of it', async () => {
    const shelf = await shop();
    const whole = await shop();
    const moved = makeRuling('moved', 'EventRetimed', testId('old'), {
      effectiveAt: minute(61 * DAY),
      uncertaintyMs: 0,
    });
    const away = makeRuling('away', 'EventVoided', testId('old'));
    await compact(shelf, 40);
    for (const event of [moved, away]) {
      await shelf.take([event]);
      await whole.take([event]);
      expect(await line(shelf)).toMatchObject({ sellable: 6, provisional: true, parked: 1 });
    }
    await restoreJournal(shelf.tables, STORE, ITEM, whole.journal(STORE, ITEM));
    expect(shelf.tables.dump()).toEqual(whole.tables.dump());
  });

  it('LI10 never younger than 35 days, and never twice for nothing', async () => {
    const shelf = await shop();
    const now = minute(70 * DAY);
    expect(latestHorizon(now)).toBe(minute(35 * DAY));
    const done = await compactLine(shelf.tables, STORE, ITEM, minute(69 * DAY), now);
    expect(done).toMatchObject({ kind: 'compacted', horizon: minute(35 * DAY) });
    expect(await compactLine(shelf.tables, STORE, ITEM, minute(69 * DAY), now)).toEqual({ kind: 'nothing-to-do' });
    expect(await compactLine(shelf.tables, STORE, 'unheard-of', minute(69 * DAY), now)).toEqual({
      kind: 'nothing-to-do',
    });
  });

  it('LI10 stops before a session that still waits or goes on after it', async () => {
    const areas = { scope: { kind: 'store' as const }, areas: ['front', 'back'], blind: false };
    const waiting = await shop();
    await waiting.take([
      makeEvent('open', 'CountOpened', { session: 's', ...areas }, { at: minute(4 * DAY) }),
      counted('front', 5 * DAY, 3, { session: 's', area: 'front' }),
    ]);
    expect(await compact(waiting, 40)).toMatchObject({ horizon: minute(5 * DAY) });
    await waiting.take([makeEvent('close', 'CountClosed', { session: 's' }, { at: minute(61 * DAY) })]);
    expect(await line(waiting)).toMatchObject({ sellable: 2, lastCount: { session: 's', quantity: 3 } });
    expect(await line(waiting)).not.toHaveProperty('provisional');
    const going = await shop();
    await going.take([
      counted('part-1', 30 * DAY, 3, { session: 's', area: 'front' }),
      counted('part-2', 50 * DAY, 4, { session: 's', area: 'back' }),
    ]);
    expect(await compact(going, 40)).toMatchObject({ horizon: minute(30 * DAY) });
  });

  it('LI11 X32 a movement, a count, a reversal, a void and a re-timing of the time before it each park', async () => {
    const late: readonly (readonly [string, Event, number])[] = [
      ['a sale of then', sold('late', 2 * DAY + 5, 1), 6],
      ['a count of then', counted('recount', 4 * DAY, 9), 8],
      ['a reversal of one of then', reversed('sorry', 61 * DAY, 'count'), 7],
      ['a void', makeRuling('void', 'EventVoided', testId('count')), 7],
      [
        're-timed to then',
        makeRuling('earlier', 'EventRetimed', testId('new'), { effectiveAt: minute(2 * DAY), uncertaintyMs: 0 }),
        7,
      ],
      [
        're-timed from then',
        makeRuling('later', 'EventRetimed', testId('old'), { effectiveAt: minute(61 * DAY), uncertaintyMs: 0 }),
        4,
      ],
    ];
    for (const [what, event, sellable] of late) {
      const whole = await shop();
      const shelf = await shop();
      await compact(shelf, 40);
      await shelf.take([event]);
      expect({ what, line: await line(shelf) }).toMatchObject({
        what,
        line: { sellable: 6, provisional: true, parked: 1 },
      });
      expect(await compact(shelf, 45)).toEqual({ kind: 'provisional' });
      await whole.take([event]);
      expect({ what, line: await line(whole) }).toMatchObject({ what, line: { sellable } });
      await restoreJournal(shelf.tables, STORE, ITEM, whole.journal(STORE, ITEM));
      expect(shelf.tables.dump()).toEqual(whole.tables.dump());
    }
  });

  it('LI11 what belongs to a session of before the horizon parks whenever it was made', async () => {
    const shelf = await shop();
    await compact(shelf, 40);
    await shelf.take([counted('more', 61 * DAY, 2, { session: 'count', area: 'back' })]);
    expect(await line(shelf)).toMatchObject({ sellable: 6, provisional: true, parked: 1 });
  });

  it('LI11 what comes for the time after it is folded at once, and asks nothing', async () => {
    const shelf = await shop();
    await compact(shelf, 40);
    await shelf.take([sold('again', 50 * DAY, 2), counted('fresh', 62 * DAY, 3), reversed('sorry', 63 * DAY, 'again')]);
    expect(await line(shelf)).toMatchObject({ sellable: 3, lastCount: { session: 'fresh' } });
    await shelf.take([makeRuling('void', 'EventVoided', testId('fresh'))]);
    expect(await line(shelf)).toMatchObject({ sellable: 6, lastCount: { session: 'count' } });
    expect(await line(shelf)).not.toHaveProperty('provisional');
  });

  it('LI12 the past before the horizon is not guessed', async () => {
    const shelf = await shop();
    await compact(shelf, 40);
    await expect(stockAsOf(shelf.tables, STORE, ITEM, minute(39 * DAY))).rejects.toThrow('is not kept here');
    expect(await stockAsOf(shelf.tables, STORE, ITEM, minute(40 * DAY))).toMatchObject({ sellable: 7 });
  });

  it('LI12 to a line that is not compacted bringing back does nothing', async () => {
    const shelf = await shop();
    const before = shelf.tables.dump();
    await restoreJournal(shelf.tables, STORE, ITEM, []);
    expect(shelf.tables.dump()).toEqual(before);
    expect(before[STOCK_LINES_TABLE]).toHaveLength(1);
  });
});
