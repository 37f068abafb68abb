// Where the goods of an order come from: one store, or several when the order may be split. Pure; holds nothing.
//
// 1. All lines of an order are summed per item before anything is checked.
// 2. Stores are tried in the order of the order's strategy: nearest first, most to spare first, or the named one alone;
//    ties go by store id.
// 3. One store is better than two, two than three: the fewest, and among those the stores that come first in that order.
// 4. Nothing is promised that is not available; what is below zero somewhere is nobody's.
import { ORDER_PARTS_MAX, QUANTITY_MAX, SOURCING_STEPS_MAX } from '../limits.ts';
import type { Location } from '../words.ts';
import { distanceMetres } from './great-circle.ts';
import { sumByItem } from './promise-entries.ts';
import type { PromiseRefusal, Sourcing } from './promise-events.ts';
import type { PromisedQuantity, ShortLine } from './promise-tables.ts';

/** A store that may deliver. */
export interface SourcingCandidate {
  readonly store: string;
  /** null: not known; such a store is farther than any other. */
  readonly location: Location | null;
  /** By item, in its smallest unit; an item that is not in it: none. */
  readonly available: ReadonlyMap<string, number>;
}

export interface SourcingWish {
  readonly lines: readonly PromisedQuantity[];
  /** null: not known; then no store is nearer than another. */
  readonly destination: Location | null;
  readonly sourcing: Sourcing;
  /** May come from several stores, at most `partsMax`. */
  readonly split: boolean;
  /** Absent: `ORDER_PARTS_MAX`. */
  readonly partsMax?: number;
}

export type SourcingPlan =
  | { readonly ok: true; readonly parts: readonly SourcedPart[] }
  | { readonly ok: false; readonly reason: PromiseRefusal; readonly lines: readonly ShortLine[] };

export interface SourcedPart {
  readonly store: string;
  /** One per item, by item. */
  readonly lines: readonly PromisedQuantity[];
}

export function sourceOrder(wish: SourcingWish, candidates: readonly SourcingCandidate[]): SourcingPlan {
  const needs = sumByItem(wish.lines);
  const ranked = rank(wish, needs, candidates);
  if (ranked.length === 0) {
    return { ok: false, reason: 'no-store', lines: needs.map(({ item, quantity }) => shortLine(item, quantity, 0)) };
  }
  const partsMax = wish.split ? (wish.partsMax ?? ORDER_PARTS_MAX) : 1;
  const chosen = fewestStores(ranked, needs, partsMax) ?? greedyStores(ranked, needs, partsMax);
  const { parts, missing } = divide(chosen, needs);
  if (missing.size === 0) return { ok: true, parts };
  const lines = needs
    .filter(({ item }) => missing.has(item))
    .map(({ item, quantity }) => shortLine(item, quantity, offered(chosen, item)));
  return { ok: false, reason: 'not-available', lines };
}

/** What was asked in several lines may be more than one line can state. */
export function shortLine(item: string, asked: number, available: number): ShortLine {
  return { item, asked: Math.min(QUANTITY_MAX, asked), available };
}

/** What these stores have of an item; of one store alone also what it lacks. */
function offered(stores: readonly SourcingCandidate[], item: string): number {
  const [only] = stores;
  if (stores.length === 1 && only !== undefined) return only.available.get(item) ?? 0;
  return stores.reduce((sum, store) => sum + spare(store, item), 0);
}

function spare({ available }: SourcingCandidate, item: string): number {
  // One line of one event states no more than that.
  return Math.min(QUANTITY_MAX, Math.max(0, available.get(item) ?? 0));
}

/** In the order in which the strategy would choose them. */
function rank(
  { sourcing, destination }: SourcingWish,
  needs: readonly PromisedQuantity[],
  candidates: readonly SourcingCandidate[],
): SourcingCandidate[] {
  const byId = (a: SourcingCandidate, b: SourcingCandidate): number => (a.store < b.store ? -1 : 1);
  const inOrder = [...candidates].sort(byId);
  switch (sourcing.kind) {
    case 'store':
      return inOrder.filter(({ store }) => store === sourcing.store);
    case 'nearest': {
      const distances = new Map(inOrder.map(({ store, location }) => [store, distance(location, destination)]));
      const of = ({ store }: SourcingCandidate): number => distances.get(store) ?? Infinity;
      // Infinity − Infinity is not a number: equal distances are compared, not subtracted.
      return inOrder.sort((a, b) => (of(a) === of(b) ? byId(a, b) : of(a) < of(b) ? -1 : 1));
    }
    case 'most-stock':
      return inOrder.sort((a, b) => compareSpare(b, a, needs) || byId(a, b));
  }
}

