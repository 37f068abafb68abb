import { expect, test } from 'vitest';
import { readSetupToken } from './setup-token.ts';

test.each([
  ['#token=abc-DEF_1', 'abc-DEF_1'],
  ['token=a%2Bb', 'a+b'],
  ['#other=1', ''],
  ['', ''],
])('%s carries "%s"', (hash, token) => {
  expect(readSetupToken(hash)).toBe(token);
});
