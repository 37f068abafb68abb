// One bucket of one line in memory: its movements, its counts, and its figures on top of the latest count. Owns all three.
//
//      movements  ─ ─ ─ m m m ─ m ─ [part … part] ─ m ─ m m ─►  effective time
//                                        │              │
//                  seen by the count ◄───┘              └──► quantity = count + what came after it
//
// 1. `quantity` is the latest effective count (or 0) and the sum of the movements after it by moment.
// 2. `doubts` is how many movements may lie on the wrong side of that count, and how much of other counts may be later.
// 3. A movement changes both by arithmetic. Only another latest count sums again, over what lies around and after it.
import type { EventId, HybridTime } from '@streamstock/event-log';
import { isAfterCount, isInDoubt, isRival } from '../bucket-arithmetic.ts';
import { laterCount, summariseSession, uncertaintyStamps } from '../count-session.ts';
import type { FactRegister } from './fact-register.ts';
import { factOf, lineOf, MovementSeries, type RowName } from './movement-series.ts';
import type { CountSummary, Observation } from '../stock-tables.ts';

/** Whether what a session of counts says is in effect. */
export interface SessionGate {
  /** A session of several areas waits for its end. */
  readonly isOpen: boolean;
}

interface Session {
  readonly gate: SessionGate;
  observations: readonly Observation[];
  summary: CountSummary | null;
}

/** Figures of a bucket as of a moment. */
export interface BucketAsOf {
  readonly quantity: number;
  readonly counted: boolean;
  readonly happened: boolean;
}

export class BucketBook {
  readonly #facts: FactRegister;
  readonly #movements: MovementSeries;
  #sessions: Map<string, Session> | undefined = undefined;
  #count: CountSummary | null = null;
  #quantity = 0;
  #doubts = 0;
  /** What other sessions saw too near to the latest count. */
  #rivals = 0;
  /** A movement that does not reach into this span is not in doubt. */
  #doubtFrom: HybridTime = 0;
  #doubtTo: HybridTime = 0;
  /** The least sure movement there ever was. */
  #uncertaintyMsMax = 0;

  constructor(facts: FactRegister) {
    this.#facts = facts;
    this.#movements = new MovementSeries(facts.ids);
  }

  get quantity(): number {
    return this.#quantity;
  }

  get doubts(): number {
    return this.#doubts + this.#rivals;
  }

  get count(): CountSummary | null {
    return this.#count;
  }

