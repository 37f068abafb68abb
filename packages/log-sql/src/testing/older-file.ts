// Turns a log's file into what an earlier version would have left of the same log. Written by hand from the earlier tables, without the
// code that packs and unpacks them today. For tests of migrations.
import { DatabaseSync } from 'node:sqlite';

const ENTRY_BYTES = 4;
const BLOCK_POSITIONS = 1_000;

/** `undo[version]` leads from the version behind to that one. */
const UNDO: Readonly<Record<number, (database: DatabaseSync) => void>> = {
  5: (database) => {
    database.exec(`CREATE TABLE audience (
      store INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (store, position)
    ) STRICT, WITHOUT ROWID`);
    const insert = database.prepare('INSERT INTO audience VALUES (?, ?)');
    for (const { block, entries } of database.prepare('SELECT block, entries FROM audience_blocks').all()) {
      const bytes = Buffer.from(entries as Uint8Array);
      for (let at = 0; at < bytes.length; at += ENTRY_BYTES) {
        const entry = bytes.readUInt32LE(at);
        const within = entry % BLOCK_POSITIONS;
        insert.run((entry - within) / BLOCK_POSITIONS, Number(block) * BLOCK_POSITIONS + within + 1);
      }
    }
    database.exec('DROP TABLE audience_blocks');
  },
  4: (database) =>
    database.exec(`
      CREATE TABLE places (
        device INTEGER NOT NULL, seq INTEGER NOT NULL, position INTEGER, hash BLOB NOT NULL,
        again INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (device, seq)
      ) STRICT, WITHOUT ROWID;
      WITH RECURSIVE steps (step) AS (SELECT 0 UNION ALL SELECT step + 1 FROM steps WHERE step < 1000)
      INSERT INTO places SELECT device, first_seq + step, first_position + step, substr(hashes, 32 * step + 1, 32), again
        FROM place_runs JOIN steps ON first_seq + step <= last_seq;
      CREATE INDEX places_again ON places (device, position) WHERE again = 1;
      DROP TABLE place_runs;`),
  3: (database) => database.exec('DROP TABLE refused_lines'),
  2: (database) =>
    database.exec(`
      DROP TABLE blocks;
      CREATE INDEX events_by_store ON events (store);
      CREATE INDEX events_by_device ON events (device);
      CREATE INDEX events_by_type ON events (type);`),
};

/** Versions a file can be turned back to, with all that it holds; the first one knew less. */
export const OLDER_VERSIONS = Object.keys(UNDO).map(Number);

/** Nobody has the file open. */
export function makeOlder(path: string, version: number): void {
  const database = new DatabaseSync(path);
  try {
    const present = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    for (let to = present - 1; to >= version; to -= 1) {
      const undo = UNDO[to];
      if (undo === undefined) throw new Error(`Nobody wrote down how a file of version ${to} looked.`);
      undo(database);
    }
    database.exec(`PRAGMA user_version = ${version}`);
  } finally {
    database.close();
  }
}
