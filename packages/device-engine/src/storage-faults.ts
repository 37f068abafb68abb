// Which of the errors of a device's log are a fault that the status must show, and in which words.
import { DeviceLogOutdated } from '@streamstock/event-log';
import { StorageFull, StorageLost } from '@streamstock/log-dexie';
import { PartMissing, type DeviceFault } from './device-engine.ts';
import type { Sentinel } from './wipe-sentinel.ts';

export function faultOf(error: unknown): DeviceFault | null {
  if (error instanceof StorageFull) return { kind: 'storage-full', detail: error.message };
  if (error instanceof StorageLost) return { kind: 'storage-lost', detail: error.message };
  if (error instanceof DeviceLogOutdated) return { kind: 'outdated', detail: error.message };
  if (error instanceof PartMissing) return { kind: 'part-missing', detail: error.message };
  return null;
}

export function wipedFault({ device, store, unsent }: Sentinel): DeviceFault {
  const lost =
    unsent === 0
      ? 'Everything had been sent, so nothing is lost.'
      : `Up to ${unsent} entries that were not sent yet may be lost.`;
  const detail = `The browser cleared this device's data. ${lost} Pair the device with its store again.`;
  return { kind: 'wiped', device, store, unsentAtMost: unsent, detail };
}
