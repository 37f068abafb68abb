// The public surface of log-dexie: a device's log in IndexedDB.
export { openDexieDeviceLog, type DexieDeviceLogOptions } from './open-device-log.ts';
export { CommitFailed, StorageBlocked, StorageFull, StorageLost } from './storage-errors.ts';
