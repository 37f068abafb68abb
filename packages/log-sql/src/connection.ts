// Opening SQLite files with the settings that durability rests on. Every setting is read back: some builds and drivers
// quietly run a file that is opened again in WAL mode at synchronous=NORMAL.
import { DatabaseSync } from 'node:sqlite';

/** How long a statement waits for another connection's lock. */
const BUSY_TIMEOUT_MS = 5_000;
const WRITER_CACHE_KIBIBYTES = 64 * 1_024;
const READER_CACHE_KIBIBYTES = 16 * 1_024;
/** Measured on sales of 400 bytes: a fifth less work per event than with SQLite's 4,096. Holds from a file's first write. */
export const PAGE_BYTES = 8_192;
/** Pages in the write-ahead log at which a commit copies what is left of them into the file: a thread does it long before. */
const CHECKPOINT_PAGES = 8_000;
/** PRAGMA synchronous: a commit returns after the write-ahead log is on disk. */
const SYNCHRONOUS_FULL = 2;

export function openWriter(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    set(database, 'journal_mode', 'wal', 'wal');
    set(database, 'synchronous', 'full', SYNCHRONOUS_FULL);
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.exec(`PRAGMA cache_size = -${WRITER_CACHE_KIBIBYTES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export function openReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  database.exec(`PRAGMA cache_size = -${READER_CACHE_KIBIBYTES}`);
  return database;
}

/** For copying the write-ahead log into the file while another connection writes it. The file is there, in WAL mode. */
export function openCheckpointer(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // The file is on disk before the pages it was copied from may be overwritten.
    set(database, 'synchronous', 'full', SYNCHRONOUS_FULL);
    set(database, 'wal_autocheckpoint', '0', 0);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The settings as the database itself states them now. */
export function durabilityOf(database: DatabaseSync): { readonly journalMode: unknown; readonly synchronous: unknown } {
  return { journalMode: read(database, 'journal_mode'), synchronous: read(database, 'synchronous') };
}

/**
 * `synced`: on disk when COMMIT returns. `ordered`: never before what was committed earlier, and whole or not at all, but a power
 * cut may take the last ones: for what can be made again from the log, and is.
 */
export type Durability = 'synced' | 'ordered';

const SYNCHRONOUS: Readonly<Record<Durability, { readonly value: string; readonly readBack: number }>> = {
  synced: { value: 'full', readBack: SYNCHRONOUS_FULL },
  ordered: { value: 'normal', readBack: 1 },
};

/** How the next transaction of the writing connection commits. Owns that one setting; every change is read back. */
export class CommitDurability {
  readonly #database: DatabaseSync;
  #present: Durability = 'synced';

  /** `database`: as `openWriter` gave it. */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** To be called outside a transaction. Throws when the setting does not take. */
  use(durability: Durability): void {
    if (durability === this.#present) return;
    const { value, readBack } = SYNCHRONOUS[durability];
    // If this throws, the next one sets it again.
    this.#present = 'ordered';
    set(this.#database, 'synchronous', value, readBack);
    this.#present = durability;
  }
}

function set(database: DatabaseSync, pragma: string, value: string, expected: unknown): void {
  database.exec(`PRAGMA ${pragma} = ${value}`);
  const actual = read(database, pragma);
  if (actual === expected) return;
  throw new Error(
    `SQLite runs with ${pragma} = ${String(actual)} instead of ${String(expected)}: what it confirms could be lost in a power cut. Nothing was written. Put the data folder on a local disk.`,
  );
}

function read(database: DatabaseSync, pragma: string): unknown {
  return database.prepare(`PRAGMA ${pragma}`).get()?.[pragma];
}
