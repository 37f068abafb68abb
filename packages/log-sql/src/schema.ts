// The tables of the central log in SQLite, and how an older file becomes a newer one. Owns the schema's version; only
// ever adds steps at the end of `STEPS`.
import type { DatabaseSync } from 'node:sqlite';
import { centralChainStart } from '@streamstock/event-log';
import { packAudience } from './audience-blocks.ts';
import { rebuildBlocks } from './blocks.ts';
import { bytesOfHash, nativeSha256 } from './bytes.ts';
import { packPlaces } from './place-runs.ts';

/** The file was written by a newer version of the server. */
export class CentralLogTooNew extends Error {
  override readonly name = 'CentralLogTooNew';
  constructor(version: number) {
    super(
      `The data folder was written by a newer version (schema ${version}, this one knows ${STEPS.length}). Nothing was changed. Start the newer version.`,
    );
  }
}

/** `after`: what needs more than SQL, in the transaction of its step. */
interface Step {
  readonly sql: string;
  readonly after?: (database: DatabaseSync) => void;
}

const FIRST: Step = {
  sql: `
  CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    writer TEXT NOT NULL
  ) STRICT;

  -- Store ids and event types as small integers.
  CREATE TABLE names (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE devices (
    number INTEGER PRIMARY KEY,
    device TEXT NOT NULL UNIQUE,
    store TEXT,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    parent TEXT,
    enrolled_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER,
    accepted_seq INTEGER NOT NULL,
    accepted_hash BLOB NOT NULL,
    last_stamp INTEGER
  ) STRICT;
  CREATE INDEX devices_by_parent ON devices (parent);

  -- Each event once. device and seq: its first place.
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    arrived_at_ms INTEGER NOT NULL,
    store INTEGER,
    type INTEGER NOT NULL,
    opens_group INTEGER NOT NULL,
    line TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_id ON events (id);
  -- These hold the position too: an index row ends with the row's primary key.
  CREATE INDEX events_by_store ON events (store);
  CREATE INDEX events_by_device ON events (device);
  CREATE INDEX events_by_type ON events (type);

  -- Every accepted line. position null: kept aside.
  CREATE TABLE places (
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    position INTEGER,
    hash BLOB NOT NULL,
    PRIMARY KEY (device, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE kept_aside (
    number INTEGER PRIMARY KEY,
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    reason TEXT NOT NULL,
    arrived_at_ms INTEGER NOT NULL,
    line TEXT NOT NULL,
    UNIQUE (device, seq)
  ) STRICT;

  -- Which positions a store hears of; store 0: all do.
  CREATE TABLE audience (
    store INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (store, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE read_tables (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE read_rows (
    read_table INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (read_table, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE projectors (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    checkpoint INTEGER NOT NULL,
    judged_to INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dead_letters (
    number INTEGER PRIMARY KEY,
    projector TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    problem TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  `,
};

const EPOCHS: Step = {
  sql: `
  -- The present one has the greatest number. base: where it began.
  CREATE TABLE epochs (
    number INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL UNIQUE,
    writer TEXT NOT NULL UNIQUE,
    cause TEXT NOT NULL,
    began_at_ms INTEGER NOT NULL,
    base_position INTEGER NOT NULL,
    base_hash BLOB NOT NULL
  ) STRICT;

  -- Until now a revoked device could push nothing more.
  ALTER TABLE devices ADD COLUMN revoked_at_seq INTEGER;
  UPDATE devices SET revoked_at_seq = accepted_seq WHERE revoked_at_ms IS NOT NULL;

  -- From here on device 0, seq 0 of an event: no place yet. Then resupplied_by says who handed it back.
  ALTER TABLE events ADD COLUMN resupplied_by INTEGER;

  -- again 1: not the first place of its event. Few are, and they are looked for by position.
  ALTER TABLE places ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
  UPDATE places SET again = 1 WHERE position IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM events e WHERE e.position = places.position AND e.device = places.device AND e.seq = places.seq
  );
  CREATE INDEX places_again ON places (device, position) WHERE again = 1;

  CREATE TABLE holes (
    number INTEGER PRIMARY KEY,
    device INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL,
    hash_after BLOB NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (device, to_seq)
  ) STRICT;
  `,
  after: (database) => {
    const begun = database
      .prepare('SELECT i.epoch, i.writer, d.enrolled_at_ms FROM identity i JOIN devices d ON d.device = i.writer')
      .get();
    if (begun !== undefined) {
      const epoch = String(begun['epoch']);
      database
        .prepare(`INSERT INTO epochs VALUES (1, ?, ?, 'begun', ?, 0, ?)`)
        .run(
          epoch,
          begun['writer'] ?? null,
          begun['enrolled_at_ms'] ?? null,
          bytesOfHash(centralChainStart(nativeSha256, epoch)),
        );
    }
    database.exec('DROP TABLE identity');
  },
};

