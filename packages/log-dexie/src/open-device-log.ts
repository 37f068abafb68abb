// Opens a device's log in IndexedDB. In two parts, for an app whose first screen only reads: `openDexieDevice` draws neither
// projectors nor what writes; both come with `log`. Puts storage, cross-tab notice and the log's meaning together.
import { DeviceReading, type DeviceLog, type DeviceLogChange, type Mending, type Sha256 } from '@streamstock/event-log';
import type { DeviceDomain, LazyDomain } from './device-domain.ts';
import { ChangeNotice, type NoticeChannel } from './change-notice.ts';
import { DexieHandle } from './dexie-handle.ts';

export interface DexieDatabaseOptions {
  readonly databaseName: string;
  readonly indexedDb?: IDBFactory;
  readonly keyRange?: typeof IDBKeyRange;
  /** null: no notice across tabs. */
  readonly openChannel?: ((name: string) => NoticeChannel) | null;
}

export interface DexieDeviceLogOptions extends DexieDatabaseOptions, DeviceDomain {
  readonly hash?: Sha256;
}

/** A device's data as far as it is only looked at; and the way to all of it. */
export interface DexieDevice {
  readonly reading: DeviceReading;
  /** The whole log, over the same database. Rejects when its parts can not be fetched; then it may be asked for again. */
  log(): Promise<DeviceLog>;
  observe(observer: (change: DeviceLogChange) => void): () => void;
  close(): Promise<void>;
}

function browserChannel(name: string): NoticeChannel | null {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
}

function partsOf(options: DexieDatabaseOptions): { readonly handle: DexieHandle; readonly notice: ChangeNotice } {
  const { databaseName } = options;
  const openChannel = options.openChannel === undefined ? browserChannel : options.openChannel;
  const notice = new ChangeNotice(openChannel?.(`${databaseName} changes`) ?? null);
  const indexedDb = options.indexedDb ?? globalThis.indexedDB;
  const keyRange = options.keyRange ?? globalThis.IDBKeyRange;
  return { handle: new DexieHandle({ databaseName, indexedDb, keyRange }), notice };
}

/**
 * Resolves with a device whose read models are those of the domain. Rejects with `StorageLost`, `StorageFull`,
 * `StorageBlocked` or `DeviceLogOutdated`; the database is then closed again.
 */
export async function openDexieDevice(
  options: DexieDatabaseOptions & { readonly domain: LazyDomain },
): Promise<DexieDevice> {
  const { domain } = options;
  const { handle, notice } = partsOf(options);
  let whole: Promise<DeviceLog & { readonly mending: Mending }> | null = null;
  const load = async () => {
    const [{ wholeLog }, loaded] = await Promise.all([import('./whole-log.ts'), domain.load()]);
    return wholeLog({ handle, notice, folds: domain.folds, reading, ...loaded });
  };
  const log = async () => {
    whole ??= load().catch((error: unknown) => {
      whole = null;
      throw error;
    });
    return await whole;
  };
  const mending: Mending = {
    bringUpToDate: async () => await (await log()).mending.bringUpToDate(),
    giveUpBase: async () => await (await log()).mending.giveUpBase(),
  };
  const reading = new DeviceReading({ storage: handle, folds: domain.folds, mending });
  const close = async (): Promise<void> => {
    await handle.close();
    notice.close();
  };
  try {
    await handle.open();
    await reading.ready();
    return { reading, log, observe: (observer) => notice.observe(observer), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As `openDexieDevice`, whole from the beginning. */
export async function openDexieDeviceLog(options: DexieDeviceLogOptions): Promise<DeviceLog> {
  const { projectors, understands } = options;
  const { wholeLog } = await import('./whole-log.ts');
  const { handle, notice } = partsOf(options);
  const { hash } = options;
  const log = wholeLog({
    handle,
    notice,
    folds: projectors,
    projectors,
    ...(understands === undefined ? {} : { understands }),
    ...(hash === undefined ? {} : { hash }),
  });
  try {
    await handle.open();
    await log.ready();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
