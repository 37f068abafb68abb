import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRereader } from './rereader.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a burst is one reading; asking during a reading is one more, not sooner than allowed', async () => {
  const began: number[] = [];
  const reader = createRereader(async () => {
    began.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, 1_000);
  const start = performance.now();
  for (let count = 0; count < 50; count += 1) reader.request();
  await vi.advanceTimersByTimeAsync(100);
  for (let count = 0; count < 50; count += 1) reader.request();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(began.map((at) => at - start)).toEqual([0, 1_000]);
});

test('a reading that rejects does not end rereading', async () => {
  let readings = 0;
  const reader = createRereader(async () => {
    readings += 1;
    await Promise.reject(new Error('away'));
  }, 10);
  reader.request();
  await vi.advanceTimersByTimeAsync(50);
  reader.request();
  await vi.advanceTimersByTimeAsync(50);
  expect(readings).toBe(2);
});

test('cancelling drops what has not begun', async () => {
  let readings = 0;
  const reader = createRereader(async () => {
    readings += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }, 0);
  reader.request();
  reader.cancel();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(readings).toBe(0);
  reader.request();
  await vi.advanceTimersByTimeAsync(10);
  reader.request();
  reader.cancel();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(readings).toBe(1);
});
