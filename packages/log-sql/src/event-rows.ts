// Events in SQLite: the statements that read and write `events`, and who hears of them. Opens no transaction.
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type {
  BrowseQuery,
  CommittedEntry,
  DeviceId,
  EventId,
  EventLine,
  HeldEvent,
  Place,
  Position,
  Seq,
  StoredLine,
  StoreId,
} from '@streamstock/event-log';
import { ALL_STORES, AUDIENCE_READ_POSITIONS_MAX, AudienceBlocks, AudienceWrites } from './audience-blocks.ts';
import { BlockRows, type BlockWrites } from './blocks.ts';
import { bytesOfHash, bytesOfId, HASH_BYTES, hashOf, ID_BYTES, idOf } from './bytes.ts';
import type { Names } from './names.ts';
import { placeHashOf } from './place-runs.ts';
import { bytesForRows, RowBatch } from './row-batch.ts';

type Cells = Record<string, SQLOutputValue>;

export interface StoredRow extends StoredLine {
  readonly opensGroup: boolean;
}

const COLUMNS = `e.position AS position, e.id AS id, e.line AS line, e.hash AS hash, e.arrived_at_ms AS arrived_at_ms,
  e.opens_group AS opens_group, d.device AS device, e.seq AS seq, ${placeHashOf('e')} AS place_hash,
  r.device AS resupplied_by`;
const JOINS = 'LEFT JOIN devices d ON d.number = e.device LEFT JOIN devices r ON r.number = e.resupplied_by';
/** Device and seq of an event that has no place yet. */
const NO_PLACE = 0;

export class EventRows {
  readonly #database: DatabaseSync;
  readonly #names: Names;
  readonly #head: StatementSync;
  readonly #after: StatementSync;
  readonly #linesAfter: StatementSync;
  readonly #at: StatementSync;
  readonly #byId: StatementSync;
  readonly #knownById: StatementSync;
  readonly #hashAt: StatementSync;
  readonly #group: StatementSync;
  readonly #groupAfter: StatementSync;
  readonly #positionOf: StatementSync;
  readonly #bytes: StatementSync;
  readonly #deviceNumber: StatementSync;
  readonly #blocks: BlockRows;
  readonly #audience: AudienceBlocks;
  readonly #browse = new Map<string, StatementSync>();
  readonly #idBytes = new Uint8Array(ID_BYTES);

