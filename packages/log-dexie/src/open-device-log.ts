// Opens a device's log in IndexedDB: storage, cross-tab notice and the log's meaning put together.
import {
  sha256,
  StoredDeviceLog,
  type DeviceLog,
  type Event,
  type Projector,
  type Sha256,
} from '@streamstock/event-log';
import { ChangeNotice, type NoticeChannel } from './change-notice.ts';
import { DexieStorage } from './dexie-storage.ts';

export interface DexieDeviceLogOptions {
  readonly databaseName: string;
  readonly projectors: readonly Projector[];
  readonly hash?: Sha256;
  /** Whether this app's projectors know a type in its version; absent: all of them. Others are parked. */
  readonly understands?: (event: Event) => boolean;
  readonly indexedDb?: IDBFactory;
  readonly keyRange?: typeof IDBKeyRange;
  /** null: no notice across tabs. */
  readonly openChannel?: ((name: string) => NoticeChannel) | null;
}

function browserChannel(name: string): NoticeChannel | null {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
}

/**
 * Resolves with a log whose read models are those of `projectors`. Rejects with `StorageLost`, `StorageFull`,
 * `StorageBlocked` or `DeviceLogOutdated`; the database is then closed again.
 */
export async function openDexieDeviceLog(options: DexieDeviceLogOptions): Promise<DeviceLog> {
  const { databaseName, projectors, hash = sha256, understands = () => true } = options;
  const openChannel = options.openChannel === undefined ? browserChannel : options.openChannel;
  const notice = new ChangeNotice(openChannel?.(`${databaseName} changes`) ?? null);
  const indexedDb = options.indexedDb ?? globalThis.indexedDB;
  const keyRange = options.keyRange ?? globalThis.IDBKeyRange;
  const storage = new DexieStorage({ databaseName, indexedDb, keyRange }, notice);
  const log = new StoredDeviceLog({ storage, projectors, hash, understands });
  try {
    await storage.open();
    await log.ready();
    return log;
  } catch (error) {
    await storage.close();
    throw error;
  }
}
