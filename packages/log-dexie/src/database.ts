// The IndexedDB schema of a device, and opening it so that it always settles. Owns the Dexie handle's settings; knows
// nothing of events.
import { DeviceLogOutdated } from '@streamstock/event-log';
import Dexie from 'dexie';
import { StorageBlocked } from './storage-errors.ts';
import { upgradeToVersion2 } from './upgrade.ts';

export interface DatabaseOptions {
  readonly databaseName: string;
  readonly indexedDb: IDBFactory;
  readonly keyRange: typeof IDBKeyRange;
}

/** Opening settles within this time, with the database or with an error. */
const OPEN_SETTLES_MS = 5_000;

/** Raised with a change of the stores below; an old tab is then told to close (`versionchange`). */
const SCHEMA_VERSION = 2;
/** Dexie leaves room between its versions. */
const VERSIONS_PER_SCHEMA = 10;

/**
 * The log's records (`own`: the device's chain by seq, `events`: every event once, by id; `snapshots`: what is known of
 * the base and of the snapshot on its way), all read models, and the pages of snapshots. Keys stand outside the values.
 */
export const STORES = { meta: '', own: '', events: '', local: '', rows: '', snapshots: '', pages: '' };
/** Before snapshots. */
export const STORES_OF_VERSION_1 = { meta: '', own: '', events: '', local: '', rows: '' };

function declareDatabase({ databaseName, indexedDb, keyRange }: DatabaseOptions): Dexie {
  const database = new Dexie(databaseName, {
    indexedDB: indexedDb,
    IDBKeyRange: keyRange,
    // Law 4: `complete` may fire only when the data is on disk.
    chromeTransactionDurability: 'strict',
    // The cache would show writes before they are committed (dexie#1813).
    cache: 'disabled',
    autoOpen: false,
  });
  database.version(1).stores(STORES_OF_VERSION_1);
  database
    .version(SCHEMA_VERSION)
    .stores(STORES)
    .upgrade((transaction) => upgradeToVersion2((store) => transaction.table(store)));
  return database;
}

/**
 * Opens a database or rejects within `OPEN_SETTLES_MS`. When another tab wants to upgrade or delete it, the handle closes;
 * opening again then tells which it was.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Dexie> {
  const database = declareDatabase(options);
  database.on('versionchange', () => {
    database.close({ disableAutoOpen: true });
    // Instead of Dexie's own handler, which lets it open by itself, without the check of the version below.
    return false;
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBlocked = false;
  database.on('blocked', () => {
    isBlocked = true;
  });
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const detail = isBlocked ? 'An older tab holds it.' : 'The browser gave no answer.';
      reject(new StorageBlocked(new Error(`The database did not open within ${OPEN_SETTLES_MS} ms. ${detail}`)));
    }, OPEN_SETTLES_MS);
  });
  try {
    await Promise.race([database.open(), tooLate]);
    // Dexie opens a database of a newer app without a word.
    if (database.backendDB().version > SCHEMA_VERSION * VERSIONS_PER_SCHEMA) throw new DeviceLogOutdated();
    return database;
  } catch (error) {
    // Also when it would still open later: nobody waits for it, and open it would block the next attempt.
    database.close({ disableAutoOpen: true });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