const BLOCKS: Step = {
  sql: `
  -- Which stores, types and first devices stand in each run of positions (blocks.ts): in place of an index for each, which
  -- together cost more than all the rest of an event.
  CREATE TABLE blocks (
    block INTEGER PRIMARY KEY,
    stores TEXT NOT NULL,
    types TEXT NOT NULL,
    devices TEXT NOT NULL
  ) STRICT;
  DROP INDEX events_by_store;
  DROP INDEX events_by_device;
  DROP INDEX events_by_type;
  `,
  after: (database) => rebuildBlocks(database),
};

const REFUSED: Step = {
  sql: `
  -- Lines that were handed back and refused, each once.
  CREATE TABLE refused_lines (
    number INTEGER PRIMARY KEY,
    sum BLOB NOT NULL UNIQUE,
    supplier TEXT NOT NULL,
    id TEXT,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    line TEXT NOT NULL
  ) STRICT;
  `,
};

const PLACE_RUNS: Step = {
  sql: `
  -- In place of places: one row for each stretch of lines that stand behind one another (place-runs.ts). first_position null: kept
  -- aside. hashes: of each line in turn.
  CREATE TABLE place_runs (
    number INTEGER PRIMARY KEY,
    device INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    first_position INTEGER,
    again INTEGER NOT NULL,
    hashes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX place_runs_by_seq ON place_runs (device, last_seq);
  -- Few are, and they are looked for by position.
  CREATE INDEX place_runs_again ON place_runs (device, first_position) WHERE again = 1;
  `,
  after: (database) => {
    packPlaces(database);
    database.exec('DROP TABLE places');
  },
};

const AUDIENCE_BLOCKS: Step = {
  sql: `
  -- In place of audience: which stores hear of each run of positions (audience-blocks.ts).
  CREATE TABLE audience_blocks (
    block INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
  ) STRICT;
  `,
  after: (database) => {
    packAudience(database);
    database.exec('DROP TABLE audience');
  },
};

const STEPS: readonly Step[] = [FIRST, EPOCHS, BLOCKS, REFUSED, PLACE_RUNS, AUDIENCE_BLOCKS];

export function schemaVersionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/** Brings a file to the present schema, or to that of an earlier version (for tests), each step in one transaction. */
export function migrate(database: DatabaseSync, versionMax = STEPS.length): void {
  const version = schemaVersionOf(database);
  if (version > STEPS.length) throw new CentralLogTooNew(version);
  for (const [index, { sql, after }] of STEPS.entries()) {
    if (index < version || index >= versionMax) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(sql);
      after?.(database);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** For a file that must not be changed. */
export function checkSchema(database: DatabaseSync): void {
  const version = schemaVersionOf(database);
  if (version > STEPS.length) throw new CentralLogTooNew(version);
  if (version < STEPS.length) {
    throw new Error(
      `The data folder has schema ${version}, not ${STEPS.length}. Start the server once: it brings it up to date.`,
    );
  }
}
