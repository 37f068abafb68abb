// Lines that devices handed back and that were refused, in SQLite: the statements on `refused_lines`. Opens no transaction.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { REFUSED_LINES_MAX, type EventLine, type RefusedHead, type RefusedLine } from '@streamstock/event-log';
import { bytesOfHash, hashOf, nativeSha256 } from './bytes.ts';

export class RefusedRows {
  readonly #latest: StatementSync;
  readonly #line: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    this.#latest = database.prepare(`
      SELECT sum, supplier, id, reason, at_ms, octet_length(line) AS bytes
      FROM refused_lines ORDER BY number DESC LIMIT ? OFFSET ?`);
    this.#line = database.prepare('SELECT line FROM refused_lines WHERE sum = ?');
    this.#count = database.prepare(
      'SELECT (SELECT count(*) FROM refused_lines) + (SELECT count(*) FROM kept_aside) AS lines',
    );
  }

  /** Latest first. */
  latest(linesMax: number, skip: number): RefusedHead[] {
    return this.#latest.all(linesMax, skip).map((cells) => ({
      sum: hashOf(cells['sum']),
      supplier: String(cells['supplier']),
      id: cells['id'] === null ? null : String(cells['id']),
      reason: cells['reason'] as RefusedLine['reason'],
      bytes: Number(cells['bytes']),
      atMs: Number(cells['at_ms']),
    }));
  }

  /** With those that were kept aside. */
  count(): number {
    return Number(this.#count.get()?.['lines']);
  }

  line(sum: string): EventLine | null {
    const cells = this.#line.get(bytesOfHash(sum));
    return cells === undefined ? null : String(cells['line']);
  }
}

/** The writing side. */
export class RefusedWrites {
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(`
      INSERT OR IGNORE INTO refused_lines (sum, supplier, id, reason, at_ms, line)
      SELECT ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM refused_lines) < ${REFUSED_LINES_MAX}`);
  }

  /** One that is kept already, and one past the bound, changes nothing. */
  add({ supplier, id, reason, atMs, line }: RefusedLine): void {
    this.#insert.run(bytesOfHash(nativeSha256(line)), supplier, id, reason, atMs, line);
  }
}
