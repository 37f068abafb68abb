// The central log in SQLite. Opens a file, and hands reads to one connection and writes to another (WAL). Owns opening
// and closing; what happens on each connection is the business of the two sides.
//
// 1. Every write runs alone, in one transaction; it resolves after COMMIT with synchronous=FULL, so it is on disk.
// 2. Reads use the reading connection and see committed state only.
// 3. At most one process has a log open for writing.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type {
  AudienceRead,
  BrowseQuery,
  CentralHead,
  CentralLog,
  ChainFault,
  ChainPoint,
  DeadLetter,
  DeviceId,
  DeviceRecord,
  EventDraft,
  EventId,
  KeptAside,
  PlanPush,
  Position,
  Projector,
  Push,
  PushOutcome,
  ReadLimit,
  Seq,
  StoredLine,
  StoreId,
  TableReader,
} from '@streamstock/event-log';
import { nativeSha256 } from './bytes.ts';
import { openReader, openWriter } from './connection.ts';
import { DeviceWrites } from './device-rows.ts';
import { checkEventsMax, readIdentity, ReadSide, type Identity } from './read-side.ts';
import { checkSchema, migrate } from './schema.ts';
import { takeWriterLock } from './writer-lock.ts';
import { WriteSide } from './write-side.ts';

export interface SqliteCentralLogOptions {
  /** The database file. Beside it lie its `-wal`, `-shm` and `-writer` files. */
  readonly path: string;
  /** `read`: for looking at a log, also while a server writes it; every write is rejected. */
  readonly mode: 'write' | 'read';
  /** Who a log is that begins with this opening; absent: made up at random. */
  readonly newIdentity?: Identity;
  readonly nowMs: number;
}

/** A write was asked of a log that is open for reading. */
export class CentralLogReadOnly extends Error {
  override readonly name = 'CentralLogReadOnly';
  constructor() {
    super('The log is open for reading only. Nothing was written.');
  }
}

/**
 * Opens a log, or begins one (`write`). Throws `CentralLogLocked` when someone else writes it, `CentralLogTooNew` for a
 * file of a newer version, and an error that says so when the file system does not give the durability asked for.
 */
export function openSqliteCentralLog(options: SqliteCentralLogOptions): SqliteCentralLog {
  return options.mode === 'write' ? openForWriting(options) : openForReading(options.path);
}

function openForWriting({ path, newIdentity, nowMs }: SqliteCentralLogOptions): SqliteCentralLog {
  const lock = takeWriterLock(path);
  let writer: DatabaseSync | undefined;
  try {
    writer = openWriter(path);
    migrate(writer);
    const identity = readIdentity(writer) ?? begin(writer, newIdentity ?? randomIdentity(), nowMs);
    const writeSide = new WriteSide(writer, lock, nativeSha256, identity);
    return new SqliteCentralLog(new ReadSide(openReader(path), nativeSha256, identity), writeSide);
  } catch (error) {
    writer?.close();
    lock.release();
    throw error;
  }
}

function openForReading(path: string): SqliteCentralLog {
  if (!existsSync(path)) throw new Error(`There is no log at ${path}.`);
  const reader = openReader(path);
  try {
    checkSchema(reader);
    const identity = readIdentity(reader);
    if (identity === null) throw new Error(`The log at ${path} was never begun. Start the server once.`);
    return new SqliteCentralLog(new ReadSide(reader, nativeSha256, identity), null);
  } catch (error) {
    reader.close();
    throw error;
  }
}

function randomIdentity(): Identity {
  return { epoch: `epoch-${randomBytes(8).toString('hex')}`, writer: `centre-${randomBytes(8).toString('hex')}` };
}

/** Identity and the centre's own log, in one transaction. */
function begin(database: DatabaseSync, identity: Identity, nowMs: number): Identity {
  database.exec('BEGIN IMMEDIATE');
  database.prepare('INSERT INTO identity (one, epoch, writer) VALUES (1, ?, ?)').run(identity.epoch, identity.writer);
  new DeviceWrites(database).register(nativeSha256, {
    device: identity.writer,
    store: null,
    kind: 'centre',
    label: 'Centre',
    parent: null,
    enrolledAtMs: nowMs,
  });
  database.exec('COMMIT');
  return identity;
}

export class SqliteCentralLog implements CentralLog {
  readonly #reads: ReadSide;
  readonly #writes: WriteSide | null;
  readonly tables: TableReader;

  /** Made by `openSqliteCentralLog`. */
  constructor(reads: ReadSide, writes: WriteSide | null) {
    this.#reads = reads;
    this.#writes = writes;
    this.tables = reads.tables;
  }

  async head(): Promise<CentralHead> {
    return this.#reads.head();
  }

  async append(pushes: readonly Push[], plan: PlanPush): Promise<readonly PushOutcome[]> {
    return await this.#writer().append(pushes, plan);
  }

  async appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ readonly appended: number; readonly known: number }> {
    return await this.#writer().appendOwn(writer, drafts, nowMs);
  }

  async read(after: Position, limit: ReadLimit): Promise<readonly StoredLine[]> {
    return this.#reads.read(after, limit);
  }

  async browse(query: BrowseQuery): Promise<readonly StoredLine[]> {
    return this.#reads.browse(query);
  }

  async readForStore(store: StoreId, after: Position, limit: ReadLimit): Promise<AudienceRead> {
    return this.#reads.readForStore(store, after, limit);
  }

  async find(ids: readonly EventId[]): Promise<readonly StoredLine[]> {
    return this.#reads.find(ids);
  }

  async hashAt(position: Position): Promise<string | null> {
    return this.#reads.hashAt(position);
  }

  async keptAside(linesMax: number): Promise<readonly KeptAside[]> {
    return this.#reads.keptAside(linesMax);
  }

  async registerDevice(record: Omit<DeviceRecord, 'accepted' | 'revokedAtMs'>): Promise<void> {
    await this.#writer().registerDevice(record);
  }

  async revokeDevice(device: DeviceId, nowMs: number): Promise<void> {
    await this.#writer().revokeDevice(device, nowMs);
  }

  async device(device: DeviceId): Promise<DeviceRecord | null> {
    return this.#reads.device(device);
  }

  async devices(): Promise<readonly DeviceRecord[]> {
    return this.#reads.devices();
  }

  async deviceHashesAt(device: DeviceId, seqs: readonly Seq[]): Promise<(ChainPoint | null)[]> {
    return this.#reads.deviceHashesAt(device, seqs);
  }

  async project(
    projectors: readonly Projector[],
    eventsMax: number,
  ): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
    checkEventsMax(eventsMax);
    return await this.#writer().project(projectors, eventsMax);
  }

  async deadLetter(
    projector: Pick<Projector, 'name' | 'version'>,
    position: Position,
    problem: string,
    nowMs: number,
  ): Promise<void> {
    await this.#writer().deadLetter(projector, position, problem, nowMs);
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    return this.#reads.deadLetters();
  }

  async verify(): Promise<readonly ChainFault[]> {
    return await this.#reads.verify();
  }

  async close(): Promise<void> {
    this.#reads.close();
    await this.#writes?.close();
  }

  #writer(): WriteSide {
    if (this.#writes === null) throw new CentralLogReadOnly();
    return this.#writes;
  }
}
