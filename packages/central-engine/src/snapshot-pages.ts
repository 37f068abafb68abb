// Rows of one table cut into the texts of pages, in the order they come. Owns the bounds of a page; writes nowhere.
import {
  lineSum,
  SNAPSHOT_PAGE_BYTES_MAX,
  SNAPSHOT_PAGE_ROWS_MAX,
  utf8Length,
  type Row,
  type SnapshotPageHead,
} from '@streamstock/event-log';

export interface MadePage {
  readonly head: SnapshotPageHead;
  /** One line. */
  readonly text: string;
}

/** Takes rows in the order of their keys; a page is handed on as soon as the next row would not fit. */
export class PagePacker {
  readonly #table: string;
  readonly #made: (page: MadePage) => void;
  #rows: string[] = [];
  #bytes = 0;
  #firstKey = '';
  #lastKey: string | null = null;

  constructor(table: string, made: (page: MadePage) => void) {
    this.#table = table;
    this.#made = made;
  }

  /** Throws when a key does not come after the one before it, or a row fits no page. */
  add({ key, value }: Row<unknown>): void {
    if (this.#lastKey !== null && key <= this.#lastKey) {
      throw new Error(`Rows of ${this.#table} for a snapshot are out of order at ${key}.`);
    }
    const text = JSON.stringify([key, value]);
    const bytes = utf8Length(text) + 1;
    // The page's own brackets.
    if (bytes + 2 > SNAPSHOT_PAGE_BYTES_MAX) {
      throw new Error(
        `A row of ${this.#table} has ${bytes} bytes; a page of a snapshot takes ${SNAPSHOT_PAGE_BYTES_MAX}.`,
      );
    }
    const full = this.#rows.length === SNAPSHOT_PAGE_ROWS_MAX || this.#bytes + bytes + 1 > SNAPSHOT_PAGE_BYTES_MAX;
    if (full) this.end();
    if (this.#rows.length === 0) this.#firstKey = key;
    this.#rows.push(text);
    this.#bytes += bytes;
    this.#lastKey = key;
  }

  /** Hands on what is left. */
  end(): void {
    if (this.#rows.length === 0) return;
    const text = `[${this.#rows.join(',')}]`;
    const head = {
      table: this.#table,
      rows: this.#rows.length,
      firstKey: this.#firstKey,
      lastKey: this.#lastKey ?? this.#firstKey,
      // Every row with the comma before it, the first with the bracket; and the last bracket.
      bytes: this.#bytes + 1,
      sum: lineSum(text),
    };
    this.#made({ head, text });
    this.#rows = [];
    this.#bytes = 0;
  }
}
