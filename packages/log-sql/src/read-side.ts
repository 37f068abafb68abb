// Everything that is read from the central log, on a connection of its own beside the writer's. Owns statements and the
// snapshot that several of them share; changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ChainCheck,
  checkReadMax,
  deviceChainStart,
  GROUP_EVENTS_MAX,
  RESUPPLY_EVENTS_MAX,
  SNAPSHOT_NOT_IN_MAX,
  SnapshotTooOld,
  storedLine,
  takeGroups,
  withCompanions,
  type AudienceRead,
  type BrowseQuery,
  type CentralHead,
  type ChainFault,
  type ChainPoint,
  type DeadLetter,
  type DeviceId,
  type DeviceRecord,
  type EpochRecord,
  type EventId,
  type EventLine,
  type HeldHole,
  type Hole,
  type KeptAside,
  type OwnInSnapshot,
  type Position,
  type ReadLimit,
  type RefusedHead,
  type Seq,
  type Sha256,
  type StoredLine,
  type StoreId,
  type TableReader,
} from '@streamstock/event-log';
import { DeviceRows, type NumberedDevice } from './device-rows.ts';
import { EpochRows } from './epoch-rows.ts';
import { EventRows } from './event-rows.ts';
import { Names } from './names.ts';
import { ProjectionReads } from './projection-rows.ts';
import { RefusedRows } from './refused-rows.ts';
import { TableRows } from './table-rows.ts';

/** Rows `verify` checks before it lets other work run. */
const VERIFY_ROWS_PER_TURN = 1_000;

export class ReadSide {
  readonly #database: DatabaseSync;
  readonly #hash: Sha256;
  readonly #epochs: EpochRows;
  readonly #events: EventRows;
  readonly #devices: DeviceRows;
  readonly #refused: RefusedRows;
  readonly #projection: ProjectionReads;
  readonly tables: TableReader;

  constructor(database: DatabaseSync, hash: Sha256) {
    this.#database = database;
    this.#hash = hash;
    this.#epochs = new EpochRows(database);
    this.#events = new EventRows(database, new Names(database, 'names', 'read'));
    this.#devices = new DeviceRows(database);
    this.#refused = new RefusedRows(database);
    this.#projection = new ProjectionReads(database, this.#events);
    this.tables = new TableRows(database, new Names(database, 'read_tables', 'read'));
  }

  head(): CentralHead {
    const head = this.#epochs.head();
    if (head === null) throw new Error('The log was never begun. Start the server once.');
    return head;
  }

  epochs(): EpochRecord[] {
    return this.#epochs.all();
  }

  read(after: Position, limit: ReadLimit): StoredLine[] {
    checkReadMax(limit.eventsMax);
    const rows = this.#events.after(after, Number.MAX_SAFE_INTEGER, limit.eventsMax + GROUP_EVENTS_MAX);
    return takeGroups(rows, limit).taken.map(storedLine);
  }

  browse(query: BrowseQuery): StoredLine[] {
    checkReadMax(query.eventsMax);
    return this.#events.browse(query).map(storedLine);
  }

