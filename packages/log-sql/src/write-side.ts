// Everything that changes the central log: one transaction at a time on the writing connection. Owns that connection and
// the order of writes.
//
//   asked ──(turn)──▶ BEGIN IMMEDIATE ──▶ compute from committed rows ──▶ write rows ──▶ COMMIT (synced) ──▶ resolved
//                                    └──────────── anything throws ──▶ ROLLBACK ──▶ rejected, nothing written
import type { DatabaseSync } from 'node:sqlite';
import {
  advanceProjectors,
  CentralCommitDraft,
  nextEpoch,
  type CentralCommit,
  type CentralHead,
  type CommitReader,
  type CommittedEntry,
  type DeviceId,
  type EventDraft,
  type EventId,
  type HeldEvent,
  type NewDevice,
  type NewEpoch,
  type Planner,
  type Position,
  type Projector,
  type PushOutcome,
  type Seal,
  type Sha256,
  type Submission,
} from '@streamstock/event-log';
import { BlockWrites } from './blocks.ts';
import type { Checkpoints } from './checkpoints.ts';
import { CommitDurability, type Durability } from './connection.ts';
import { DeviceCache } from './device-cache.ts';
import { DeviceRows, DeviceWrites } from './device-rows.ts';
import { beginEpoch } from './begin-epoch.ts';
import { eachPlace } from './commit-places.ts';
import { EpochRows } from './epoch-rows.ts';
import { EventRows, EventWrites } from './event-rows.ts';
import { Followers } from './followers.ts';
import type { LogWriter } from './log-writer.ts';
import { Names } from './names.ts';
import { ProjectionRows } from './projection-rows.ts';
import { RefusedWrites } from './refused-rows.ts';
import { WritableTableRows } from './table-rows.ts';

/** What a step of the read models writes, or a little more. */
const STEP_ROWS = 200;

/** Where one event was held already, others are likely to be. */
const LOOK_UPS_AFTER_HELD = 16;
const CONSTRAINT_UNIQUE = 2_067;

