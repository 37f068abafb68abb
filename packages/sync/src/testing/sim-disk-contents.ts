// What stands on the disk of a simulated installation, read from outside. Changes nothing.
import type {
  DeviceId,
  DeviceMeta,
  EventId,
  EventLine,
  KeptEvent,
  LocalWrite,
  MemoryDisk,
  OwnEntry,
} from '@streamstock/event-log';

const CREDENTIAL = 'credential';

/** Where the log on a disk stands. */
export function metaOn(disk: MemoryDisk): DeviceMeta | undefined {
  const [meta] = disk.dump().records['meta'] ?? [];
  return meta?.value as DeviceMeta | undefined;
}

/** Under which device id a disk writes; null: it was never paired. */
export function identityOn(disk: MemoryDisk): DeviceId | null {
  return metaOn(disk)?.identity.device ?? null;
}

/** Ids of own events, oldest first. */
export function ownEvents(disk: MemoryDisk): EventId[] {
  return (disk.dump().records['own'] ?? []).map(({ value }) => (value as OwnEntry).id);
}

/** The bytes of an event; undefined: it is not there. */
export function lineOn(disk: MemoryDisk, id: EventId): EventLine | undefined {
  const found = (disk.dump().records['events'] ?? []).find(({ key }) => key === id);
  return (found?.value as KeptEvent | undefined)?.line;
}

/** What pairing left there beside the identity: the id under which this installation was enrolled. null: never paired. */
export function credentialOn(disk: MemoryDisk): DeviceId | null {
  const found = (disk.dump().records['local'] ?? []).find(({ key }) => key === CREDENTIAL);
  return (found?.value as DeviceId | undefined) ?? null;
}

export function credentialWrite(device: DeviceId): LocalWrite {
  return { key: CREDENTIAL, value: device };
}
