import { expect, test } from 'vitest';
import { sampleStore } from '../testing/sample-matrix.ts';
import { freshnessOf, isStale, storeFreshness, sumFreshness } from './store-freshness.ts';

const nowMs = 100_000_000_000;
const minute = 60_000;
const heard = (ageMs: number, over = {}) =>
  sampleStore('a', { ...over, freshness: { asOfMs: nowMs - ageMs, unsent: 0, oldestUnsentAtMs: null, silent: false } });

test.each([
  [0, 'fresh', false],
  [2 * minute, 'fresh', false],
  [2 * minute + 1, 'aging', false],
  [15 * minute, 'aging', false],
  [15 * minute + 1, 'stale', true],
  [24 * 60 * minute, 'stale', true],
  [24 * 60 * minute + 1, 'silent', true],
] as const)('connected and heard %i ms ago: %s', (ageMs, kind, stale) => {
  const freshness = storeFreshness(heard(ageMs), nowMs);
  expect(freshness.kind).toBe(kind);
  expect(isStale(freshness)).toBe(stale);
});

test('a store none of whose devices is connected is stale at once, however lately it was heard', () => {
  expect(storeFreshness(heard(1_000, { devicesConnected: 0 }), nowMs).kind).toBe('stale');
});

test('a store is silent by its own limit before a day is over', () => {
  const head = sampleStore('a', {
    freshness: { asOfMs: nowMs - 3_600_000, unsent: 0, oldestUnsentAtMs: null, silent: true },
  });
  expect(storeFreshness(head, nowMs).kind).toBe('silent');
});

test('never heard is stale; having no device at all is not a worry', () => {
  const never = { asOfMs: null, unsent: 0, oldestUnsentAtMs: null, silent: false };
  expect(isStale(storeFreshness(sampleStore('a', { freshness: never }), nowMs))).toBe(true);
  const none = storeFreshness(sampleStore('a', { devices: 0, devicesConnected: 0, freshness: never }), nowMs);
  expect(none.kind).toBe('no-device');
  expect(isStale(none)).toBe(false);
});

test('a past moment is known where the store had told everything up to then, however long ago it was heard', () => {
  const head = heard(60 * minute);
  expect(freshnessOf(head, nowMs, null)).toEqual({ kind: 'stale', asOf: nowMs - 60 * minute });
  expect(freshnessOf(head, nowMs, nowMs - 61 * minute).kind).toBe('current');
  expect(freshnessOf(head, nowMs, nowMs - 59 * minute).kind).toBe('stale');
});

test('a sum is as stale as its stalest part', () => {
  expect(sumFreshness([{ kind: 'current', asOf: 9 }])).toEqual({ kind: 'current' });
  const mixed = [
    { kind: 'current', asOf: 1 },
    { kind: 'stale', asOf: 5 },
    { kind: 'stale', asOf: 3 },
  ] as const;
  expect(sumFreshness(mixed)).toEqual({ kind: 'stale', asOf: 3 });
  expect(sumFreshness([...mixed, { kind: 'stale' }])).toEqual({ kind: 'stale' });
});
