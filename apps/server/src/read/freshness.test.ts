// How fresh a store's figures are, from what its devices last said.
import { describe, expect, test } from 'vitest';
import type { DeviceReport } from '@streamstock/api';
import { freshnessOf, storeHead, type KnownDevice } from './freshness.ts';

const NOW = 1_000_000_000;
const MINUTE = 60_000;
const SILENT_AFTER = 60 * MINUTE;

const said = (heardAgoMs: number, more: Partial<DeviceReport> = {}): DeviceReport => ({
  heardAtMs: NOW - heardAgoMs,
  unsent: 0,
  oldestUnsentAtMs: null,
  lastWriteAtMs: null,
  clockOffsetMs: 0,
  appVersion: '1',
  needsAttention: 0,
  unsentFault: false,
  storage: null,
  appliedPosition: null,
  ...more,
});
const device = (report: DeviceReport | null, seq = 1, more: Partial<KnownDevice['record']> = {}): KnownDevice => ({
  record: {
    device: 'd',
    store: 's',
    kind: 'installation',
    label: 'till',
    parent: null,
    enrolledAtMs: NOW - 90 * MINUTE,
    revokedAtMs: null,
    revokedAtSeq: null,
    accepted: { seq, hash: '' },
    ...more,
  },
  report,
  connected: false,
});
const fresh = (...devices: KnownDevice[]) => freshnessOf(devices, SILENT_AFTER, NOW);

describe('as of', () => {
  test('the stalest device that has written decides', () => {
    expect(fresh(device(said(0)), device(said(30 * MINUTE))).asOfMs).toBe(NOW - 30 * MINUTE);
  });
  test('one that never wrote does not', () => {
    expect(fresh(device(said(0)), device(said(30 * MINUTE), 0)).asOfMs).toBe(NOW);
    expect(fresh(device(said(0), 0), device(said(30 * MINUTE), 0)).asOfMs).toBe(NOW);
  });
  test('unsent work: only up to the oldest of it', () => {
    const behind = said(0, { unsent: 3, oldestUnsentAtMs: NOW - 5 * MINUTE });
    expect(fresh(device(behind))).toMatchObject({
      asOfMs: NOW - 5 * MINUTE,
      unsent: 3,
      oldestUnsentAtMs: NOW - 5 * MINUTE,
    });
    expect(fresh(device(said(0, { unsent: 1, oldestUnsentAtMs: NOW - MINUTE }), 0)).asOfMs).toBe(NOW - MINUTE);
  });
  test('a writer that never said how it is makes it unknown; no device at all too', () => {
    expect(fresh(device(said(0)), device(null)).asOfMs).toBeNull();
    expect(fresh().asOfMs).toBeNull();
  });
});

describe('silent', () => {
  test('when none of its devices spoke for longer than the store allows', () => {
    expect(fresh(device(said(SILENT_AFTER + 1)), device(said(0))).silent).toBe(false);
    expect(fresh(device(said(SILENT_AFTER + 1))).silent).toBe(true);
    expect(fresh(device(said(SILENT_AFTER))).silent).toBe(false);
  });
  test('one never heard counts from its enrolment; a store without devices has nobody to be silent', () => {
    expect(fresh(device(null, 0)).silent).toBe(true);
    expect(fresh(device(null, 0, { enrolledAtMs: NOW })).silent).toBe(false);
    expect(fresh().silent).toBe(false);
  });
});

test('revoked devices, importers and other stores do not count', () => {
  const store = {
    store: 's',
    name: 'Porto',
    currency: 'EUR',
    timeZone: 'UTC',
    areas: [],
    silentAfterMs: SILENT_AFTER,
    location: null,
    registered: { at: 0, id: '019a0000-0000-7000-8000-000000000000' },
    registers: {},
  };
  const old = said(50 * MINUTE, { unsent: 9 });
  const head = storeHead(
    store,
    [
      device(said(0)),
      device(old, 1, { revokedAtMs: 1 }),
      device(old, 1, { kind: 'importer' }),
      device(old, 1, { store: 'other' }),
      { ...device(said(0)), connected: true },
    ],
    NOW,
  );
  expect(head).toMatchObject({ devices: 2, devicesConnected: 1, freshness: { asOfMs: NOW, unsent: 0 } });
});
