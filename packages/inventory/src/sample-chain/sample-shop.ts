// One made-up shop: knows what stands on its shelf, and lives through its days: deliveries, sales with a weekly rhythm and
// a trend, returns, breakage, theft, and counts that find what is missing. Yields what was written down, moment by moment.
import { hybridTimeFromMs, type EventDraft } from '@streamstock/event-log';
import { adjust, count, receive, returnGoods, sell } from '../stock/stock-deciders.ts';
import { draftsOf, type SampleContext } from './sample-context.ts';
import type { SampleItem } from './sample-goods.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';

export const DAY_MS = 24 * 60 * 60 * 1_000;
const HOUR_MS = 60 * 60 * 1_000;
const MINUTE_MS = 60 * 1_000;
/** Receipts are kept one by one for so many days; before, a day's sales are two documents. */
const SINGLE_RECEIPT_DAYS = 5;
const DELIVERY_EVERY_DAYS = 7;
const COUNT_EVERY_DAYS = 14;
const ITEMS_PER_COUNT = 12;
/** The shop that counts on paper, when it does, and when somebody finds the time to write it down. */
const PAPER_COUNT = { shop: 1, seenDaysLeft: 3, writtenDaysLeft: 1 } as const;
const ITEMS_ON_PAPER = 20;
/** Sunday first. */
const WEEK_RHYTHM = [0.4, 0.8, 0.85, 0.9, 1, 1.35, 1.5] as const;

export interface SampleStore {
  readonly store: string;
  readonly name: string;
  /** Share of the catalogue it carries. */
  readonly carries: number;
  /** Lines it sells on an ordinary day. */
  readonly linesPerDay: number;
  readonly staff: readonly string[];
}

/** What one device writes down at one moment. */
export interface SampleMoment {
  readonly store: string;
  readonly atMs: number;
  readonly drafts: readonly EventDraft[];
}

interface ShelfLine {
  readonly item: SampleItem;
  readonly target: number;
  /** Its supplier has stopped delivering it; the shelf runs empty in its time. */
  readonly ending: boolean;
  /** What really stands there. */
  onShelf: number;
}

export class SampleShop {
  readonly #store: SampleStore;
  readonly #context: SampleContext;
  readonly #random: SeededRandom;
  readonly #lines: readonly ShelfLine[];
  /** Running sums of popularity, for drawing an item. */
  readonly #odds: readonly number[];
  readonly #countsOnPaper: boolean;
  #paper: { readonly seenAtMs: number; readonly lines: readonly { item: string; quantity: number }[] } | null = null;
  #day = 0;

