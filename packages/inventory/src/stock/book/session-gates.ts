// When what a session of counts says takes effect: at once, unless it was opened for several areas; then from its end on.
// Owns who opened and who ended each session, as sets; knows the buckets that wait for it.
import type { BucketBook, SessionGate } from './bucket-book.ts';

export class CountGate implements SessionGate {
  /** Counting `CountOpened` for several areas, and counting `CountClosed`, by fact number. */
  readonly #opened = new Set<number>();
  readonly #closed = new Set<number>();
  readonly #buckets = new Set<BucketBook>();

  get isOpen(): boolean {
    return this.#opened.size === 0 || this.#closed.size > 0;
  }

  /** The bucket has parts of this session: it is told when the gate turns. */
  holds(bucket: BucketBook): void {
    this.#buckets.add(bucket);
  }

  openedForSeveral(fact: number, counts: boolean): void {
    this.#turn(this.#opened, fact, counts);
  }

  closed(fact: number, counts: boolean): void {
    this.#turn(this.#closed, fact, counts);
  }

  #turn(facts: Set<number>, fact: number, counts: boolean): void {
    const wasOpen = this.isOpen;
    if (counts) facts.add(fact);
    else facts.delete(fact);
    if (this.isOpen !== wasOpen) for (const bucket of this.#buckets) bucket.chooseCount();
  }
}

/** The gates of all sessions; a session is one of its store. */
export class CountGates {
  readonly #gates = new Map<string, CountGate>();

  of(store: string, session: string): CountGate {
    const key = `${store}|${session}`;
    let gate = this.#gates.get(key);
    if (gate === undefined) this.#gates.set(key, (gate = new CountGate()));
    return gate;
  }
}
