// Random histories: every event type and every ruling over a few stores, items and devices, with times so near that order,
// ties and doubts matter. Pure: the same choices give the same history.
import type { Event, EventId } from '@streamstock/event-log';
import { ADJUST_REASONS, type AdjustReason } from '../stock/adjust-reasons.ts';
import { chance, pick, type Choices } from './choices.ts';
import { makeEvent, makeRuling, minute, rawEvent, testId, type EventExtras } from './make-event.ts';

const STORES = ['lisboa', 'porto'] as const;
const ITEMS = ['oat-drink', 'feta', 'rice'] as const;
const DEVICES = [undefined, 'till-1', 'phone-1', 'phone-2'] as const;
const AREAS = ['shelf', 'back'] as const;
const COUNTERS = ['ana', 'rui'] as const;
const SESSIONS = ['session-1', 'session-2', 'session-3'] as const;
const CODES = ['5601234567890', '4006381333931'] as const;
const UNCERTAINTIES_MS = [0, 0, 1_000, 45_000, 3_600_000, null] as const;
const REASONS = Object.keys(ADJUST_REASONS) as [AdjustReason, ...AdjustReason[]];

/** Minutes in which everything happens: few, so that times collide. */
const MINUTES = 24;

function extras(choices: Choices): EventExtras & { readonly store: string; readonly at: number } {
  const device = pick(choices, DEVICES);
  const at = minute(choices.int(MINUTES) / 2) + choices.int(2);
  return {
    store: pick(choices, STORES),
    at,
    recordedAt: chance(choices, 20) ? minute(MINUTES) : at,
    ...(device === undefined ? {} : { device }),
    uncertaintyMs: pick(choices, UNCERTAINTIES_MS),
  };
}

function quantity(choices: Choices): number {
  return 1 + choices.int(6);
}

function price(choices: Choices): { minorUnits: number; scale: number } | null {
  if (chance(choices, 20)) return null;
  return { minorUnits: choices.int(500), scale: choices.int(4) };
}

function lines<Line>(choices: Choices, make: () => Line): Line[] {
  return Array.from({ length: 1 + choices.int(3) }, make);
}

type Maker = (choices: Choices, name: string, earlier: readonly Event[]) => Event;

const sold: Maker = (choices, name) =>
  makeEvent(
    name,
    'StockSold',
    {
      document: name,
      ...(chance(choices, 10) ? { from: 'picked' as const } : {}),
      lines: lines(choices, () => ({
        item: pick(choices, ITEMS),
        quantity: quantity(choices),
        unitPrice: price(choices),
        ...(chance(choices, 15) ? { unit: 'gram' as const } : {}),
      })),
    },
    extras(choices),
  );

const received: Maker = (choices, name) =>
  makeEvent(
    name,
    'StockReceived',
    { document: name, lines: lines(choices, () => ({ item: pick(choices, ITEMS), quantity: quantity(choices) })) },
    extras(choices),
  );

const returned: Maker = (choices, name) =>
  makeEvent(
    name,
    'StockReturned',
    {
      document: name,
      lines: lines(choices, () => ({
        item: pick(choices, ITEMS),
        quantity: quantity(choices),
        disposition: pick(choices, ['sellable', 'damaged'] as const),
      })),
    },
    extras(choices),
  );

const adjusted: Maker = (choices, name) =>
  makeEvent(
    name,
    'StockAdjusted',
    {
      document: name,
      reason: pick(choices, REASONS),
      lines: lines(choices, () => ({ item: pick(choices, ITEMS), quantity: quantity(choices) })),
    },
    extras(choices),
  );

const counted: Maker = (choices, name) => {
  const seen = lines(choices, () => ({
    item: pick(choices, ITEMS),
    bucket: chance(choices, 25) ? ('unsellable' as const) : ('sellable' as const),
    quantity: choices.int(12),
  }));
  const once = new Map(seen.map((line) => [`${line.item}|${line.bucket}`, line]));
  return makeEvent(
    name,
    'StockCounted',
    {
      session: pick(choices, SESSIONS),
      area: pick(choices, AREAS),
      counter: pick(choices, COUNTERS),
      lines: [...once.values()],
    },
    extras(choices),
  );
};

/** Mostly an entry of the history; now and then one that never comes. */
function target(choices: Choices, earlier: readonly Event[]): Event | undefined {
  return earlier.length === 0 || chance(choices, 5) ? undefined : earlier[choices.int(earlier.length)];
}

