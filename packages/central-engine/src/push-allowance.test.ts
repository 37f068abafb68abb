import { describe, expect, it } from 'vitest';
import { PushAllowance } from './push-allowance.ts';

const BOUNDS = { pushesPerDevicePerSecondMax: 10, pushesPerStorePerSecondMax: 15 };

function takeMany(allowance: PushAllowance, device: string, nowMs: number, times: number): number {
  let taken = 0;
  for (let count = 0; count < times; count += 1) if (allowance.take(device, 'porto', nowMs) === null) taken += 1;
  return taken;
}

describe('the allowance of pushes', () => {
  it('lets a burst through, then so many a second, and says when there is room again', () => {
    const allowance = new PushAllowance(BOUNDS);
    expect(takeMany(allowance, 'till-a', 0, 50)).toBe(20);
    expect(allowance.take('till-a', 'porto', 0)).toBe(100);
    expect(allowance.take('till-a', 'porto', 90)).toBe(10);
    expect(allowance.take('till-a', 'porto', 101)).toBeNull();
    expect(takeMany(allowance, 'till-a', 1_101, 50)).toBe(10);
  });

  it('holds the devices of one store together to the bound of the store', () => {
    const allowance = new PushAllowance(BOUNDS);
    expect(takeMany(allowance, 'till-a', 0, 50)).toBe(20);
    expect(takeMany(allowance, 'till-b', 0, 50)).toBe(10);
    expect(allowance.take('till-c', 'braga', 0)).toBeNull();
  });

  it('takes a clock that was set back for one that stands still', () => {
    const allowance = new PushAllowance(BOUNDS);
    takeMany(allowance, 'till-a', 10_000, 20);
    expect(takeMany(allowance, 'till-a', 0, 5)).toBe(0);
    expect(takeMany(allowance, 'till-a', 1_000, 50)).toBe(10);
  });

  it('remembers a bounded number of devices', () => {
    const allowance = new PushAllowance({ ...BOUNDS, pushesPerStorePerSecondMax: 1_000 }, 2);
    for (const device of ['till-a', 'till-b', 'till-c']) takeMany(allowance, device, 0, 20);
    expect(takeMany(allowance, 'till-c', 0, 1)).toBe(0);
    expect(takeMany(allowance, 'till-a', 0, 50)).toBe(20);
  });
});
