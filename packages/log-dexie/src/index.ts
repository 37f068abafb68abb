// The public surface of log-dexie: a device's log in IndexedDB.
export type { DeviceDomain, LazyDomain } from './device-domain.ts';
export {
  openDexieDevice,
  openDexieDeviceLog,
  type DexieDevice,
  type DexieDeviceLogOptions,
} from './open-device-log.ts';
export { CommitFailed, StorageBlocked, StorageFull, StorageLost } from './storage-errors.ts';