const reversed: Maker = (choices, name, earlier) => {
  const entry = target(choices, earlier);
  const own = extras(choices);
  // Mostly of its own store; a reversal of another store's entry must do nothing.
  const store = chance(choices, 90) && entry?.store ? entry.store : own.store;
  return makeEvent(
    name,
    'EntryReversed',
    { target: entry?.id ?? testId('never'), line: chance(choices, 50) ? null : choices.int(4) },
    { ...own, store },
  );
};

const catalogue: Maker = (choices, name) => {
  const item = pick(choices, ITEMS);
  const at = { ...extras(choices), store: null };
  const kind = choices.int(3);
  if (kind === 0) {
    return makeEvent(
      name,
      'ItemRegistered',
      {
        item,
        sku: `SKU-${choices.int(3)}`,
        name: `Name ${choices.int(3)}`,
        category: 'Grocery',
        unit: pick(choices, ['piece', 'gram'] as const),
        quantityScale: choices.int(2) * 3,
        price: price(choices),
        currency: pick(choices, ['EUR', 'BRL'] as const),
        lifecycle: 'active',
      },
      at,
    );
  }
  if (kind === 1) {
    return makeEvent(
      name,
      'ItemRevised',
      {
        item,
        name: `Name ${choices.int(9)}`,
        ...(chance(choices, 50) ? { price: price(choices) } : {}),
        ...(chance(choices, 20) ? { lifecycle: 'archived' as const } : {}),
      },
      at,
    );
  }
  const code = pick(choices, CODES);
  const holder = chance(choices, 20) ? null : item;
  return makeEvent(name, 'BarcodeAssigned', { code, item: holder, packSize: 1 + choices.int(6) }, at);
};

const opened: Maker = (choices, name) => {
  const own = extras(choices);
  const payload = {
    store: own.store,
    name: `Store ${choices.int(4)}`,
    currency: pick(choices, ['EUR', 'BRL'] as const),
    timeZone: 'Europe/Lisbon',
    areas: [{ area: 'shelf', name: `Shelf ${choices.int(2)}` }],
    silentAfterMs: 60_000 * (1 + choices.int(5)),
    location: null,
  };
  return makeEvent(name, 'StoreOpened', payload, own);
};

/** What the domain can not read: it must change nothing. */
const foreign: Maker = (choices, name) => {
  const own = extras(choices);
  const kind = choices.int(3);
  const payload = { document: name, lines: [{ item: pick(choices, ITEMS), quantity: 1, unitPrice: null }] };
  if (kind === 0) return rawEvent(name, 'MoonLanded', payload, own);
  if (kind === 1) return rawEvent(name, 'StockSold', payload, { ...own, schemaVersion: 99 });
  return rawEvent(name, 'StockSold', { ...payload, lines: [{ ...payload.lines[0], quantity: 0.5 }] }, own);
};

const ruled: Maker = (choices, name, earlier) => {
  const about: EventId = target(choices, earlier)?.id ?? testId('never');
  const at = minute(choices.int(MINUTES));
  const kind = choices.int(4);
  if (kind === 0) return makeRuling(name, 'EventSetAside', about, {}, at);
  if (kind === 1) return makeRuling(name, 'EventAdmitted', about, {}, at);
  if (kind === 2) return makeRuling(name, 'EventVoided', about, {}, at);
  const effectiveAt = minute(choices.int(MINUTES) / 2);
  return makeRuling(name, 'EventRetimed', about, { effectiveAt, uncertaintyMs: choices.int(3) * 1_000 }, at);
};

/** As often as each stands here. */
// prettier-ignore
const MAKERS: readonly [Maker, ...Maker[]] = [
  sold, sold, sold, sold, received, received, returned, adjusted, counted, counted, counted,
  reversed, reversed, ruled, ruled, catalogue, catalogue, opened, foreign,
];

/** A history of `events` events. */
export function randomHistory(choices: Choices, events: number): Event[] {
  const history: Event[] = [];
  for (let index = 0; index < events; index += 1)
    history.push(pick(choices, MAKERS)(choices, `event-${index}`, history));
  return history;
}

/** As often as each stands here. */
const CATALOGUE_MAKERS: readonly [Maker, ...Maker[]] = [catalogue, catalogue, catalogue, opened, ruled];

/** A history of `events` events about items, codes and stores, and rulings about them. */
export function randomCatalogue(choices: Choices, events: number): Event[] {
  const history: Event[] = [];
  for (let index = 0; index < events; index += 1)
    history.push(pick(choices, CATALOGUE_MAKERS)(choices, `event-${index}`, history));
  return history;
}
