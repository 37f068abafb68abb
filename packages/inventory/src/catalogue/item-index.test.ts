// Searching the catalogue in memory.
import { expect, it } from 'vitest';
import { ITEM_INDEX_MAX } from '../limits.ts';
import { seededChoices, pick } from '../testing/choices.ts';
import type { BarcodeRow, ItemRow } from './catalogue-tables.ts';
import { buildItemIndex, searchable, type ItemIndex } from './item-index.ts';

function itemRow(item: string, name: string, fields: Partial<ItemRow> = {}): ItemRow {
  return {
    item,
    sku: `SKU-${item}`,
    name,
    category: 'Grocery',
    unit: 'piece',
    quantityScale: 0,
    price: null,
    currency: 'EUR',
    lifecycle: 'active',
    registered: { at: 0, id: 'a' },
    registers: {},
    ...fields,
  };
}

function barcodeRow(code: string, item: string | null, packSize = 1): BarcodeRow {
  return { code, item, packSize, contested: false, claims: [] };
}

const index = buildItemIndex(
  [
    itemRow('1', 'Café moído 250 g', { sku: 'CAF-250' }),
    itemRow('2', 'Oat drink 1 L', { sku: 'OAT-1' }),
    itemRow('3', 'Chocolate oat bar', { sku: 'BAR-7' }),
    itemRow('4', 'Goat cheese', { sku: 'GC-1' }),
    itemRow('5', 'Oat drink 2 L', { sku: 'OAT-2', lifecycle: 'archived' }),
    itemRow('6', 'Drink of oat', { sku: 'OAT' }),
  ],
  [
    barcodeRow('5601234567890', '2'),
    barcodeRow('5601234567906', '2', 6),
    barcodeRow('4006381333931', '3'),
    barcodeRow('4006381399999', '5'),
    barcodeRow('7777777777777', null),
    barcodeRow('8888888888888', 'gone'),
  ],
);

function found(query: string, limit = 10, of: ItemIndex = index): string[] {
  return of.search(query, limit).map(({ item }) => item.item);
}

it.each([
  ['cafe', ['1']],
  ['CAFÉ', ['1']],
  ['moido caf', ['1']],
  ['oat', ['6', '2', '3', '4', '5']],
  ['oat drink', ['6', '2', '5']],
  ['  oat   drink  ', ['6', '2', '5']],
  ['oat-1', ['2']],
  ['OAT-', ['2', '5']],
  ['oat tea', []],
  ['', []],
  ['   ', []],
])('R29 searching %j finds the best first, archived last', (query, items) => {
  expect(found(query)).toEqual(items);
});

it('R29 S11 an exact code finds its item and pack, a part of at least 4 digits the codes it stands in', () => {
  expect(index.search('5601234567906', 3)).toMatchObject([{ by: 'barcode', packSize: 6, item: { item: '2' } }]);
  expect(index.search('345678', 3)).toMatchObject([{ by: 'barcode', code: '5601234567890', item: { item: '2' } }]);
  expect(found('400')).toEqual([]);
  expect(found('7777777777777')).toEqual([]);
  expect(found('8888888888888')).toEqual([]);
  expect(index.code(' 5601234567906 ')).toMatchObject({ packSize: 6, item: { item: '2' } });
  expect(index.code('560')).toBeUndefined();
  expect(index.item('3')?.name).toBe('Chocolate oat bar');
  expect(index.size).toBe(6);
});

it('R29 the codes of an item are those that stand for it, in whatever order they came', () => {
  const codes = [
    barcodeRow('9002', 'a', 6),
    barcodeRow('9001', 'a'),
    barcodeRow('9003', null),
    barcodeRow('9000', 'b'),
  ];
  const unsorted = buildItemIndex([itemRow('b', 'Same'), itemRow('a', 'Same')], codes);
  expect(unsorted.codesOf('a').map(({ code, packSize }) => `${code} × ${packSize}`)).toEqual(['9002 × 6', '9001 × 1']);
  expect(unsorted.codesOf('c')).toEqual([]);
  expect(codes.map(({ code }) => unsorted.code(code)?.item.item)).toEqual(['a', 'a', undefined, 'b']);
  expect(unsorted.byName.map(({ item }) => item)).toEqual(['a', 'b']);
});

it('R29 an archived item stands behind the others also when its code or its SKU was found, and says why', () => {
  expect(found('40063813')).toEqual(['3', '5']);
  expect(index.search('OAT-2', 1)).toMatchObject([{ by: 'sku', item: { item: '5' } }]);
  const turned = buildItemIndex(
    [itemRow('a', 'A', { lifecycle: 'archived' }), itemRow('b', 'B')],
    [barcodeRow('12345678', 'a'), barcodeRow('12345679', 'b')],
  );
  expect(found('1234567', 5, turned)).toEqual(['b', 'a']);
});

it('R29 at most as many hits as asked for, and letters of search syntax are letters', () => {
  expect(found('oat', 2)).toEqual(['6', '2']);
  expect(found('oat', 0)).toEqual([]);
  expect(['.*', '(', '\\', '%', '__proto__', '\u0000', '\ud800'].flatMap((query) => found(query))).toEqual([]);
  expect(searchable('ÀÉÎÕÜ ñ')).toBe('aeiou n');
});

it('R30 50,000 items are searched by name, SKU and code', async ({ annotate }) => {
  const choices = seededChoices(7);
  const words = ['Café', 'Leite', 'Arroz', 'Queijo', 'Azeite', 'Pão', 'Vinho', 'Massa', 'Feijão', 'Bolacha'] as const;
  const items = Array.from({ length: 50_000 }, (_, at) =>
    itemRow(`i${at}`, `${pick(choices, words)} ${pick(choices, words)} ${at} g`, { sku: `S-${at}` }),
  );
  const codes = items.map((_, at) => barcodeRow(`56${at.toString().padStart(11, '0')}`, `i${at}`));
  const startedAt = performance.now();
  const large = buildItemIndex(items, codes);
  const builtMs = performance.now() - startedAt;
  const queries = ['c', 'cafe', 'queijo 4999', 's-49999', '5600000049999', '0004999', 'azeite pao 12', 'nothing'];
  // The best of several: what else runs on this machine is not what is measured.
  const times = queries.map((query) =>
    Math.min(
      ...[1, 2, 3, 4].map(() => {
        const from = performance.now();
        large.search(query, 20);
        return performance.now() - from;
      }),
    ),
  );
  await annotate(
    `50,000 items: built in ${builtMs.toFixed(0)} ms; searched in ${times.map((ms) => ms.toFixed(1)).join(', ')} ms`,
  );
  expect(large.size).toBe(50_000);
  expect(large.search('cafe', 20)).toHaveLength(20);
  expect(large.search('cafe', 20).every(({ item }) => item.name.startsWith('Café'))).toBe(true);
  expect(found('s-49999', 20, large)).toEqual(['i49999']);
  expect(found('5600000049999', 20, large)).toEqual(['i49999']);
  expect(found('5600000000049', 20, large)).toEqual(['i49']);
  expect(found('nothing', 20, large)).toEqual([]);
});

it('R30 a catalogue past the bound of the index is an error that names the bound', () => {
  const many = Array.from({ length: ITEM_INDEX_MAX + 1 }, () => itemRow('x', 'X'));
  expect(() => buildItemIndex(many, [])).toThrow(`at most ${ITEM_INDEX_MAX} items`);
});
