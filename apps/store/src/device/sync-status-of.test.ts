import type { DeviceStatus } from '@streamstock/device-engine';
import { describe, expect, it } from 'vitest';
import { storageNearlyFull, syncStatusOf } from './sync-status-of.ts';

const STATUS: DeviceStatus = {
  enrolled: { device: 'till-1', store: 'lisboa' },
  connection: 'online',
  connectionSinceMs: 5_000,
  needs: null,
  unsentCount: 0,
  oldestUnsentAtMs: null,
  needsAttentionCount: 0,
  parkedCount: 0,
  restriction: null,
  renewal: null,
  figuresIncomplete: false,
  locked: false,
  clockOffsetMs: 0,
  lastHeardAtMs: 5_000,
  catchUp: null,
  storage: null,
  sending: false,
  isSender: true,
  fault: null,
};

describe('the header’s signs', () => {
  it('never say that it was offline before the page was there', () => {
    expect(
      syncStatusOf({ ...STATUS, connection: 'offline', connectionSinceMs: 0 }, null, 9_000, 8_000).connectionSinceMs,
    ).toBe(8_000);
    expect(syncStatusOf(STATUS, null, 9_000, 1_000).connectionSinceMs).toBe(5_000);
  });

  it('tell a falling queue only while it is sent', () => {
    const sending = { ...STATUS, unsentCount: 30, oldestUnsentAtMs: 4_000, sending: true };
    expect(syncStatusOf(sending, 40, 9_000, 0).falling).toBe(true);
    expect(syncStatusOf(sending, 20, 9_000, 0).falling).toBe(false);
    expect(syncStatusOf({ ...sending, sending: false }, 40, 9_000, 0).falling).toBe(false);
    expect(syncStatusOf(sending, null, 9_000, 0)).toMatchObject({ falling: false, oldestUnsentAgeMs: 5_000 });
  });

  it('say what a person must do', () => {
    const needing = (kind: 'revoked' | 'update' | 'version' | 'unauthorised' | 'busy') => {
      const recovery = kind === 'update' || kind === 'version' ? 'update' : kind === 'busy' ? 'snapshot' : 'enrol';
      const needs = { kind, recovery, message: '' } as const;
      return syncStatusOf({ ...STATUS, connection: 'needsYou', needs }, null, 0, 0).needs;
    };
    expect(needing('revoked')).toBe('revoked');
    expect(needing('update')).toBe('update');
    // It speaks a protocol that the centre no longer does.
    expect(needing('version')).toBe('update');
    expect(needing('unauthorised')).toBe('pair');
    expect(needing('busy')).toBe('signIn');
  });

  it('worry about storage from nine tenths on', () => {
    expect(storageNearlyFull({ usedBytes: 89, quotaBytes: 100, persisted: true })).toBe(false);
    expect(storageNearlyFull({ usedBytes: 91, quotaBytes: 100, persisted: true })).toBe(true);
    expect(storageNearlyFull(null)).toBe(false);
    expect(storageNearlyFull({ usedBytes: 0, quotaBytes: 0, persisted: false })).toBe(false);
  });
});