  constructor(database: DatabaseSync, names: Names) {
    this.#database = database;
    this.#names = names;
    this.#head = database.prepare('SELECT position, hash FROM events ORDER BY position DESC LIMIT 1');
    this.#after = database.prepare(
      `SELECT ${COLUMNS} FROM events e ${JOINS} WHERE e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?`,
    );
    this.#linesAfter = database.prepare(
      'SELECT position, line, opens_group FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?',
    );
    this.#at = database.prepare(`SELECT ${COLUMNS} FROM events e ${JOINS} WHERE e.position = ?`);
    this.#byId = database.prepare(`SELECT ${COLUMNS} FROM events e ${JOINS} WHERE e.id = ?`);
    this.#knownById = database.prepare(`
      SELECT e.position, e.line, d.device, r.device AS resupplied_by FROM events e
      LEFT JOIN devices d ON d.number = e.device LEFT JOIN devices r ON r.number = e.resupplied_by WHERE e.id = ?`);
    this.#deviceNumber = database.prepare('SELECT number FROM devices WHERE device = ?');
    this.#blocks = new BlockRows(database);
    this.#audience = new AudienceBlocks(database);
    this.#positionOf = database.prepare('SELECT position FROM events WHERE id = ?');
    this.#hashAt = database.prepare('SELECT hash FROM events WHERE position = ?');
    this.#groupAfter = database.prepare(
      'SELECT position FROM events WHERE position > ? AND opens_group = 1 ORDER BY position LIMIT 1',
    );
    this.#group = database.prepare(`
      SELECT line FROM events
      WHERE position >= (SELECT max(position) FROM events WHERE position <= ?1 AND opens_group = 1)
        AND position < coalesce((SELECT min(position) FROM events WHERE position > ?1 AND opens_group = 1), ?1 + 1000)`);
    this.#bytes = database.prepare(
      'SELECT position, id, line, hash FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?',
    );
  }

  /** The last event, or null. */
  head(): { readonly position: Position; readonly hash: string } | null {
    const cells = this.#head.get();
    return cells === undefined ? null : { position: Number(cells['position']), hash: hashOf(cells['hash']) };
  }

  *after(after: Position, upTo: Position, rowsMax: number): Generator<StoredRow> {
    for (const cells of this.#after.iterate(after, upTo, rowsMax)) yield storedRow(cells);
  }

  /** What folding needs, and no more. */
  *linesAfter(
    after: Position,
    upTo: Position,
    rowsMax: number,
  ): Generator<Pick<StoredRow, 'position' | 'line' | 'opensGroup'>> {
    for (const cells of this.#linesAfter.iterate(after, upTo, rowsMax)) {
      yield {
        position: Number(cells['position']),
        line: String(cells['line']),
        opensGroup: cells['opens_group'] === 1,
      };
    }
  }

  /** Where one read for a store that begins behind `after` may end at the latest: before a group, or at the head. */
  readEnd(after: Position, head: Position): Position {
    const end = after + AUDIENCE_READ_POSITIONS_MAX;
    if (end >= head) return head;
    const next = this.#groupAfter.get(end)?.['position'];
    return typeof next === 'number' ? next - 1 : head;
  }

  *heardBy(store: StoreId, after: Position, upTo: Position, rowsMax: number): Generator<StoredRow> {
    let left = rowsMax;
    for (const position of this.#audience.heardBy(this.#names.find(store) ?? -1, after, upTo)) {
      if (left === 0) return;
      left -= 1;
      const cells = this.#at.get(position);
      if (cells !== undefined) yield storedRow(cells);
    }
  }

  find(id: EventId): StoredRow | null {
    const cells = this.#byId.get(bytesOfId(id));
    return cells === undefined ? null : storedRow(cells);
  }

  known(id: EventId): (HeldEvent & { readonly position: Position }) | null {
    const cells = this.#knownById.get(bytesOfId(id, this.#idBytes));
    if (cells === undefined) return null;
    return {
      position: Number(cells['position']),
      line: String(cells['line']),
      device: nullableText(cells['device']),
      resuppliedBy: nullableText(cells['resupplied_by']),
    };
  }

  positionOf(id: EventId): Position | null {
    const position = this.#positionOf.get(bytesOfId(id))?.['position'];
    return typeof position === 'number' ? position : null;
  }

  /** Whether a store hears of what stands at a position. */
  hears(store: StoreId, position: Position): boolean {
    return this.#audience.hears(this.#names.find(store) ?? -1, position);
  }

  hashAt(position: Position): string | null {
    const cells = this.#hashAt.get(position);
    return cells === undefined ? null : hashOf(cells['hash']);
  }

  /** The lines of the group that holds a position. */
  groupOf(position: Position): EventLine[] {
    return this.#group.all(position).map((cells) => String(cells['line']));
  }

  /** What the central chain is made of. */
  chainOf(after: Position, upTo: Position, rowsMax: number): Pick<StoredRow, 'position' | 'id' | 'line' | 'hash'>[] {
    return this.#bytes.all(after, upTo, rowsMax).map((cells) => ({
      position: Number(cells['position']),
      id: idOf(cells['id']),
      line: String(cells['line']),
      hash: hashOf(cells['hash']),
    }));
  }

  browse({ before = Number.MAX_SAFE_INTEGER, store, device, type, eventsMax }: BrowseQuery): StoredRow[] {
    // What was never written under its name is nowhere.
    const wanted = {
      ...(store === undefined ? {} : { store: this.#names.find(store) ?? -1 }),
      ...(type === undefined ? {} : { type: this.#names.find(type) ?? -1 }),
      ...(device === undefined ? {} : { device: this.#numberOf(device) }),
    };
    const names = Object.keys(wanted);
    const statement = this.#browseStatement(names);
    const upTo = Math.min(before - 1, this.head()?.position ?? 0);
    if (names.length === 0) return statement.all(1, upTo, eventsMax).map(storedRow);
    const rows: StoredRow[] = [];
    for (const { first, last } of this.#blocks.spans(wanted, 0, upTo)) {
      const found = statement.all(first, last, ...Object.values(wanted), eventsMax - rows.length);
      rows.push(...found.map(storedRow));
      if (rows.length >= eventsMax) break;
    }
    return rows;
  }

  #numberOf(device: DeviceId): number {
    const number = this.#deviceNumber.get(device)?.['number'];
    return typeof number === 'number' ? number : -1;
  }

  #browseStatement(names: readonly string[]): StatementSync {
    const filter = names.map((name) => `AND e.${name} = ?`).join(' ');
    const sql = `SELECT ${COLUMNS} FROM events e ${JOINS} WHERE e.position BETWEEN ? AND ? ${filter}
      ORDER BY e.position DESC LIMIT ?`;
    let statement = this.#browse.get(sql);
    if (statement === undefined) this.#browse.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

const EVENT_COLUMNS =
  'position, id, device, seq, hash, arrived_at_ms, store, type, opens_group, line, resupplied_by'.split(', ');

/** The writing side. */
export class EventWrites {
  readonly #names: Names;
  readonly #events: RowBatch;
  readonly #fill: StatementSync;
  readonly #audience: AudienceWrites;
  readonly #blocks: BlockWrites;
  readonly #idBytes = bytesForRows(ID_BYTES);
  readonly #hashBytes = bytesForRows(HASH_BYTES);

  constructor(database: DatabaseSync, names: Names, blocks: BlockWrites) {
    this.#names = names;
    this.#blocks = blocks;
    this.#events = new RowBatch(database, 'events', EVENT_COLUMNS);
    this.#fill = database.prepare('UPDATE events SET device = ?, seq = ? WHERE id = ? RETURNING position');
    this.#audience = new AudienceWrites(database);
  }

  /** Written with others, `flush` at the latest. `numberOf`: a device's number in other tables. */
  insert(entry: CommittedEntry, numberOf: (device: DeviceId) => number): void {
    const { position, id, event, place, hash, arrivedAtMs, opensGroup, line, audience, resuppliedBy } = entry;
    const store = event.store === null ? null : this.#names.numberOf(event.store);
    const type = this.#names.numberOf(event.type);
    const opens = opensGroup ? 1 : 0;
    const device = place === null ? null : numberOf(place.device);
    this.#blocks.mark(position, { store, type, device });
    const at = this.#events.waiting;
    this.#events.add(
      position,
      bytesOfId(id, this.#idBytes[at]),
      device ?? NO_PLACE,
      place === null ? NO_PLACE : place.seq,
      bytesOfHash(hash, this.#hashBytes[at]),
      arrivedAtMs,
      store,
      type,
      opens,
      line,
      resuppliedBy === undefined ? null : numberOf(resuppliedBy),
    );
    if (audience === 'all') this.#audience.add(ALL_STORES, position);
    else for (const one of audience) this.#audience.add(this.#names.numberOf(one), position);
  }

  flush(): void {
    this.#events.flush();
    this.#audience.flush();
  }

  /** After a rollback. */
  forget(): void {
    this.#events.forget();
    this.#audience.forget();
  }

  /** The first place of an event that has none; it is written. */
  fill(id: EventId, device: number, seq: Seq): void {
    const position = this.#fill.get(device, seq, bytesOfId(id))?.['position'];
    if (typeof position !== 'number') throw new Error(`There is no event ${id} to be given a place.`);
    this.#blocks.mark(position, { store: null, type: null, device });
  }
}

function storedRow(cells: Cells): StoredRow {
  const resuppliedBy = nullableText(cells['resupplied_by']);
  const row = {
    position: Number(cells['position']),
    id: idOf(cells['id']),
    line: String(cells['line']),
    place: placeOf(cells),
    hash: hashOf(cells['hash']),
    arrivedAtMs: Number(cells['arrived_at_ms']),
    opensGroup: cells['opens_group'] === 1,
  };
  return resuppliedBy === null ? row : { ...row, resuppliedBy };
}

function placeOf(cells: Cells): Place | null {
  const device = nullableText(cells['device']);
  return device === null ? null : { device, seq: Number(cells['seq']), hash: hashOf(cells['place_hash']) };
}

function nullableText(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
