// Every fact a book has been given and every id that was named before its fact came: how each counts now. Owns rulings,
// reversals and receipt contests as sets; knows no line.
//
//             ruling ──┐                      ┌── counts at its effective time
//   fact ──────────────┼──► number ──► state ─┤
//   reversal of it ────┘                      └── counts for nothing
//
// 1. A fact is kept once; a repeat changes nothing.
// 2. What is said of a fact may come before it: an id that is only named has a number and no event.
// 3. `atOf` is what the book has entered or will enter next; only `settle` changes it, between withdrawing and entering.
import {
  addRuling,
  contributionOf,
  NO_JUDGEMENT,
  type Event,
  type EventId,
  type HybridTime,
  type Judgement,
} from '@streamstock/event-log';
import { META_DEVICE } from '../../decider.ts';
import type { TypedPayload } from '../../payloads.ts';
import { IdNumbers } from './id-numbers.ts';

/** Does not count. */
const NOT = -1;
/** No fact of this number, or none that is new. */
export const KNOWN = -1;

/** What was said of a fact besides itself; most facts have none. */
interface Said {
  judgement: Judgement;
  /** Counting reversals by number, each with the line it names (null: the whole entry) and its store. */
  readonly reversals: Map<number, { readonly store: string; readonly line: number | null }>;
}

export class FactRegister {
  readonly ids = new IdNumbers();
  readonly #events: (Event | undefined)[] = [];
  readonly #typed: (TypedPayload | undefined)[] = [];
  /** Effective time, or `NOT`. */
  readonly #ats: number[] = [];
  readonly #said: (Said | undefined)[] = [];
  /** Uncertainties that a ruling states, by number; the others stand in the events. */
  readonly #ruledUncertaintiesMs = new Map<number, number | null>();

  /** The number of a fact that is new, `KNOWN` for a repeat. It is settled. */
  add(event: Event, typed: TypedPayload): number {
    const number = this.ids.numberOf(event.id);
    if (number === this.#events.length) {
      // Nobody spoke of it before: the usual case, and the quick one.
      const contribution = contributionOf(event, NO_JUDGEMENT);
      this.#push(event, typed, contribution === null ? NOT : contribution.effectiveAt);
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
    if (number === this.#events.length) this.#push(undefined, undefined, NOT);
    return number;
  }

  #push(event: Event | undefined, typed: TypedPayload | undefined, at: number): void {
    this.#events.push(event);
    this.#typed.push(typed);
    this.#ats.push(at);
    this.#said.push(undefined);
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

  /** Effective time; undefined while it does not count. */
  atOf(number: number): HybridTime | undefined {
    const at = this.#ats[number] as number;
    return at === NOT ? undefined : at;
  }

  /** null = unbounded. */
  uncertaintyMsOf(number: number): number | null {
    const ruled = this.#ruledUncertaintiesMs.size === 0 ? undefined : this.#ruledUncertaintiesMs.get(number);
    return ruled === undefined ? this.eventOf(number).clockUncertaintyMs : ruled;
  }

  /** The device whose clock stamped it; null: not a device's clock. */
  deviceOf(number: number): string | null {
    return this.eventOf(number).meta?.[META_DEVICE] ?? null;
  }

  /** Whether any reversal is known that could act on the fact. */
  mayBeReversed(number: number): boolean {
    return (this.#said[number]?.reversals.size ?? 0) > 0;
  }

  /** Whether a counting reversal of its own store takes a line away. */
  isReversed(number: number, line: number): boolean {
    const reversals = this.#said[number]?.reversals;
    if (reversals === undefined) return false;
    const own = this.eventOf(number).store;
    for (const { store, line: named } of reversals.values())
      if (store === own && (named === null || named === line)) return true;
    return false;
  }

  reverse(target: number, reversal: number, store: string, line: number | null): void {
    this.#saidOf(target).reversals.set(reversal, { store, line });
  }

  unreverse(target: number, reversal: number): void {
    this.#said[target]?.reversals.delete(reversal);
  }

  /** Adds a ruling; true when the fact's contribution is now another, which holds from its next `settle` on. */
  rule(target: number, ruling: Event): boolean {
    const said = this.#saidOf(target);
    const before = this.has(target) ? contributionOf(this.eventOf(target), said.judgement) : null;
    said.judgement = addRuling(said.judgement, ruling);
    const after = this.has(target) ? contributionOf(this.eventOf(target), said.judgement) : null;
    return before?.effectiveAt !== after?.effectiveAt || before?.uncertaintyMs !== after?.uncertaintyMs;
  }

  /** Makes how a fact counts what its rulings say. Whoever entered it withdraws it first. */
  settle(number: number): void {
    const event = this.eventOf(number);
    const judgement = this.#said[number]?.judgement ?? NO_JUDGEMENT;
    const contribution = contributionOf(event, judgement);
    this.#ats[number] = contribution?.effectiveAt ?? NOT;
    if (contribution !== null && contribution.uncertaintyMs !== event.clockUncertaintyMs)
      this.#ruledUncertaintiesMs.set(number, contribution.uncertaintyMs);
    else if (this.#ruledUncertaintiesMs.size > 0) this.#ruledUncertaintiesMs.delete(number);
  }

  #saidOf(number: number): Said {
    return (this.#said[number] ??= { judgement: NO_JUDGEMENT, reversals: new Map() });
  }
}