  /** Effective time of the newest movement or observation; −1 when nothing counts. */
  get lastAt(): HybridTime {
    let last = this.#movements.lastAt;
    for (const { gate, observations } of this.#sessions?.values() ?? [])
      if (gate.isOpen) last = Math.max(last, observations.at(-1)?.at ?? -1);
    return last;
  }

  /** The step that took the bucket below zero; undefined while it is not below. */
  wentBelow(): { readonly at: HybridTime; readonly event: EventId; readonly line: number } | undefined {
    if (this.#quantity >= 0) return undefined;
    const step = this.#movements.wentBelow(this.#count, this.#quantity);
    if (step === undefined) return undefined;
    return { at: step.at, event: this.#facts.ids.idOf(factOf(step.name)), line: lineOf(step.name) };
  }

  /** A movement counts from now on. `uncertaintyMs` ≤ `UNCERTAINTY_MS_MAX`. */
  enter(at: HybridTime, change: number, row: RowName, uncertaintyMs: number): void {
    this.#movements.insert(at, change, row, uncertaintyMs);
    this.#uncertaintyMsMax = Math.max(this.#uncertaintyMsMax, uncertaintyMs);
    if (this.#count === null) this.#quantity += change;
    else this.#applyAround(this.#count, at, change, row, uncertaintyMs, 1);
  }

  /** A movement counts no more; told as it was entered. */
  withdraw(at: HybridTime, change: number, row: RowName, uncertaintyMs: number): void {
    this.#movements.remove(at, row);
    if (this.#count === null) this.#quantity -= change;
    else this.#applyAround(this.#count, at, change, row, uncertaintyMs, -1);
  }

  #applyAround(
    count: CountSummary,
    at: HybridTime,
    change: number,
    row: RowName,
    unsureMs: number,
    sign: 1 | -1,
  ): void {
    if (at > count.at || (at === count.at && this.#isAfter(count, at, row))) this.#quantity += sign * change;
    const reach = uncertaintyStamps(unsureMs);
    const isNear = at + reach >= this.#doubtFrom && at - reach <= this.#doubtTo;
    if (isNear && this.#isInDoubt(count, at, row, unsureMs)) this.#doubts += sign;
  }

  #isAfter(count: CountSummary, at: HybridTime, row: RowName): boolean {
    return isAfterCount({ at, id: this.#facts.ids.idOf(factOf(row)) }, count);
  }

  #isInDoubt(count: CountSummary, at: HybridTime, row: RowName, uncertaintyMs: number): boolean {
    const fact = factOf(row);
    const value = { device: this.#facts.deviceOf(fact), uncertaintyMs };
    return isInDoubt({ at, id: this.#facts.ids.idOf(fact), value }, count);
  }

  observe(name: string, gate: SessionGate, observation: Observation): void {
    this.#sessions ??= new Map();
    let session = this.#sessions.get(name);
    if (session === undefined) this.#sessions.set(name, (session = { gate, observations: [], summary: null }));
    this.#setObservations(name, session, [...session.observations, observation]);
  }

  unobserve(name: string, id: EventId): void {
    const session = this.#sessions?.get(name);
    if (session === undefined) throw new Error(`A bucket lacks session ${name}.`);
    const kept = session.observations.filter((other) => other.id !== id);
    if (kept.length === 0) this.#sessions?.delete(name);
    this.#setObservations(name, session, kept);
  }

  #setObservations(name: string, session: Session, observations: readonly Observation[]): void {
    session.observations = observations.toSorted((a, b) => a.at - b.at);
    session.summary = summariseSession(name, observations);
    this.chooseCount();
  }

  /** Finds the latest count that is in effect; to be called when a gate opened or shut, too. */
  chooseCount(): void {
    let latest: CountSummary | null = null;
    for (const { gate, summary } of this.#sessions?.values() ?? [])
      if (gate.isOpen) latest = laterCount(latest, summary);
    this.#rivals = this.#rivalsOf(latest);
    if (latest === this.#count) return;
    this.#count = latest;
    this.#quantity = (latest?.quantity ?? 0) + this.#movements.sum(latest);
    this.#doubts = 0;
    if (latest !== null) this.#doubtAround(latest);
  }

  #rivalsOf(count: CountSummary | null): number {
    let rivals = 0;
    for (const [name, { gate, observations }] of this.#sessions ?? []) {
      if (!gate.isOpen) continue;
      for (const seen of observations) if (isRival(seen.at, name, seen, count)) rivals += 1;
    }
    return rivals;
  }

  #doubtAround(count: CountSummary): void {
    this.#doubtFrom = count.firstAt;
    this.#doubtTo = count.at;
    for (const { at, reach } of count.windows) {
      this.#doubtFrom = Math.min(this.#doubtFrom, at - reach);
      this.#doubtTo = Math.max(this.#doubtTo, at + reach);
    }
    const reach = uncertaintyStamps(this.#uncertaintyMsMax);
    this.#movements.each(this.#doubtFrom - reach, this.#doubtTo + reach, (at, row, uncertaintyMs) => {
      if (this.#isInDoubt(count, at, row, uncertaintyMs)) this.#doubts += 1;
    });
  }

  /** What the bucket held at the end of `at`, by effective time, as known to the book. */
  asOf(at: HybridTime): BucketAsOf {
    let latest: CountSummary | null = null;
    let observed = false;
    for (const [name, { gate, observations }] of this.#sessions ?? []) {
      if (!gate.isOpen) continue;
      const made = observations.filter((observation) => observation.at <= at);
      if (made.length > 0) observed = true;
      latest = laterCount(latest, summariseSession(name, made));
    }
    const quantity = (latest?.quantity ?? 0) + this.#movements.sum(latest, at);
    const happened = observed || (this.#movements.firstAt ?? Infinity) <= at;
    return { quantity, counted: latest !== null, happened };
  }
}
