// Short ways to tell a history: one item in one shop, minutes instead of stamps. For named examples; generators have theirs.
import type { Event, MemoryTables } from '@streamstock/event-log';
import type { StockLineRow } from '../stock/stock-tables.ts';
import { readStockLine } from '../stock/stock-queries.ts';
import { foldBatches } from './fold-events.ts';
import { makeEvent, minute, testId, type EventExtras } from './make-event.ts';

export const STORE = 'lisboa';
export const ITEM = 'feta';

/** When (minutes), on which device, how sure its clock. */
export interface Told extends Omit<EventExtras, 'at' | 'recordedAt'> {
  readonly item?: string;
  /** The device's stamp, in minutes, where it is not when it happened. */
  readonly recordedAt?: number;
}

function extrasOf(at: number, { item: _item, recordedAt, ...extras }: Told): EventExtras {
  return { ...extras, at: minute(at), ...(recordedAt === undefined ? {} : { recordedAt: minute(recordedAt) }) };
}

export function received(name: string, at: number, quantity: number, told: Told = {}): Event {
  const lines = [{ item: told.item ?? ITEM, quantity }];
  return makeEvent(name, 'StockReceived', { document: name, lines }, extrasOf(at, told));
}

export function sold(name: string, at: number, quantity: number, told: Told = {}): Event {
  return soldLines(name, at, [{ item: told.item ?? ITEM, quantity }], told);
}

export function soldLines(
  name: string,
  at: number,
  lines: readonly { readonly item: string; readonly quantity: number }[],
  told: Told = {},
): Event {
  const priced = lines.map((line) => ({ ...line, unitPrice: null }));
  return makeEvent(name, 'StockSold', { document: name, lines: priced }, extrasOf(at, told));
}

export function returned(
  name: string,
  at: number,
  quantity: number,
  disposition: 'sellable' | 'damaged',
  told: Told = {},
): Event {
  const lines = [{ item: told.item ?? ITEM, quantity, disposition }];
  return makeEvent(name, 'StockReturned', { document: name, lines }, extrasOf(at, told));
}

export interface CountTold extends Told {
  /** Absent: the event's name. */
  readonly session?: string;
  readonly area?: string;
  readonly counter?: string;
  readonly bucket?: 'sellable' | 'unsellable';
}

export function counted(name: string, at: number, quantity: number, told: CountTold = {}): Event {
  const { session = name, area = 'shelf', counter = 'ana', bucket = 'sellable', ...rest } = told;
  const lines = [{ item: told.item ?? ITEM, bucket, quantity }];
  return makeEvent(name, 'StockCounted', { session, area, counter, lines }, extrasOf(at, rest));
}

export function reversed(name: string, at: number, target: string, line: number | null = null, told: Told = {}): Event {
  return makeEvent(name, 'EntryReversed', { target: testId(target), line }, extrasOf(at, told));
}

function permutations<Value>(values: readonly Value[]): Value[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, index) =>
    permutations(values.filter((_, other) => other !== index)).map((rest) => [value, ...rest]),
  );
}

const EVENTS_IN_EVERY_ORDER_MAX = 6;

/**
 * Gives the tables of a history to `check`: first as one batch, then one event at a time in every order of arrival, each
 * delivered twice.
 */
export async function inEveryOrder(
  events: readonly Event[],
  check: (tables: MemoryTables) => Promise<void>,
): Promise<void> {
  if (events.length > EVENTS_IN_EVERY_ORDER_MAX) throw new RangeError('Too many events to try every order.');
  await check(await foldBatches([events]));
  for (const order of permutations(events)) {
    await check(await foldBatches(order.flatMap((event) => [[event], [event]])));
  }
}

/** The line of `ITEM` in `STORE`. */
export async function lineOf(events: readonly Event[], item: string = ITEM): Promise<StockLineRow | undefined> {
  return readStockLine(await foldBatches(events.map((event) => [event])), STORE, item);
}

/** The line of `ITEM` in `STORE`, the same in every order of arrival. Throws where an order gives another. */
export async function everyOrder(events: readonly Event[]): Promise<StockLineRow | undefined> {
  const lines = new Map<string | undefined, StockLineRow | undefined>();
  await inEveryOrder(events, async (tables) => {
    const line = await readStockLine(tables, STORE, ITEM);
    lines.set(JSON.stringify(line), line);
  });
  if (lines.size > 1) throw new Error(`Orders of arrival disagree: ${[...lines.keys()].join(' or ')}.`);
  return [...lines.values()][0];
}
