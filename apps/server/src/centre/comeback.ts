// Who was live when an epoch began after another, and who of them is back. Pure: the registry, last words and what the engine
// waits for are arguments.
import type { DeviceId, DeviceRecord, EpochRecord } from '@streamstock/event-log';
import type { ReactorsStatus } from '@streamstock/central-engine';
import type { Comeback } from '../read/history-view.ts';

/** A device that was silent for longer before the epoch began is not waited for: it may be in a drawer for ever. */
export const LIVE_WITHIN_MS = 14 * 24 * 60 * 60 * 1_000;

/** When a device was last heard; null: never. */
export type LastWord = (device: DeviceId) => number | null;

/** Installations that had written or spoken lately when the epoch began. One whose last word is not known counts if it has written. */
export function liveDevices(
  devices: readonly DeviceRecord[],
  heardAtMs: LastWord,
  beganAtMs: number,
): readonly DeviceId[] {
  return devices
    .filter(({ device, kind, revokedAtMs, accepted, enrolledAtMs }) => {
      if (kind !== 'installation' || revokedAtMs !== null || enrolledAtMs > beganAtMs) return false;
      const heard = heardAtMs(device);
      return heard === null ? accepted.seq > 0 : beganAtMs - heard <= LIVE_WITHIN_MS;
    })
    .map(({ device }) => device);
}

/** While work is paused the engine knows who is missing; later it is whoever was not heard since. */
export function comebackOf(
  { cause, beganAtMs }: EpochRecord,
  live: readonly DeviceId[],
  heardAtMs: LastWord,
  { state, waitingFor }: Pick<ReactorsStatus, 'state' | 'waitingFor'>,
): Comeback {
  if (cause === 'begun') return { back: [], awaited: [], paused: false };
  const paused = state === 'paused';
  const missing = new Set(paused ? waitingFor : live.filter((device) => (heardAtMs(device) ?? 0) < beganAtMs));
  return {
    back: live.filter((device) => !missing.has(device)),
    awaited: live.filter((device) => missing.has(device)),
    paused,
  };
}
