// The file that holds the rows an import could not take: line number, reason, and the row as it was. Made only when there
// is such a row, so that an import without problems leaves nothing behind.
import { closeSync, openSync, writeSync } from 'node:fs';
import Papa from 'papaparse';
import type { CsvRecord } from './csv-file.ts';

/** Reasons shown on the screen; the file holds all of them. */
const SHOWN_MAX = 5;

export class SetAsideFile {
  readonly path: string;
  readonly shown: string[] = [];
  #count = 0;
  #descriptor: number | null = null;

  constructor(path: string) {
    this.path = path;
  }

  get count(): number {
    return this.#count;
  }

  add(header: readonly string[], record: CsvRecord, reason: string): void {
    if (this.#descriptor === null) {
      this.#descriptor = openSync(this.path, 'w');
      this.#write(['line', 'reason', ...header]);
    }
    this.#write([String(record.line), reason, ...record.fields]);
    this.#count += 1;
    if (this.shown.length < SHOWN_MAX) this.shown.push(`line ${record.line}: ${reason}`);
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #write(fields: readonly string[]): void {
    if (this.#descriptor !== null) writeSync(this.#descriptor, `${Papa.unparse([[...fields]])}\n`);
  }
}
