// The stock of many lines in memory: a pure, synchronous fold of events and rulings, in any order, repeated or not. It says
// what the stock projector's tables say (one meaning, two speeds): for the past as the centre knew it, for reports, for
// checking stored tables, for simulated shops. Owns no storage; keeps the events it was given.
//
//   event ───► FactRegister: its number, how it counts ───► enter ───► BookLines: store ─► item ─► BucketBook
//                    ▲
//   ruling, ─────────┘  withdraw ─► settle ─► enter
//   reversal
//
// 1. In the lines stands exactly what counts: the lines of facts that their rulings, their reversals and the contest of
//    their receipts let count, each at its fact's effective time.
// 2. What changes how a fact counts first withdraws what the fact entered, as it was entered.
// 3. Figures are a function of the set of events and rulings taken.
import { isRulingType, rulingTarget, type Event, type HybridTime } from '@streamstock/event-log';
import { parsePayload, type TypedPayload } from '../payloads.ts';
import { BUCKETS, type Bucket } from './adjust-reasons.ts';
import { BookLines, type LineBuckets } from './book/book-lines.ts';
import { FactRegister, KNOWN } from './book/fact-register.ts';
import { contestKey, winnerOf, withCandidate, type ReceiptContest } from './receipt-contest.ts';
import type { StockAsOf } from './stock-queries.ts';
import type { StockLineRow } from './stock-tables.ts';

/** What a stored row says of a line. */
export type LineFigures = Pick<
  StockLineRow,
  | 'store'
  | 'item'
  | 'sellable'
  | 'picked'
  | 'unsellable'
  | 'onHand'
  | 'lastChangeAt'
  | 'lastCount'
  | 'lastUnsellableCount'
  | 'recount'
  | 'negativeSince'
  | 'doubts'
  | 'negative'
>;

/** Which lines are asked for; what is absent is any. */
export interface LineFilter {
  readonly store?: string;
  readonly item?: string;
}

/** What a type does to lines. */
type Role = 'goods' | 'receipt' | 'reversal' | 'opening' | 'closing' | 'none';

/** The commonest type first: this is asked a million times a second. */
function roleOf(type: string): Role {
  switch (type) {
    case 'StockSold':
    case 'StockReceived':
    case 'StockReturned':
    case 'StockAdjusted':
    case 'StockCounted':
    case 'StockReturnedToSupplier':
    case 'OrderPicked':
    case 'OrderCancelled':
    case 'OrderFulfilled':
    case 'TransferDispatched':
      return 'goods';
    case 'TransferReceived':
      return 'receipt';
    case 'EntryReversed':
      return 'reversal';
    case 'CountOpened':
      return 'opening';
    case 'CountClosed':
      return 'closing';
    default:
      return 'none';
  }
}

/** Whether events of a type can change the figures of a line. */
export function changesLines(type: string): boolean {
  return roleOf(type) !== 'none';
}

export class LineBook {
  readonly #facts = new FactRegister();
  readonly #lines = new BookLines(this.#facts);
  readonly #contests = new Map<string, ReceiptContest>();

  /** Takes an event of a log, whatever it is. What the domain does not understand changes nothing. */
  read(event: Event): void {
    if (isRulingType(event.type)) {
      this.rule(event);
    } else if (changesLines(event.type)) {
      const parsed = parsePayload(event);
      if (parsed.ok) this.take(event, parsed);
    }
  }

  /** Takes an event whose payload is parsed. A known id changes nothing, and so does a type that is not about goods. */
  take(event: Event, typed: TypedPayload): void {
    const role = roleOf(typed.type);
    if (role === 'none' || event.store === null) return;
    const fact = this.#facts.add(event, typed);
    if (fact !== KNOWN) this.#put(fact, role, true);
  }

  /** Takes a ruling, before or after the event it is about. */
  rule(ruling: Event): void {
    const target = rulingTarget(ruling);
    if (target === undefined) return;
    const fact = this.#facts.numberOf(target);
    if (!this.#facts.rule(fact, ruling)) return;
    const role = roleOf(this.#facts.typedOf(fact).type);
    this.#put(fact, role, false);
    this.#facts.settle(fact);
    this.#put(fact, role, true);
  }

  /** A line's figures; undefined where nothing counts, which is not the same as zero. */
  line(store: string, item: string): LineFigures | undefined {
    const buckets = this.#lines.buckets(store, item);
    return buckets === undefined ? undefined : figuresOf(store, item, buckets);
  }

  /** Every line of which something counts, or those of one store, of one item, by (store, item). */
  lines(filter: LineFilter = {}): LineFigures[] {
    return this.#each(filter, figuresOf);
  }

  /** A line at the end of `at`, by effective time, as known to the book; undefined where nothing had happened yet. */
  lineAsOf(store: string, item: string, at: HybridTime): StockAsOf | undefined {
    const buckets = this.#lines.buckets(store, item);
    return buckets === undefined ? undefined : asOf(store, item, buckets, at);
  }

  /** Every line (of one store, of one item) at the end of `at`, by (store, item). */
  linesAsOf(at: HybridTime, filter: LineFilter = {}): StockAsOf[] {
    return this.#each(filter, (store, item, buckets) => asOf(store, item, buckets, at));
  }

  #each<Figures>(
    filter: LineFilter,
    read: (store: string, item: string, line: LineBuckets) => Figures | undefined,
  ): Figures[] {
    const all: Figures[] = [];
    for (const store of filter.store === undefined ? this.#lines.stores() : [filter.store]) {
      for (const item of filter.item === undefined ? this.#lines.items(store) : [filter.item]) {
        const buckets = this.#lines.buckets(store, item);
        const figures = buckets === undefined ? undefined : read(store, item, buckets);
        if (figures !== undefined) all.push(figures);
      }
    }
    return all;
  }

  /** Enters what a fact says, or withdraws it again; nothing while it does not count. */
  #put(fact: number, role: Role, enters: boolean): void {
    const contribution = this.#facts.contributionOf(fact);
    if (contribution === null) return;
    if (role === 'goods') this.#lines.tell(fact, contribution, enters);
    else if (role === 'receipt') this.#contest(fact, contribution.effectiveAt, enters);
    else if (role === 'reversal') this.#reverse(fact, enters);
    else this.#turnGate(fact, enters);
  }

