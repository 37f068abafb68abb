// Named examples of count sessions as screens see them: what was opened, what was seen, what it says against the books.
import type { Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { counted, inEveryOrder, received, returned, reversed, sold, STORE } from '../testing/short-events.ts';
import type { CountScope } from './count-events.ts';
import { listCountSessions, readCountSession } from './count-queries.ts';
import { reviewOf } from './count-review.ts';
import { countSheet, type CountSheetLine } from './count-sheet.ts';

const SESSION = 'dairy';
const ITEMS = ['butter', 'feta', 'milk'];

interface Opening {
  readonly scope?: CountScope;
  readonly areas?: string[];
  readonly blind?: boolean;
}

function opened(name: string, at: number, { scope, areas = ['shelf'], blind = false }: Opening = {}): Event {
  const payload = { session: SESSION, scope: scope ?? { kind: 'items' as const, items: ITEMS }, areas, blind };
  return makeEvent(name, 'CountOpened', payload, { at: minute(at) });
}

function closed(name: string, at: number): Event {
  return makeEvent(name, 'CountClosed', { session: SESSION }, { at: minute(at) });
}

function reviewed(name: string, at: number, item: string, verdict: 'accepted' | 'recount'): Event {
  const payload = { session: SESSION, lines: [{ item, bucket: 'sellable' as const, verdict }] };
  return makeEvent(name, 'CountReviewed', payload, { at: minute(at), actor: 'eva' });
}

function seen(name: string, at: number, item: string, quantity: number, counter = 'ana', area = 'shelf'): Event {
  return counted(name, at, quantity, { session: SESSION, item, counter, area });
}

async function sheetOf(events: readonly Event[]): Promise<readonly CountSheetLine[]> {
  return (await countSheet(await foldBatches([events]), STORE, SESSION))?.lines ?? [];
}

async function lineOf(events: readonly Event[], item: string): Promise<CountSheetLine | undefined> {
  return (await sheetOf(events)).find((line) => line.item === item);
}

describe('the session', () => {
  it('CO1 of several openings the earliest counts, and voiding it lets the next one count', async () => {
    const first = opened('open-1', 10, { blind: true });
    const second = opened('open-2', 20, { scope: { kind: 'store' } });
    await inEveryOrder([first, second], async (tables) => {
      const session = await readCountSession(tables, STORE, SESSION);
      expect(session?.opening).toMatchObject({ id: testId('open-1'), blind: true, at: minute(10), actor: 'ana' });
      expect(session?.opened.map(({ id }) => id)).toEqual([testId('open-1'), testId('open-2')]);
    });
    const voided = await foldBatches([[first, second], [makeRuling('void', 'EventVoided', testId('open-1'))]]);
    expect((await readCountSession(voided, STORE, SESSION))?.opening?.scope).toEqual({ kind: 'store' });
  });

  it('CO1 closing twice is closing once, and a session is open until then', async () => {
    const story = [opened('open', 10), closed('close-1', 50), closed('close-2', 40)];
    await inEveryOrder(story, async (tables) => {
      expect(await readCountSession(tables, STORE, SESSION)).toMatchObject({ open: false, closedAt: minute(40) });
    });
    const open = await foldBatches([story.slice(0, 1)]);
    expect(await readCountSession(open, STORE, SESSION)).toMatchObject({ open: true, closedAt: null });
    expect(await readCountSession(open, STORE, 'another')).toBe(undefined);
    const unopened = await foldBatches([[closed('close', 40), seen('c', 5, 'feta', 3)]]);
    expect(await readCountSession(unopened, STORE, SESSION)).toMatchObject({ opening: null, open: false });
  });

  it('CO2 each (area, counter) has its lines and the time of its newest observation, reversed ones left out', async () => {
    const story = [
      seen('a1', 10, 'feta', 4),
      seen('a2', 12, 'milk', 1),
      seen('a3', 14, 'milk', 2),
      seen('r1', 20, 'feta', 7, 'rui', 'back'),
    ];
    const parts = async (events: readonly Event[]) =>
      (await readCountSession(await foldBatches(events.map((event) => [event])), STORE, SESSION))?.parts;
    expect(await parts(story)).toEqual([
      { area: 'back', counter: 'rui', lines: 1, lastAt: minute(20) },
      { area: 'shelf', counter: 'ana', lines: 2, lastAt: minute(14) },
    ]);
    expect(await parts([...story, reversed('undo', 30, 'a3')])).toContainEqual({
      area: 'shelf',
      counter: 'ana',
      lines: 2,
      lastAt: minute(12),
    });
    expect(await parts([reversed('undo', 30, 'r1'), ...story])).toHaveLength(1);
  });

  it('CO3 sessions of a store are listed newest first; what nobody opened or closed is not a session', async () => {
    const other = makeEvent(
      'other',
      'CountOpened',
      { session: 'drinks', scope: { kind: 'store' }, areas: ['a'], blind: false },
      { at: minute(5) },
    );
    const tables = await foldBatches([[opened('open', 10), closed('close', 20), other, counted('quick', 3, 4)]]);
    expect((await listCountSessions(tables, STORE)).map(({ session }) => session)).toEqual([SESSION, 'drinks']);
    expect((await listCountSessions(tables, STORE, { open: true })).map(({ session }) => session)).toEqual(['drinks']);
    expect((await listCountSessions(tables, STORE, { open: false })).map(({ session }) => session)).toEqual([SESSION]);
    expect(await listCountSessions(tables, 'porto')).toEqual([]);
  });
});

describe('the sheet', () => {
  it('CO4 S10 a line is not counted, zero or counted n: three things', async () => {
    const story = [
      opened('open', 10),
      received('in', 0, 5, { item: 'milk' }),
      seen('a', 20, 'feta', 0),
      seen('b', 21, 'butter', 3),
    ];
    expect((await sheetOf(story)).map(({ item, state, counted: n }) => [item, state, n])).toEqual([
      ['butter', 'counted', 3],
      ['feta', 'zero', 0],
      ['milk', 'not-counted', null],
    ]);
    expect(await lineOf([...story, reversed('undo', 30, 'a')], 'feta')).toMatchObject({
      state: 'not-counted',
      counted: null,
    });
  });

  it('CO4 the scope is the store, a category or a list, and what else was counted stands there too', async () => {
    const item = (id: string, category: string): Event =>
      makeEvent(
        `item-${id}`,
        'ItemRegistered',
        {
          item: id,
          sku: id,
          name: id,
          category,
          unit: 'piece',
          quantityScale: 0,
          price: null,
          currency: 'EUR',
          lifecycle: 'active',
        },
        { store: null },
      );
    const goods = [item('feta', 'Dairy'), item('milk', 'Dairy'), item('soap', 'Home'), item('never-here', 'Dairy')];
    const stock = [received('in-1', 0, 5, { item: 'feta' }), received('in-2', 0, 5, { item: 'soap' })];
    const names = async (scope: CountScope) =>
      (await sheetOf([...goods, ...stock, opened('open', 10, { scope }), seen('c', 11, 'milk', 2)])).map(
        (line) => line.item,
      );
    expect(await names({ kind: 'store' })).toEqual(['feta', 'milk', 'soap']);
    expect(await names({ kind: 'category', category: 'Dairy' })).toEqual(['feta', 'milk']);
    expect(await names({ kind: 'items', items: ['soap'] })).toEqual(['milk', 'soap']);
  });

  it('CO4 X25 parts of areas and counters add up, of each the latest counts; damaged goods are a line of their own', async () => {
    const story = [
      opened('open', 1, { areas: ['shelf', 'back'] }),
      seen('a1', 10, 'feta', 9),
      seen('a2', 11, 'feta', 10),
      seen('r', 12, 'feta', 7, 'rui', 'back'),
      counted('bad', 13, 2, { session: SESSION, item: 'feta', bucket: 'unsellable' }),
    ];
    const lines = (await sheetOf(story)).filter(({ item }) => item === 'feta');
    expect(lines.map(({ bucket, counted: n }) => [bucket, n])).toEqual([
      ['sellable', 17],
      ['unsellable', 2],
    ]);
    expect(lines[0]?.parts.map(({ area, counter, quantity }) => [area, counter, quantity])).toEqual([
      ['back', 'rui', 7],
      ['shelf', 'ana', 10],
    ]);
  });

  it('CO5 S6 what was expected is what the books say of the moment of counting, whenever the news came', async () => {
    const story = [
      received('in', 0, 20, { item: 'feta' }),
      counted('before', 5, 18, { item: 'feta' }),
      opened('open', 6),
      sold('s1', 8, 3, { item: 'feta' }),
      seen('c', 10, 'feta', 14),
      sold('s2', 12, 4, { item: 'feta' }),
    ];
    await inEveryOrder(story.slice(1), async (tables) => {
      const line = (await countSheet(tables, STORE, SESSION))?.lines.find(({ item }) => item === 'feta');
      expect(line).toMatchObject({ expected: 15, counted: 14, difference: -1, recount: false });
    });
    const late = sold('late', 9, 1, { item: 'feta', recordedAt: 90 });
    expect(await lineOf([...story, late], 'feta')).toMatchObject({ expected: 14, difference: 0 });
    expect(await lineOf([received('in', 0, 20, { item: 'feta' }), opened('o', 1)], 'feta')).toMatchObject({
      expected: 20,
      difference: null,
    });
    expect(
      await lineOf(
        [opened('o', 1), seen('c', 10, 'feta', 2), returned('r', 3, 1, 'sellable', { item: 'feta' })],
        'feta',
      ),
    ).toMatchObject({
      expected: 1,
      difference: 1,
    });
  });

  it('CO5 a session of several areas shows its differences before it takes effect', async () => {
    const story = [
      received('in', 0, 20, { item: 'feta' }),
      opened('open', 1, { areas: ['shelf', 'back'] }),
      seen('c', 10, 'feta', 14),
    ];
    const tables = await foldBatches([story]);
    expect(await readCountSession(tables, STORE, SESSION)).toMatchObject({ waits: true });
    expect(await lineOf(story, 'feta')).toMatchObject({ expected: 20, difference: -6 });
    const done = await foldBatches([story, [closed('close', 20)]]);
    expect(await readCountSession(done, STORE, SESSION)).toMatchObject({ waits: false });
    expect((await countSheet(done, STORE, SESSION))?.lines[1]).toMatchObject({
      item: 'feta',
      expected: 20,
      difference: -6,
    });
  });

  it('CO6 a blind count hides what was expected until it is closed or reviewed', async () => {
    const story = [
      received('in', 0, 20, { item: 'feta' }),
      opened('open', 1, { blind: true }),
      seen('c', 10, 'feta', 14),
    ];
    expect(await lineOf(story, 'feta')).toMatchObject({ counted: 14, expected: null, difference: null });
    expect(await lineOf(story, 'milk')).toMatchObject({ state: 'not-counted', expected: null });
    expect(await lineOf([...story, closed('close', 20)], 'feta')).toMatchObject({ expected: 20, difference: -6 });
    expect(await lineOf([...story, reviewed('r', 20, 'milk', 'recount')], 'feta')).toMatchObject({ expected: 20 });
  });

  it('CO7 goods that moved between two parts, or clocks that can not tell, ask for a recount', async () => {
    const parts = [opened('open', 1), seen('a', 10, 'feta', 10), seen('r', 20, 'feta', 7, 'rui')];
    expect(await lineOf(parts, 'feta')).toMatchObject({ recount: false });
    expect(await lineOf([...parts, sold('s', 15, 1, { item: 'feta' })], 'feta')).toMatchObject({ recount: true });
    expect(await lineOf([...parts, sold('s', 25, 1, { item: 'feta' })], 'feta')).toMatchObject({ recount: false });
    const unsure = counted('c', 10, 5, { session: SESSION, item: 'feta', device: 'phone', uncertaintyMs: 120_000 });
    const near = sold('s', 11, 1, { item: 'feta', device: 'till', uncertaintyMs: 0 });
    expect(await lineOf([opened('open', 1), unsure, near], 'feta')).toMatchObject({ recount: true });
  });

  it('CO4 a sheet comes in pages that join without a gap', async () => {
    const items = Array.from({ length: 25 }, (_, index) => `item-${index.toString().padStart(2, '0')}`);
    const story = [
      opened('open', 1, { scope: { kind: 'items', items } }),
      ...items.map((item) => seen(`c-${item}`, 5, item, 1)),
    ];
    const tables = await foldBatches([
      [...story, counted('bad', 6, 1, { session: SESSION, item: 'item-09', bucket: 'unsellable' })],
    ]);
    const all = (await countSheet(tables, STORE, SESSION))?.lines ?? [];
    const paged: CountSheetLine[] = [];
    let from: string | null = '';
    for (let page = 0; from !== null && page < 30; page += 1) {
      const sheet = await countSheet(tables, STORE, SESSION, { from, linesMax: 3 });
      paged.push(...(sheet?.lines ?? []));
      from = sheet?.next ?? null;
    }
    expect(all).toHaveLength(26);
    expect(paged).toEqual(all);
  });
});

describe('the review', () => {
  const story = [
    received('in-1', 0, 20, { item: 'feta' }),
    received('in-2', 0, 5, { item: 'milk' }),
    received('in-3', 0, 8, { item: 'butter' }),
    opened('open', 1, { blind: true }),
    seen('c1', 10, 'feta', 14),
    seen('c2', 11, 'milk', 6),
  ];

  it('CO8 a review lists differences by size with their value, what was not counted, and what to count once more', async () => {
    const tables = await foldBatches([story]);
    const unitCosts = new Map([['feta', { minorUnits: 250, scale: 2 }]]);
    const review = await reviewOf(tables, STORE, SESSION, { unitCosts });
    expect(review).toMatchObject({ counted: 2, zero: 0, notCounted: 1, toReview: 2, accepted: 0, toRecount: [] });
    expect(review?.differences.map(({ item, difference }) => [item, difference])).toEqual([
      ['feta', -6],
      ['milk', 1],
    ]);
    expect(review?.differenceMicros).toBe(-15_000_000n);
    expect(review?.differences[1]?.differenceMicros).toBe(null);
    expect(await reviewOf(tables, STORE, 'another')).toBe(undefined);
  });

  it('CO8 the latest verdict on a line stands until the line is counted again', async () => {
    const events = [...story, reviewed('v1', 20, 'feta', 'accepted'), reviewed('v2', 30, 'feta', 'recount')];
    expect(await lineOf(events, 'feta')).toMatchObject({
      verdict: { verdict: 'recount', actor: 'eva', at: minute(30) },
    });
    const review = await reviewOf(await foldBatches([events.toReversed()]), STORE, SESSION);
    expect(review).toMatchObject({ toReview: 1, toRecount: [{ item: 'feta' }] });
    const again = [...events, seen('c3', 40, 'feta', 15)];
    expect(await lineOf(again, 'feta')).toMatchObject({ verdict: null, counted: 15 });
    const accepted = [...again, reviewed('v3', 50, 'feta', 'accepted')];
    expect(await reviewOf(await foldBatches([accepted]), STORE, SESSION)).toMatchObject({ accepted: 1, toReview: 1 });
    const voided = [...events, makeRuling('void', 'EventVoided', testId('v2'))];
    expect(await lineOf(voided, 'feta')).toMatchObject({ verdict: { verdict: 'accepted' } });
  });
});
