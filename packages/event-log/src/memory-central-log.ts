// The central log in memory: for tests and the simulator. A transaction is computed first, then `sync` is awaited (the
// simulated disk), then all of it shows at once: whoever clones the log while `sync` runs has a disk without it.
import type { Planner, Submission } from './central-append.ts';
import { ChainCheck } from './central-check.ts';
import { CentralCommitDraft } from './central-commit.ts';
import type {
  AudienceRead,
  BrowseQuery,
  CentralLog,
  CentralView,
  ChainFault,
  DeadLetter,
  HeldHole,
  KeptAside,
  OwnInSnapshot,
  ReadLimit,
  RefusedHead,
  StoredLine,
} from './central-log.ts';
import { advanceProjectors } from './central-projection.ts';
import { checkReadMax, readEnd, storedLine, takeGroups, withCompanions } from './central-reading.ts';
import { deviceChainStart } from './chain.ts';
import type { CommitReader } from './commit-state.ts';
import type { DeviceRecord, NewDevice } from './device-record.ts';
import { firstEpoch, nextEpoch, type EpochRecord, type NewEpoch, type CentralHead } from './epoch-chain.ts';
import type { EventDraft } from './event.ts';
import { utf8Length, type EventLine } from './event-line.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import { holeOf } from './hole-plan.ts';
import { RESUPPLY_EVENTS_MAX, VIEWS_OPEN_MAX } from './limits.ts';
import { MemoryCentralState } from './memory-central-state.ts';
import { MemoryProjectionStep } from './memory-projection-step.ts';
import { memoryView } from './memory-central-view.ts';
import type { ChainPoint, Hole, Position, Seal, Seq } from './place.ts';
import type { Projector } from './projection.ts';
import { sha256, type Sha256 } from './sha256.ts';
import { SNAPSHOT_NOT_IN_MAX, SnapshotTooOld } from './snapshot.ts';
import type { TableReader } from './tables.ts';
import type { PushOutcome } from './push-outcome.ts';

export interface MemoryCentralLogOptions {
  /** Of a log that begins with this; a disk has its own. */
  readonly epoch: string;
  /** The centre's own log, to which rulings go. */
  readonly writer: DeviceId;
  readonly hash?: Sha256;
  /** Absent: the centre's own events are not sealed, so that no later epoch believes them when they are handed back. */
  readonly seal?: Seal;
  /** Awaited before a transaction shows and its promise resolves. If it rejects, nothing of it was written. */
  readonly sync?: () => Promise<void>;
}

const noWait = async (): Promise<void> => {};

export class MemoryCentralLog implements CentralLog {
  readonly #options: MemoryCentralLogOptions;
  readonly #hash: Sha256;
  readonly #state: MemoryCentralState;
  #viewsOpen = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** `disk`: another log's `disk()`, to start from what it holds. */
  constructor(options: MemoryCentralLogOptions, disk?: MemoryCentralState) {
    this.#options = options;
    this.#hash = options.hash ?? sha256;
    this.#state = disk?.clone() ?? emptyState(this.#hash, options);
  }

  get tables(): TableReader {
    return this.#state.tables;
  }

  /** What a process that dies now would find: every resolved write, nothing of one that still waits for `sync`. */
  disk(): MemoryCentralState {
    return this.#state.clone();
  }

  /** This log after a crash and a restart, or a backup of it. */
  clone(options: Partial<MemoryCentralLogOptions> = {}): MemoryCentralLog {
    return new MemoryCentralLog({ ...this.#options, ...options }, this.#state);
  }

  async head(): Promise<CentralHead> {
    return this.#state.head;
  }

  async epochs(): Promise<readonly EpochRecord[]> {
    return [...this.#state.epochs];
  }

  async beginEpoch(epoch: NewEpoch): Promise<CentralHead> {
    return await this.#exclusive(async () => {
      const { head, epochs, devices } = this.#state;
      const name = this.#hash(`epoch\n${head.epoch}\n${head.hash}\n${epoch.nowMs}`).slice(0, 16);
      const made = { epoch: `epoch-${name}`, writer: `centre-${name}`, ...epoch };
      if (devices.has(made.writer)) throw new Error(`Device ${made.writer} is registered already.`);
      const next = nextEpoch(head, epochs, made);
      await this.#sync();
      this.#state.begin(this.#hash, next);
      return this.#state.head;
    });
  }

  async append(submissions: readonly Submission[], plan: Planner): Promise<readonly PushOutcome[]> {
    return await this.#commit(async (draft) => await draft.addAll(submissions, plan));
  }

  async appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ readonly appended: number; readonly known: number }> {
    return await this.#commit(async (draft) => await draft.addOwn(writer, drafts, nowMs));
  }

