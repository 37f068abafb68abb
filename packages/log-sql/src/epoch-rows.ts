// Epochs in SQLite: the statements on `epochs`, and the head of the log, which is the present epoch's. Opens no transaction.
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { headOf, type CentralHead, type EpochRecord } from '@streamstock/event-log';
import { bytesOfHash, hashOf } from './bytes.ts';

const COLUMNS = 'p.epoch, p.writer, p.cause, p.began_at_ms, p.base_position, p.base_hash';

export class EpochRows {
  readonly #all: StatementSync;
  readonly #head: StatementSync;
  readonly #start: StatementSync;

  constructor(database: DatabaseSync) {
    this.#all = database.prepare(`SELECT ${COLUMNS} FROM epochs p ORDER BY p.number`);
    // One statement, so that it sees one state.
    this.#head = database.prepare(`
      SELECT ${COLUMNS}, e.position, e.hash FROM epochs p
      LEFT JOIN events e ON e.position = (SELECT max(position) FROM events)
      WHERE p.number = (SELECT max(number) FROM epochs)`);
    this.#start = database.prepare('SELECT base_hash FROM epochs WHERE number = 1');
  }

  /** The present one last. */
  all(): EpochRecord[] {
    return this.#all.all().map(epochRecord);
  }

  /** null: the log was never begun. */
  head(): CentralHead | null {
    const cells = this.#head.get();
    if (cells === undefined) return null;
    const { position, hash } = cells;
    const last = typeof position === 'number' ? { position, hash: hashOf(hash) } : null;
    return headOf(epochRecord(cells), last);
  }

  /** Central chain hash at position 0. */
  start(): string | null {
    const cells = this.#start.get();
    return cells === undefined ? null : hashOf(cells['base_hash']);
  }
}

/** The writing side. */
export class EpochWrites {
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(`
      INSERT INTO epochs (epoch, writer, cause, began_at_ms, base_position, base_hash) VALUES (?, ?, ?, ?, ?, ?)`);
  }

  insert({ epoch, writer, cause, beganAtMs, base }: EpochRecord): void {
    this.#insert.run(epoch, writer, cause, beganAtMs, base.position, bytesOfHash(base.hash));
  }
}

function epochRecord(cells: Record<string, SQLOutputValue>): EpochRecord {
  return {
    epoch: String(cells['epoch']),
    writer: String(cells['writer']),
    cause: cells['cause'] as EpochRecord['cause'],
    beganAtMs: Number(cells['began_at_ms']),
    base: { position: Number(cells['base_position']), hash: hashOf(cells['base_hash']) },
  };
}
