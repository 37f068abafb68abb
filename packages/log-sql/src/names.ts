// Store ids, event types and read-table names as small integers. Owns the two name tables and a cache of them.
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class Names {
  readonly #select: StatementSync;
  readonly #insert: StatementSync | null;
  readonly #numbers = new Map<string, number>();

  constructor(database: DatabaseSync, table: 'names' | 'read_tables', mode: 'read' | 'write') {
    this.#select = database.prepare(`SELECT number FROM ${table} WHERE name = ?`);
    this.#insert = mode === 'write' ? database.prepare(`INSERT INTO ${table} (name) VALUES (?)`) : null;
  }

  /** undefined: nothing was ever written under this name. */
  find(name: string): number | undefined {
    const cached = this.#numbers.get(name);
    if (cached !== undefined) return cached;
    const number = this.#select.get(name)?.['number'];
    if (typeof number !== 'number') return undefined;
    this.#numbers.set(name, number);
    return number;
  }

  numberOf(name: string): number {
    const known = this.find(name);
    if (known !== undefined) return known;
    if (this.#insert === null) throw new Error('Names are made on the writing connection only.');
    const number = Number(this.#insert.run(name).lastInsertRowid);
    this.#numbers.set(name, number);
    return number;
  }

  /** After a rollback: what it made is gone. */
  forget(): void {
    this.#numbers.clear();
  }
}
