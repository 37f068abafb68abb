// DeviceStorage over IndexedDB: one Dexie transaction per call, opened again once when the browser lost the connection.
// Owns the handle and nothing else; what is written is decided above.
//
// 1. `write` resolves on the transaction's `complete` event, which strict durability ties to the disk.
// 2. Inside a transaction nothing is awaited but IndexedDB.
// 3. A body may run twice only if the first transaction's outcome is unknown or nothing; bodies are repeatable.
import {
  BufferedTables,
  DeviceLogClosed,
  type DeviceLogChange,
  type DeviceStorage,
  type DeviceTransaction,
  type Written,
} from '@streamstock/event-log';
import type { Dexie, Table } from 'dexie';
import type { ChangeNotice } from './change-notice.ts';
import { openDatabase, STORES, type DatabaseOptions } from './database.ts';
import { DexieTables, modelPlacement, pagePlacement, recordPlacement } from './dexie-tables.ts';
import { problemOf, storageError } from './storage-errors.ts';

/** Rows that one transaction holds back before it writes them: bounds the memory of a rebuild. */
const BUFFERED_ROWS_MAX = 20_000;

const ALL_STORES = Object.keys(STORES);

function spacesOf(transaction: { table(store: string): Table<unknown, string> }): DeviceTransaction {
  const tableOf = (store: string) => transaction.table(store);
  return {
    records: new DexieTables(tableOf, recordPlacement),
    rows: new DexieTables(tableOf, modelPlacement),
    pages: new DexieTables(tableOf, pagePlacement),
  };
}

export class DexieStorage implements DeviceStorage {
  readonly #options: DatabaseOptions;
  readonly #notice: ChangeNotice;
  #database: Dexie | null = null;
  #opening: Promise<Dexie> | null = null;
  #isClosed = false;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: DatabaseOptions, notice: ChangeNotice) {
    this.#options = options;
    this.#notice = notice;
  }

  /** Opens now, so that a database that can not be opened is known at start. */
  async open(): Promise<void> {
    await this.#withDatabase(async () => undefined);
  }

  read<Result>(body: (transaction: DeviceTransaction) => Promise<Result>): Promise<Result> {
    return this.#withDatabase((database) =>
      database.transaction('r', ALL_STORES, (transaction) => body(spacesOf(transaction))),
    );
  }

  write<Result>(body: (transaction: DeviceTransaction) => Promise<Written<Result>>): Promise<Result> {
    return this.#withDatabase(async (database) => {
      const { result, change } = await database.transaction('rw', ALL_STORES, async (transaction) => {
        const below = spacesOf(transaction);
        const records = new BufferedTables(below.records, BUFFERED_ROWS_MAX);
        const rows = new BufferedTables(below.rows, BUFFERED_ROWS_MAX);
        // Pages are long, few, and not read again in the transaction that writes them: they are not held back.
        const written = await body({ records, rows, pages: below.pages });
        await records.flush();
        await rows.flush();
        return written;
      });
      if (change !== null) this.#notice.announce(change);
      return result;
    });
  }

  observe(observer: (change: DeviceLogChange) => void): () => void {
    return this.#notice.observe(observer);
  }

  /** Takes no more calls, and lets those that run come to their end: what they commit they also answer. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#running);
    this.#notice.close();
    this.#database?.close({ disableAutoOpen: true });
    this.#database = null;
  }

  #withDatabase<Result>(use: (database: Dexie) => PromiseLike<Result>): Promise<Result> {
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
