// What the centre is told about a new event.
import { describe, expect, it } from 'vitest';
import type { DeviceRecord, Event } from '@streamstock/event-log';
import { judgeEvent } from './judge.ts';
import { makeEvent, makeRuling, rawEvent, testId } from './testing/make-event.ts';
import { counted, received, reversed, returned, sold } from './testing/short-events.ts';

const record = (kind: DeviceRecord['kind']): DeviceRecord => ({
  device: 'phone-1',
  store: kind === 'installation' ? 'lisboa' : null,
  kind,
  label: 'Phone',
  parent: null,
  enrolledAtMs: 0,
  revokedAtMs: null,
  revokedAtSeq: null,
  accepted: { seq: 0, hash: '' },
});

const sale = { document: 'd', lines: [{ item: 'feta', quantity: 1, unitPrice: null }] };
const revision = makeEvent('edit', 'ItemRevised', { item: 'feta', name: 'Feta' }, { store: null });
const registration = makeEvent(
  'new',
  'ItemRegistered',
  {
    item: 'feta',
    sku: 'F-1',
    name: 'Feta',
    category: 'Cheese',
    unit: 'gram',
    quantityScale: 3,
    price: null,
    currency: 'EUR',
    lifecycle: 'active',
  },
  { store: null },
);
const barcode = makeEvent('code', 'BarcodeAssigned', { code: '5601', item: 'feta', packSize: 1 }, { store: null });
const opening = makeEvent('open', 'StoreOpened', {
  store: 'lisboa',
  name: 'Lisboa',
  currency: 'EUR',
  timeZone: 'Europe/Lisbon',
  areas: [],
  silentAfterMs: 600_000,
  location: null,
});

const promised = { owner: 'rita', lines: [{ item: 'feta', quantity: 1 }], expiresAt: null };
const request = makeEvent('ask', 'ReservationRequested', promised);
const hold = makeEvent('hold', 'StockReserved', { request: null, order: null, ...promised });

describe('a new event is', () => {
  it.each<[string, Event, DeviceRecord['kind'], 'invalid-payload' | 'centre-only' | null]>([
    ['a sale of a device', sold('a', 1, 1), 'installation', null],
    ['a delivery of an importer', received('a', 1, 1), 'importer', null],
    ['a return', returned('a', 1, 1, 'damaged'), 'installation', null],
    ['a count of zero', counted('a', 1, 0), 'installation', null],
    ['a reversal', reversed('a', 1, 'b'), 'installation', null],
    ['a sale of nothing', rawEvent('a', 'StockSold', { ...sale, lines: [] }), 'installation', 'invalid-payload'],
    [
      'half a piece',
      rawEvent('a', 'StockReceived', { document: 'd', lines: [{ item: 'feta', quantity: 0.5 }] }),
      'installation',
      'invalid-payload',
    ],
    ['no payload to speak of', rawEvent('a', 'StockSold', {}), 'importer', 'invalid-payload'],
    ['a sale of no store', rawEvent('a', 'StockSold', sale, { store: null }), 'installation', 'invalid-payload'],
    ['a reversal of no store', reversed('a', 1, 'b', null, { store: null }), 'centre', 'invalid-payload'],
    ['an item of a device', registration, 'installation', 'centre-only'],
    ['an edit of a device', revision, 'installation', 'centre-only'],
    ['a code of a device', barcode, 'installation', 'centre-only'],
    ['a store of a device', opening, 'installation', 'centre-only'],
    ['an item of the centre', registration, 'centre', null],
    ['an edit of an importer', revision, 'importer', null],
    ['a code of the centre', barcode, 'centre', null],
    ['a store of the centre', opening, 'centre', null],
    ['a store under another name', { ...opening, store: 'porto' }, 'centre', 'invalid-payload'],
    ['a hold of a device', hold, 'installation', 'centre-only'],
    ['a hold of an importer', hold, 'importer', 'centre-only'],
    ['a hold of the centre', hold, 'centre', null],
    ['a request of a device', request, 'installation', null],
    ['X45 a type of the future', rawEvent('a', 'MoonLanded', { any: 'thing' }), 'installation', null],
    ['X45 a newer version', rawEvent('a', 'StockSold', { odd: 1 }, { schemaVersion: 99 }), 'installation', null],
    ['a ruling', makeRuling('a', 'EventVoided', testId('b')), 'centre', null],
  ])('R48 %s', (_what, event, kind, reason) => {
    const rulings = judgeEvent(event, record(kind));
    expect(rulings.map(({ type, payload }) => ({ type, payload: { ...payload, detail: undefined } }))).toEqual(
      reason === null ? [] : [{ type: 'EventSetAside', payload: { target: event.id, reason, detail: undefined } }],
    );
  });

  it('R48 set aside with one sentence of bounded length, whatever it holds', () => {
    const long = rawEvent('a', 'StockSold', { ...sale, lines: [{ ...sale.lines[0], item: 'x'.repeat(9_000) }] });
    const [ruling] = judgeEvent(long, record('installation'));
    const detail = ruling?.type === 'EventSetAside' ? ruling.payload.detail : '';
    expect(detail).toMatch(/\S/);
    expect(detail.length).toBeLessThanOrEqual(300);
  });
});
