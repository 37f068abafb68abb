import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DueTimers, TimerSweep, type Timed } from './due-timers.ts';
import { TIMER_TICK_MS, TIMERS_FIRED_PER_TURN } from './limits.ts';

class Owner implements Timed {
  readonly due = new DueTimers();
  readonly fired: string[] = [];
  fire(timer: string): void {
    this.fired.push(timer);
  }
}

describe('the timers of all connections', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  const started = (...owners: Owner[]): TimerSweep => {
    const sweep = new TimerSweep(() => owners);
    sweep.start();
    return sweep;
  };

  it.each([0, 1, TIMER_TICK_MS / 2, TIMER_TICK_MS - 1])(
    'never fire early, and soon after, set %d ms into a tick',
    (into) => {
      const owner = new Owner();
      const sweep = started(owner);
      vi.advanceTimersByTime(3 * TIMER_TICK_MS + into);
      owner.due.set('advance', sweep.dueAfter(5_000));
      vi.advanceTimersByTime(5_000 - 1);
      expect(owner.fired).toEqual([]);
      vi.advanceTimersByTime(2 * TIMER_TICK_MS);
      expect(owner.fired).toEqual(['advance']);
      vi.advanceTimersByTime(60_000);
      expect(owner.fired).toEqual(['advance']);
    },
  );

  it('go by what was set last, each for itself', () => {
    const owner = new Owner();
    const sweep = started(owner);
    owner.due.set('hello', sweep.dueAfter(1_000));
    owner.due.set('silence', sweep.dueAfter(1_000));
    owner.due.set('advance', sweep.dueAfter(1_000));
    owner.due.set('silence', sweep.dueAfter(4_000));
    owner.due.clear('hello');
    vi.advanceTimersByTime(2_000);
    expect(owner.fired).toEqual(['advance']);
    vi.advanceTimersByTime(3_000);
    expect(owner.fired).toEqual(['advance', 'silence']);
  });

  it('fire a part in a turn where thousands are due at once, so that nobody else waits', () => {
    const owners = Array.from({ length: 3 * TIMERS_FIRED_PER_TURN }, () => new Owner());
    const sweep = started(...owners);
    const fired = () => owners.filter((owner) => owner.fired.length > 0).length;
    for (const owner of owners) owner.due.set('silence', sweep.dueAfter(0));
    while (fired() === 0) vi.advanceTimersToNextTimer();
    expect(fired()).toBe(TIMERS_FIRED_PER_TURN);
    vi.advanceTimersByTime(TIMER_TICK_MS / 2);
    expect(fired()).toBe(owners.length);
    expect(owners.every((owner) => owner.fired.length === 1)).toBe(true);
  });

  it('cost nothing once nobody is there', () => {
    const sweep = started(new Owner());
    sweep.stop();
    expect(vi.getTimerCount()).toBe(0);
    sweep.start();
    expect(vi.getTimerCount()).toBe(1);
  });
});
