// Rows of one table on their way in, many to a statement: a statement costs as much as a row. Owns what waits between `add`
// and `flush`; opens no transaction. A statement that fails has written a part: its transaction must be rolled back.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Most rows first; the last is one, so that every number of rows can be written. */
const ROWS_AT_ONCE = [20, 4, 1] as const;
/** A row's bytes must stay as they are until so many more were added, or `flush`. */
export const ROWS_WAITING_MAX = ROWS_AT_ONCE[0];

export class RowBatch {
  readonly #columns: number;
  readonly #statements: readonly { readonly rows: number; readonly statement: StatementSync }[];
  #cells: SQLInputValue[] = [];

  /** `columns` of `table`, in the order in which cells are given. */
  constructor(database: DatabaseSync, table: string, columns: readonly string[]) {
    this.#columns = columns.length;
    const row = `(${columns.map(() => '?').join(', ')})`;
    this.#statements = ROWS_AT_ONCE.map((rows) => {
      // OR FAIL: nothing is kept to undo the statement by itself, which would take as long as the rows.
      const sql = `INSERT OR FAIL INTO ${table} (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`;
      return { rows, statement: database.prepare(sql) };
    });
  }

  /** Rows that wait. */
  get waiting(): number {
    return this.#cells.length / this.#columns;
  }

  add(...cells: readonly SQLInputValue[]): void {
    this.#cells.push(...cells);
    if (this.waiting === ROWS_WAITING_MAX) this.flush();
  }

  flush(): void {
    let from = 0;
    for (const { rows, statement } of this.#statements) {
      const cells = rows * this.#columns;
      for (; this.#cells.length - from >= cells; from += cells)
        statement.run(
          ...(from === 0 && this.#cells.length === cells ? this.#cells : this.#cells.slice(from, from + cells)),
        );
    }
    this.#cells.length = 0;
  }

  /** After a rollback: what waits is not written. */
  forget(): void {
    this.#cells.length = 0;
  }
}

/** Byte arrays for the rows that wait, used again and again. */
export function bytesForRows(length: number): readonly Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: ROWS_WAITING_MAX }, () => new Uint8Array(length));
}
