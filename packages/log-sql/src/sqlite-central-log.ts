// The central log in SQLite. Opens a file, and hands reads to one connection and writes to another (WAL), which may be in a
// thread of its own. Owns opening, the lock and closing; what happens on each connection is the business of the two sides.
//
// 1. Every write runs alone, in one transaction; it resolves after COMMIT with synchronous=FULL, so it is on disk.
// 2. Reads use the reading connection and see committed state only.
// 3. At most one process has a log open for writing.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import {
  checkReadMax,
  firstEpoch,
  VIEWS_OPEN_MAX,
  type AudienceRead,
  type BrowseQuery,
  type CentralHead,
  type CentralLog,
  type CentralView,
  type ChainFault,
  type ChainPoint,
  type CommittedLine,
  type DeadLetter,
  type DeviceId,
  type DeviceRecord,
  type EpochRecord,
  type EventDraft,
  type EventId,
  type EventLine,
  type HeldHole,
  type Hole,
  type KeptAside,
  type NewDevice,
  type NewEpoch,
  type OwnInSnapshot,
  type Planner,
  type Position,
  type Projector,
  type PushOutcome,
  type ReadLimit,
  type RefusedHead,
  type Seal,
  type Seq,
  type StoredLine,
  type StoreId,
  type Submission,
  type TableReader,
} from '@streamstock/event-log';
import { backUp } from './backup.ts';
import { beginEpoch } from './begin-epoch.ts';
import { nativeSha256 } from './bytes.ts';
import { Checkpoints } from './checkpoints.ts';
import { openReader, openWriter } from './connection.ts';
import { EpochRows } from './epoch-rows.ts';
import type { LogWriter } from './log-writer.ts';
import { ReadSide } from './read-side.ts';
import { checkSchema, migrate } from './schema.ts';
import { openView } from './sqlite-view.ts';
import { takeWriterLock, type WriterLock } from './writer-lock.ts';
import { WriterThread, type WriterThreadOptions } from './writer-thread.ts';
import { WriteSide } from './write-side.ts';

export type SqliteCentralLogOptions = {
  /** The database file. Beside it lie its `-wal`, `-shm` and `-writer` files. */
  readonly path: string;
  readonly nowMs: number;
} & (
  | {
      readonly mode: 'write';
      /** For the centre's own events; the key lies outside the database. */
      readonly seal: Seal;
      /** Who a log is that begins with this opening; absent: made up at random. */
      readonly newIdentity?: Identity;
      /** Writing in a thread of its own; absent: in this one. */
      readonly thread?: WriterThreadOptions;
    }
  /** For looking at a log, also while a server writes it; every write is rejected. */
  | { readonly mode: 'read' }
);

/** Ids of an epoch and of the centre's own log in it. */
export interface Identity {
  readonly epoch: string;
  readonly writer: DeviceId;
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

function openForWriting({
  path,
  seal,
  newIdentity = randomIdentity(),
  nowMs,
  thread,
}: Extract<SqliteCentralLogOptions, { mode: 'write' }>): SqliteCentralLog {
  const lock = takeWriterLock(path);
  let writer: DatabaseSync | undefined;
  try {
    writer = openWriter(path);
    migrate(writer);
    if (new EpochRows(writer).head() === null) begin(writer, newIdentity, nowMs);
    const reads = new ReadSide(openReader(path), nativeSha256);
    if (thread === undefined) {
      const writes = new WriteSide(writer, new Checkpoints(path), nativeSha256, seal);
      return new SqliteCentralLog(path, reads, { writes, lock });
    }
    writer.close();
    return new SqliteCentralLog(path, reads, { writes: new WriterThread(thread), lock });
  } catch (error) {
    if (writer?.isOpen === true) writer.close();
    lock.release();
    throw error;
  }
}

function openForReading(path: string): SqliteCentralLog {
  if (!existsSync(path)) throw new Error(`There is no log at ${path}.`);
  const reader = openReader(path);
  try {
    checkSchema(reader);
    const side = new ReadSide(reader, nativeSha256);
    side.head();
    return new SqliteCentralLog(path, side, null);
  } catch (error) {
    reader.close();
    throw error;
  }
}

function randomIdentity(): Identity {
  return { epoch: `epoch-${randomBytes(8).toString('hex')}`, writer: `centre-${randomBytes(8).toString('hex')}` };
}

/** The first epoch and the centre's own log, in one transaction. */
function begin(database: DatabaseSync, { epoch, writer }: Identity, nowMs: number): void {
  database.exec('BEGIN IMMEDIATE');
  beginEpoch(database, nativeSha256, firstEpoch(nativeSha256, epoch, writer, nowMs));
  database.exec('COMMIT');
}

interface Writing {
  readonly writes: LogWriter;
  /** Released when nothing writes any more. */
  readonly lock: WriterLock;
}

export class SqliteCentralLog implements CentralLog {
  readonly #path: string;
  readonly #reads: ReadSide;
  readonly #writing: Writing | null;
  readonly #views = new Set<CentralView>();
  readonly tables: TableReader;