  async read(after: Position, limit: ReadLimit): Promise<readonly StoredLine[]> {
    return takeGroups(this.#state.entries.slice(after, readEnd(after, limit)), limit).taken.map(storedLine);
  }

  async browse(query: BrowseQuery): Promise<readonly StoredLine[]> {
    checkReadMax(query.eventsMax);
    const found: StoredLine[] = [];
    for (
      let position = Math.min(this.#state.head.position, (query.before ?? Infinity) - 1);
      position > 0;
      position -= 1
    ) {
      const entry = this.#state.entries[position - 1];
      if (found.length >= query.eventsMax || entry === undefined) break;
      const { event, place } = entry;
      if (query.store !== undefined && event.store !== query.store) continue;
      if (query.device !== undefined && place?.device !== query.device) continue;
      if (query.type !== undefined && event.type !== query.type) continue;
      found.push(storedLine(entry));
    }
    return found;
  }

  async readForStore(store: StoreId, after: Position, limit: ReadLimit): Promise<AudienceRead> {
    checkReadMax(limit.eventsMax);
    const { head } = this.#state;
    const read = withCompanions(takeGroups(this.#state.heardBy(store, after), limit), limit, (id) => {
      const target = this.#state.entry(id);
      return target !== undefined && target.position <= after && this.#state.hears(store, target) ? target : null;
    });
    const last = read.taken.at(-1);
    const to = read.more && last !== undefined ? last : head;
    return {
      lines: read.taken.map(storedLine),
      companions: read.companions.map(storedLine),
      to: { position: to.position, hash: to.hash },
    };
  }

  async find(ids: readonly EventId[]): Promise<readonly StoredLine[]> {
    return ids.flatMap((id) => this.#state.entry(id) ?? []).map(storedLine);
  }

  async unknownOf(ids: readonly EventId[]): Promise<readonly EventId[]> {
    if (ids.length > RESUPPLY_EVENTS_MAX)
      throw new RangeError(`At most ${RESUPPLY_EVENTS_MAX} ids are looked up at once.`);
    return ids.filter((id) => this.#state.entry(id) === undefined);
  }

  async hashAt(position: Position): Promise<string | null> {
    if (position === 0) return this.#state.epochs[0]?.base.hash ?? null;
    return this.#state.entries[position - 1]?.hash ?? null;
  }

  async keptAside(linesMax: number, skip = 0): Promise<readonly KeptAside[]> {
    return this.#state.keptAside.toReversed().slice(skip, skip + linesMax);
  }

  async notTakenCount(): Promise<number> {
    return this.#state.refused.size + this.#state.keptAside.length;
  }

  async holes(holesMax: number): Promise<readonly HeldHole[]> {
    return this.#state.holes.slice(-holesMax).reverse();
  }

  async damagedHoles(device: DeviceId, holesMax: number): Promise<readonly Hole[]> {
    const damaged = this.#state.holesOf(device).filter(({ reason }) => reason === 'damaged');
    return damaged.slice(0, holesMax).map(holeOf);
  }

  async refusedLines(linesMax: number, skip = 0): Promise<readonly RefusedHead[]> {
    const latest = [...this.#state.refused.values()].toReversed().slice(skip, skip + linesMax);
    return latest.map(({ line, ...head }) => ({ ...head, sum: this.#hash(line), bytes: utf8Length(line) }));
  }

  async refusedLine(sum: string): Promise<EventLine | null> {
    return [...this.#state.refused.keys()].find((line) => this.#hash(line) === sum) ?? null;
  }

  async snapshotOwn(device: DeviceId, position: Position): Promise<OwnInSnapshot> {
    const record = this.#state.devices.get(device);
    if (record === undefined) throw new Error(`There is no device ${device}.`);
    const notIn = this.#state.seqsBehind(device, position);
    if (notIn.length > SNAPSHOT_NOT_IN_MAX) throw new SnapshotTooOld(device);
    return { accepted: record.accepted, notIn };
  }

  async registerDevice(record: NewDevice): Promise<void> {
    await this.#exclusive(async () => {
      if (this.#state.devices.has(record.device)) throw new Error(`Device ${record.device} is registered already.`);
      await this.#sync();
      this.#state.register(this.#hash, record);
    });
  }

  async revokeDevice(device: DeviceId, nowMs: number): Promise<void> {
    await this.#exclusive(async () => {
      if (!this.#state.devices.has(device)) throw new Error(`There is no device ${device} to revoke.`);
      await this.#sync();
      this.#state.revoke(device, nowMs);
    });
  }

  async device(device: DeviceId): Promise<DeviceRecord | null> {
    return this.#state.devices.get(device) ?? null;
  }

  async devices(): Promise<readonly DeviceRecord[]> {
    return [...this.#state.devices.values()];
  }

  async deviceHashesAt(device: DeviceId, seqs: readonly Seq[]): Promise<(ChainPoint | null)[]> {
    if (!this.#state.devices.has(device)) return seqs.map(() => null);
    return seqs.map((seq) => {
      const hash = seq === 0 ? deviceChainStart(this.#hash, device) : this.#state.hashAt(device, seq);
      return hash === undefined ? null : { seq, hash };
    });
  }

  async project(
    projectors: readonly Projector[],
    eventsMax: number,
  ): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
    checkReadMax(eventsMax);
    return await this.#exclusive(async () => {
      const step = new MemoryProjectionStep(this.#state);
      const result = await advanceProjectors(step, projectors, eventsMax);
      await step.flush();
      await this.#sync();
      step.apply();
      return result;
    });
  }

  async deadLetter(
    projector: Pick<Projector, 'name' | 'version'>,
    position: Position,
    problem: string,
    nowMs: number,
  ): Promise<void> {
    await this.#exclusive(async () => {
      const entry = this.#state.entries[position - 1];
      if (entry === undefined) throw new Error(`There is no event at position ${position}.`);
      await this.#sync();
      this.#state.addDeadLetter(projector, position, entry.id, problem, nowMs);
    });
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    return [...this.#state.deadLetters];
  }

  async view(): Promise<CentralView> {
    if (this.#viewsOpen >= VIEWS_OPEN_MAX)
      throw new RangeError(`At most ${VIEWS_OPEN_MAX} views of a log are open at a time.`);
    this.#viewsOpen += 1;
    return memoryView(this.#state.clone(), () => (this.#viewsOpen -= 1));
  }

  async verify(): Promise<readonly ChainFault[]> {
    const check = new ChainCheck(this.#hash, this.#state.epochs);
    for (const entry of this.#state.entries) check.event(entry);
    check.head(this.#state.head);
    for (const record of this.#state.devices.values()) {
      const chain = check.device(record);
      const holes = this.#state.holesOf(record.device);
      for (const { line, ...place } of this.#state.placedLines(record.device)) {
        while ((holes[0]?.toSeq ?? Infinity) < place.seq) chain.hole(...(holes.splice(0, 1) as [HeldHole]));
        chain.place(place, line);
      }
      for (const hole of holes) chain.hole(hole);
      chain.end();
    }
    return check.faults;
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {});
  }

  async #commit<Result>(work: (draft: CentralCommitDraft) => Promise<Result>): Promise<Result> {
    return await this.#exclusive(async () => {
      const draft = new CentralCommitDraft(
        this.#hash,
        this.#options.seal ?? null,
        this.#state.head,
        readerOf(this.#state),
      );
      const result = await work(draft);
      await this.#sync();
      this.#state.apply(draft.result());
      return result;
    });
  }

  async #sync(): Promise<void> {
    await (this.#options.sync ?? noWait)();
  }

  /** One write at a time, in the order they were asked for. */
  async #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#turn.then(work, work);
    this.#turn = run.catch(() => {});
    return await run;
  }
}

function emptyState(hash: Sha256, { epoch, writer }: MemoryCentralLogOptions): MemoryCentralState {
  const state = new MemoryCentralState();
  state.begin(hash, firstEpoch(hash, epoch, writer, 0));
  return state;
}

function readerOf(state: MemoryCentralState): CommitReader {
  return {
    device: async (device) => state.devices.get(device) ?? null,
    heldHashes: async (device, seqs) => {
      const held = new Map<Seq, string>();
      for (const seq of seqs) {
        const hash = state.hashAt(device, seq);
        if (hash !== undefined) held.set(seq, hash);
      }
      return held;
    },
    known: async (ids) => {
      const entries = ids.flatMap((id) => state.entry(id) ?? []);
      return new Map(
        entries.map(({ id, line, place, resuppliedBy = null }) => [
          id,
          { line, device: place?.device ?? null, resuppliedBy },
        ]),
      );
    },
    lastStamp: async (writer) => state.stamps.get(writer) ?? null,
    holeCount: async (device) => state.holesOf(device).length,
    holesWithin: async (device, fromSeq, toSeq) =>
      state
        .holesOf(device)
        .filter((hole) => hole.fromSeq >= fromSeq && hole.toSeq <= toSeq)
        .map(holeOf),
  };
}
