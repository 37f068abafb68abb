import { expect, test } from 'vitest';
import { parseSearchText, stringifySearchText } from './search-text.ts';

test('texts that look like numbers or JSON stay texts', () => {
  const search = { item: '0012', q: '"a" & b=c', at: '2026-11-17T14:20:00.000Z' };
  expect(parseSearchText(stringifySearchText(search))).toEqual(search);
});

test('what is not given leaves no trace', () => {
  expect(stringifySearchText({ view: undefined, q: '' })).toBe('');
});
