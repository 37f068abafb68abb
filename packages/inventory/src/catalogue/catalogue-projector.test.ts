// The catalogue's registers and codes: named examples, and the property that order does not matter.
import type { Event, MemoryTables } from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PayloadOf } from '../payloads.ts';
import { centralProjectors } from '../projectors.ts';
import { listStores, readStore } from '../stores/store-queries.ts';
import { compareWithBook, understands } from '../testing/compare-book.ts';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { naiveBook } from '../testing/naive-book.ts';
import { randomCatalogue } from '../testing/random-history.ts';
import { inEveryOrder, received } from '../testing/short-events.ts';
import { reviseItem } from './catalogue-deciders.ts';
import { findBarcode, listBarcodes, listItems, readItem, readItems } from './catalogue-queries.ts';
import { ITEM_EDITS_TABLE, ITEMS_AWAITED_TABLE } from './catalogue-tables.ts';
import { listItemEvents } from './item-events.ts';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const numRuns = Number(process.env['INVENTORY_RUNS'] ?? 300);

const FETA = {
  item: 'feta',
  sku: 'F-1',
  name: 'Feta',
  category: 'Cheese',
  unit: 'gram',
  quantityScale: 3,
  price: { minorUnits: 1_290, scale: 2 },
  currency: 'EUR',
  lifecycle: 'active',
} as const satisfies PayloadOf<'ItemRegistered'>;

function registered(name: string, at: number, fields: Partial<PayloadOf<'ItemRegistered'>> = {}): Event {
  return makeEvent(name, 'ItemRegistered', { ...FETA, ...fields }, { at: minute(at), store: null });
}

function revised(name: string, at: number, fields: Omit<PayloadOf<'ItemRevised'>, 'item'>): Event {
  return makeEvent(name, 'ItemRevised', { item: 'feta', ...fields }, { at: minute(at), store: null });
}

function assigned(name: string, at: number, item: string | null, packSize = 1): Event {
  return makeEvent(name, 'BarcodeAssigned', { code: '5601', item, packSize }, { at: minute(at), store: null });
}

const item = (tables: MemoryTables) => readItem(tables, 'feta');
const code = (tables: MemoryTables) => findBarcode(tables, '5601');

const catalogues = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 400, size: 'max' }),
  events: fc.integer({ min: 1, max: 30 }),
  order: fc.nat(),
});

it(
  'R24 R28 R32 any order, repetition and split of catalogue events gives the rows of the independent book',
  {
    timeout: 600_000,
  },
  async () => {
    await fc.assert(
      fc.asyncProperty(catalogues, async ({ tape, events, order }) => {
        const history = randomCatalogue(tapeChoices(tape), events);
        const choices = seededChoices(order);
        const arrived = await foldBatches(inBatches(choices, shuffled(choices, [...history, ...history]), 7));
        expect(compareWithBook(arrived.dump(), naiveBook(history, understands))).toEqual([]);
        expect(arrived.dump()).toEqual((await foldBatches([history])).dump());
      }),
      { numRuns },
    );
  },
);

it('R24 each field of an item is what its latest edit says', async () => {
  const edits = [
    registered('new', 1),
    revised('name', 3, { name: 'Feta 200 g' }),
    revised('price', 2, { price: null }),
  ];
  await inEveryOrder([...edits, revised('older', 2, { name: 'Fetta' })], async (tables) => {
    expect(await item(tables)).toEqual({
      ...FETA,
      name: 'Feta 200 g',
      price: null,
      registered: { at: minute(1), id: testId('new') },
      registers: {
        name: { at: minute(3), id: testId('name') },
        price: { at: minute(2), id: testId('price') },
      },
    });
  });
});

