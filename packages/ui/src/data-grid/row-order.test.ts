import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdOrder, isSorted, sortRows, swappedRowsMax, swapRows } from './row-order.ts';

interface Row {
  readonly id: string;
  readonly key: string | number | null;
}

const collator = new Intl.Collator('en', { numeric: true });
const idOf = (row: Row): string => row.id;
const keyOf = (row: Row): Row['key'] => row.key;
const ids = (rows: readonly Row[]): string => rows.map(idOf).join('');
const rowsOf = (text: string): Row[] => text.split('').map((id) => ({ id, key: id }));

describe('sorting', () => {
  const rows: Row[] = [
    { id: 'a', key: 3 },
    { id: 'b', key: null },
    { id: 'c', key: -2 },
    { id: 'd', key: 3 },
    { id: 'e', key: 0 },
  ];

  test('unknown comes last in both directions, equals keep their order', () => {
    expect(ids(sortRows(rows, keyOf, 'ascending', collator))).toBe('ceadb');
    expect(ids(sortRows(rows, keyOf, 'descending', collator))).toBe('adecb');
  });

  test('names sort as people read them', () => {
    const named = ['Item 10', 'item 9', 'Éclair', 'Egg'].map((key, index) => ({ id: String(index), key }));
    expect(sortRows(named, keyOf, 'ascending', collator).map(keyOf)).toEqual(['Éclair', 'Egg', 'item 9', 'Item 10']);
  });

  test('what was sorted is seen to be sorted, in either direction', () => {
    const anyRows = fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { maxLength: 40 });
    fc.assert(
      fc.property(anyRows, fc.constantFrom('ascending', 'descending'), (keys, direction) => {
        const made = keys.map((key, index): Row => ({ id: String(index), key }));
        const sorted = sortRows(made, keyOf, direction, collator);
        expect(isSorted(sorted, keyOf, direction, collator)).toBe(true);
        expect(sorted.map(idOf).toSorted()).toEqual(made.map(idOf).toSorted());
      }),
    );
  });

  test('a row out of place is noticed', () => {
    expect(isSorted(rowsOf('abdc'), keyOf, 'ascending', collator)).toBe(false);
  });
});

describe('holding still', () => {
  test.each([
    ['abc', 'cba', 'abc'],
    ['abc', 'ac', 'ac'],
    ['abc', 'abcd', 'abcd'],
    ['abc', 'dxb', 'bdx'],
    ['', 'ba', 'ba'],
  ])('%s, then %s, shows %s', (before, after, expected) => {
    expect(ids(holdOrder(rowsOf(before), rowsOf(after), idOf))).toBe(expected);
  });

  test('every present row is shown once, with its new content', () => {
    const setOfIds = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'));
    fc.assert(
      fc.property(setOfIds, setOfIds, (before, after) => {
        const next = after.map((id): Row => ({ id, key: `new ${id}` }));
        const held = holdOrder(rowsOf(before.join('')), next, idOf);
        expect(new Set(held)).toEqual(new Set(next));
        expect(held).toHaveLength(next.length);
      }),
    );
  });
});

describe('swapping what a live change touched', () => {
  test('it gives what holding the order gives, whatever changed and however rows are shown', () => {
    const change = fc.record({ shuffle: fc.nat(1000), changed: fc.uniqueArray(fc.nat(9), { maxLength: 5 }) });
    fc.assert(
      fc.property(change, ({ shuffle, changed }) => {
        const previous = rowsOf('abcdefghij');
        const shown = previous.toSorted(
          (a, b) => ((a.id.charCodeAt(0) * shuffle) % 7) - ((b.id.charCodeAt(0) * shuffle) % 7),
        );
        const rows = previous.map((row, index) => (changed.includes(index) ? { ...row, key: 'new' } : row));
        const swapped = swapRows(previous, shown, rows, idOf);
        expect(swapped?.shown).toEqual(holdOrder(shown, rows, idOf));
        expect(swapped?.changed.size).toBe(changed.length);
      }),
    );
  });

  test('rows that came, went or stand elsewhere are another list', () => {
    const rows = rowsOf('abc');
    expect(swapRows(rows, rows, rowsOf('abcd'), idOf)).toBeNull();
    expect(swapRows(rows, rows, rowsOf('acb'), idOf)).toBeNull();
    expect(swapRows(rows, rows.slice(1), rowsOf('abc'), idOf)).toBeNull();
  });

  test('where nearly everything is new it is another list, too', () => {
    const many = (): Row[] => Array.from({ length: swappedRowsMax + 1 }, (_, index) => ({ id: String(index), key: 0 }));
    const before = many();
    expect(swapRows(before, before, many(), idOf)).toBeNull();
  });
});
