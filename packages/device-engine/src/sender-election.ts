// Which tab sends: the one that holds a Web Lock. Owns the lock, the fence number it was won with, and the watch over a
// sender that froze with the lock in its hands (rxdb#8514).
//
//   queued ──granted──▶ sending ──stolen, or a higher fence is heard──▶ queued
//     └──ASKS_UNANSWERED_MAX asks without an answer──▶ stealing ──granted──▶ sending
//
// 1. Who sends without being the latest winner does no harm: frames apply by cursor, marks by chain hash, a fork's repair
//    by the id it was found under. The fence only makes such a tab stop.
// 2. A sender answers every `ask` at once. Asking tabs need timers, sending tabs only messages, so that a background tab
//    whose timers are throttled is not taken for frozen.
import type { LocksLike, TimerHandle } from './environment.ts';

/** A tab that waits asks this often whether there is a sender. */
export const ASK_INTERVAL_MS = 2_000;
/** Unanswered asks after which the sender counts as frozen. */
export const ASKS_UNANSWERED_MAX = 3;

export interface SenderElectionOptions {
  readonly name: string;
  /** null: no election; this tab sends. */
  readonly locks: LocksLike | null;
  readonly setTimer: (callback: () => void, afterMs: number) => TimerHandle;
  readonly clearTimer: (handle: TimerHandle) => void;
  /** null: tabs can not hear of each other; then nobody is taken for frozen. */
  readonly ask: (() => void) | null;
  /** The next fence number, from storage that all tabs share. Does not reject. */
  readonly nextFence: () => Promise<number>;
  readonly elected: (fence: number) => void;
  readonly deposed: () => void;
}

export class SenderElection {
  readonly #options: SenderElectionOptions;
  #fence: number | null = null;
  #release: (() => void) | null = null;
  #queue: AbortController | null = null;
  #asksUnanswered = 0;
  #timer: TimerHandle | null = null;
  #closed = false;

  constructor(options: SenderElectionOptions) {
    this.#options = options;
  }

  /** The number this tab was elected with; null while another tab sends. */
  get fence(): number | null {
    return this.#fence;
  }

  start(): void {
    this.#enqueue({});
    if (this.#options.locks !== null) this.#watch();
  }

  /** A sender spoke. */
  heard(fence: number): void {
    this.#asksUnanswered = 0;
    if (this.#fence !== null && fence > this.#fence) this.#release?.();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) this.#options.clearTimer(this.#timer);
    this.#queue?.abort();
    this.#release?.();
  }

  #enqueue(options: { readonly steal?: boolean }): void {
    const { locks, name } = this.#options;
    if (locks === null) {
      void this.#hold();
      return;
    }
    const queue = new AbortController();
    this.#queue = queue;
    /** Not given up for a theft meanwhile. */
    const isPresent = () => this.#queue === queue && !this.#closed;
    // The browser does not take a signal together with `steal`.
    const request = options.steal === true ? { steal: true } : { signal: queue.signal };
    const settled = () => {
      if (!isPresent()) return;
      // Stolen, or left. The watch queues again at its next turn: whatever made this end, it can not spin.
      this.#release?.();
      this.#queue = null;
    };
    locks.request(name, request, async () => (isPresent() ? this.#hold() : undefined)).then(settled, settled);
  }

  /** Sends for as long as the returned promise is pending. */
  async #hold(): Promise<void> {
    const released = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    try {
      const fence = await this.#options.nextFence();
      if (this.#closed) return;
      this.#fence = fence;
      this.#options.elected(fence);
      await released;
    } finally {
      this.#lost();
    }
  }

  #lost(): void {
    this.#release = null;
    if (this.#fence === null) return;
    this.#fence = null;
    this.#asksUnanswered = 0;
    this.#options.deposed();
  }

  #watch(): void {
    this.#timer = this.#options.setTimer(() => {
      if (this.#closed) return;
      if (this.#queue === null) this.#enqueue({});
      else if (this.#fence === null) this.#askOrSteal();
      this.#watch();
    }, ASK_INTERVAL_MS);
  }

  #askOrSteal(): void {
    const { ask } = this.#options;
    if (ask === null) return;
    if (this.#asksUnanswered >= ASKS_UNANSWERED_MAX) {
      this.#asksUnanswered = 0;
      this.#queue?.abort();
      this.#enqueue({ steal: true });
      return;
    }
    this.#asksUnanswered += 1;
    ask();
  }
}