it('R24 CA5 X42 an edit stamped past what its author saw wins over one that was stamped by a fast clock', async () => {
  const fast = [registered('new', 0), revised('fast', 4, { name: 'Stamped 4 minutes fast' })];
  const row = await item(await foldBatches([fast]));
  const decision = reviseItem(
    { item: 'feta', name: 'Seen and corrected' },
    { store: null, actor: 'olga', newId: () => testId('edit') },
    { now: minute(1), row },
  );
  const [draft] = decision.ok ? decision.drafts : [];
  const edit = makeEvent('edit', 'ItemRevised', { item: 'feta', name: 'Seen and corrected' });
  const stamped = { ...edit, occurredAt: draft?.occurredAt ?? 0, recordedAt: minute(1) };
  await inEveryOrder([...fast, stamped], async (tables) => {
    expect((await item(tables))?.name).toBe('Seen and corrected');
  });
});

it('R25 X43 unit, shown digits and currency are those of the earliest registration for ever', async () => {
  const second = registered('second', 5, { unit: 'piece', quantityScale: 0, currency: 'BRL', name: 'Queijo' });
  await inEveryOrder([registered('first', 1), second], async (tables) => {
    expect(await item(tables)).toMatchObject({ unit: 'gram', quantityScale: 3, currency: 'EUR', name: 'Queijo' });
  });
});

it('R26 edits of an item that is not registered yet wait, and are not lost', async () => {
  const edit = revised('edit', 3, { name: 'Feta 200 g' });
  const waiting = await foldBatches([[edit]]);
  expect(await listItems(waiting)).toEqual([]);
  expect(waiting.dump()[ITEMS_AWAITED_TABLE]).toHaveLength(1);
  const known = await foldBatches([[edit], [registered('new', 1)]]);
  expect((await item(known))?.name).toBe('Feta 200 g');
  expect(known.dump()[ITEMS_AWAITED_TABLE] ?? []).toEqual([]);
});

it('R27 an edit that is voided gives its fields back to the edit before', async () => {
  const edits = [registered('new', 1), revised('a', 2, { name: 'A' }), revised('b', 3, { name: 'B', sku: 'B-1' })];
  await inEveryOrder([...edits, makeRuling('void', 'EventVoided', testId('b'))], async (tables) => {
    expect(await item(tables)).toMatchObject({ name: 'A', sku: 'F-1' });
  });
  await inEveryOrder([...edits, makeRuling('void', 'EventVoided', testId('new'))], async (tables) => {
    expect(await item(tables)).toBeUndefined();
    expect(tables.dump()[ITEM_EDITS_TABLE]).toHaveLength(2);
  });
});

it('R28 X44 two shops give one code to two items: the latest is used, and the code is contested', async () => {
  await inEveryOrder([assigned('lisboa', 1, 'feta'), assigned('porto', 2, 'rice', 6)], async (tables) => {
    expect(await code(tables)).toMatchObject({ item: 'rice', packSize: 6, contested: true });
  });
});

it('R28 the same item again is no contest, and taking a code back settles one', async () => {
  const both = [assigned('lisboa', 1, 'feta'), assigned('porto', 2, 'rice')];
  await inEveryOrder([assigned('a', 1, 'feta', 1), assigned('b', 2, 'feta', 12)], async (tables) => {
    expect(await code(tables)).toMatchObject({ item: 'feta', packSize: 12, contested: false });
  });
  await inEveryOrder([...both, assigned('back', 3, null)], async (tables) => {
    expect(await code(tables)).toBeUndefined();
    expect(await listBarcodes(tables)).toMatchObject([{ code: '5601', item: null, contested: false }]);
  });
  await inEveryOrder([...both, assigned('back', 3, null), assigned('again', 4, 'feta')], async (tables) => {
    expect(await code(tables)).toMatchObject({ item: 'feta', contested: false });
  });
  await inEveryOrder([...both, makeRuling('void', 'EventVoided', testId('porto'))], async (tables) => {
    expect(await code(tables)).toMatchObject({ item: 'feta', contested: false });
  });
});

