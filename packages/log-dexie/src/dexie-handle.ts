// A device's database, opened again once when the browser lost the connection; and reading it: one Dexie transaction per call. Owns
// the handle and nothing else. What writes (dexie-storage.ts) stands on it.
//
// 1. Inside a transaction nothing is awaited but IndexedDB.
// 2. A body may run twice only if the first transaction's outcome is unknown or nothing; bodies are repeatable.
import { DeviceLogClosed, type DeviceTransaction } from '@streamstock/event-log';
import type { Dexie, Table } from 'dexie';
import { openDatabase, STORES, type DatabaseOptions } from './database.ts';
import { DexieTables, modelPlacement, pagePlacement, recordPlacement } from './dexie-tables.ts';
import { problemOf, storageError } from './storage-errors.ts';

export const ALL_STORES = Object.keys(STORES);

export function spacesOf(transaction: { table(store: string): Table<unknown, string> }): DeviceTransaction {
  const tableOf = (store: string) => transaction.table(store);
  return {
    records: new DexieTables(tableOf, recordPlacement),
    rows: new DexieTables(tableOf, modelPlacement),
    pages: new DexieTables(tableOf, pagePlacement),
  };
}

export class DexieHandle {
  readonly #options: DatabaseOptions;
  #database: Dexie | null = null;
  #opening: Promise<Dexie> | null = null;
  #isClosed = false;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** Opens now, so that a database that can not be opened is known at start. */
  async open(): Promise<void> {
    await this.use(async () => undefined);
  }

  read<Result>(body: (transaction: DeviceTransaction) => Promise<Result>): Promise<Result> {
    return this.use((database) => database.transaction('r', ALL_STORES, (transaction) => body(spacesOf(transaction))));
  }

  /** Takes no more calls, and lets those that run come to their end: what they commit they also answer. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#running);
    this.#database?.close({ disableAutoOpen: true });
    this.#database = null;
  }

  use<Result>(use: (database: Dexie) => PromiseLike<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new DeviceLogClosed());
    const call = this.#reopenOnce(use).finally(() => this.#running.delete(call));
    this.#running.add(call);
    return call;
  }

  /** Runs on an open database; once more on a new handle if the browser lost this one (dexie#543, #1767, #2008). */
  async #reopenOnce<Result>(use: (database: Dexie) => PromiseLike<Result>): Promise<Result> {
    let database: Dexie | null = null;
    try {
      database = await this.#open();
      return await use(database);
    } catch (error) {
      if (problemOf(error) !== 'lost') throw storageError(error);
    }
    this.#discard(database);
    try {
      return await use(await this.#open());
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Only the handle that failed: another call may have opened a new one meanwhile. */
  #discard(database: Dexie | null): void {
    database?.close({ disableAutoOpen: true });
    if (this.#database === database) this.#database = null;
  }

  async #open(): Promise<Dexie> {
    if (this.#database !== null) return this.#database;
    this.#opening ??= openDatabase(this.#options).finally(() => {
      this.#opening = null;
    });
    this.#database = await this.#opening;
    return this.#database;
  }
}
