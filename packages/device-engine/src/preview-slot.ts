// What screens read: the log's tables, or in place of some of them what a new device shows before its first snapshot is installed
// (snapshot-preview.ts, fetched only then). Owns which of the two.
import type { Range, Row, TableReader } from '@streamstock/event-log';

/** One table held in memory. */
export interface ShownTable {
  getMany<Value>(keys: readonly string[]): (Value | undefined)[];
  range<Value>(range: Range): Row<Value>[];
}

export class PreviewSlot {
  #shown: ReadonlyMap<string, ShownTable> | null = null;
  #isPartial = false;
  readonly reader: TableReader;

  constructor(below: TableReader) {
    this.reader = {
      getMany: async <Value>(table: string, keys: readonly string[]) =>
        this.#shown?.get(table)?.getMany<Value>(keys) ?? (await below.getMany<Value>(table, keys)),
      range: async <Value>(table: string, range: Range) =>
        this.#shown?.get(table)?.range<Value>(range) ?? (await below.range<Value>(table, range)),
    };
  }

  get isShown(): boolean {
    return this.#shown !== null;
  }

  /** Rows of what is shown are still to come. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  show(tables: ReadonlyMap<string, ShownTable>, extent: 'whole' | 'partial'): void {
    this.#shown = tables;
    this.#isPartial = extent === 'partial';
  }

  clear(): void {
    this.#shown = null;
    this.#isPartial = false;
  }
}
