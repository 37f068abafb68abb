// The timers of all connections as one: a sweep looks at everyone's due ticks a few times a second, in place of timers, closures
// and lists for each of ten thousand. Owns the count of ticks; what is due is kept with each connection.
//
// 1. Nothing fires before its time; it fires at most two ticks after it, and whatever else waits for the sweep's turn. 2. A timer
// that was set again or cleared does not fire for its earlier setting. 3. A turn of the event loop fires a bounded number.
import type { CentralTimer } from '@streamstock/sync';
import { TIMER_TICK_MS, TIMERS_FIRED_PER_TURN } from './limits.ts';

const NEVER = 0;

/** What one connection waits for, in ticks of the sweep. */
export class DueTimers {
  #hello = NEVER;
  #silence = NEVER;
  #advance = NEVER;

  set(timer: CentralTimer, tick: number): void {
    if (timer === 'hello') this.#hello = tick;
    else if (timer === 'silence') this.#silence = tick;
    else this.#advance = tick;
  }

  clear(timer: CentralTimer): void {
    this.set(timer, NEVER);
  }

  /** One that is due at `tick` and is no longer set; null: none is. */
  take(tick: number): CentralTimer | null {
    const due = this.#firstDue(tick);
    if (due !== null) this.clear(due);
    return due;
  }

  #firstDue(tick: number): CentralTimer | null {
    if (this.#hello !== NEVER && this.#hello <= tick) return 'hello';
    if (this.#silence !== NEVER && this.#silence <= tick) return 'silence';
    return this.#advance !== NEVER && this.#advance <= tick ? 'advance' : null;
  }
}

export interface Timed {
  readonly due: DueTimers;
  fire(timer: CentralTimer): void;
}

export class TimerSweep {
  readonly #all: () => Iterable<Timed>;
  #tick = 1;
  #interval: NodeJS.Timeout | null = null;
  #sweeping = false;

  /** `all`: whoever may have timers; a live view of them. */
  constructor(all: () => Iterable<Timed>) {
    this.#all = all;
  }

  /** Somebody has timers. */
  start(): void {
    this.#interval ??= setInterval(() => this.#next(), TIMER_TICK_MS).unref();
  }

  /** Nobody has. */
  stop(): void {
    if (this.#interval !== null) clearInterval(this.#interval);
    this.#interval = null;
  }

  /** The tick at which what is set now for `afterMs` is due: the one that runs began before it. */
  dueAfter(afterMs: number): number {
    return this.#tick + Math.ceil(afterMs / TIMER_TICK_MS) + 1;
  }

  #next(): void {
    this.#tick += 1;
    if (!this.#sweeping) this.#sweepOn(this.#all()[Symbol.iterator]());
  }

  #sweepOn(left: Iterator<Timed>): void {
    let fired = 0;
    for (let next = left.next(); next.done !== true; next = left.next()) {
      const { value } = next;
      for (let due = value.due.take(this.#tick); due !== null; due = value.due.take(this.#tick)) {
        value.fire(due);
        fired += 1;
      }
      if (fired < TIMERS_FIRED_PER_TURN) continue;
      this.#sweeping = true;
      setImmediate(() => this.#sweepOn(left));
      return;
    }
    this.#sweeping = false;
  }
}