export class WriteSide implements LogWriter {
  readonly #database: DatabaseSync;
  readonly #hash: Sha256;
  readonly #seal: Seal;
  readonly #names: Names;
  readonly #tableNames: Names;
  readonly #epochs: EpochRows;
  readonly #events: EventRows;
  readonly #blocks: BlockWrites;
  readonly #eventWrites: EventWrites;
  readonly #deviceRows: DeviceRows;
  readonly #devices: DeviceCache;
  readonly #deviceWrites: DeviceWrites;
  readonly #refusedWrites: RefusedWrites;
  readonly #projection: ProjectionRows;
  readonly #durability: CommitDurability;
  readonly #checkpoints: Checkpoints;
  readonly #followers = new Followers<readonly CommittedEntry[]>();
  /** The head as it is committed; null: to be read. */
  #present: CentralHead | null = null;
  /** So many appends look ids up before it is assumed again that they are new. */
  #lookUps = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(database: DatabaseSync, checkpoints: Checkpoints, hash: Sha256, seal: Seal) {
    this.#database = database;
    this.#checkpoints = checkpoints;
    this.#hash = hash;
    this.#seal = seal;
    this.#durability = new CommitDurability(database);
    this.#epochs = new EpochRows(database);
    this.#names = new Names(database, 'names', 'write');
    this.#tableNames = new Names(database, 'read_tables', 'write');
    this.#events = new EventRows(database, this.#names);
    this.#blocks = new BlockWrites(database);
    this.#eventWrites = new EventWrites(database, this.#names, this.#blocks);
    this.#deviceRows = new DeviceRows(database);
    this.#devices = new DeviceCache(this.#deviceRows);
    this.#deviceWrites = new DeviceWrites(database);
    this.#refusedWrites = new RefusedWrites(database);
    this.#projection = new ProjectionRows(database, this.#events, new WritableTableRows(database, this.#tableNames));
  }

  /**
   * Nearly every event of a push is new: that is assumed first, and the unique index on ids has the last word. Where one is
   * held already, nothing is written, and the whole is done again with every id looked up.
   */
  async append(submissions: readonly Submission[], plan: Planner): Promise<readonly PushOutcome[]> {
    const add = async (draft: CentralCommitDraft) => await draft.addAll(submissions, plan);
    const mayBeNew = submissions.every(({ kind }) => kind !== 'resupply');
    if (this.#lookUps > 0) this.#lookUps -= 1;
    else if (mayBeNew) {
      try {
        return await this.#commit(add, 'new');
      } catch (error) {
        if (!isHeldId(error)) throw error;
        this.#lookUps = LOOK_UPS_AFTER_HELD;
      }
    }
    return await this.#commit(add);
  }

  async beginEpoch(epoch: Required<NewEpoch>): Promise<CentralHead> {
    return await this.#transaction(async () => {
      if (this.#devices.find(epoch.writer) !== null)
        throw new Error(`Device ${epoch.writer} is registered already. No epoch was begun.`);
      const next = nextEpoch(this.#head(), this.#epochs.all(), epoch);
      beginEpoch(this.#database, this.#hash, next);
      this.#present = null;
      this.#devices.forget();
      return this.#head();
    });
  }

  async appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ appended: number; known: number }> {
    return await this.#commit(async (draft) => await draft.addOwn(writer, drafts, nowMs));
  }

  async registerDevice(record: NewDevice): Promise<void> {
    await this.#transaction(async () => {
      if (this.#devices.find(record.device) !== null) throw new Error(`Device ${record.device} is registered already.`);
      this.#deviceWrites.register(this.#hash, record);
    });
  }

  async revokeDevice(device: DeviceId, nowMs: number): Promise<void> {
    await this.#transaction(async () => {
      if (this.#devices.find(device) === null) throw new Error(`There is no device ${device} to revoke.`);
      this.#deviceWrites.revoke(device, nowMs);
      this.#devices.forget();
    });
  }

  async project(
    projectors: readonly Projector[],
    eventsMax: number,
  ): Promise<{ checkpoint: Position; head: Position }> {
    const step = async (): Promise<{ checkpoint: Position; head: Position }> => {
      const { store, flush } = this.#projection.step(this.#head().position);
      const result = await advanceProjectors(store, projectors, eventsMax);
      await flush();
      return result;
    };
    return await this.#transaction(step, () => this.#checkpoints.committed(STEP_ROWS), 'ordered');
  }

  async deadLetter(
    projector: Pick<Projector, 'name' | 'version'>,
    position: Position,
    problem: string,
    nowMs: number,
  ): Promise<void> {
    await this.#transaction(async () => {
      if (this.#events.hashAt(position) === null) throw new Error(`There is no event at position ${position}.`);
      this.#projection.insertDeadLetter(projector, position, problem, nowMs);
    });
  }

  follow(follower: (entries: readonly CommittedEntry[]) => void): () => void {
    return this.#followers.add(follower);
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {});
    await this.#checkpoints.close();
    if (this.#database.isOpen) this.#database.close();
  }

  /** `ids` new: none is looked up, and the transaction fails if one is held. */
  async #commit<Result>(
    work: (draft: CentralCommitDraft) => Promise<Result>,
    ids: 'new' | 'looked-up' = 'looked-up',
  ): Promise<Result> {
    let written: CentralCommit | null = null;
    const write = async (): Promise<Result> => {
      const draft = new CentralCommitDraft(this.#hash, this.#seal, this.#head(), this.#reader(ids));
      const result = await work(draft);
      const commit = draft.result();
      this.#write(commit);
      written = commit;
      return result;
    };
    return await this.#transaction(write, () => {
      if (written !== null) this.#committed(written);
    });
  }

  #committed({ head, entries, marks, stamps }: CentralCommit): void {
    this.#present = head;
    for (const [device, mark] of marks) this.#devices.accepted(device, mark, stamps.get(device) ?? null);
    const characters = entries.reduce((sum, { line }) => sum + line.length, 0);
    this.#checkpoints.committed(entries.length, characters);
    if (entries.length > 0) this.#followers.tell(entries);
  }

  #write(commit: CentralCommit): void {
    const numberOf = (device: DeviceId): number => {
      const known = this.#devices.find(device)?.number;
      if (known === undefined) throw new Error(`Device ${device} is not registered.`);
      return known;
    };
    for (const entry of commit.entries) this.#eventWrites.insert(entry, numberOf);
    this.#eventWrites.flush();
    for (const place of commit.filled) this.#eventWrites.fill(place.id, numberOf(place.device), place.seq);
    this.#blocks.flush();
    const heldAt = (id: EventId): Position | null => this.#events.positionOf(id);
    eachPlace(commit, heldAt, (place, position, again) => {
      this.#deviceWrites.place(numberOf(place.device), place, position, again);
    });
    this.#deviceWrites.flush();
    for (const one of commit.keptAside) this.#deviceWrites.keepAside(numberOf(one.place.device), one);
    for (const { device, toSeq } of commit.filledHoles) this.#deviceWrites.fillHole(numberOf(device), toSeq);
    for (const hole of commit.holes) this.#deviceWrites.addHole(numberOf(hole.device), hole);
    for (const refused of commit.refused) this.#refusedWrites.add(refused);
    for (const [device, mark] of commit.marks) {
      this.#deviceWrites.accept(numberOf(device), mark, commit.stamps.get(device) ?? null);
    }
  }

  #head(): CentralHead {
    const head = (this.#present ??= this.#epochs.head());
    if (head === null) throw new Error('The log was never begun.');
    return head;
  }

  #reader(ids: 'new' | 'looked-up'): CommitReader {
    return {
      device: async (device) => this.#devices.find(device)?.record ?? null,
      heldHashes: async (device, seqs) => {
        const number = this.#devices.find(device)?.number ?? -1;
        const held = new Map<number, string>();
        for (const seq of seqs) {
          const hash = this.#deviceRows.hashAt(number, seq);
          if (hash !== null) held.set(seq, hash);
        }
        return held;
      },
      known: async (wanted) => {
        const known = new Map<EventId, HeldEvent>();
        if (ids === 'new') return known;
        for (const id of wanted) {
          const event = this.#events.known(id);
          if (event !== null) known.set(id, event);
        }
        return known;
      },
      lastStamp: async (writer) => this.#devices.find(writer)?.lastStamp ?? null,
      holesWithin: async (device, fromSeq, toSeq) =>
        this.#deviceRows.holesWithin(this.#devices.find(device)?.number ?? -1, fromSeq, toSeq),
      holeCount: async (device) => this.#deviceRows.holeCount(this.#devices.find(device)?.number ?? -1),
    };
  }

  /** `committed`: called when it is on disk, before anyone else's turn. */
  async #transaction<Result>(
    work: () => Promise<Result>,
    committed: () => void = () => {},
    durability: Durability = 'synced',
  ): Promise<Result> {
    const run = this.#turn.then(async () => {
      this.#durability.use(durability);
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = await work();
        this.#database.exec('COMMIT');
        committed();
        return result;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        this.#present = null;
        this.#devices.forget();
        this.#names.forget();
        this.#tableNames.forget();
        this.#blocks.forget();
        this.#eventWrites.forget();
        this.#deviceWrites.forget();
        throw error;
      }
    });
    this.#turn = run.catch(() => {});
    return await run;
  }
}

/** An event was inserted under an id that has a position. */
function isHeldId(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    error.errcode === CONSTRAINT_UNIQUE &&
    error.message.includes('events.id')
  );
}
