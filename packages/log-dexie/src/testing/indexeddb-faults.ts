// Faults inside a browser's database, without a test runner: a transaction can be broken at any of its requests, at its
// commit or just after it, and every connection can die. They go through the event paths of fake-indexeddb, so that
// Dexie sees what a browser would show it. One database at a time: what is armed strikes whoever comes next.
import { IDBTransaction } from 'fake-indexeddb';

/**
 * `lost`: the browser lost its database (undone) · `full`: no room (undone) · `aborted`: undone for the browser's own
 * reasons · `lost-after-commit`: everything was written, but the page is told that the database was lost.
 */
export type RequestFault = 'lost' | 'full' | 'aborted' | 'lost-after-commit';

const ERRORS: Readonly<Record<RequestFault, string>> = {
  lost: 'UnknownError',
  full: 'QuotaExceededError',
  aborted: 'AbortError',
  'lost-after-commit': 'UnknownError',
};

/** The insides of fake-indexeddb's transaction that a fault needs. */
interface InnerTransaction {
  readonly mode: 'readonly' | 'readwrite' | 'versionchange';
  readonly _state: string;
  readonly _requests: readonly unknown[];
  _rollbackLog: unknown[];
  _start(): void;
  _abort(errorName: string): void;
}

interface Armed {
  readonly fault: RequestFault;
  /** Requests and commits that go well before it strikes. */
  left: number;
  /** How often it strikes. */
  times: number;
  struck: number;
}

export class IndexedDbFaults {
  #armed: Armed | null = null;
  readonly #start: (this: InnerTransaction) => void;

  constructor() {
    const prototype = IDBTransaction.prototype as unknown as InnerTransaction;
    const start = Reflect.get(prototype, '_start') as (this: InnerTransaction) => void;
    const strikes = (transaction: InnerTransaction): boolean => this.#strikes(transaction);
    this.#start = start;
    prototype._start = function (this: InnerTransaction): void {
      if (!strikes(this)) start.call(this);
    };
  }

  /** The fault strikes after so many requests, then again at every further one until it has struck `times` times. */
  arm(fault: RequestFault, afterRequests: number, times = 1): void {
    this.#armed = { fault, left: afterRequests, times, struck: 0 };
  }

  /** Returns how often the fault struck. */
  disarm(): number {
    const struck = this.#armed?.struck ?? 0;
    this.#armed = null;
    return struck;
  }

  /** Gives fake-indexeddb back as it was. */
  dispose(): void {
    (IDBTransaction.prototype as unknown as InnerTransaction)._start = this.#start;
  }

  #strikes(transaction: InnerTransaction): boolean {
    const armed = this.#armed;
    if (armed === null || armed.struck >= armed.times) return false;
    if (transaction.mode === 'versionchange' || transaction._state === 'finished') return false;
    const writes = transaction.mode === 'readwrite';
    if (armed.fault === 'full' && !writes) return false;
    if (armed.fault === 'lost-after-commit' && !(writes && transaction._requests.length === 0)) return false;
    if (armed.left > 0) {
      armed.left -= 1;
      return false;
    }
    armed.struck += 1;
    // Without its list of what to undo, it keeps what it wrote.
    if (armed.fault === 'lost-after-commit') transaction._rollbackLog = [];
    transaction._abort(ERRORS[armed.fault]);
    return true;
  }
}

interface InnerRecord {
  readonly key: unknown;
  readonly value: unknown;
}

/** The insides of fake-indexeddb's database. */
interface InnerDatabase {
  readonly connections: readonly { close(): void }[];
  readonly transactions: readonly InnerTransaction[];
  readonly rawObjectStores: ReadonlyMap<string, { readonly records: { values(): Iterable<InnerRecord> } }>;
}

function innerDatabase(indexedDb: IDBFactory, databaseName: string): InnerDatabase | undefined {
  const { _databases: databases } = indexedDb as unknown as { readonly _databases: ReadonlyMap<string, InnerDatabase> };
  return databases.get(databaseName);
}

/** Every connection to the database is dead from now on: what a browser's crashed storage process leaves. */
export function killConnections(indexedDb: IDBFactory, databaseName: string): void {
  // A copy: closing takes them out.
  const connections = innerDatabase(indexedDb, databaseName)?.connections.slice() ?? [];
  for (const connection of connections) connection.close();
}

/** Object store → its rows in the order of their keys. */
export type DatabaseDump = Readonly<Record<string, readonly { readonly key: string; readonly value: unknown }[]>>;

/** Everything committed, read past Dexie; the rows are the stored ones, not copies. */
export async function dumpDatabase(indexedDb: IDBFactory, databaseName: string): Promise<DatabaseDump> {
  const inner = innerDatabase(indexedDb, databaseName);
  if (inner === undefined) throw new Error(`There is no database ${databaseName}.`);
  // A transaction that is behind them all ends after them all.
  if (inner.transactions.some(({ _state }) => _state !== 'finished')) await lastInLine(indexedDb, databaseName);
  const stores = [...inner.rawObjectStores].map(([name, { records }]) => {
    const rows = Array.from(records.values(), ({ key, value }) => ({ key: String(key), value }));
    return [name, rows] as const;
  });
  return Object.fromEntries(stores.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function lastInLine(indexedDb: IDBFactory, databaseName: string): Promise<void> {
  const database = await settled(indexedDb.open(databaseName));
  const [name = ''] = database.objectStoreNames;
  await settled(
    database
      .transaction([...database.objectStoreNames], 'readwrite')
      .objectStore(name)
      .count(),
  );
  database.close();
}

/** Changes one row behind everybody's back, as a bad disk does. */
export async function changeRow(
  indexedDb: IDBFactory,
  databaseName: string,
  store: string,
  key: string,
  change: (value: unknown) => unknown,
): Promise<void> {
  const database = await settled(indexedDb.open(databaseName));
  const rows = database.transaction([store], 'readwrite').objectStore(store);
  await settled(rows.put(change(await settled(rows.get(key))), key));
  database.close();
}

interface Settling<Result> {
  onsuccess: unknown;
  onerror: unknown;
  readonly result: Result;
  readonly error: unknown;
}

export async function settled<Result>(request: Settling<Result>): Promise<Result> {
  return await new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error instanceof Error ? request.error : new Error(String(request.error)));
  });
}
