// The directory's database file: tables, migrations and prepared statements' connection. Rows outside the log: people, their
// sessions, pairing codes, credentials, keys, and what devices last said. Holds digests of secrets, never secrets.
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Each entry brings the schema one version further; entries are never changed, only added. */
const migrations: readonly string[] = [
  `CREATE TABLE admins (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     email TEXT NOT NULL UNIQUE,
     password_hash TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE sessions (
     digest TEXT PRIMARY KEY,
     admin TEXT NOT NULL REFERENCES admins (id),
     created_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_by_expiry ON sessions (expires_at_ms);
   CREATE TABLE api_keys (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     digest TEXT NOT NULL UNIQUE,
     created_at_ms INTEGER NOT NULL,
     revoked_at_ms INTEGER
   ) STRICT;
   CREATE TABLE pairing_codes (
     digest TEXT PRIMARY KEY,
     store TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL,
     used_at_ms INTEGER
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX pairing_codes_by_expiry ON pairing_codes (expires_at_ms);
   CREATE TABLE device_credentials (
     device TEXT PRIMARY KEY,
     store TEXT NOT NULL,
     label TEXT NOT NULL,
     digest TEXT NOT NULL UNIQUE,
     created_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE device_reports (
     device TEXT PRIMARY KEY,
     heard_at_ms INTEGER NOT NULL,
     report TEXT NOT NULL
   ) STRICT;`,
  // What the log does not know of its epochs: from which backup one was restored, and who said "go on".
  `CREATE TABLE epoch_notes (
     epoch TEXT PRIMARY KEY,
     backup_taken_at_ms INTEGER,
     resumed_at_ms INTEGER,
     resumed_by TEXT
   ) STRICT;`,
];

/**
 * Opens the file (readable by its owner only), durable: WAL with `synchronous=FULL`, both read back. Throws when the file was
 * written by a newer version, or when the settings do not hold.
 */
export function openDirectoryDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000, enableForeignKeyConstraints: true });
  try {
    chmodSync(file, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;');
    const mode = database.prepare('PRAGMA journal_mode').get()?.['journal_mode'];
    const synchronous = database.prepare('PRAGMA synchronous').get()?.['synchronous'];
    if (mode !== 'wal' || synchronous !== 2) {
      throw new Error(
        `The directory can not be kept durable: journal mode ${String(mode)}, synchronous ${String(synchronous)}.`,
      );
    }
    migrate(database, file);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > migrations.length) {
    throw new Error(
      `${file} was written by a newer version of StreamStock (schema ${version}, this one knows ${migrations.length}). Update StreamStock.`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    inTransaction(database, () => {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

/** All of it or nothing. `work` must not be asynchronous. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
