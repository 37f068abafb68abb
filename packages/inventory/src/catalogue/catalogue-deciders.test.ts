// Commands about the catalogue and the stores, one by one.
import { expect, it } from 'vitest';
import { MONEY_MINOR_UNITS_MAX, SILENT_AFTER_MS_MIN, STORE_AREAS_MAX } from '../limits.ts';
import { commandContext, draftsOf, refusalOf } from '../testing/command-context.ts';
import { testId } from '../testing/make-event.ts';
import { assignBarcode, openStore, registerItem, reviseItem } from './catalogue-deciders.ts';

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
