import { expect, test } from 'vitest';
import { createChangeMeter } from './change-meter.ts';

test('twelve changes a second glow, the others are counted', () => {
  const meter = createChangeMeter();
  const glowed = Array.from({ length: 20 }, (_, index) => meter.take(index));
  expect(glowed.filter(Boolean)).toHaveLength(12);
  expect(meter.silentCount()).toBe(8);
});

test('the budget is of any second, not of each whole one', () => {
  const meter = createChangeMeter();
  for (let index = 0; index < 12; index += 1) meter.take(900);
  expect(meter.take(1100)).toBe(false);
  expect(meter.take(1899)).toBe(false);
  expect(meter.take(1900)).toBe(true);
});

test('after a calm the silent count starts again, and listeners hear of each change of it', () => {
  const meter = createChangeMeter({ glowsPerSecondMax: 1, calmAfterMs: 5000 });
  const heard: number[] = [];
  const stop = meter.subscribe(() => heard.push(meter.silentCount()));
  meter.take(0);
  meter.take(1);
  meter.take(2);
  meter.take(6000);
  stop();
  meter.take(6001);
  expect(heard).toEqual([1, 2, 0]);
});

test('the total covers glowing and silent changes, once', () => {
  const meter = createChangeMeter({ glowsPerSecondMax: 1, calmAfterMs: 5000 });
  meter.take(0);
  meter.take(0);
  expect(meter.takeTotal()).toBe(2);
  expect(meter.takeTotal()).toBe(0);
});
