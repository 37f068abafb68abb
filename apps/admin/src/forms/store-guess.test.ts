import { expect, test } from 'vitest';
import { guessStore, timeZoneChoices } from './store-guess.ts';

test.each([
  ['Europe/Lisbon', ['en-US'], 'EUR'],
  ['America/Sao_Paulo', ['pt-BR'], 'BRL'],
  ['Etc/UTC', ['en-GB', 'en'], 'GBP'],
  ['Etc/UTC', ['en', 'es-MX'], 'MXN'],
  ['Etc/UTC', ['en'], 'EUR'],
  ['Etc/UTC', [], 'EUR'],
])('%s with %j pays in %s', (zone, languages, currency) => {
  expect(guessStore(zone, languages)).toEqual({ timeZone: zone, currency });
});

test("the browser's own zone can be chosen even where the list of zones leaves it out", () => {
  expect(timeZoneChoices(['Europe/Lisbon'], 'Etc/UTC')).toEqual(['Etc/UTC', 'Europe/Lisbon']);
});
