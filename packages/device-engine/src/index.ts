// The public surface of device-engine: a device's log, its sync and its status, for one tab.
export * from './device-engine.ts';
export {
  browserEnvironment,
  type ChannelLike,
  type DeviceEnvironment,
  type KeyValueLike,
  type LocksLike,
  type PageEvent,
  type SocketLike,
  type StorageManagerLike,
} from './environment.ts';
export { SnapshotFailed, type SnapshotSource } from './snapshot-source.ts';
export type { DeviceDomain, LazyDomain } from '@streamstock/log-dexie';
export { openDeviceEngine } from './open-device-engine.ts';
