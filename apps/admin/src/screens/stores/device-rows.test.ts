import type { Device } from '@streamstock/api';
import { expect, test } from 'vitest';
import { sampleStore } from '../../testing/sample-matrix.ts';
import { deviceRows, lagEvents } from './device-rows.ts';

const nowMs = 100_000_000_000;
const minute = 60_000;

function device(id: string, store: string, heardMinutesAgo: number | null, over: Partial<Device> = {}): Device {
  const report = {
    heardAtMs: nowMs - (heardMinutesAgo ?? 0) * minute,
    unsent: 0,
    oldestUnsentAtMs: null,
    lastWriteAtMs: null,
    clockOffsetMs: 0,
    appVersion: '1.0.0',
    needsAttention: 0,
    unsentFault: false,
    storage: null,
    appliedPosition: 90,
  };
  return {
    device: id,
    store,
    kind: 'installation',
    label: id,
    parent: null,
    enrolledAtMs: 0,
    revokedAtMs: null,
    acceptedSeq: 0,
    connected: heardMinutesAgo === 0,
    report: heardMinutesAgo === null ? null : report,
    ...over,
  };
}
const store = (id: string, heardMinutesAgo: number, silent = false, devicesConnected = 1) =>
  sampleStore(id, {
    devicesConnected,
    freshness: { asOfMs: nowMs - heardMinutesAgo * minute, unsent: 0, oldestUnsentAtMs: null, silent },
  });

test('worst first: silent stores, then stale, then those in order; a store without devices last, with a row of its own', () => {
  const none = sampleStore('zz', { devices: 0, devicesConnected: 0 });
  const stores = [store('b', 0), none, store('a', 0), store('stale', 40), store('silent', 400, true)];
  const devices = ['a', 'b', 'stale', 'silent'].map((id) => device(`till-${id}`, id, 0));
  expect(deviceRows(stores, devices, nowMs).map((row) => row.store.store)).toEqual(['silent', 'stale', 'a', 'b', 'zz']);
  expect(deviceRows(stores, devices, nowMs).at(-1)).toMatchObject({ id: 'zz', device: null });
});

test('inside a store the device that was silent longest comes first, revoked ones last', () => {
  const devices = [
    device('connected', 'a', 0),
    device('revoked', 'a', 9_999, { revokedAtMs: 5 }),
    device('old', 'a', 200),
    device('lately', 'a', 5),
    device('never', 'a', null),
  ];
  const rows = deviceRows([store('a', 0)], devices, nowMs);
  expect(rows.map((row) => [row.id, row.heard])).toEqual([
    ['never', null],
    ['old', 'silent'],
    ['lately', 'lately'],
    ['connected', 'connected'],
    ['revoked', 'silent'],
  ]);
});

test("only installations are devices of a store; the centre's own writers are not", () => {
  const rows = deviceRows([store('a', 0)], [device('import', 'a', 0, { kind: 'importer' })], nowMs);
  expect(rows).toMatchObject([{ id: 'a', device: null }]);
});

test('lag counts events, is never negative, and unknown is not zero', () => {
  expect(lagEvents(device('a', 'a', 0), 100)).toBe(10);
  expect(lagEvents(device('a', 'a', 0), 80)).toBe(0);
  expect(lagEvents(device('a', 'a', null), 80)).toBeNull();
});
