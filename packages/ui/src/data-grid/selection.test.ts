import { expect, test } from 'vitest';
import { emptySelection, extendSelection, selectedOutOfView, toggleSelected } from './selection.ts';

test('toggling twice is nothing, and leaves the given selection alone', () => {
  const once = toggleSelected(emptySelection, 'a');
  expect([...once]).toEqual(['a']);
  expect([...toggleSelected(once, 'a')]).toEqual([]);
  expect(emptySelection.size).toBe(0);
});

test.each([
  [1, 3, 'bcd'],
  [3, 1, 'bcd'],
  [0, 0, 'a'],
  [-1, 1, 'ab'],
])('extending from row %i to row %i adds %s', (from, to, expected) => {
  const shown = ['a', 'b', 'c', 'd', 'e'];
  expect([...extendSelection(emptySelection, shown, from, to)].join('')).toBe(expected);
  expect(extendSelection(new Set(['z']), shown, from, to).has('z')).toBe(true);
});

test('selected rows that a filter hides are counted', () => {
  expect(selectedOutOfView(new Set(['a', 'b', 'z']), ['a', 'b', 'c'])).toBe(1);
});