it('R31 at the centre an item knows the positions of the events that name it, set aside or not, newest first', async () => {
  const events = [
    registered('new', 1),
    received('in', 2, 5),
    received('rice', 3, 5, { item: 'rice' }),
    received('more', 4, 2),
    makeRuling('aside', 'EventSetAside', testId('more')),
  ];
  const tables = await foldBatches(
    events.map((event) => [event]),
    centralProjectors,
  );
  const story = await listItemEvents(tables, 'feta', { rowsMax: 10 });
  expect(story.map(({ position, type, event }) => [position, type, event])).toEqual([
    [4, 'StockReceived', testId('more')],
    [2, 'StockReceived', testId('in')],
    [1, 'ItemRegistered', testId('new')],
  ]);
  expect((await listItemEvents(tables, 'feta', { before: 4, rowsMax: 1 })).map(({ position }) => position)).toEqual([
    2,
  ]);
  expect((await readItems(tables, ['rice', 'feta'])).map((row) => row?.sku)).toEqual([undefined, 'F-1']);
});

it('R32 a store opens; opened once more, each field is the latest, its currency the first', async () => {
  const opened = (name: string, at: number, fields: Partial<PayloadOf<'StoreOpened'>> = {}) =>
    makeEvent(
      name,
      'StoreOpened',
      {
        store: 'lisboa',
        name: 'Lisboa Baixa',
        currency: 'EUR',
        timeZone: 'Europe/Lisbon',
        areas: [],
        silentAfterMs: 600_000,
        location: null,
        ...fields,
      },
      { at: minute(at) },
    );
  const again = opened('again', 2, { name: 'Lisboa Chiado', currency: 'BRL' });
  await inEveryOrder([opened('open', 1), again], async (tables) => {
    expect(await readStore(tables, 'lisboa')).toMatchObject({ name: 'Lisboa Chiado', currency: 'EUR' });
    expect(await listStores(tables)).toHaveLength(1);
    expect(await readStore(tables, 'porto')).toBeUndefined();
  });
});

it('CA3 an archived item keeps what it was, until a later edit takes it back', async () => {
  const archived = makeEvent('archive', 'ItemArchived', { item: 'feta' }, { at: minute(3), store: null });
  await inEveryOrder([registered('new', 1), archived, revised('name', 4, { name: 'Feta 200 g' })], async (tables) => {
    expect(await item(tables)).toMatchObject({
      name: 'Feta 200 g',
      lifecycle: 'archived',
      registers: { lifecycle: { at: minute(3), id: testId('archive') } },
    });
  });
  await inEveryOrder([registered('new', 1), archived, revised('back', 4, { lifecycle: 'ending' })], async (tables) => {
    expect((await item(tables))?.lifecycle).toBe('ending');
  });
  const voided = [registered('new', 1), archived, makeRuling('void', 'EventVoided', testId('archive'))];
  await inEveryOrder(voided, async (tables) => expect((await item(tables))?.lifecycle).toBe('active'));
});

it('CA4 a revised store: each field is its latest edit, also one that comes before the opening; voided, it gives back', async () => {
  const open = {
    store: 'lisboa',
    name: 'Lisboa Baixa',
    currency: 'EUR',
    timeZone: 'Europe/Lisbon',
    areas: [],
    silentAfterMs: 600_000,
    location: null,
  };
  const opening = makeEvent('open', 'StoreOpened', open, { at: minute(1) });
  const location = { latitudeMicrodegrees: 38_711_000, longitudeMicrodegrees: -9_136_000 };
  const move = makeEvent('move', 'StoreRevised', { store: 'lisboa', location }, { at: minute(2) });
  const rename = makeEvent('name', 'StoreRevised', { store: 'lisboa', name: 'Baixa' }, { at: minute(3), store: null });
  await inEveryOrder([opening, move, rename], async (tables) => {
    expect(await readStore(tables, 'lisboa')).toMatchObject({ name: 'Baixa', location, currency: 'EUR' });
  });
  await inEveryOrder([opening, move, makeRuling('void', 'EventVoided', testId('move'))], async (tables) => {
    expect(await readStore(tables, 'lisboa')).toMatchObject({ name: 'Lisboa Baixa', location: null });
  });
  expect(await listStores(await foldBatches([[move, rename]]))).toEqual([]);
});