  /** Of the receipts of one shipment with one number only the earliest stands in the lines. */
  #contest(fact: number, at: HybridTime, enters: boolean): void {
    const typed = this.#facts.typedOf(fact);
    if (typed.type !== 'TransferReceived') return;
    if (typed.payload.lines.every((_line, index) => this.#facts.isReversed(fact, index))) return;
    const key = contestKey(typed.payload);
    const contest = this.#contests.get(key) ?? [];
    const id = this.#facts.ids.idOf(fact);
    const changed = withCandidate(contest, id, enters ? { at, id } : null);
    this.#contests.set(key, changed);
    const before = winnerOf(contest);
    const after = winnerOf(changed);
    if (before === after) return;
    for (const [winner, wins] of [
      [before, false],
      [after, true],
    ] as const) {
      const number = winner === null ? undefined : this.#facts.numberOf(winner);
      const contribution = number === undefined ? null : this.#facts.contributionOf(number);
      if (number !== undefined && contribution !== null) this.#lines.tell(number, contribution, wins);
    }
  }

  #reverse(reversal: number, enters: boolean): void {
    const typed = this.#facts.typedOf(reversal);
    if (typed.type !== 'EntryReversed') return;
    const target = this.#facts.numberOf(typed.payload.target);
    const role = this.#facts.has(target) ? roleOf(this.#facts.typedOf(target).type) : 'none';
    const isEntry = role === 'goods' || role === 'receipt';
    if (isEntry) this.#put(target, role, false);
    const store = this.#facts.eventOf(reversal).store ?? '';
    if (enters) this.#facts.reverse(target, reversal, store, typed.payload.line);
    else this.#facts.unreverse(target, reversal);
    if (isEntry) this.#put(target, role, true);
  }

  #turnGate(fact: number, counts: boolean): void {
    const typed = this.#facts.typedOf(fact);
    const store = this.#facts.eventOf(fact).store ?? '';
    if (typed.type === 'CountClosed') this.#lines.gateOf(store, typed.payload.session).closed(fact, counts);
    else if (typed.type === 'CountOpened' && typed.payload.areas.length > 1)
      this.#lines.gateOf(store, typed.payload.session).openedForSeveral(fact, counts);
  }
}

function lastAt({ sellable, picked, unsellable }: LineBuckets): HybridTime {
  return Math.max(sellable?.lastAt ?? -1, picked?.lastAt ?? -1, unsellable?.lastAt ?? -1);
}

function figuresOf(store: string, item: string, buckets: LineBuckets): LineFigures | undefined {
  const lastChangeAt = lastAt(buckets);
  if (lastChangeAt < 0) return undefined;
  const doubts: Partial<Record<Bucket, number>> = {};
  const negative: Partial<Record<Bucket, HybridTime>> = {};
  let negativeSince: HybridTime | null = null;
  for (const name of BUCKETS) {
    const bucket = buckets[name];
    if (bucket === undefined) continue;
    if (bucket.doubts > 0) doubts[name] = bucket.doubts;
    const step = bucket.wentBelow();
    if (step === undefined) continue;
    negative[name] = step.at;
    negativeSince = Math.min(negativeSince ?? step.at, step.at);
  }
  const sellable = buckets.sellable?.quantity ?? 0;
  const picked = buckets.picked?.quantity ?? 0;
  const unsellable = buckets.unsellable?.quantity ?? 0;
  return {
    store,
    item,
    sellable,
    picked,
    unsellable,
    onHand: sellable + picked + unsellable,
    lastChangeAt,
    lastCount: buckets.sellable?.count ?? null,
    lastUnsellableCount: buckets.unsellable?.count ?? null,
    recount: Object.keys(doubts).length > 0,
    negativeSince,
    doubts,
    negative,
  };
}

function asOf(store: string, item: string, buckets: LineBuckets, at: HybridTime): StockAsOf | undefined {
  const shelf = buckets.sellable?.asOf(at);
  const picked = buckets.picked?.asOf(at);
  const unsellable = buckets.unsellable?.asOf(at);
  if (![shelf, picked, unsellable].some((bucket) => bucket?.happened === true)) return undefined;
  const quantities = {
    sellable: shelf?.quantity ?? 0,
    picked: picked?.quantity ?? 0,
    unsellable: unsellable?.quantity ?? 0,
  };
  const onHand = quantities.sellable + quantities.picked + quantities.unsellable;
  return { store, item, at, ...quantities, onHand, counted: shelf?.counted ?? false };
}
