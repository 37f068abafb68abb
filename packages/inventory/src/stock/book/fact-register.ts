// Every fact a book has been given and every id that was named before its fact came: how each counts now. Owns rulings,
// reversals and receipt contests as sets; knows no line.
//
//             ruling ──┐                      ┌── counts at its effective time
//   fact ──────────────┼──► number ──► state ─┤
//   reversal of it ────┘                      └── counts for nothing
//
// 1. A fact is kept once; a repeat changes nothing.
// 2. What is said of a fact may come before it: an id that is only named has a number and no event.
// 3. `contributionOf` is what the book has entered or will enter next; of a known fact only `settle` changes it, between
//    withdrawing and entering.
import {
  addRuling,
  contributionOf,
  NO_JUDGEMENT,
  type Contribution,
  type Event,
  type EventId,
  type Judgement,
} from '@streamstock/event-log';
import { META_DEVICE } from '../../decider.ts';
import type { TypedPayload } from '../../payloads.ts';
import { IdNumbers } from './id-numbers.ts';

/** No fact of this number, or none that is new. */
export const KNOWN = -1;

/** What was said of a fact besides itself; most facts have none. */
interface Said {
  judgement: Judgement;
  /** What the judgement comes to for the fact, once settled; null: it does not count. */
  contribution: Contribution | null;
  /** Counting reversals by number, each with the line it names (null: the whole entry) and its store. */
  readonly reversals: Map<number, { readonly store: string; readonly line: number | null }>;
}

export class FactRegister {
  readonly ids = new IdNumbers();
  readonly #events: (Event | undefined)[] = [];
  readonly #typed: (TypedPayload | undefined)[] = [];
  readonly #said = new Map<number, Said>();
  /** 1 where something was said: a million lookups in `#said` are more than most facts need. */
  #marks = new Uint8Array(64);

  /** The number of a fact that is new, `KNOWN` for a repeat. It is settled. */
  add(event: Event, typed: TypedPayload): number {
    const number = this.ids.numberOf(event.id);
    if (number === this.#events.length) {
      this.#push(event, typed);
      return number;
    }
    if (this.#events[number] !== undefined) return KNOWN;
    this.#events[number] = event;
    this.#typed[number] = typed;
    this.settle(number);
    return number;
  }

  /** The number of an id, whether or not its fact has come. */
  numberOf(id: EventId): number {
    const number = this.ids.numberOf(id);
    if (number === this.#events.length) this.#push(undefined, undefined);
    return number;
  }

  #push(event: Event | undefined, typed: TypedPayload | undefined): void {
    this.#events.push(event);
    this.#typed.push(typed);
  }

  has(number: number): boolean {
    return this.#events[number] !== undefined;
  }

  eventOf(number: number): Event {
    return this.#events[number] as Event;
  }

  typedOf(number: number): TypedPayload {
    return this.#typed[number] as TypedPayload;
  }

  /** How a fact counts; null: not. */
  contributionOf(number: number): Contribution | null {
    const said = this.#saidOf(number);
    return said === undefined ? contributionOf(this.eventOf(number), NO_JUDGEMENT) : said.contribution;
  }

  /** The device whose clock stamped it; null: not a device's clock. */
  deviceOf(number: number): string | null {
    return this.eventOf(number).meta?.[META_DEVICE] ?? null;
  }

  /** Whether any reversal is known that could act on the fact. */
  mayBeReversed(number: number): boolean {
    return (this.#saidOf(number)?.reversals.size ?? 0) > 0;
  }

  /** Whether a counting reversal of its own store takes a line away. */
  isReversed(number: number, line: number): boolean {
    const reversals = this.#saidOf(number)?.reversals;
    if (reversals === undefined) return false;
    const own = this.eventOf(number).store;
    for (const { store, line: named } of reversals.values())
      if (store === own && (named === null || named === line)) return true;
    return false;
  }

  reverse(target: number, reversal: number, store: string, line: number | null): void {
    this.#speakOf(target).reversals.set(reversal, { store, line });
  }

  unreverse(target: number, reversal: number): void {
    this.#saidOf(target)?.reversals.delete(reversal);
  }

  /** Adds a ruling; true when the fact's contribution is now another, which holds from its next `settle` on. */
  rule(target: number, ruling: Event): boolean {
    const said = this.#speakOf(target);
    const before = this.has(target) ? contributionOf(this.eventOf(target), said.judgement) : null;
    said.judgement = addRuling(said.judgement, ruling);
    const after = this.has(target) ? contributionOf(this.eventOf(target), said.judgement) : null;
    return before?.effectiveAt !== after?.effectiveAt || before?.uncertaintyMs !== after?.uncertaintyMs;
  }

  /** Makes how a fact counts what its rulings say. Whoever entered it withdraws it first. */
  settle(number: number): void {
    const said = this.#saidOf(number);
    if (said !== undefined) said.contribution = contributionOf(this.eventOf(number), said.judgement);
  }

  #saidOf(number: number): Said | undefined {
    return this.#marks[number] === 1 ? this.#said.get(number) : undefined;
  }

  #speakOf(number: number): Said {
    const known = this.#saidOf(number);
    if (known !== undefined) return known;
    const contribution = this.has(number) ? contributionOf(this.eventOf(number), NO_JUDGEMENT) : null;
    const said: Said = { judgement: NO_JUDGEMENT, contribution, reversals: new Map() };
    this.#said.set(number, said);
    if (number >= this.#marks.length) {
      const marks = new Uint8Array(Math.max(number + 1, this.#marks.length * 2));
      marks.set(this.#marks);
      this.#marks = marks;
    }
    this.#marks[number] = 1;
    return said;
  }
}
