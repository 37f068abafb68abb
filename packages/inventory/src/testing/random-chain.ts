// Random words about the chain itself: items, codes, stores, policies, and what is said about alerts.
import { chance, pick, type Choices } from './choices.ts';
import { makeEvent, rawEvent } from './make-event.ts';
import { deadline, extras, item, MINUTES, moment, price, referenceTo, type Maker } from './random-parts.ts';
import { minute } from './make-event.ts';

const CODES = ['5601234567890', '4006381333931'] as const;

function chainExtras(choices: Choices) {
  return { ...extras(choices), store: null };
}

const registered: Maker = (choices, name) =>
  makeEvent(
    name,
    'ItemRegistered',
    {
      item: item(choices),
      sku: `SKU-${choices.int(3)}`,
      name: `Name ${choices.int(3)}`,
      category: 'Grocery',
      unit: pick(choices, ['piece', 'gram'] as const),
      quantityScale: choices.int(2) * 3,
      price: price(choices),
      currency: pick(choices, ['EUR', 'BRL'] as const),
      lifecycle: 'active',
    },
    chainExtras(choices),
  );

const revised: Maker = (choices, name) =>
  makeEvent(
    name,
    'ItemRevised',
    {
      item: item(choices),
      name: `Name ${choices.int(9)}`,
      ...(chance(choices, 50) ? { price: price(choices) } : {}),
      ...(chance(choices, 40) ? { lifecycle: pick(choices, ['active', 'ending', 'archived'] as const) } : {}),
    },
    chainExtras(choices),
  );

const archived: Maker = (choices, name) =>
  makeEvent(name, 'ItemArchived', { item: item(choices) }, chainExtras(choices));

const assigned: Maker = (choices, name) =>
  makeEvent(
    name,
    'BarcodeAssigned',
    {
      code: pick(choices, CODES),
      item: chance(choices, 20) ? null : item(choices),
      packSize: 1 + choices.int(6),
    },
    chainExtras(choices),
  );

const opened: Maker = (choices, name) => {
  const own = extras(choices);
  const payload = {
    store: own.store,
    name: `Store ${choices.int(4)}`,
    currency: pick(choices, ['EUR', 'BRL'] as const),
    timeZone: 'Europe/Lisbon',
    areas: [{ area: 'shelf', name: `Shelf ${choices.int(2)}` }],
    silentAfterMs: 60_000 * (1 + choices.int(5)),
  };
  // Version 1 did not know where a store is.
  if (chance(choices, 30)) return rawEvent(name, 'StoreOpened', payload, { ...own, schemaVersion: 1 });
  const location = { latitudeMicrodegrees: choices.int(9), longitudeMicrodegrees: choices.int(9) };
  return makeEvent(name, 'StoreOpened', { ...payload, location: chance(choices, 50) ? location : null }, own);
};

const storeRevised: Maker = (choices, name) => {
  const own = extras(choices);
  return makeEvent(
    name,
    'StoreRevised',
    {
      store: own.store,
      ...(chance(choices, 50) ? { name: `Store ${choices.int(9)}` } : {}),
      ...(chance(choices, 30) ? { location: null } : {}),
      silentAfterMs: 60_000 * (1 + choices.int(5)),
    },
    chance(choices, 50) ? { ...own, store: null } : own,
  );
};

function level(choices: Choices): number | null {
  return chance(choices, 20) ? null : choices.int(20);
}

const policySet: Maker = (choices, name) => {
  const own = extras(choices);
  return makeEvent(
    name,
    'StockPolicySet',
    {
      item: item(choices),
      ...(chance(choices, 60) ? { reorderPoint: level(choices) } : {}),
      ...(chance(choices, 40) ? { capacityMax: level(choices) } : {}),
      ...(chance(choices, 40) ? { alertMargin: level(choices) } : {}),
      ...(chance(choices, 30) ? { negativeStock: pick(choices, ['silent', 'warn', 'manager-pin'] as const) } : {}),
      criticalLine: level(choices),
    },
    chance(choices, 40) ? { ...own, store: null } : own,
  );
};

function about(choices: Choices) {
  const kind = pick(choices, ['low', 'critical', 'oversold', 'silent-store'] as const);
  return { kind, item: kind === 'silent-store' ? null : item(choices), subject: null };
}

const raised: Maker = (choices, name) =>
  makeEvent(
    name,
    'AlertRaised',
    { ...about(choices), severity: 'warning', since: moment(choices), message: 'Low.', recommendation: 'Order.' },
    extras(choices),
  );

const resolved: Maker = (choices, name, earlier) =>
  makeEvent(
    name,
    'AlertResolved',
    { ...about(choices), raised: referenceTo(choices, earlier, 'AlertRaised'), at: moment(choices) },
    extras(choices),
  );

const acknowledged: Maker = (choices, name) => makeEvent(name, 'AlertAcknowledged', about(choices), extras(choices));

const snoozed: Maker = (choices, name) =>
  makeEvent(name, 'AlertSnoozed', { ...about(choices), until: deadline(choices) ?? minute(MINUTES) }, extras(choices));

/** What the domain can not read: it must change nothing. */
const foreign: Maker = (choices, name) => {
  const own = extras(choices);
  const kind = choices.int(3);
  const payload = { document: name, lines: [{ item: item(choices), quantity: 1, unitPrice: null }] };
  if (kind === 0) return rawEvent(name, 'MoonLanded', payload, own);
  if (kind === 1) return rawEvent(name, 'StockSold', payload, { ...own, schemaVersion: 99 });
  return rawEvent(name, 'StockSold', { ...payload, lines: [{ ...payload.lines[0], quantity: 0.5 }] }, own);
};

/** As often as each stands here. */
// prettier-ignore
export const CATALOGUE_MAKERS: readonly [Maker, ...Maker[]] = [
  registered, revised, revised, assigned, assigned, archived, opened, storeRevised,
];

// prettier-ignore
export const CHAIN_MAKERS: readonly [Maker, ...Maker[]] = [
  ...CATALOGUE_MAKERS, policySet, policySet, policySet, acknowledged, snoozed, raised, resolved,
];

export const FOREIGN_MAKERS: readonly [Maker, ...Maker[]] = [foreign];
