// One question to the device's tables, asked again after every commit that may change the answer. Owns when to ask: never
// twice at once, never more often than `restMs`, and always once more after the last change.
import type { DeviceLogChange } from '@streamstock/event-log';

export interface LiveAnswer<Value> {
  /** The last answer; undefined before the first. A later failure leaves it in place. */
  readonly value: Value | undefined;
  readonly error: unknown;
}

export interface LiveQueryOptions<Value> {
  readonly ask: () => Promise<Value>;
  /** Commits that can not change the answer are not listed. */
  readonly causes: readonly DeviceLogChange['cause'][];
  readonly observe: (observer: (change: DeviceLogChange) => void) => () => void;
  /** Least rest between two questions, in milliseconds; a question that takes long rests in proportion. */
  readonly restMs: number;
  readonly now: () => number;
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** Commits that change read models. */
export const TABLE_CAUSES = ['append', 'frame', 'rebuild'] as const satisfies readonly DeviceLogChange['cause'][];
/** A screen shows every commit within this time. */
export const LIVE_REST_MS = 50;
/** A question rests at least this many times as long as it took: asking stays under a sixth of the time. */
const REST_PER_DURATION = 5;

export class LiveQuery<Value> {
  readonly #options: LiveQueryOptions<Value>;
  #answer: LiveAnswer<Value> = { value: undefined, error: undefined };
  readonly #observers = new Set<() => void>();
  #stopObserving: (() => void) | null = null;
  #cancelRest: (() => void) | null = null;
  #asking = false;
  #stale = false;

  constructor(options: LiveQueryOptions<Value>) {
    this.#options = options;
  }

  readonly answer = (): LiveAnswer<Value> => this.#answer;

  /** Asks while anyone observes. */
  readonly observe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    if (this.#observers.size === 1) this.#start();
    return () => {
      this.#observers.delete(observer);
      if (this.#observers.size === 0) this.#stop();
    };
  };

  #start(): void {
    this.#stopObserving = this.#options.observe((change) => {
      if (this.#options.causes.includes(change.cause)) this.#again();
    });
    this.#again();
  }

  #stop(): void {
    this.#stopObserving?.();
    this.#cancelRest?.();
    this.#stopObserving = this.#cancelRest = null;
    this.#stale = false;
  }

  #again(): void {
    if (this.#asking || this.#cancelRest !== null) this.#stale = true;
    else void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    this.#stale = false;
    const askedAtMs = this.#options.now();
    try {
      this.#set({ value: await this.#options.ask(), error: undefined });
    } catch (error) {
      this.#set({ value: this.#answer.value, error });
    }
    this.#asking = false;
    if (this.#observers.size === 0) return;
    const restMs = Math.max(this.#options.restMs, (this.#options.now() - askedAtMs) * REST_PER_DURATION);
    this.#cancelRest = this.#options.after(restMs, () => {
      this.#cancelRest = null;
      if (this.#stale) this.#again();
    });
  }

  #set(answer: LiveAnswer<Value>): void {
    this.#answer = answer;
    for (const observer of this.#observers) observer();
  }
}
