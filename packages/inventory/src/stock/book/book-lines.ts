// The lines of a book in memory and the one way into them: what a document says of its lines is entered or withdrawn.
// Owns which lines there are and the entries that wait for their bucket; how a document counts is the book's business.
//
//   tell(document) ──► EntryBuffer ──settle──► BucketBook of (line, bucket)
//
// 1. A line has a number; its buckets stand at three numbers from line × 3 on, made when they are first used.
// 2. Whoever reads a bucket settles first. An entry says all that its bucket needs, so that it may wait.
import type { Contribution, HybridTime } from '@streamstock/event-log';
import { UNCERTAINTY_MS_MAX } from '../../limits.ts';
import type { PayloadOf } from '../../payloads.ts';
import { BUCKETS, type Bucket } from '../adjust-reasons.ts';
import { BucketBook } from './bucket-book.ts';
import { CountGates, type CountGate } from './session-gates.ts';
import { EntryBuffer } from './entry-buffer.ts';
import type { FactRegister } from './fact-register.ts';
import { tellMoves, type MoveSink } from '../goods-moves.ts';
import { rowName } from './movement-series.ts';
import type { Observation } from '../stock-tables.ts';

const ENTER = 0;
const WITHDRAW = 1;
const OBSERVE = 2;
const UNOBSERVE = 3;

const BUCKETS_PER_LINE = BUCKETS.length;

function offsetOf(bucket: Bucket): number {
  return bucket === 'sellable' ? 0 : bucket === 'picked' ? 1 : 2;
}

/** The buckets of one line that were ever used. */
export type LineBuckets = Readonly<Record<Bucket, BucketBook | undefined>>;

interface Seen {
  readonly session: string;
  readonly gate: CountGate;
  readonly observation: Observation;
}

export class BookLines implements MoveSink {
  readonly #facts: FactRegister;
  readonly #gates = new CountGates();
  /** Line numbers by store and item. */
  readonly #stores = new Map<string, Map<string, number>>();
  readonly #buckets: (BucketBook | undefined)[] = [];
  readonly #waiting = new EntryBuffer();
  #seen: Seen[] = [];
  // The document that is being told: fields instead of a closure for each event.
  #items = new Map<string, number>();
  #fact = 0;
  #at: HybridTime = 0;
  #uncertaintyMs = 0;
  #kind = ENTER;
  #mayBeReversed = false;

  constructor(facts: FactRegister) {
    this.#facts = facts;
  }

  /** Enters what a counting document says of its lines, except the reversed ones, or withdraws it again. */
  tell(fact: number, { effectiveAt, uncertaintyMs }: Contribution, enters: boolean): void {
    const typed = this.#facts.typedOf(fact);
    const store = this.#facts.eventOf(fact).store ?? '';
    this.#items = this.#itemsOf(store);
    this.#fact = fact;
    this.#at = effectiveAt;
    this.#uncertaintyMs = Math.min(uncertaintyMs ?? UNCERTAINTY_MS_MAX, UNCERTAINTY_MS_MAX);
    this.#mayBeReversed = this.#facts.mayBeReversed(fact);
    this.#kind = enters ? ENTER : WITHDRAW;
    if (typed.type === 'StockCounted')
      this.#tellSeen(typed.payload, this.gateOf(store, typed.payload.session), uncertaintyMs);
    else tellMoves(typed, this);
  }

  move(line: number, item: string, bucket: Bucket, change: number): void {
    if (this.#mayBeReversed && this.#facts.isReversed(this.#fact, line)) return;
    if (this.#waiting.isFull) this.#settle();
    const place = this.#lineOf(item) * BUCKETS_PER_LINE + offsetOf(bucket);
    this.#waiting.add(place, this.#kind, this.#at, change, rowName(this.#fact, line), this.#uncertaintyMs);
  }

  #tellSeen(
    { session, area, counter, lines }: PayloadOf<'StockCounted'>,
    gate: CountGate,
    uncertaintyMs: number | null,
  ): void {
    const id = this.#facts.ids.idOf(this.#fact);
    const device = this.#facts.deviceOf(this.#fact);
    for (const [line, { item, bucket, quantity }] of lines.entries()) {
      if (this.#mayBeReversed && this.#facts.isReversed(this.#fact, line)) continue;
      if (this.#waiting.isFull) this.#settle();
      const place = this.#lineOf(item) * BUCKETS_PER_LINE + offsetOf(bucket);
      gate.holds(this.#bucket(place));
      const observation = { at: this.#at, id, area, counter, quantity, uncertaintyMs, device };
      this.#waiting.add(place, this.#kind === ENTER ? OBSERVE : UNOBSERVE, this.#seen.length, 0, 0, 0);
      this.#seen.push({ session, gate, observation });
    }
  }

  /** The gate of one session of counts of one store. */
  gateOf(store: string, session: string): CountGate {
    return this.#gates.of(store, session);
  }

  buckets(store: string, item: string): LineBuckets | undefined {
    const line = this.#stores.get(store)?.get(item);
    if (line === undefined) return undefined;
    this.#settle();
    const first = line * BUCKETS_PER_LINE;
    return {
      sellable: this.#buckets[first],
      picked: this.#buckets[first + 1],
      unsellable: this.#buckets[first + 2],
    };
  }

  stores(): readonly string[] {
    return [...this.#stores.keys()].sort();
  }

  items(store: string): readonly string[] {
    return [...(this.#stores.get(store)?.keys() ?? [])].sort();
  }

  #settle(): void {
    if (this.#waiting.length > 0) this.#waiting.drain(this.#buckets.length, this.#take);
    if (this.#seen.length > 0) this.#seen = [];
  }

  readonly #take = (place: number, kind: number, numbers: Float64Array, from: number): void => {
    const bucket = this.#bucket(place);
    const first = numbers[from] as number;
    if (kind === OBSERVE || kind === UNOBSERVE) {
      const { session, gate, observation } = this.#seen[first] as Seen;
      if (kind === OBSERVE) bucket.observe(session, gate, observation);
      else bucket.unobserve(session, observation.id);
      return;
    }
    const change = numbers[from + 1] as number;
    const row = numbers[from + 2] as number;
    const uncertaintyMs = numbers[from + 3] as number;
    if (kind === ENTER) bucket.enter(first, change, row, uncertaintyMs);
    else bucket.withdraw(first, change, row, uncertaintyMs);
  };

  #bucket(place: number): BucketBook {
    return (this.#buckets[place] ??= new BucketBook(this.#facts));
  }

  #itemsOf(store: string): Map<string, number> {
    let items = this.#stores.get(store);
    if (items === undefined) this.#stores.set(store, (items = new Map()));
    return items;
  }

  #lineOf(item: string): number {
    let line = this.#items.get(item);
    if (line === undefined) {
      line = this.#buckets.length / BUCKETS_PER_LINE;
      this.#items.set(item, line);
      for (let bucket = 0; bucket < BUCKETS_PER_LINE; bucket += 1) this.#buckets.push(undefined);
    }
    return line;
  }
}
