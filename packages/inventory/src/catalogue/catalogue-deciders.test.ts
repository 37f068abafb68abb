// Commands about the catalogue and the stores, one by one.
import { expect, it } from 'vitest';
import { MONEY_MINOR_UNITS_MAX, SILENT_AFTER_MS_MIN, STORE_AREAS_MAX } from '../limits.ts';
import { commandContext, draftsOf, refusalOf } from '../testing/command-context.ts';
import { testId } from '../testing/make-event.ts';
import type { Seen } from '../edit-stamp.ts';
import type { PolicyRow } from '../policy/policy-tables.ts';
import type { StoreRow } from '../stores/store-tables.ts';
import {
  archiveItem,
  assignBarcode,
  openStore,
  registerItem,
  reviseItem,
  reviseStore,
  setPolicy,
} from './catalogue-deciders.ts';
import type { BarcodeRow, ItemRow } from './catalogue-tables.ts';

const office = () => commandContext({ store: null, actor: 'olga' });
const envelope = {
  id: testId('draft-1'),
  schemaVersion: 1,
  store: null,
  audience: 'all',
  actor: 'olga',
  meta: { device: 'phone-1' },
};
const feta = {
  item: 'feta',
  sku: 'F-1',
  name: 'Feta',
  category: 'Cheese',
  unit: 'gram',
  quantityScale: 3,
  price: { minorUnits: 1_290, scale: 2 },
  currency: 'EUR',
  lifecycle: 'active',
} as const;
const lisboa = {
  store: 'lisboa',
  name: 'Lisboa Baixa',
  currency: 'EUR',
  timeZone: 'Europe/Lisbon',
  areas: [{ area: 'shelf', name: 'Shelf' }],
  silentAfterMs: 600_000,
};

it('R41 an item is registered for the whole chain', () => {
  expect(draftsOf(registerItem(feta, office()))).toEqual([{ ...envelope, type: 'ItemRegistered', payload: feta }]);
  expect(registerItem({ ...feta, price: null }, office()).ok).toBe(true);
});

it.each([
  [{ name: '<b>Feta</b>' }, 'text-not-allowed', ['name']],
  [{ name: 'x'.repeat(201) }, 'text-not-allowed', ['name']],
  [{ sku: '' }, 'text-not-allowed', ['sku']],
  [{ category: 'a\u0000' }, 'text-not-allowed', ['category']],
  [{ item: 'a b' }, 'not-allowed', ['item']],
  [{ unit: 'dozen' as 'gram' }, 'not-allowed', ['unit']],
  [{ quantityScale: 7 }, 'not-allowed', ['quantityScale']],
  [{ currency: 'euro' }, 'not-allowed', ['currency']],
  [{ price: { minorUnits: -1, scale: 2 } }, 'money-out-of-range', ['price', 'minorUnits']],
  [{ price: { minorUnits: MONEY_MINOR_UNITS_MAX + 1, scale: 2 } }, 'money-out-of-range', ['price', 'minorUnits']],
  [{ price: { minorUnits: 0.1, scale: 2 } }, 'money-out-of-range', ['price', 'minorUnits']],
  [{ occurredAt: -1 }, 'time-out-of-range', ['occurredAt']],
])('R41 an item with %j is refused at the field', (fields, code, path) => {
  expect(refusalOf(registerItem({ ...feta, ...fields }, office()))).toMatchObject({ code, path });
});

it('R42 a revision holds only what changes, and a price can be taken away', () => {
  const revision = { item: 'feta', name: 'Feta 200 g', price: null };
  expect(draftsOf(reviseItem({ ...revision, occurredAt: 7 }, office()))).toEqual([
    { ...envelope, type: 'ItemRevised', occurredAt: 7, payload: revision },
  ]);
});

it('R42 a revision of nothing is refused, whatever else the command says', () => {
  expect(refusalOf(reviseItem({ item: 'feta' }, office()))?.code).toBe('nothing-revised');
  expect(refusalOf(reviseItem({ item: 'feta', name: undefined, occurredAt: 7 }, office()))?.code).toBe(
    'nothing-revised',
  );
  expect(refusalOf(reviseItem({ item: 'feta', name: '<i>' }, office()))?.code).toBe('text-not-allowed');
});

it('R43 a code stands for a number of an item, or is taken back', () => {
  const assignment = { code: '5601234567890', item: 'feta', packSize: 6 };
  expect(draftsOf(assignBarcode(assignment, office()))).toEqual([
    { ...envelope, type: 'BarcodeAssigned', payload: assignment },
  ]);
  expect(assignBarcode({ ...assignment, item: null }, office()).ok).toBe(true);
});

it.each([
  [{ code: '' }, 'text-not-allowed'],
  [{ code: ' 560' }, 'text-not-allowed'],
  [{ code: '5\u0000' }, 'text-not-allowed'],
  [{ code: 'é' }, 'text-not-allowed'],
  [{ code: '<b>' }, 'text-not-allowed'],
  [{ code: '9'.repeat(65) }, 'text-not-allowed'],
  [{ packSize: 0 }, 'quantity-out-of-range'],
  [{ packSize: 1.5 }, 'quantity-out-of-range'],
  [{ packSize: 100_001 }, 'quantity-out-of-range'],
])('R43 a code with %j is refused', (fields, code) => {
  const assignment = { code: '560', item: 'feta', packSize: 1, ...fields };
  expect(refusalOf(assignBarcode(assignment, office()))).toMatchObject({ code });
});

