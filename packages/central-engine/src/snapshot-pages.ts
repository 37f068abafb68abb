// Rows of one table cut into the texts of pages, in the order they come. Owns the bounds of a page; writes nowhere.
import {
  lineSum,
  SNAPSHOT_PAGE_BYTES_MAX,
  SNAPSHOT_PAGE_ROWS_MAX,
  snapshotPageText,
  utf8Length,
  type Row,
  type SnapshotPageHead,
} from '@streamstock/event-log';

/** UTF-8 bytes of rows, as they are, that are laid out as one page: by column they take a third. */
const GATHERED_BYTES_MAX = 4 * SNAPSHOT_PAGE_BYTES_MAX;

export interface MadePage {
  readonly head: SnapshotPageHead;
  /** One line. */
  readonly text: string;
}

/** Takes rows in the order of their keys; pages are handed on as soon as they are full. */
export class PagePacker {
  readonly #table: string;
  readonly #made: (page: MadePage) => void;
  #rows: Row<unknown>[] = [];
  #bytes = 0;
  #lastKey: string | null = null;

  constructor(table: string, made: (page: MadePage) => void) {
    this.#table = table;
    this.#made = made;
  }

  /** Throws when a key does not come after the one before it, or a row fits no page. */
  add(row: Row<unknown>): void {
    const { key, value } = row;
    if (this.#lastKey !== null && key <= this.#lastKey) {
      throw new Error(`Rows of ${this.#table} for a snapshot are out of order at ${key}.`);
    }
    const bytes = utf8Length(JSON.stringify([key, value])) + 1;
    // The page's own brackets.
    if (bytes + 2 > SNAPSHOT_PAGE_BYTES_MAX) {
      throw new Error(
        `A row of ${this.#table} has ${bytes} bytes; a page of a snapshot takes ${SNAPSHOT_PAGE_BYTES_MAX}.`,
      );
    }
    if (this.#rows.length === SNAPSHOT_PAGE_ROWS_MAX || this.#bytes + bytes > GATHERED_BYTES_MAX) this.end();
    this.#rows.push(row);
    this.#bytes += bytes;
    this.#lastKey = key;
  }

  /** Hands on what is left. */
  end(): void {
    if (this.#rows.length > 0) this.#make(this.#rows);
    this.#rows = [];
    this.#bytes = 0;
  }

  /** One page, or two that have half of the rows each. A row alone fits (`add`). */
  #make(rows: readonly Row<unknown>[]): void {
    const text = snapshotPageText(rows);
    const bytes = utf8Length(text);
    if (bytes > SNAPSHOT_PAGE_BYTES_MAX) {
      const half = Math.ceil(rows.length / 2);
      this.#make(rows.slice(0, half));
      this.#make(rows.slice(half));
      return;
    }
    const [firstKey, lastKey] = [rows[0]?.key ?? '', rows.at(-1)?.key ?? ''];
    this.#made({ head: { table: this.#table, rows: rows.length, firstKey, lastKey, bytes, sum: lineSum(text) }, text });
  }
}
