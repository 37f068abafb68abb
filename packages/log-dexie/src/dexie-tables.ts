// The Tables port over one Dexie table with text keys outside the values. Reads and writes in chunks; no cache of its own
// (a BufferedTables lies over it). Every request to IndexedDB costs about as much as 50 rows do, so bulk reads first ask
// which keys there are at all, in one request.
// Always bound to one transaction (several requests answer one call): Dexie's "current" one is lost at the first native await that is no database request.
import { RANGE_ROWS_MAX, type ClearableTables, type Range, type Row } from '@streamstock/event-log';
import type { Collection, Table } from 'dexie';

/** Rows in one bulk request: more starve the other requests of the browser's database thread. */
const BULK_ROWS_MAX = 500;
/** Fewer keys than this are read one by one. */
const PROBED_KEYS_MIN = 12;
/** Keys looked at per key asked for; past it the keys lie too far apart and are read one by one. */
const PROBED_KEYS_FACTOR = 4;
/** Rows read per row wanted, if that makes it one request. */
const READ_ROWS_FACTOR = 3;

/** An object store in the open transaction. */
export type TableSource = (store: string) => Table<unknown, string>;

/** Where a port's table lives: which object store, and what stands before its keys there. */
export type Placement = (table: string) => { readonly store: string; readonly prefix: string };

/** The log's own records: an object store each. */
export const recordPlacement: Placement = (table) => ({ store: table, prefix: '' });
export const MODEL_STORE = 'rows';
/** Read models: all in one, so that projectors may have new tables without a new schema. No key holds U+0000. */
export const modelPlacement: Placement = (table) => ({ store: MODEL_STORE, prefix: `${table}\u0000` });

/** Texts of snapshot pages: all in one, by the snapshot's id. */
export const PAGE_STORE = 'pages';
export const pagePlacement: Placement = (id) => ({ store: PAGE_STORE, prefix: `${id}\u0000` });

/** Sorts after every key that a prefix begins: keys are printable ASCII. */
const AFTER_ALL_KEYS = '\u007f';

async function inChunks<Item>(
  items: readonly Item[],
  handle: (chunk: readonly Item[]) => PromiseLike<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += BULK_ROWS_MAX) {
    await handle(items.slice(start, start + BULK_ROWS_MAX));
  }
}

export class DexieTables implements ClearableTables {
  readonly #source: TableSource;
  readonly #placement: Placement;

  constructor(source: TableSource, placement: Placement) {
    this.#source = source;
    this.#placement = placement;
  }

  #place(table: string): { readonly store: Table<unknown, string>; readonly prefix: string } {
    const { store, prefix } = this.#placement(table);
    return { store: this.#source(store), prefix };
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    const { store, prefix } = this.#place(table);
    const values: (Value | undefined)[] = [];
    await inChunks(keys, async (chunk) => {
      const placed = chunk.map((key) => prefix + key);
      for (const value of await readKeys(store, placed)) values.push(value as Value | undefined);
    });
    return values;
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    if (range.rowsMax > RANGE_ROWS_MAX) throw new RangeError(`A range returns at most ${RANGE_ROWS_MAX} rows.`);
    const { store, prefix } = this.#place(table);
    const rows = () => {
      const between = store.where(':id').between(prefix + (range.from ?? ''), prefix + (range.to ?? AFTER_ALL_KEYS));
      return (range.reverse === true ? between.reverse() : between).limit(range.rowsMax);
    };
    const [keys, values] = await readRows(rows);
    return keys.map((key, index) => ({ key: key.slice(prefix.length), value: values[index] as Value }));
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    const { store, prefix } = this.#place(table);
    await inChunks(rows, (chunk) =>
      store.bulkPut(
        chunk.map(({ value }) => value),
        chunk.map(({ key }) => prefix + key),
      ),
    );
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    const { store, prefix } = this.#place(table);
    await inChunks(keys, (chunk) => store.bulkDelete(chunk.map((key) => prefix + key)));
  }

  async clear(table: string): Promise<void> {
    const { store, prefix } = this.#place(table);
    await store
      .where(':id')
      .between(prefix, prefix + AFTER_ALL_KEYS)
      .delete();
  }
}

/** Keys and values of the same rows, in the same order. */
async function readRows(rows: () => Collection<unknown, string>): Promise<[readonly string[], readonly unknown[]]> {
  return Promise.all([rows().primaryKeys(), rows().toArray()]);
}

/** One value per key, undefined where there is none. */
async function readKeys(store: Table<unknown, string>, keys: readonly string[]): Promise<readonly unknown[]> {
  if (keys.length < PROBED_KEYS_MIN) return store.bulkGet([...keys]);
  const sorted = keys.toSorted();
  const least = sorted[0] ?? '';
  const greatest = sorted.at(-1) ?? '';
  const keysMax = keys.length * PROBED_KEYS_FACTOR;
  const rows = () => store.where(':id').between(least, greatest, true, true);
  const there = await rows().limit(keysMax).primaryKeys();
  if (there.length === keysMax) return store.bulkGet([...keys]);
  const known = new Set(there);
  const wanted = keys.filter((key) => known.has(key));
  if (wanted.length === 0) return keys.map(() => undefined);
  const found = new Map<string, unknown>();
  if (there.length <= wanted.length * READ_ROWS_FACTOR) {
    const values = await rows().toArray();
    for (const [index, key] of there.entries()) found.set(key, values[index]);
  } else {
    const values = await store.bulkGet(wanted);
    for (const [index, key] of wanted.entries()) found.set(key, values[index]);
  }
  return keys.map((key) => found.get(key));
}
