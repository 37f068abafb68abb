import type { LogEntry } from '@streamstock/api';
import { hybridTimeFromMs, serialiseEvent, type Event } from '@streamstock/event-log';
import { expect, test } from 'vitest';
import { entryLatenessMs, eventView, matchesFilter } from './event-view.ts';

function entryOf(over: Partial<Event>, arrivedAtMs = 1_000_000): LogEntry {
  const event: Event = {
    id: '01900000-0000-7000-8000-000000000001',
    type: 'StockSold',
    schemaVersion: 1,
    store: 'lisboa',
    audience: [],
    occurredAt: hybridTimeFromMs(1_000_000),
    recordedAt: hybridTimeFromMs(1_000_000),
    deviceTimeMs: 1_000_000,
    clockUncertaintyMs: 10,
    actor: 'ana',
    payload: { document: 'd1', lines: [{ item: 'oat', quantity: 3, unitPrice: null }] },
    ...over,
  };
  return {
    position: 1,
    resuppliedBy: null,
    place: { device: 'till-1', seq: 1, hash: '0'.repeat(64) },
    hash: '0'.repeat(64),
    arrivedAtMs,
    line: serialiseEvent(event),
  };
}

test('a sale takes goods out, a count saw them, damage only moves them', () => {
  expect(eventView(entryOf({})).lines).toEqual([{ item: 'oat', quantity: 3, effect: 'out' }]);
  const counted = { session: 's', area: 'a', counter: 'c', lines: [{ item: 'oat', bucket: 'sellable', quantity: 0 }] };
  expect(eventView(entryOf({ type: 'StockCounted', payload: counted })).lines).toEqual([
    { item: 'oat', quantity: 0, effect: 'counted' },
  ]);
  const damaged = { document: 'd', reason: 'damaged', lines: [{ item: 'oat', quantity: 1 }] };
  expect(eventView(entryOf({ type: 'StockAdjusted', payload: damaged })).lines[0]?.effect).toBe('move');
});

test('what this page does not know is shown as that, with its envelope; it breaks nothing', () => {
  const parked = eventView(entryOf({ type: 'StockTeleported' }));
  expect(parked.event?.type).toBe('StockTeleported');
  expect(parked.payload).toBeNull();
  expect(parked.problem).toContain('StockTeleported');
  expect(eventView({ ...entryOf({}), line: 'no event' }).event).toBeNull();
});

test('the stream is narrowed as the server narrows its pages', () => {
  const entry = entryOf({});
  expect(matchesFilter(entry, {})).toBe(true);
  expect(matchesFilter(entry, { store: 'lisboa', device: 'till-1', type: 'StockSold', item: 'oat' })).toBe(true);
  for (const filter of [{ store: 'porto' }, { device: 'till-2' }, { type: 'StockCounted' }, { item: 'rice' }]) {
    expect(matchesFilter(entry, filter)).toBe(false);
  }
  const item = {
    item: 'oat',
    sku: 'O',
    name: 'Oat',
    category: 'D',
    unit: 'piece',
    quantityScale: 0,
    price: null,
    currency: 'EUR',
    lifecycle: 'active',
  };
  expect(matchesFilter(entryOf({ type: 'ItemRegistered', store: null, payload: item }), { item: 'oat' })).toBe(true);
});

test('an event that came in long after it happened is late', () => {
  expect(entryLatenessMs(entryOf({}, 1_060_000))).toBeNull();
  expect(entryLatenessMs(entryOf({}, 1_060_001))).toBe(60_001);
});
