// Everything that is read from the central log, on a connection of its own beside the writer's. Owns statements and the
// snapshot that several of them share; changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  centralChainStart,
  ChainCheck,
  deviceChainStart,
  GROUP_EVENTS_MAX,
  READ_EVENTS_MAX,
  takeGroups,
  type AudienceRead,
  type BrowseQuery,
  type CentralHead,
  type ChainFault,
  type ChainPoint,
  type DeadLetter,
  type DeviceId,
  type DeviceRecord,
  type EventId,
  type KeptAside,
  type Position,
  type ReadLimit,
  type Seq,
  type Sha256,
  type StoredLine,
  type StoreId,
  type TableReader,
} from '@streamstock/event-log';
import { DeviceRows } from './device-rows.ts';
import { EventRows, type StoredRow } from './event-rows.ts';
import { Names } from './names.ts';
import { DeadLetterRows } from './projection-rows.ts';
import { TableRows } from './table-rows.ts';

/** Rows `verify` checks before it lets other work run. */
const VERIFY_ROWS_PER_TURN = 1_000;

/** What never changes while a log is open. */
export interface Identity {
  readonly epoch: string;
  readonly writer: DeviceId;
}

export function readIdentity(database: DatabaseSync): Identity | null {
  const cells = database.prepare('SELECT epoch, writer FROM identity').get();
  return cells === undefined ? null : { epoch: String(cells['epoch']), writer: String(cells['writer']) };
}

export class ReadSide {
  readonly #database: DatabaseSync;
  readonly #hash: Sha256;
  readonly #identity: Identity;
  readonly #events: EventRows;
  readonly #devices: DeviceRows;
  readonly #deadLetters: DeadLetterRows;
  readonly tables: TableReader;

  constructor(database: DatabaseSync, hash: Sha256, identity: Identity) {
    this.#database = database;
    this.#hash = hash;
    this.#identity = identity;
    this.#events = new EventRows(database, new Names(database, 'names', 'read'));
    this.#devices = new DeviceRows(database);
    this.#deadLetters = new DeadLetterRows(database);
    this.tables = new TableRows(database, new Names(database, 'read_tables', 'read'));
  }

  head(): CentralHead {
    const { epoch } = this.#identity;
    return {
      ...this.#identity,
      ...(this.#events.head() ?? { position: 0, hash: centralChainStart(this.#hash, epoch) }),
    };
  }

  read(after: Position, limit: ReadLimit): StoredLine[] {
    checkEventsMax(limit.eventsMax);
    const rows = this.#events.after(after, Number.MAX_SAFE_INTEGER, limit.eventsMax + GROUP_EVENTS_MAX);
    return takeGroups(rows, limit).taken.map(storedLine);
  }

  browse(query: BrowseQuery): StoredLine[] {
    checkEventsMax(query.eventsMax);
    return this.#events.browse(query).map(storedLine);
  }

  readForStore(store: StoreId, after: Position, limit: ReadLimit): AudienceRead {
    checkEventsMax(limit.eventsMax);
    return this.#snapshot(() => {
      const { taken, more } = takeGroups(this.#events.heardBy(store, after, limit.eventsMax + GROUP_EVENTS_MAX), limit);
      const last = taken.at(-1);
      const to = more && last !== undefined ? last : this.head();
      return { lines: taken.map(storedLine), to: { position: to.position, hash: to.hash } };
    });
  }

  find(ids: readonly EventId[]): StoredLine[] {
    return ids.flatMap((id) => this.#events.find(id) ?? []).map(storedLine);
  }

  hashAt(position: Position): string | null {
    return position === 0 ? centralChainStart(this.#hash, this.#identity.epoch) : this.#events.hashAt(position);
  }

  keptAside(linesMax: number): KeptAside[] {
    return this.#devices.keptAside(linesMax);
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
    return this.#deadLetters.all();
  }

  /** Up to what is held when it begins; page by page, so that reads and appends go on meanwhile. */
  async verify(): Promise<readonly ChainFault[]> {
    const { head, devices } = this.#snapshot(() => ({ head: this.head(), devices: this.#devices.all() }));
    const check = new ChainCheck(this.#hash, head.epoch);
    for (let after = 0; ;) {
      const rows = this.#events.chainOf(after, head.position, VERIFY_ROWS_PER_TURN);
      for (const row of rows) check.event(row);
      if (rows.length < VERIFY_ROWS_PER_TURN) break;
      after = rows.at(-1)?.position ?? head.position;
      await nextTurn();
    }
    check.head(head);
    for (const { number, record } of devices) {
      const chain = check.device(record);
      for (let after = 0; ;) {
        const places = this.#devices.placedLines(number, after, record.accepted.seq, VERIFY_ROWS_PER_TURN);
        for (const { line, ...point } of places) chain.place(point, line);
        if (places.length < VERIFY_ROWS_PER_TURN) break;
        after = places.at(-1)?.seq ?? record.accepted.seq;
        await nextTurn();
      }
      chain.end();
    }
    return check.faults;
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

export function checkEventsMax(eventsMax: number): void {
  if (eventsMax < 1 || eventsMax > READ_EVENTS_MAX)
    throw new RangeError(`A read returns 1 to ${READ_EVENTS_MAX} events.`);
}

function storedLine({ position, id, line, place, hash, arrivedAtMs }: StoredRow): StoredLine {
  return { position, id, line, place, hash, arrivedAtMs };
}
