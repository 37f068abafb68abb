import { afterEach, describe, expect, test } from 'vitest';
import { activateLocale } from '../i18n/i18n.ts';
import { formatAge, formatMoment } from './time.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

afterEach(() => activateLocale('en'));

test.each([
  [-5_000, 'just now'],
  [0, 'just now'],
  [minute - 1, 'just now'],
  [minute, '1 min'],
  [38.9 * minute, '38 min'],
  [hour - 1, '59 min'],
  [hour, '1 h'],
  [4.9 * hour, '4 h'],
  [day - 1, '23 h'],
  [day, '1 day'],
  [2.5 * day, '2 days'],
])('an age of %i ms reads "%s"', (ageMs, expected) => {
  expect(formatAge(ageMs)).toBe(expected);
});

test('ages follow the language', async () => {
  await activateLocale('pt-BR');
  expect(formatAge(10)).toBe('agora mesmo');
  expect(formatAge(2 * day)).toBe('2 dias');
});

describe('moments', () => {
  const now = Date.UTC(2026, 10, 21, 10, 42);
  const utc = { timeZone: 'UTC', locale: 'en' };

  test.each([
    [Date.UTC(2026, 10, 21, 8, 51), '08:51'],
    [Date.UTC(2026, 10, 21, 0, 0), '00:00'],
    [Date.UTC(2026, 10, 19, 17, 20), 'Thu'],
    [Date.UTC(2026, 10, 11, 17, 20), '11 Nov'],
    [Date.UTC(2025, 10, 11, 17, 20), '11 Nov 2025'],
  ])('%i is "%s"', (atMs, expected) => {
    expect(formatMoment(atMs, now, utc)).toBe(expected);
  });

  test('the store, not the browser, decides what day it is', () => {
    const lateEvening = Date.UTC(2026, 10, 20, 23, 30);
    expect(formatMoment(lateEvening, now, { timeZone: 'UTC', locale: 'en' })).toBe('Fri');
    expect(formatMoment(lateEvening, now, { timeZone: 'Asia/Tokyo', locale: 'en' })).toBe('08:30');
  });
});