function distance(a: Location | null, b: Location | null): number {
  return a === null || b === null ? Infinity : distanceMetres(a, b);
}

/** Who could fill the order more often: by the item that is scarcest there, then by the next. Negative: `a` less often. */
function compareSpare(a: SourcingCandidate, b: SourcingCandidate, needs: readonly PromisedQuantity[]): number {
  const ratios = (store: SourcingCandidate): number[] =>
    needs.map(({ item, quantity }) => spare(store, item) / quantity).sort((x, y) => x - y);
  const [own, other] = [ratios(a), ratios(b)];
  const different = own.findIndex((ratio, index) => ratio !== other[index]);
  return (own[different] ?? 0) - (other[different] ?? 0);
}

/**
 * The first set, in the order of the ranking, of the fewest stores that have everything. undefined: there is none, or looking
 * for it takes more than `SOURCING_STEPS_MAX` steps.
 */
function fewestStores(
  ranked: readonly SourcingCandidate[],
  needs: readonly PromisedQuantity[],
  partsMax: number,
): SourcingCandidate[] | undefined {
  const useful = ranked.filter((store) => needs.some(({ item }) => spare(store, item) > 0));
  const most = mostFrom(useful, needs);
  let steps = 0;
  const search = (from: number, left: number, missing: readonly number[]): SourcingCandidate[] | undefined => {
    if (missing.every((quantity) => quantity <= 0)) return [];
    if (left === 0) return undefined;
    for (let index = from; index < useful.length; index += 1) {
      steps += 1;
      const store = useful[index];
      if (store === undefined || steps > SOURCING_STEPS_MAX) return undefined;
      // Even the fullest of the stores that are left could not do it.
      if (missing.some((quantity, need) => quantity > left * (most[index]?.[need] ?? 0))) return undefined;
      const rest = missing.map((quantity, need) => quantity - spare(store, needs[need]?.item ?? ''));
      const others = search(index + 1, left - 1, rest);
      if (others !== undefined) return [store, ...others];
    }
    return undefined;
  };
  const all = needs.map(({ quantity }) => quantity);
  for (let parts = 1; parts <= Math.min(partsMax, useful.length); parts += 1) {
    const found = search(0, parts, all);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Per store and need: the most that it or any store after it has. */
function mostFrom(stores: readonly SourcingCandidate[], needs: readonly PromisedQuantity[]): number[][] {
  const most: number[][] = stores.map(() => []);
  for (let index = stores.length - 1; index >= 0; index -= 1) {
    const store = stores[index];
    if (store !== undefined)
      most[index] = needs.map(({ item }, need) => Math.max(spare(store, item), most[index + 1]?.[need] ?? 0));
  }
  return most;
}

/** One store after the other: always the one that takes most of what is still missing (by line), the first among equals. */
function greedyStores(
  ranked: readonly SourcingCandidate[],
  needs: readonly PromisedQuantity[],
  partsMax: number,
): SourcingCandidate[] {
  const missing = new Map(needs.map(({ item, quantity }) => [item, quantity]));
  const chosen: SourcingCandidate[] = [];
  while (chosen.length < partsMax) {
    const left = ranked.filter((store) => !chosen.includes(store));
    const gains = left.map((store) =>
      needs.reduce(
        (sum, { item, quantity }) => sum + Math.min(missing.get(item) ?? 0, spare(store, item)) / quantity,
        0,
      ),
    );
    const best = left[gains.indexOf(Math.max(...gains))];
    // Someone must be named as short, also where nobody has anything.
    if (best === undefined || (chosen.length > 0 && Math.max(...gains) <= 0)) break;
    chosen.push(best);
    for (const [item, quantity] of missing) missing.set(item, Math.max(0, quantity - spare(best, item)));
  }
  return chosen;
}

/** Each item from the first of the stores that has it, the rest from the next. */
function divide(
  stores: readonly SourcingCandidate[],
  needs: readonly PromisedQuantity[],
): { readonly parts: readonly SourcedPart[]; readonly missing: ReadonlyMap<string, number> } {
  const missing = new Map(needs.map(({ item, quantity }) => [item, quantity]));
  const parts = stores.map((store): SourcedPart => {
    const lines: PromisedQuantity[] = [];
    for (const { item } of needs) {
      const quantity = Math.min(missing.get(item) ?? 0, spare(store, item));
      if (quantity === 0) continue;
      lines.push({ item, quantity });
      const left = (missing.get(item) ?? 0) - quantity;
      if (left === 0) missing.delete(item);
      else missing.set(item, left);
    }
    return { store: store.store, lines };
  });
  return { parts: parts.filter(({ lines }) => lines.length > 0), missing };
}
