// Where the goods of an order come from.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORDER_PARTS_MAX } from '../limits.ts';
import { propertyRuns } from '../testing/runs.ts';
import { distanceMetres } from './great-circle.ts';
import { lines, PLACES } from './promise-scene.ts';
import { sourceOrder, type SourcingCandidate, type SourcingWish } from './sourcing.ts';

function candidate(store: string, available: Readonly<Record<string, number>>): SourcingCandidate {
  return { store, location: PLACES[store] ?? null, available: new Map(Object.entries(available)) };
}

function wish(quantities: Readonly<Record<string, number>>, more: Partial<SourcingWish> = {}): SourcingWish {
  return { lines: lines(quantities), destination: null, sourcing: { kind: 'most-stock' }, split: false, ...more };
}

const stocked = [
  candidate('lisboa', { feta: 4, rice: 20 }),
  candidate('porto', { feta: 9, rice: 5 }),
  candidate('braga', { feta: 6, rice: 6 }),
];
const toBraga = { destination: PLACES['braga'] ?? null, sourcing: { kind: 'nearest' } as const };

function storesOf(order: SourcingWish, candidates: readonly SourcingCandidate[]): string[] | string {
  const plan = sourceOrder(order, candidates);
  return plan.ok ? plan.parts.map(({ store }) => store) : plan.reason;
}

describe('one store', () => {
  it('PR9 the nearest that has everything', () => {
    expect(storesOf(wish({ feta: 5 }, toBraga), stocked)).toEqual(['braga']);
    expect(storesOf(wish({ feta: 7 }, toBraga), stocked)).toEqual(['porto']);
    expect(storesOf(wish({ rice: 7 }, toBraga), stocked)).toEqual(['lisboa']);
  });

  it('PR9 distances are those of the globe, also across the date line and at the poles', () => {
    const at = (latitude: number, longitude: number) => ({
      latitudeMicrodegrees: latitude * 1_000_000,
      longitudeMicrodegrees: longitude * 1_000_000,
    });
    expect(distanceMetres(PLACES['lisboa'] ?? at(0, 0), PLACES['porto'] ?? at(0, 0))).toBeCloseTo(274_000, -4);
    expect(distanceMetres(at(0, 179), at(0, -179))).toBe(222_390);
    expect(distanceMetres(at(90, 0), at(90, 120))).toBe(0);
    expect(distanceMetres(at(0, 0), at(0, 180))).toBe(20_015_114);
  });

  it('PR9 a store whose place is not known is farther than any other; without a destination the store id decides', () => {
    const nowhere = { ...candidate('aveiro', { feta: 9 }), location: null };
    expect(storesOf(wish({ feta: 1 }, toBraga), [nowhere, ...stocked])).toEqual(['braga']);
    expect(storesOf(wish({ feta: 7 }, { ...toBraga, destination: null }), [...stocked, nowhere])).toEqual(['aveiro']);
  });

  it('PR9 the one with the most to spare of what is scarcest', () => {
    expect(storesOf(wish({ feta: 2, rice: 2 }), stocked)).toEqual(['braga']);
    expect(storesOf(wish({ feta: 2 }), stocked)).toEqual(['porto']);
    expect(storesOf(wish({ feta: 1 }), [candidate('b', { feta: 3 }), candidate('a', { feta: 3 })])).toEqual(['a']);
  });

  it('PR9 the one that was named, and no other, also where it may be split', () => {
    const named = { sourcing: { kind: 'store', store: 'lisboa' }, split: true } as const;
    expect(storesOf(wish({ feta: 4 }, named), stocked)).toEqual(['lisboa']);
    expect(storesOf(wish({ feta: 5 }, named), stocked)).toBe('not-available');
    expect(storesOf(wish({ feta: 1 }, { sourcing: { kind: 'store', store: 'faro' } }), stocked)).toBe('no-store');
  });

  it('PR9 S5 two lines of one item are summed before anything is checked', () => {
    const twice = [...lines({ feta: 5 }), ...lines({ feta: 5 })];
    expect(storesOf({ ...wish({}), lines: twice }, stocked)).toBe('not-available');
    expect(sourceOrder({ ...wish({}), lines: twice.map((one) => ({ ...one, quantity: 4 })) }, stocked)).toEqual({
      ok: true,
      parts: [{ store: 'porto', lines: [{ item: 'feta', quantity: 8 }] }],
    });
  });
});