  constructor(store: SampleStore, items: readonly SampleItem[], context: SampleContext, number: number) {
    this.#store = store;
    this.#context = context;
    this.#random = seededRandom(context.seed * 31 + number);
    const carried = items.filter((_, rank) => rank < 40 || this.#random.chance(store.carries));
    this.#lines = carried.map((item) => ({
      item,
      target: this.#targetOf(item),
      ending: this.#random.chance(0.03),
      onShelf: 0,
    }));
    let sum = 0;
    this.#odds = this.#lines.map(({ item }) => (sum += item.popularity));
    this.#countsOnPaper = number === PAPER_COUNT.shop;
  }

  /** The goods it opens with; a few shelves are still empty. */
  opening(atMs: number): SampleMoment {
    const filled = this.#lines.filter(() => this.#random.chance(0.97));
    for (const line of filled) line.onShelf = line.target;
    const command = {
      reference: 'OPENING',
      lines: filled.map(({ item, target }) => ({ item: item.item, quantity: target })),
    };
    return this.#moment(atMs, draftsOf(receive(command, this.#at(atMs))));
  }

  /** One day; `midnightMs` is its beginning and `endMs` the moment the history stops. */
  *day(midnightMs: number, daysLeft: number, endMs: number): Generator<SampleMoment> {
    this.#day += 1;
    // Before the first delivery and sale of the day, so that the shelf stands still.
    if (this.#countsOnPaper && daysLeft === PAPER_COUNT.seenDaysLeft) this.#countOnPaper(midnightMs + 6 * HOUR_MS);
    const rhythm = WEEK_RHYTHM[new Date(midnightMs).getUTCDay()] ?? 1;
    const trend = 1 + this.#day / 1_600;
    const lines = Math.round(this.#store.linesPerDay * rhythm * trend * (0.8 + this.#random.next() * 0.4));
    const moments = [
      ...this.#morning(midnightMs),
      ...this.#sales(midnightMs, lines, daysLeft),
      ...this.#evening(midnightMs),
      ...(daysLeft === PAPER_COUNT.writtenDaysLeft ? this.#writeDownPaper(midnightMs + 20 * HOUR_MS) : []),
    ];
    for (const moment of moments.sort((a, b) => a.atMs - b.atMs)) if (moment.atMs <= endMs) yield moment;
  }

  /** The last item one piece short of what was sold: what "oversold" looks like. */
  oversell(name: string, atMs: number): readonly SampleMoment[] {
    const line = this.#lines.find(({ item }) => item.name === name);
    if (line === undefined) return [];
    const context = this.#at(atMs);
    const seen = { session: context.newId(), lines: [{ item: line.item.item, quantity: 1 }] };
    const sold = { lines: [{ item: line.item.item, quantity: 3, unitPrice: line.item.price }] };
    return [
      this.#moment(atMs, draftsOf(count(seen, context))),
      this.#moment(atMs + 20 * MINUTE_MS, draftsOf(sell(sold, this.#at(atMs + 20 * MINUTE_MS)))),
    ];
  }

  *#morning(midnightMs: number): Generator<SampleMoment> {
    if (this.#day % DELIVERY_EVERY_DAYS === 1) yield* this.#delivery(midnightMs + 7 * HOUR_MS);
    if (this.#day % COUNT_EVERY_DAYS === 5) yield this.#cycleCount(midnightMs + 8 * HOUR_MS);
  }

  *#delivery(atMs: number): Generator<SampleMoment> {
    const low = this.#lines.filter(
      ({ onShelf, target, ending }) => !ending && onShelf < target * 0.45 && this.#random.chance(0.85),
    );
    if (low.length === 0) return;
    const lines = low.map((line) => {
      const quantity = line.target - Math.max(0, line.onShelf) + this.#random.whole(0, 3);
      line.onShelf += quantity;
      return { item: line.item.item, quantity };
    });
    const command = { reference: `D-${1_000 + this.#day}`, lines };
    yield this.#moment(atMs, draftsOf(receive(command, this.#at(atMs))));
  }

  #cycleCount(atMs: number): SampleMoment {
    const chosen = new Set(Array.from({ length: ITEMS_PER_COUNT }, () => this.#draw()));
    const context = this.#at(atMs);
    const lines = [...chosen].map((line) => {
      // Now and then something is gone that nobody sold.
      if (this.#random.chance(0.25) && line.onShelf > 0) line.onShelf -= 1;
      return { item: line.item.item, quantity: Math.max(0, line.onShelf) };
    });
    return this.#moment(atMs, draftsOf(count({ session: context.newId(), lines }, context)));
  }

  #countOnPaper(seenAtMs: number): void {
    const chosen = new Set(Array.from({ length: ITEMS_ON_PAPER }, () => this.#draw()));
    this.#paper = { seenAtMs, lines: [...chosen].map(({ item, onShelf }) => ({ item: item.item, quantity: onShelf })) };
  }

  /** The count is entered with the time at which it was made: what was sold since has been sold. */
  *#writeDownPaper(atMs: number): Generator<SampleMoment> {
    if (this.#paper === null) return;
    const { seenAtMs, lines } = this.#paper;
    const context = this.#at(atMs);
    const command = { session: context.newId(), occurredAt: hybridTimeFromMs(seenAtMs), lines };
    yield this.#moment(atMs, draftsOf(count(command, context)));
    this.#paper = null;
  }

  *#sales(midnightMs: number, lines: number, daysLeft: number): Generator<SampleMoment> {
    if (daysLeft > SINGLE_RECEIPT_DAYS) {
      yield* this.#receipt(midnightMs + 13 * HOUR_MS, Math.ceil(lines / 2), 3);
      yield* this.#receipt(midnightMs + 19 * HOUR_MS, Math.floor(lines / 2), 3);
      return;
    }
    for (let sold = 0; sold < lines;) {
      const size = Math.min(lines - sold, this.#random.pick([1, 1, 2, 2, 3, 4, 6]));
      sold += size;
      yield* this.#receipt(midnightMs + 8 * HOUR_MS + this.#random.whole(0, 12 * 60 * 60) * 1_000, size, 1);
    }
  }

  *#receipt(atMs: number, size: number, most: number): Generator<SampleMoment> {
    const wanted = new Map<ShelfLine, number>();
    for (let index = 0; index < size; index += 1) {
      const line = this.#draw();
      const quantity = Math.min(line.onShelf, this.#random.whole(1, most));
      if (quantity < 1 || wanted.has(line)) continue;
      wanted.set(line, quantity);
      line.onShelf -= quantity;
    }
    if (wanted.size === 0) return;
    const lines = [...wanted].map(([{ item }, quantity]) => ({ item: item.item, quantity, unitPrice: item.price }));
    yield this.#moment(atMs, draftsOf(sell({ lines }, this.#at(atMs))));
  }

  *#evening(midnightMs: number): Generator<SampleMoment> {
    const atMs = midnightMs + 19 * HOUR_MS + 30 * MINUTE_MS;
    if (this.#random.chance(0.12)) {
      const line = this.#draw();
      line.onShelf += 1;
      const lines = [{ item: line.item.item, quantity: 1, disposition: 'sellable' as const }];
      yield this.#moment(atMs, draftsOf(returnGoods({ lines }, this.#at(atMs))));
    }
    if (this.#random.chance(0.1)) {
      const line = this.#draw();
      if (line.onShelf < 1) return;
      line.onShelf -= 1;
      const reason = this.#random.pick(['damaged', 'expired', 'own-use'] as const);
      const lines = [{ item: line.item.item, change: -1 }];
      yield this.#moment(atMs + MINUTE_MS, draftsOf(adjust({ reason, lines }, this.#at(atMs))));
    }
  }

  #targetOf(item: SampleItem): number {
    return Math.max(3, Math.round(4 + item.popularity * this.#store.linesPerDay * (1 + this.#random.next())));
  }

  #draw(): ShelfLine {
    const total = this.#odds.at(-1) ?? 0;
    const at = this.#random.next() * total;
    let low = 0;
    let high = this.#odds.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#odds[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    const line = this.#lines[low];
    if (line === undefined) throw new Error('The shop carries nothing.');
    return line;
  }

  #at(atMs: number) {
    return this.#context.inStore(this.#store.store, this.#random.pick(this.#store.staff), atMs);
  }

  #moment(atMs: number, drafts: readonly EventDraft[]): SampleMoment {
    return { store: this.#store.store, atMs, drafts };
  }
}
