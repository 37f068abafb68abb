// Rows over a packed base: what was written later stands in the rows and hides what the base holds under the same key; a
// row deleted since leaves a mark. Reads merge both. Owns the mark; keeps nothing.
import type { DeviceTransaction } from './device-storage.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import type { PackedBase } from './packed-base.ts';
import type { Range, Row, Tables } from './tables.ts';

/** Stands where a row of the base was deleted. No projector's value has this property. */
const DELETED_PROPERTY = '\u0000deleted';
const DELETED = { [DELETED_PROPERTY]: true };

/** Rows read at a time behind the first ones, which were all marks or hidden. */
const MARKS_READ_MAX = 200;

function isDeleted(value: unknown): boolean {
  return typeof value === 'object' && value !== null && DELETED_PROPERTY in value;
}

export class LayeredTables implements Tables {
  readonly #transaction: DeviceTransaction;
  readonly #base: PackedBase;
  readonly #hidden: ReadonlySet<string>;

  /** `hidden`: tables that have nothing under their rows, whatever the base holds of them. */
  constructor(transaction: DeviceTransaction, base: PackedBase, hidden: ReadonlySet<string> = new Set()) {
    this.#transaction = transaction;
    this.#base = base;
    this.#hidden = hidden;
  }

  #isOnBase(table: string): boolean {
    return this.#base.has(table) && !this.#hidden.has(table);
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    const above = await this.#transaction.rows.getMany<unknown>(table, keys);
    if (!this.#isOnBase(table)) return above as (Value | undefined)[];
    const missing = keys.filter((_, index) => above[index] === undefined);
    const found = new Map<string, unknown>();
    if (missing.length > 0) await this.#base.find(this.#transaction, table, missing, found);
    return keys.map((key, index) => {
      const value = above[index] === undefined ? found.get(key) : above[index];
      return (isDeleted(value) ? undefined : value) as Value | undefined;
    });
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    const { rows } = this.#transaction;
    if (!this.#isOnBase(table)) return rows.range<Value>(table, range);
    if (range.rowsMax > RANGE_ROWS_MAX) throw new RangeError(`A range returns at most ${RANGE_ROWS_MAX} rows.`);
    const comesFirst = (a: string, b: string) => (range.reverse ? a > b : a < b);
    const above = new Source(overlayReader(rows, table, range));
    const below = new Source(this.#base.reader(this.#transaction, table, range));
    const merged: Row<Value>[] = [];
    while (merged.length < range.rowsMax) {
      const upper = above.head() ?? (await above.more());
      const lower = below.head() ?? (await below.more());
      if (upper === undefined && lower === undefined) break;
      if (upper === undefined || (lower !== undefined && comesFirst(lower.key, upper.key))) {
        merged.push(lower as Row<Value>);
        below.pass();
        continue;
      }
      if (lower?.key === upper.key) below.pass();
      if (!isDeleted(upper.value)) merged.push(upper as Row<Value>);
      above.pass();
    }
    return merged;
  }

  putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    return this.#transaction.rows.putMany(table, rows);
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    const { rows } = this.#transaction;
    if (!this.#isOnBase(table)) return await rows.deleteMany(table, keys);
    const marked = keys.filter((key) => this.#base.mayHold(table, key));
    const gone = marked.length === 0 ? keys : keys.filter((key) => !this.#base.mayHold(table, key));
    if (gone.length > 0) await rows.deleteMany(table, gone);
    if (marked.length > 0)
      await rows.putMany(
        table,
        marked.map((key) => ({ key, value: DELETED })),
      );
  }
}

type NextRows = () => Promise<readonly Row<unknown>[]>;

/** The rows above, marks included, some at a time. */
function overlayReader(rows: Pick<Tables, 'range'>, table: string, range: Range): NextRows {
  let rest: Range | null = range;
  return async () => {
    if (rest === null) return [];
    const page: Row<unknown>[] = await rows.range<unknown>(table, rest);
    const last = page.at(-1);
    // The least key after `last` is `last` and the lowest character, which no key holds.
    if (last === undefined || page.length < rest.rowsMax) rest = null;
    else {
      const rowsMax = Math.max(range.rowsMax, MARKS_READ_MAX);
      rest = { ...range, rowsMax, ...(range.reverse ? { to: last.key } : { from: `${last.key}\u0000` }) };
    }
    return page;
  };
}

/** A stream of rows of which the first is looked at before it is taken. */
class Source {
  readonly #next: NextRows;
  #rows: readonly Row<unknown>[] = [];
  #index = 0;
  #ended = false;

  constructor(next: NextRows) {
    this.#next = next;
  }

  head(): Row<unknown> | undefined {
    return this.#rows[this.#index];
  }

  pass(): void {
    this.#index += 1;
  }

  /** Only where there is no head. */
  async more(): Promise<Row<unknown> | undefined> {
    if (this.#ended) return undefined;
    this.#rows = await this.#next();
    this.#index = 0;
    this.#ended = this.#rows.length === 0;
    return this.#rows[0];
  }
}
