// Made-up trade for `bench fold`: events as a central log would hand them over, each read back from its own JSON so that no
// two share a text. The same seed gives the same trade. Measures nothing.
import {
  hybridTimeFromMs,
  newEventId,
  readStoredLine,
  serialiseEvent,
  STAMPS_PER_MS,
  type Event,
} from '@streamstock/event-log';
import { EVENT_SCHEMAS, type InventoryEventType, type PayloadOf } from '@streamstock/inventory';

export const STORES = 20;
export const ITEMS = 500;
const FIRST_MS = Date.UTC(2025, 0, 1);
const HOUR_MS = 3_600_000;

export interface Dice {
  /** A whole number from 0 to `limit` − 1. */
  int(limit: number): number;
}

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return {
    int(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
    },
  };
}

interface Told {
  readonly store: string | null;
  readonly atMs: number;
  readonly device: string;
}

function eventOf(dice: Dice, type: string, schemaVersion: number, payload: object, told: Told): Event {
  const at = hybridTimeFromMs(told.atMs) + dice.int(STAMPS_PER_MS);
  const random = (length: number) => Uint8Array.from({ length }, () => dice.int(256));
  const event: Event = {
    id: newEventId(told.atMs, random),
    type,
    schemaVersion,
    store: told.store,
    audience: [],
    occurredAt: at,
    recordedAt: at,
    deviceTimeMs: told.atMs,
    clockUncertaintyMs: 20 + dice.int(200),
    actor: 'clerk-1',
    meta: { device: told.device },
    payload: { ...payload },
  };
  return readStoredLine(serialiseEvent(event));
}

export function factOf<Type extends InventoryEventType>(
  dice: Dice,
  type: Type,
  payload: PayloadOf<Type>,
  told: Told,
): Event {
  return eventOf(dice, type, EVENT_SCHEMAS[type].version, payload, told);
}

/** Half of the trade is any item, half of it the popular ones. */
function itemOf(dice: Dice): string {
  const any = dice.int(ITEMS);
  return `item-${dice.int(2) === 0 ? any : dice.int(any + 1)}`;
}

function lines<Line>(dice: Dice, most: number, make: (item: string) => Line): Line[] {
  const items = new Set(Array.from({ length: 1 + dice.int(most) }, () => itemOf(dice)));
  return [...items].map(make);
}

const price = (dice: Dice) => ({ minorUnits: 50 + dice.int(2_000), scale: 2 });

function saleOf(dice: Dice, document: string, linesMax: number, told: Told): Event {
  const sold = lines(dice, linesMax, (item) => ({ item, quantity: 1 + dice.int(3), unitPrice: price(dice) }));
  return factOf(dice, 'StockSold', { document, lines: sold }, told);
}

/** The rest of the trade, each kind as often as its span of 100 says. */
function otherOf(dice: Dice, document: string, linesMax: number, told: Told, earlier: readonly Event[]): Event {
  const kind = dice.int(100);
  const entry = earlier[earlier.length - 1 - dice.int(Math.min(earlier.length, 5_000))];
  if (kind < 35) {
    const received = lines(dice, 2 * linesMax, (item) => ({
      item,
      quantity: 24 + dice.int(48),
      unitCost: price(dice),
    }));
    return factOf(dice, 'StockReceived', { document, lines: received }, told);
  }
  if (kind < 58) {
    const disposition = dice.int(4) === 0 ? 'damaged' : 'sellable';
    const returned = lines(dice, 1, (item) => ({ item, quantity: 1, disposition }) as const);
    return factOf(dice, 'StockReturned', { document, lines: returned }, told);
  }
  if (kind < 72) {
    const reason = (['damaged', 'stolen', 'written-off', 'found'] as const)[dice.int(4)] ?? 'lost';
    const adjusted = lines(dice, linesMax, (item) => ({ item, quantity: 1 + dice.int(2) }));
    return factOf(dice, 'StockAdjusted', { document, reason, lines: adjusted }, told);
  }
  if (kind < 90) {
    const seen = lines(dice, 2 * linesMax, (item) => ({ item, bucket: 'sellable', quantity: dice.int(60) }) as const);
    return factOf(dice, 'StockCounted', { session: document, area: 'shelf', counter: 'clerk-1', lines: seen }, told);
  }
  if (kind < 95 && entry !== undefined && entry.store !== null)
    return factOf(dice, 'EntryReversed', { target: entry.id, line: null }, { ...told, store: entry.store });
  if (entry === undefined) return saleOf(dice, document, linesMax, told);
  const moved = entry.occurredAt - dice.int(2 * HOUR_MS) * STAMPS_PER_MS;
  const ruling = { target: entry.id, effectiveAt: moved, uncertaintyMs: 500 };
  return eventOf(dice, 'EventRetimed', 1, ruling, { ...told, store: null });
}

/**
 * `events` events over `STORES` × `ITEMS` lines within a year: 87 % sales of 1 to `linesMax` lines, then deliveries and
 * counts (1 to twice as many), returns, adjustments, now and then a reversal or a re-timing; 3 in 100 arrive up to two days
 * late. `linesMax` 1 makes nearly as many lines as events.
 */
export function madeUpTrade(events: number, linesMax: number): Event[] {
  const chance = dice(20_250_101);
  const trade: Event[] = [];
  const stepMs = (365 * 24 * HOUR_MS) / events;
  for (let index = 0; index < events; index += 1) {
    const lateMs = chance.int(100) < 3 ? chance.int(48 * HOUR_MS) : 0;
    const store = chance.int(STORES);
    const atMs = Math.max(FIRST_MS, Math.round(FIRST_MS + index * stepMs - lateMs));
    const told = { store: `store-${store}`, atMs, device: `device-${store}-${chance.int(3)}` };
    const document = `document-${index}`;
    trade.push(
      chance.int(100) < 87
        ? saleOf(chance, document, linesMax, told)
        : otherOf(chance, document, linesMax, told, trade),
    );
  }
  return trade;
}
