// A browser's IndexedDB in memory, with faults on demand: at open, at read, at write, at commit. Faults go through the
// real event paths of fake-indexeddb, so that Dexie sees what a browser would show it.
import { IDBFactory, IDBKeyRange, IDBObjectStore, IDBTransaction } from 'fake-indexeddb';
import { vi } from 'vitest';

export interface FakeDatabase {
  readonly indexedDb: globalThis.IDBFactory;
  readonly keyRange: typeof globalThis.IDBKeyRange;
}

export function fakeDatabase(): FakeDatabase {
  return { indexedDb: new IDBFactory(), keyRange: IDBKeyRange as unknown as typeof globalThis.IDBKeyRange };
}

/** The insides of fake-indexeddb's transaction that a fault at commit needs: it commits when it finds no request left. */
interface InnerTransaction {
  readonly mode: string;
  readonly _state: string;
  readonly _requests: readonly unknown[];
  _start(): void;
  _abort(errorName: string): void;
}

/** The next `times` readwrite transactions abort when they would commit, with everything written so far undone. */
export function failCommits(times: number, errorName: string): void {
  const prototype = IDBTransaction.prototype as unknown as InnerTransaction;
  const start = Reflect.get(prototype, '_start') as (this: InnerTransaction) => void;
  let left = times;
  const spy = vi.spyOn(prototype, '_start');
  spy.mockImplementation(function (this: InnerTransaction) {
    const commits = this._requests.length === 0 && this._state !== 'finished' && this.mode === 'readwrite';
    if (!commits || left === 0) return start.call(this);
    left -= 1;
    if (left === 0) spy.mockRestore();
    this._abort(errorName);
  });
}

/** The next `times` calls of an object store's method throw. */
export function failRequests(method: 'put' | 'get', times: number, errorName: string): void {
  const spy = vi.spyOn(IDBObjectStore.prototype, method);
  for (let time = 0; time < times; time += 1) {
    spy.mockImplementationOnce(() => {
      throw new DOMException(`Injected at ${method}.`, errorName);
    });
  }
}

/** Openings fail until the returned function is called. */
export function failOpenings(indexedDb: globalThis.IDBFactory, errorName: string): () => void {
  const spy = vi.spyOn(indexedDb, 'open').mockImplementation(() => {
    throw new DOMException('Internal error opening backing store.', errorName);
  });
  return () => spy.mockRestore();
}

/** Changes a value of a closed or open database behind its back, as a failing disk would. */
export async function changeStored(
  { indexedDb }: FakeDatabase,
  databaseName: string,
  store: string,
  key: string,
  change: (value: unknown) => unknown,
): Promise<void> {
  const database = await answerTo(indexedDb.open(databaseName));
  const values = database.transaction([store], 'readwrite').objectStore(store);
  await answerTo(values.put(change(await answerTo(values.get(key))), key));
  database.close();
}

export function answerTo<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The request failed.'));
  });
}