  readForStore(store: StoreId, after: Position, limit: ReadLimit): AudienceRead {
    checkReadMax(limit.eventsMax);
    return this.#snapshot(() => {
      const head = this.head();
      const end = this.#events.readEnd(after, head.position);
      const rows = this.#events.heardBy(store, after, end, limit.eventsMax + GROUP_EVENTS_MAX);
      const read = withCompanions(takeGroups(rows, limit), limit, (id) => {
        const position = this.#events.positionOf(id);
        if (position === null || position > after || !this.#events.hears(store, position)) return null;
        return this.#events.find(id);
      });
      const last = read.taken.at(-1);
      const to = read.more && last !== undefined ? last : end === head.position ? head : this.#pointAt(end);
      return {
        lines: read.taken.map(storedLine),
        companions: read.companions.map(storedLine),
        to: { position: to.position, hash: to.hash },
      };
    });
  }

  #pointAt(position: Position): AudienceRead['to'] {
    const hash = this.hashAt(position);
    if (hash === null) throw new Error(`There is no event at position ${position}.`);
    return { position, hash };
  }

  find(ids: readonly EventId[]): StoredLine[] {
    return ids.flatMap((id) => this.#events.find(id) ?? []).map(storedLine);
  }

  hashAt(position: Position): string | null {
    return position === 0 ? this.#epochs.start() : this.#events.hashAt(position);
  }

  unknownOf(ids: readonly EventId[]): EventId[] {
    if (ids.length > RESUPPLY_EVENTS_MAX)
      throw new RangeError(`At most ${RESUPPLY_EVENTS_MAX} ids are looked up at once.`);
    return ids.filter((id) => this.#events.positionOf(id) === null);
  }

  holes(holesMax: number): HeldHole[] {
    return this.#devices.holes(holesMax);
  }

  damagedHoles(device: DeviceId, holesMax: number): Hole[] {
    const found = this.#devices.find(device);
    return found === null ? [] : this.#devices.damagedHoles(found.number, holesMax);
  }

  refusedLines(linesMax: number, skip: number): RefusedHead[] {
    return this.#refused.latest(linesMax, skip);
  }

  notTakenCount(): number {
    return this.#refused.count();
  }

  refusedLine(sum: string): EventLine | null {
    return this.#refused.line(sum);
  }

  snapshotOwn(device: DeviceId, position: Position): OwnInSnapshot {
    return this.#snapshot(() => {
      const found = this.#devices.find(device);
      if (found === null) throw new Error(`There is no device ${device}.`);
      const notIn = this.#devices.seqsBehind(found.number, position, SNAPSHOT_NOT_IN_MAX);
      if (notIn.length > SNAPSHOT_NOT_IN_MAX) throw new SnapshotTooOld(device);
      return { accepted: found.record.accepted, notIn };
    });
  }

  keptAside(linesMax: number, skip: number): KeptAside[] {
    return this.#devices.keptAside(linesMax, skip);
  }

  device(device: DeviceId): DeviceRecord | null {
    return this.#devices.find(device)?.record ?? null;
  }

  devices(): DeviceRecord[] {
    return this.#devices.all().map(({ record }) => record);
  }

  deviceHashesAt(device: DeviceId, seqs: readonly Seq[]): (ChainPoint | null)[] {
    const found = this.#devices.find(device);
    if (found === null) return seqs.map(() => null);
    return seqs.map((seq) => {
      const hash = seq === 0 ? deviceChainStart(this.#hash, device) : this.#devices.hashAt(found.number, seq);
      return hash === null ? null : { seq, hash };
    });
  }

  deadLetters(): DeadLetter[] {
    return this.#projection.deadLetters();
  }

  /** Up to what is held when it begins; page by page, so that reads and appends go on meanwhile. */
  async verify(): Promise<readonly ChainFault[]> {
    const { head, epochs, devices } = this.#snapshot(() => ({
      head: this.head(),
      epochs: this.#epochs.all(),
      devices: this.#devices.all(),
    }));
    const check = new ChainCheck(this.#hash, epochs);
    for (let after = 0; ;) {
      const rows = this.#events.chainOf(after, head.position, VERIFY_ROWS_PER_TURN);
      for (const row of rows) check.event(row);
      if (rows.length < VERIFY_ROWS_PER_TURN) break;
      after = rows.at(-1)?.position ?? head.position;
      await nextTurn();
    }
    check.head(head);
    for (const device of devices) await this.#verifyDevice(check, device);
    return check.faults;
  }

  async #verifyDevice(check: ChainCheck, { number, record }: NumberedDevice): Promise<void> {
    const { seq: upTo } = record.accepted;
    const chain = check.device(record);
    const holes = this.#devices.holesOf(number, upTo);
    let passed = 0;
    const passHoles = (before: Seq): void => {
      for (let hole = holes[passed]; hole !== undefined && hole.toSeq < before; hole = holes[++passed])
        chain.hole(hole);
    };
    for (let after = 0; ;) {
      const places = this.#devices.placedLines(number, after, upTo, VERIFY_ROWS_PER_TURN);
      for (const { line, ...point } of places) {
        passHoles(point.seq);
        chain.place(point, line);
      }
      if (places.length < VERIFY_ROWS_PER_TURN) break;
      after = places.at(-1)?.seq ?? upTo;
      await nextTurn();
    }
    passHoles(Infinity);
    chain.end();
  }

  close(): void {
    this.#database.close();
  }

  /** Several statements on one state. Nothing is awaited inside. */
  #snapshot<Result>(read: () => Result): Result {
    this.#database.exec('BEGIN');
    try {
      return read();
    } finally {
      this.#database.exec('COMMIT');
    }
  }
}
