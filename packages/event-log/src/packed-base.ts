// The packed rows of an installed snapshot: which page holds a key, and its rows, parsed when they are first needed.
// Owns the bounded memory of parsed pages; writes nothing. A page never changes, so what is parsed stays right.
import type { DeviceTransaction, HeldPage, StoredBase } from './device-storage.ts';
import { lineSum } from './line-sum.ts';
import { readSnapshotPage } from './snapshot-page.ts';
import { firstAtOrAfter } from './sorted-search.ts';
import { sortableNumber, type Range, type Row } from './tables.ts';

/** UTF-8 bytes of page text whose parsed rows are kept (some twelve times as much memory: pages say little twice). */
const PARSED_BYTES_MAX = 3 * 1024 * 1024;
/** Pages read in one request. */
const READ_PAGES_MAX = 16;

/** A page is missing or not what it was: the base is of no use any more. The log itself is untouched. */
export class BaseDamaged extends Error {
  override readonly name = 'BaseDamaged';
  constructor(id: string, index: number) {
    super(
      `Page ${index} of the snapshot ${id} is damaged. A new snapshot replaces it; nothing of this device is lost.`,
    );
  }
}

interface BasePage extends HeldPage {
  readonly index: number;
}

/** Rows of a page, sorted by key. */
export type PageRows = readonly Row<unknown>[];

export class PackedBase {
  readonly id: string;
  readonly #tables = new Map<string, BasePage[]>();
  /** Least recently used first. */
  readonly #parsed = new Map<number, { readonly rows: PageRows; readonly bytes: number }>();
  #parsedBytes = 0;

  constructor({ id, pages }: Pick<StoredBase, 'id' | 'pages'>) {
    this.id = id;
    for (const [index, page] of pages.entries()) {
      const known = this.#tables.get(page.table);
      if (known === undefined) this.#tables.set(page.table, [{ ...page, index }]);
      else known.push({ ...page, index });
    }
  }

  /** Whether a row of this key may be here. */
  mayHold(table: string, key: string): boolean {
    return this.#pageOf(table, key) !== undefined;
  }

  has(table: string): boolean {
    return this.#tables.has(table);
  }

  #pageOf(table: string, key: string): BasePage | undefined {
    const pages = this.#tables.get(table);
    const page = pages?.[firstEndingAt(pages, key)];
    return page !== undefined && page.firstKey <= key ? page : undefined;
  }

  /** Adds the rows of these keys to `found`. */
  async find(
    transaction: DeviceTransaction,
    table: string,
    keys: readonly string[],
    found: Map<string, unknown>,
  ): Promise<void> {
    const wanted = new Map<BasePage, string[]>();
    for (const key of keys) {
      const page = this.#pageOf(table, key);
      if (page === undefined) continue;
      const known = wanted.get(page);
      if (known === undefined) wanted.set(page, [key]);
      else known.push(key);
    }
    const pages = [...wanted.keys()];
    for (let start = 0; start < pages.length; start += READ_PAGES_MAX) {
      const part = pages.slice(start, start + READ_PAGES_MAX);
      const rows = await this.#rowsOf(transaction, part);
      for (const [index, page] of part.entries()) {
        for (const key of wanted.get(page) ?? []) {
          const row = rowAt(rows[index] ?? [], key);
          if (row !== undefined) found.set(key, row.value);
        }
      }
    }
  }

  /** Reads the rows of a range page by page, in its direction; each call gives the next ones, none at the end. */
  reader(transaction: DeviceTransaction, table: string, range: Range): () => Promise<PageRows> {
    const all = this.#tables.get(table) ?? [];
    const first = range.from === undefined ? 0 : firstEndingAt(all, range.from);
    const pages: BasePage[] = [];
    for (let index = first; index < all.length; index += 1) {
      const page = all[index];
      if (page === undefined || (range.to !== undefined && page.firstKey >= range.to)) break;
      pages.push(page);
    }
    if (range.reverse) pages.reverse();
    let next = 0;
    return async () => {
      const part: BasePage[] = [];
      for (let rows = 0; rows < range.rowsMax && part.length < READ_PAGES_MAX && next < pages.length; next += 1) {
        const page = pages[next];
        if (page === undefined) break;
        part.push(page);
        rows += page.rows;
      }
      if (part.length === 0) return [];
      const rows = (await this.#rowsOf(transaction, part)).map((page) => within(page, range));
      return rows.length === 1 ? (rows[0] ?? []) : rows.flat();
    };
  }

  async #rowsOf(transaction: DeviceTransaction, pages: readonly BasePage[]): Promise<PageRows[]> {
    // Taken before anything is awaited: another read may let go of them meanwhile.
    const rows = new Map<BasePage, PageRows>();
    for (const page of pages) {
      const known = this.#use(page.index);
      if (known !== undefined) rows.set(page, known);
    }
    const missing = rows.size === pages.length ? [] : pages.filter((page) => !rows.has(page));
    if (missing.length > 0) {
      const keys = missing.map(({ index }) => sortableNumber(index));
      const texts = await transaction.pages.getMany<string>(this.id, keys);
      for (const [index, page] of missing.entries()) {
        const parsed = this.#parse(page, texts[index]);
        rows.set(page, parsed);
        this.#keep(page, parsed);
      }
    }
    return pages.map((page) => rows.get(page) ?? []);
  }

  #parse(page: BasePage, text: string | undefined): PageRows {
    if (text === undefined || lineSum(text) !== page.sum) throw new BaseDamaged(this.id, page.index);
    return readSnapshotPage(text);
  }

  #use(index: number): PageRows | undefined {
    const known = this.#parsed.get(index);
    if (known === undefined) return undefined;
    this.#parsed.delete(index);
    this.#parsed.set(index, known);
    return known.rows;
  }

  #keep({ index, bytes }: BasePage, rows: PageRows): void {
    if (this.#parsed.has(index)) return;
    this.#parsed.set(index, { rows, bytes });
    this.#parsedBytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#parsed) {
      if (this.#parsedBytes <= PARSED_BYTES_MAX || oldest === index) return;
      this.#parsed.delete(oldest);
      this.#parsedBytes -= freed;
    }
  }
}

/** Index of the first page whose last key is not before `key`. */
function firstEndingAt(pages: readonly BasePage[], key: string): number {
  return firstAtOrAfter(pages, key, ({ lastKey }) => lastKey);
}

/** Index of the first row whose key is not before `key`. */
function firstRowAt(rows: PageRows, key: string): number {
  return firstAtOrAfter(rows, key, (row) => row.key);
}

function rowAt(rows: PageRows, key: string): Row<unknown> | undefined {
  const row = rows[firstRowAt(rows, key)];
  return row?.key === key ? row : undefined;
}

function within(rows: PageRows, { from, to, reverse }: Range): PageRows {
  const start = from === undefined ? 0 : firstRowAt(rows, from);
  const end = to === undefined ? rows.length : firstRowAt(rows, to);
  const chosen = start === 0 && end === rows.length && !reverse ? rows : rows.slice(start, Math.max(start, end));
  return reverse ? chosen.toReversed() : chosen;
}