it('R44 a store opens under its own name for the whole chain', () => {
  expect(draftsOf(openStore(lisboa, office()))).toEqual([
    { ...envelope, schemaVersion: 2, store: 'lisboa', type: 'StoreOpened', payload: { ...lisboa, location: null } },
  ]);
});

it.each([
  [{ store: 'a|b' }],
  [{ name: ' ' }],
  [{ currency: 'EURO' }],
  [{ timeZone: 'Europe Lisbon' }],
  [{ silentAfterMs: SILENT_AFTER_MS_MIN - 1 }],
  [{ silentAfterMs: NaN }],
  [{ areas: [{ area: 'shelf', name: '<p>' }] }],
  [{ areas: Array.from({ length: STORE_AREAS_MAX + 1 }, (_, at) => ({ area: `a${at}`, name: 'A' })) }],
])('R44 a store with %j is refused', (fields) => {
  const refusal = refusalOf(openStore({ ...lisboa, ...fields }, office()));
  expect(refusal?.message).toContain('Nothing was saved.');
});

it('CA7 an item is archived for the whole chain, once', () => {
  expect(draftsOf(archiveItem({ item: 'feta' }, office()))).toEqual([
    { ...envelope, type: 'ItemArchived', payload: { item: 'feta' } },
  ]);
  const refusal = refusalOf(
    archiveItem({ item: 'feta' }, office(), { now: 5, row: { ...known, lifecycle: 'archived' } }),
  );
  expect(refusal).toMatchObject({ code: 'nothing-revised' });
  expect(refusal?.message).toContain('Nothing was saved');
  expect(refusalOf(archiveItem({ item: 'a b' }, office()))).toMatchObject({ code: 'not-allowed', path: ['item'] });
});

it('CA8 a store is revised under its own name, by what changes alone', () => {
  const revision = { store: 'lisboa', location: null, silentAfterMs: 900_000 };
  expect(draftsOf(reviseStore(revision, office()))).toEqual([
    { ...envelope, store: 'lisboa', type: 'StoreRevised', payload: revision },
  ]);
  expect(refusalOf(reviseStore({ store: 'lisboa', name: undefined }, office()))?.code).toBe('nothing-revised');
  const far = { latitudeMicrodegrees: 90_000_001, longitudeMicrodegrees: 0 };
  for (const fields of [{ name: '<b>' }, { location: far }, { silentAfterMs: 1 }, { timeZone: '' }]) {
    expect(refusalOf(reviseStore({ store: 'lisboa', ...fields }, office()))?.message).toContain('Nothing was saved.');
  }
});

const stamp = (at: number) => ({ at, id: testId('seen') });
const known: ItemRow = { ...feta, registered: stamp(10), registers: { name: stamp(80), sku: stamp(20) } };
const knownStore: StoreRow = { ...lisboa, location: null, registered: stamp(10), registers: { name: stamp(80) } };
const claims = [{ ...stamp(80), item: 'feta', packSize: 1 }];
const knownCode: BarcodeRow = { code: '560', item: 'feta', packSize: 1, contested: false, claims };
const register = { ...stamp(80), value: 3 };
const knownPolicy: PolicyRow = { store: null, item: 'feta', registers: { reorderPoint: register } };
const seen = <Row>(row: Row | undefined, now: number): Seen<Row> => ({ now, row });

it.each([
  ['reviseItem', (now: number) => reviseItem({ item: 'feta', name: 'F' }, office(), seen(known, now))],
  [
    'archiveItem',
    (now: number) =>
      archiveItem({ item: 'feta' }, office(), seen({ ...known, registers: { lifecycle: stamp(80) } }, now)),
  ],
  ['reviseStore', (now: number) => reviseStore({ store: 'lisboa', name: 'L' }, office(), seen(knownStore, now))],
  [
    'assignBarcode',
    (now: number) => assignBarcode({ code: '560', item: 'rice', packSize: 1 }, office(), seen(knownCode, now)),
  ],
  ['setPolicy', (now: number) => setPolicy({ item: 'feta', reorderPoint: 4 }, office(), seen(knownPolicy, now))],
])('CA5 X42 %s: an edit is stamped just past what its author saw, unless it is later anyway', (_name, decide) => {
  expect(draftsOf(decide(50))[0]?.occurredAt).toBe(81);
  expect(draftsOf(decide(80))[0]?.occurredAt).toBe(81);
  expect(draftsOf(decide(81))[0]).not.toHaveProperty('occurredAt');
});

it('CA5 an edit is stamped past the fields that it names; a field without an edit is as it was registered', () => {
  const decide = (fields: object, now: number) =>
    draftsOf(reviseItem({ item: 'feta', ...fields }, office(), seen(known, now)))[0]?.occurredAt;
  expect(decide({ sku: 'F-2' }, 15)).toBe(21);
  expect(decide({ price: null }, 5)).toBe(11);
  expect(decide({ price: null }, 15)).toBeUndefined();
  expect(decide({ name: 'F', occurredAt: 3 }, 500)).toBe(81);
  expect(decide({ name: 'F', occurredAt: 90 }, 50)).toBe(90);
  expect(
    draftsOf(reviseItem({ item: 'feta', name: 'F' }, office(), seen<ItemRow>(undefined, 5)))[0],
  ).not.toHaveProperty('occurredAt');
  const bad = reviseItem({ item: 'feta', name: 'F', occurredAt: NaN }, office(), seen(known, 5));
  expect(refusalOf(bad)).toMatchObject({ code: 'time-out-of-range' });
});
