// Broken promises: a fact (a sale, a count, a theft) took a line below what is promised of it. Whom it hits: the latest
// promised first. Pure query; resolving is resolve-shortfall.ts.
import type { EventId, HybridTime, TableReader } from '@streamstock/event-log';
import { readStockLines } from '../stock/stock-queries.ts';
import { activeAt, availabilityOf, listHolds, type Availability, type Hold } from './availability.ts';
import type { PromisedQuantity } from './promise-tables.ts';

/** A hold that the shelf does not cover, wholly or in part. */
export interface BrokenHold {
  readonly reservation: EventId;
  readonly order: EventId | null;
  readonly owner: string;
  /** When it was promised. */
  readonly at: HybridTime;
  /** What it holds. */
  readonly active: number;
  /** How much of that is not there: 1 to `active`. */
  readonly uncovered: number;
}

/** A line with less on its shelf than it promises. */
export interface Shortfall extends Availability {
  /** The latest promised first; their `uncovered` add up to `shortfall`. */
  readonly broken: readonly BrokenHold[];
}

/** By (store, item). */
export async function shortfallsOf(
  reader: TableReader,
  filter: { readonly store?: string },
  now: HybridTime,
): Promise<Shortfall[]> {
  const lines = new Map<string, Hold[]>();
  for (const hold of await listHolds(reader, filter)) {
    if (activeAt(hold, now) === 0) continue;
    const key = `${hold.store}|${hold.item}`;
    const holds = lines.get(key);
    if (holds === undefined) lines.set(key, [hold]);
    else holds.push(hold);
  }
  const held = [...lines.values()];
  const names = held.flatMap(([first]) => (first === undefined ? [] : [first]));
  const rows = await readStockLines(reader, names);
  return names.flatMap((name, index) => {
    const holds = held[index] ?? [];
    const reserved = holds.reduce((sum, hold) => sum + activeAt(hold, now), 0);
    const line = availabilityOf(name, rows[index]?.sellable ?? 0, reserved);
    return line.shortfall === 0 ? [] : [{ ...line, broken: brokenHolds(holds, line.shortfall, now) }];
  });
}

function brokenHolds(holds: readonly Hold[], shortfall: number, now: HybridTime): BrokenHold[] {
  let left = shortfall;
  const latestFirst = [...holds].sort((a, b) => b.at - a.at || (a.reservation < b.reservation ? 1 : -1));
  return latestFirst.flatMap((hold) => {
    const active = activeAt(hold, now);
    const uncovered = Math.min(active, left);
    left -= uncovered;
    const { reservation, order, owner, at } = hold;
    return uncovered === 0 ? [] : [{ reservation, order, owner, at, active, uncovered }];
  });
}

/** A promise that a store can not keep: what is missing of it, line by line. */
export interface BrokenPromise {
  readonly store: string;
  readonly reservation: EventId;
  readonly order: EventId | null;
  readonly uncovered: readonly PromisedQuantity[];
}

/** Shortfalls gathered by promise: one customer is asked once, whatever number of lines is short. By reservation. */
export function brokenPromises(shortfalls: readonly Shortfall[]): BrokenPromise[] {
  const promises = new Map<EventId, BrokenPromise>();
  for (const { store, item, broken } of shortfalls)
    for (const { reservation, order, uncovered } of broken) {
      const known = promises.get(reservation)?.uncovered ?? [];
      promises.set(reservation, { store, reservation, order, uncovered: [...known, { item, quantity: uncovered }] });
    }
  return [...promises.values()].sort((a, b) => (a.reservation < b.reservation ? -1 : 1));
}
