// Stores and their devices as one list, the worst first. Pure. A store is as bad as its freshness says; inside a store the
// device that was silent longest comes first. What a device says of itself is as old as its last word.
import type { Device, StoreHead } from '@streamstock/api';
import { storeFreshness, type StoreFreshness } from '../../freshness/store-freshness.ts';

export interface DeviceRow {
  readonly id: string;
  readonly store: StoreHead;
  readonly storeFreshness: StoreFreshness;
  /** null: the store has no device. */
  readonly device: Device | null;
  /** Of this device: connected, heard lately, stale or silent; null without a device or a word of it. */
  readonly heard: 'connected' | 'lately' | 'stale' | 'silent' | null;
  readonly heardAtMs: number | null;
}

const staleAfterMs = 15 * 60_000;

const storeRank: Record<StoreFreshness['kind'], number> = {
  silent: 0,
  stale: 1,
  unheard: 2,
  aging: 3,
  fresh: 3,
  'no-device': 4,
};

function heardOf(device: Device, store: StoreHead, nowMs: number): Pick<DeviceRow, 'heard' | 'heardAtMs'> {
  const heardAtMs = device.report?.heardAtMs ?? null;
  if (device.connected) return { heard: 'connected', heardAtMs: heardAtMs ?? nowMs };
  if (heardAtMs === null) return { heard: null, heardAtMs: null };
  const ageMs = nowMs - heardAtMs;
  if (ageMs > store.silentAfterMs) return { heard: 'silent', heardAtMs };
  return { heard: ageMs > staleAfterMs ? 'stale' : 'lately', heardAtMs };
}

function rowsOf(store: StoreHead, devices: readonly Device[], nowMs: number): DeviceRow[] {
  const freshness = storeFreshness(store, nowMs);
  const own = devices.filter((device) => device.store === store.store && device.kind === 'installation');
  if (own.length === 0) {
    return [{ id: store.store, store, storeFreshness: freshness, device: null, heard: null, heardAtMs: null }];
  }
  const rows = own.map((device) => ({
    id: device.device,
    store,
    storeFreshness: freshness,
    device,
    ...heardOf(device, store, nowMs),
  }));
  const revokedLast = (row: DeviceRow): number => (typeof row.device?.revokedAtMs === 'number' ? 1 : 0);
  return rows.sort(
    (a, b) =>
      revokedLast(a) - revokedLast(b) ||
      (a.heardAtMs ?? 0) - (b.heardAtMs ?? 0) ||
      (a.device?.label ?? '').localeCompare(b.device?.label ?? ''),
  );
}

export function deviceRows(stores: readonly StoreHead[], devices: readonly Device[], nowMs: number): DeviceRow[] {
  const ranked = stores.map((store) => ({ store, rank: storeRank[storeFreshness(store, nowMs).kind] }));
  ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      // Of stores that are equally bad, the one heard longest ago; fresh ones stay in order of their names.
      (a.rank < 3 ? (a.store.freshness.asOfMs ?? 0) - (b.store.freshness.asOfMs ?? 0) : 0) ||
      a.store.name.localeCompare(b.store.name),
  );
  return ranked.flatMap(({ store }) => rowsOf(store, devices, nowMs));
}

/** How many events a device had not yet applied when it last said so; null = not known. */
export function lagEvents(device: Device, headPosition: number): number | null {
  const applied = device.report?.appliedPosition ?? null;
  return applied === null ? null : Math.max(0, headPosition - applied);
}