  /** Made by `openSqliteCentralLog`. */
  constructor(path: string, reads: ReadSide, writing: Writing | null) {
    this.#path = path;
    this.#reads = reads;
    this.#writing = writing;
    this.tables = reads.tables;
  }

  async head(): Promise<CentralHead> {
    return this.#reads.head();
  }

  async epochs(): Promise<readonly EpochRecord[]> {
    return this.#reads.epochs();
  }

  async beginEpoch(epoch: NewEpoch): Promise<CentralHead> {
    return await this.#writer().beginEpoch({ ...randomIdentity(), ...epoch });
  }

  async append(submissions: readonly Submission[], plan: Planner): Promise<readonly PushOutcome[]> {
    return await this.#writer().append(submissions, plan);
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

  async unknownOf(ids: readonly EventId[]): Promise<readonly EventId[]> {
    return this.#reads.unknownOf(ids);
  }

  async holes(holesMax: number): Promise<readonly HeldHole[]> {
    return this.#reads.holes(holesMax);
  }

  async damagedHoles(device: DeviceId, holesMax: number): Promise<readonly Hole[]> {
    return this.#reads.damagedHoles(device, holesMax);
  }

  async refusedLines(linesMax: number, skip = 0): Promise<readonly RefusedHead[]> {
    return this.#reads.refusedLines(linesMax, skip);
  }

  async notTakenCount(): Promise<number> {
    return this.#reads.notTakenCount();
  }

  async refusedLine(sum: string): Promise<EventLine | null> {
    return this.#reads.refusedLine(sum);
  }

  async snapshotOwn(device: DeviceId, position: Position): Promise<OwnInSnapshot> {
    return this.#reads.snapshotOwn(device, position);
  }

  async hashAt(position: Position): Promise<string | null> {
    return this.#reads.hashAt(position);
  }

  async keptAside(linesMax: number, skip = 0): Promise<readonly KeptAside[]> {
    return this.#reads.keptAside(linesMax, skip);
  }

  async registerDevice(record: NewDevice): Promise<void> {
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
    checkReadMax(eventsMax);
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

  /** On a connection of its own, in one read transaction. */
  async view(): Promise<CentralView> {
    if (this.#views.size >= VIEWS_OPEN_MAX)
      throw new RangeError(`At most ${VIEWS_OPEN_MAX} views of a log are open at a time.`);
    const view = openView(this.#path, (closed) => this.#views.delete(closed));
    this.#views.add(view);
    return view;
  }

  /**
   * A copy of the log as it is now, complete in one file, while it is read and written. `path` must not exist. On disk when
   * it resolves; when it rejects, nothing is left there.
   */
  async backupTo(path: string): Promise<CentralHead> {
    return await backUp(this.#path, path);
  }

  follow(listener: (entries: readonly CommittedLine[] | null) => void): () => void {
    return this.#writer().follow(listener);
  }

  async verify(): Promise<readonly ChainFault[]> {
    return await this.#reads.verify();
  }

  async close(): Promise<void> {
    for (const view of this.#views) await view.close();
    this.#reads.close();
    await this.#writing?.writes.close();
    this.#writing?.lock.release();
  }

  #writer(): LogWriter {
    if (this.#writing === null) throw new CentralLogReadOnly();
    return this.#writing.writes;
  }
}
