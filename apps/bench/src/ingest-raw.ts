// The raw insert of `bench ingest`: the rows that the centre wrote for the events, inserted again as they stand into an empty
// file of the same shape and settings. No sockets, no parsing, no checks, no read models; only SQLite's own work.
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';

/** As many events as the product takes into one commit. */
const GROUP_EVENTS = 500;
/** Not written while events come in: registries, and what projectors make of the events later. */
const OTHER_TABLES = /^(sqlite_|identity|names|devices|read_|projectors|dead_letters|epochs)/;

interface Copied {
  readonly insert: StatementSync;
  readonly rows: readonly Record<string, SQLOutputValue>[];
}

export function insertSameRows(from: string, to: string): { readonly elapsedMs: number; readonly rows: number } {
  const source = new DatabaseSync(from, { readOnly: true });
  const target = new DatabaseSync(to);
  try {
    const events = Number(source.prepare('SELECT count(*) AS events FROM events').get()?.['events']);
    const copies = copyShape(source, target);
    const began = performance.now();
    for (let done = 0; done < events; done += GROUP_EVENTS) {
      target.exec('BEGIN IMMEDIATE');
      for (const { insert, rows } of copies) {
        // Rows lie in the order in which the centre wrote them: each commit gets its share of every table.
        const first = Math.floor((rows.length * done) / events);
        const end = Math.floor((rows.length * Math.min(events, done + GROUP_EVENTS)) / events);
        for (let index = first; index < end; index += 1) insert.run(...Object.values(rows[index] ?? {}));
      }
      target.exec('COMMIT');
    }
    const elapsedMs = performance.now() - began;
    return { elapsedMs, rows: copies.reduce((sum, { rows }) => sum + rows.length, 0) };
  } finally {
    source.close();
    target.close();
  }
}

function copyShape(source: DatabaseSync, target: DatabaseSync): Copied[] {
  const pageBytes = Number(source.prepare('PRAGMA page_size').get()?.['page_size']);
  target.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = wal; PRAGMA synchronous = full;
    PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = -65536;`);
  const shapes = source.prepare('SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL').all();
  const wanted = shapes.filter(({ tbl_name: table }) => !OTHER_TABLES.test(String(table)));
  for (const { sql } of wanted) target.exec(String(sql));
  return wanted
    .filter(({ type }) => type === 'table')
    .map(({ name }) => {
      const columns = source.prepare(`SELECT name FROM pragma_table_info('${String(name)}')`).all();
      const order = columns.some(({ name: column }) => column === 'position') ? 'ORDER BY position' : '';
      const marks = columns.map(() => '?').join(', ');
      return {
        insert: target.prepare(`INSERT INTO ${String(name)} VALUES (${marks})`),
        rows: source.prepare(`SELECT * FROM ${String(name)} ${order}`).all(),
      };
    });
}
