import { expect, test } from 'vitest';
import { plainText, wordsFinder } from './search-words.ts';

test.each([
  ['cafe graos', 'Café torrado em grãos 500 g', true],
  ['GRÃOS café', 'Café torrado em grãos 500 g', true],
  ['500 tea', 'Café torrado em grãos 500 g', false],
  ['', 'anything', true],
  ['   ', 'anything', true],
])('"%s" in "%s": %s', (query, text, expected) => {
  expect(wordsFinder(query)(plainText(text))).toBe(expected);
});
