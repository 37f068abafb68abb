import { afterEach, expect, test } from 'vitest';
import { activateLocale, i18n, matchLocale } from './i18n.ts';

afterEach(() => activateLocale('en'));

test.each([
  [['pt-BR'], 'pt-BR'],
  [['pt-PT', 'en'], 'pt-BR'],
  [['fr-FR', 'es-MX'], 'es'],
  [['EN-gb'], 'en'],
  [['fr', 'de'], 'en'],
  [[], 'en'],
])('a person who reads %j gets %s', (wanted, expected) => {
  expect(matchLocale(wanted)).toBe(expected);
});

test('of two choices made quickly the last one wins', async () => {
  const first = activateLocale('pt-BR');
  const second = activateLocale('en');
  await Promise.all([first, second]);
  expect(i18n.locale).toBe('en');
});