describe('several stores', () => {
  it('PR9 only where the order may be split; then the fewest, in the order of the strategy', () => {
    expect(storesOf(wish({ feta: 12 }), stocked)).toBe('not-available');
    expect(sourceOrder(wish({ feta: 12, rice: 1 }, { ...toBraga, split: true }), stocked)).toEqual({
      ok: true,
      parts: [
        { store: 'braga', lines: lines({ feta: 6, rice: 1 }) },
        { store: 'porto', lines: lines({ feta: 6 }) },
      ],
    });
    expect(storesOf(wish({ feta: 16 }, { ...toBraga, split: true }), stocked)).toEqual(['braga', 'porto', 'lisboa']);
  });

  it('PR9 one far store is better than two near ones', () => {
    const far = candidate('lisboa', { feta: 40 });
    expect(storesOf(wish({ feta: 12 }, { ...toBraga, split: true }), [...stocked.slice(1), far])).toEqual(['lisboa']);
  });

  it('PR9 never more than the bound', () => {
    const many = Array.from({ length: 30 }, (_, index) => candidate(`s${index}`, { feta: 1 }));
    expect(storesOf(wish({ feta: ORDER_PARTS_MAX }, { split: true }), many)).toHaveLength(ORDER_PARTS_MAX);
    expect(storesOf(wish({ feta: ORDER_PARTS_MAX + 1 }, { split: true }), many)).toBe('not-available');
    expect(storesOf(wish({ feta: 3 }, { split: true, partsMax: 2 }), many)).toBe('not-available');
  });

  it('PR9 what is below zero in one store takes nothing from another', () => {
    const stores = [candidate('a', { feta: -9 }), candidate('b', { feta: 2 })];
    expect(storesOf(wish({ feta: 2 }, { split: true }), stores)).toEqual(['b']);
  });
});

describe('a refusal', () => {
  it('PR10 names what is short at the store that has most of it', () => {
    expect(sourceOrder(wish({ feta: 8, rice: 20, tea: 1 }), stocked)).toEqual({
      ok: false,
      reason: 'not-available',
      lines: [
        { item: 'feta', asked: 8, available: 4 },
        { item: 'tea', asked: 1, available: 0 },
      ],
    });
  });

  it('PR10 of one store it says how far below zero it is', () => {
    const only = { sourcing: { kind: 'store', store: 'a' } } as const;
    expect(sourceOrder(wish({ feta: 1 }, only), [candidate('a', { feta: -3 })])).toMatchObject({
      lines: [{ item: 'feta', asked: 1, available: -3 }],
    });
  });

  it('PR10 without a store everything is short', () => {
    expect(sourceOrder(wish({ feta: 1 }), [])).toEqual({
      ok: false,
      reason: 'no-store',
      lines: [{ item: 'feta', asked: 1, available: 0 }],
    });
  });
});

/** The fewest stores that have everything, by trying every set. */
function fewest(order: SourcingWish, candidates: readonly SourcingCandidate[], partsMax: number): number | null {
  let best: number | null = null;
  for (let set = 1; set < 2 ** candidates.length; set += 1) {
    const chosen = candidates.filter((_, index) => (set >> index) % 2 === 1);
    if (chosen.length > partsMax || (best !== null && chosen.length >= best)) continue;
    const needs = new Map<string, number>();
    for (const { item, quantity } of order.lines) needs.set(item, (needs.get(item) ?? 0) + quantity);
    const enough = [...needs].every(
      ([item, quantity]) =>
        chosen.reduce((sum, { available }) => sum + Math.max(0, available.get(item) ?? 0), 0) >= quantity,
    );
    if (enough) best = chosen.length;
  }
  return best;
}

it('PR9 S5 a plan gives exactly what was asked, from no store more than it has, and from the fewest', () => {
  const items = ['feta', 'rice'];
  const figures = fc.integer({ min: -2, max: 8 });
  const places = fc.constantFrom(...Object.values(PLACES), null);
  const candidates = fc
    .array(fc.record({ location: places, feta: figures, rice: figures }), { maxLength: 6 })
    .map((all) =>
      all.map(({ location, feta, rice }, index) => ({ ...candidate(`s${index}`, { feta, rice }), location })),
    );
  const orders = fc.record({
    lines: fc.array(fc.record({ item: fc.constantFrom(...items), quantity: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    destination: places,
    sourcing: fc.constantFrom({ kind: 'nearest' as const }, { kind: 'most-stock' as const }),
    split: fc.boolean(),
  });
  fc.assert(
    fc.property(orders, candidates, (order, stores) => {
      const plan = sourceOrder(order, stores);
      const parts = fewest(order, stores, order.split ? ORDER_PARTS_MAX : 1);
      expect(plan.ok ? plan.parts.length : null).toBe(parts);
      if (!plan.ok) return;
      for (const item of items) {
        const asked = order.lines.reduce((sum, line) => sum + (line.item === item ? line.quantity : 0), 0);
        const given = plan.parts.flatMap((part) =>
          part.lines.filter((line) => line.item === item).map(({ quantity }) => ({ store: part.store, quantity })),
        );
        expect(given.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(asked);
        for (const { store, quantity } of given) {
          expect(quantity).toBeLessThanOrEqual(stores.find((one) => one.store === store)?.available.get(item) ?? 0);
          expect(quantity).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: propertyRuns },
  );
});
