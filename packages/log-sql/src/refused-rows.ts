// Lines that devices handed back and that were refused, in SQLite: the statements on `refused_lines`. Opens no transaction.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { REFUSED_LINES_MAX, type RefusedLine } from '@streamstock/event-log';
import { bytesOfHash, nativeSha256 } from './bytes.ts';

export class RefusedRows {
  readonly #latest: StatementSync;

  constructor(database: DatabaseSync) {
    this.#latest = database.prepare(
      'SELECT supplier, id, reason, at_ms, line FROM refused_lines ORDER BY number DESC LIMIT ?',
    );
  }

  /** Latest first. */
  latest(linesMax: number): RefusedLine[] {
    return this.#latest.all(linesMax).map((cells) => ({
      supplier: String(cells['supplier']),
      id: cells['id'] === null ? null : String(cells['id']),
      reason: cells['reason'] as RefusedLine['reason'],
      line: String(cells['line']),
      atMs: Number(cells['at_ms']),
    }));
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
