// Time passes in the view without an event: a hold that ends is told when it ends, not when somebody asks.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveStockChange } from '@streamstock/api';
import { hybridTimeFromMs } from '@streamstock/event-log';
import { RESERVATION_LINES_TABLE, STOCK_LINES_TABLE } from '@streamstock/inventory';
import { ChainView } from '../read/chain-view.ts';
import { watchExpiries } from './expiries.ts';

const START_MS = Date.UTC(2026, 10, 2);

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

function viewWithHolds(...endsAfterMs: readonly (number | null)[]): ChainView {
  const view = new ChainView();
  const line = { store: 's1', item: 'a', onHand: 9, sellable: 9, recount: false };
  const holds = endsAfterMs.map((afterMs, index) => ({
    table: RESERVATION_LINES_TABLE,
    key: `s1|a|r${index}`,
    value: {
      open: 2,
      expiresAt: afterMs === null ? null : hybridTimeFromMs(START_MS + afterMs),
      at: 0,
      order: null,
      owner: 'rita',
    },
  }));
  view.apply([{ table: STOCK_LINES_TABLE, key: 's1|a', value: line }, ...holds], 1);
  return view;
}

test('each hold is told at its end, also after a long while, and what has no end never', () => {
  const told: [number, readonly LiveStockChange[]][] = [];
  const expiries = watchExpiries({
    view: viewWithHolds(1_000, 200_000, null),
    clock: () => Date.now(),
    changed: (changes) => told.push([Date.now() - START_MS, changes]),
  });
  expiries.passTime();
  vi.advanceTimersByTime(999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(500_000);
  const change = { store: 's1', item: 'a', onHand: 9, recount: false };
  expect(told).toEqual([
    [1_001, [{ ...change, available: 5 }]],
    [200_001, [{ ...change, available: 7 }]],
  ]);
  expect(vi.getTimerCount()).toBe(0);
  expiries.close();
});

test('closed, it tells nothing any more', () => {
  const changed = vi.fn<(changes: readonly LiveStockChange[]) => void>();
  const expiries = watchExpiries({ view: viewWithHolds(1_000), clock: () => Date.now(), changed });
  expiries.passTime();
  expiries.close();
  vi.advanceTimersByTime(5_000);
  expect(changed).not.toHaveBeenCalled();
});
