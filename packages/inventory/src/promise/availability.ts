// What a store can still promise: the shelf less what its reservations hold at a moment. Always summed, never a stored
// counter, never clamped: below zero is a broken promise. Pure queries; time is an argument.
import { keyPrefix, type EventId, type HybridTime, type TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { listStockLines, readStockLines, type LineName } from '../stock/stock-queries.ts';
import { RESERVATION_LINES_TABLE, type ReservationLineRow } from './promise-tables.ts';

/** In the item's smallest unit. */
export interface Availability extends LineName {
  /** On the shelf; 0 where nothing is known of the line. */
  readonly sellable: number;
  /** What active reservations hold. */
  readonly reserved: number;
  /** sellable − reserved. */
  readonly available: number;
  /** How much of what is reserved the shelf does not cover. */
  readonly shortfall: number;
}

/** A reservation's hold on one line. */
export interface Hold extends LineName, ReservationLineRow {
  readonly reservation: EventId;
}

/** What a hold is worth at `now`: nothing from its expiry on. */
export function activeAt({ open, expiresAt }: Pick<ReservationLineRow, 'open' | 'expiresAt'>, now: HybridTime): number {
  return expiresAt !== null && now >= expiresAt ? 0 : open;
}

export function availabilityOf(line: LineName, sellable: number, reserved: number): Availability {
  const { store, item } = line;
  const shortfall = Math.min(reserved, Math.max(0, reserved - sellable));
  return { store, item, sellable, reserved, available: sellable - reserved, shortfall };
}

/** One answer per name, in their order. A range over the open holds of each line. */
export async function availableOf(
  reader: TableReader,
  names: readonly LineName[],
  now: HybridTime,
): Promise<Availability[]> {
  const rows = await readStockLines(reader, names);
  const answers: Availability[] = [];
  for (const [index, name] of names.entries()) {
    let reserved = 0;
    for (const hold of await holdsOf(reader, name)) reserved += activeAt(hold, now);
    answers.push(availabilityOf(name, rows[index]?.sellable ?? 0, reserved));
  }
  return answers;
}

/** Every line that has stock or holds, of one store or of all, by (store, item). */
export async function listAvailability(
  reader: TableReader,
  filter: { readonly store?: string },
  now: HybridTime,
): Promise<Availability[]> {
  const reserved = new Map<string, Availability>();
  for (const row of await listStockLines(reader, filter)) {
    reserved.set(`${row.store}|${row.item}`, availabilityOf(row, row.sellable, 0));
  }
  for (const hold of await listHolds(reader, filter)) {
    const key = `${hold.store}|${hold.item}`;
    const line = reserved.get(key) ?? availabilityOf(hold, 0, 0);
    reserved.set(key, availabilityOf(line, line.sellable, line.reserved + activeAt(hold, now)));
  }
  return [...reserved.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

/** What holds goods of a line, expired or not, by reservation. */
export async function holdsOf(reader: TableReader, { store, item }: LineName): Promise<Hold[]> {
  return holdsIn(reader, keyPrefix(store, item));
}

/** What holds goods, expired or not, by (store, item, reservation). */
export async function listHolds(reader: TableReader, filter: { readonly store?: string } = {}): Promise<Hold[]> {
  return holdsIn(reader, filter.store === undefined ? {} : keyPrefix(filter.store));
}

async function holdsIn(reader: TableReader, range: { readonly from?: string; readonly to?: string }): Promise<Hold[]> {
  const holds: Hold[] = [];
  await scan<ReservationLineRow>(reader, RESERVATION_LINES_TABLE, range, ({ key, value }) => {
    const [store = '', item = '', reservation = ''] = key.split('|');
    holds.push({ store, item, reservation, ...value });
  });
  return holds;
}
