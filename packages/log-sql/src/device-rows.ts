// The registry of devices, the places of their lines and the holes between, in SQLite. Owns statements on `devices`,
// `holes` and `kept_aside`; opens no transaction.
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import {
  deviceChainStart,
  type ChainPoint,
  type DeviceId,
  type DeviceRecord,
  type HeldHole,
  type Hole,
  type HybridTime,
  type KeptAside,
  type NewDevice,
  type Position,
  type Seq,
  type Sha256,
} from '@streamstock/event-log';
import { BlockRows } from './blocks.ts';
import { bytesOfHash, bytesOfId, hashOf, idOf } from './bytes.ts';
import { placeHashOf, PlaceRuns, PlaceRunWrites, type PlacedLine } from './place-runs.ts';

type Cells = Record<string, SQLOutputValue>;

/** A device with its number in other tables. */
export interface NumberedDevice {
  readonly number: number;
  readonly record: DeviceRecord;
  readonly lastStamp: HybridTime | null;
}

const DEVICE_COLUMNS =
  'number, device, store, kind, label, parent, enrolled_at_ms, revoked_at_ms, revoked_at_seq, accepted_seq, accepted_hash, last_stamp';

export class DeviceRows {
  readonly #byId: StatementSync;
  readonly #all: StatementSync;
  readonly #runs: PlaceRuns;
  readonly #hashBehindHole: StatementSync;
  readonly #firstIn: StatementSync;
  readonly #last: StatementSync;
  readonly #blocks: BlockRows;
  readonly #holes: StatementSync;
  readonly #holesOf: StatementSync;
  readonly #holesWithin: StatementSync;
  readonly #damagedHoles: StatementSync;
  readonly #holeCount: StatementSync;
  readonly #keptAside: StatementSync;

  constructor(database: DatabaseSync) {
    this.#byId = database.prepare(`SELECT ${DEVICE_COLUMNS} FROM devices WHERE device = ?`);
    this.#all = database.prepare(`SELECT ${DEVICE_COLUMNS} FROM devices ORDER BY number`);
    this.#runs = new PlaceRuns(database);
    this.#hashBehindHole = database.prepare('SELECT hash_after AS hash FROM holes WHERE device = ? AND to_seq = ?');
    // First places by the events that have them, all others by their own index: a device's whole log is never walked.
    this.#firstIn = database.prepare('SELECT seq FROM events WHERE position BETWEEN ? AND ? AND device = ?');
    this.#last = database.prepare('SELECT max(position) AS position FROM events');
    this.#blocks = new BlockRows(database);
    const holes = `SELECT d.device, h.from_seq, h.to_seq, h.hash_after, h.reason, h.at_ms FROM holes h
      JOIN devices d ON d.number = h.device`;
    this.#holes = database.prepare(`${holes} ORDER BY h.number DESC LIMIT ?`);
    this.#holesOf = database.prepare(`${holes} WHERE h.device = ? AND h.to_seq <= ? ORDER BY h.to_seq`);
    const own = 'SELECT from_seq, to_seq, hash_after, reason FROM holes WHERE device = ?';
    this.#holesWithin = database.prepare(`${own} AND from_seq >= ? AND to_seq <= ? ORDER BY to_seq`);
    this.#damagedHoles = database.prepare(`${own} AND reason = 'damaged' ORDER BY to_seq LIMIT ?`);
    this.#holeCount = database.prepare('SELECT count(*) AS holes FROM holes WHERE device = ?');
    this.#keptAside = database.prepare(`
      SELECT d.device, k.seq, ${placeHashOf('k')} AS hash, k.id, k.reason, k.arrived_at_ms, k.line FROM kept_aside k
      JOIN devices d ON d.number = k.device
      ORDER BY k.number DESC LIMIT ? OFFSET ?`);
  }

  find(device: DeviceId): NumberedDevice | null {
    const cells = this.#byId.get(device);
    return cells === undefined ? null : numberedDevice(cells);
  }

  all(): NumberedDevice[] {
    return this.#all.all().map(numberedDevice);
  }

  /** Chain hash at a seq ≥ 1, or null. */
  hashAt(number: number, seq: Seq): string | null {
    const held = this.#runs.hashAt(number, seq);
    if (held !== null) return held;
    const cells = this.#hashBehindHole.get(number, seq);
    return cells === undefined ? null : hashOf(cells['hash']);
  }

  /** Seqs of a device's lines whose event stands behind `position`, ascending; stops soon after `seqsMax`. */
  seqsBehind(number: number, position: Position, seqsMax: number): Seq[] {
    const seqs = this.#runs.againBehind(number, position, seqsMax);
    const last = Number(this.#last.get()?.['position'] ?? 0);
    for (const { first, last: end } of this.#blocks.spans({ device: number }, position, last)) {
      if (seqs.length > seqsMax) break;
      for (const { seq } of this.#firstIn.all(first, end, number)) seqs.push(Number(seq));
    }
    return seqs.sort((a, b) => a - b);
  }

  /** Latest first. */
  holes(holesMax: number): HeldHole[] {
    return this.#holes.all(holesMax).map(heldHole);
  }

  /** Of one device, up to a seq, in its order. */
  holesOf(number: number, upTo: Seq): HeldHole[] {
    return this.#holesOf.all(number, upTo).map(heldHole);
  }

  /** Of one device, wholly between two seqs, in its order. */
  holesWithin(number: number, fromSeq: Seq, toSeq: Seq): Hole[] {
    return this.#holesWithin.all(number, fromSeq, toSeq).map(holeIn);
  }

  /** Of one device, in its order. */
  damagedHoles(number: number, holesMax: number): Hole[] {
    return this.#damagedHoles.all(number, holesMax).map(holeIn);
  }

  holeCount(number: number): number {
    return Number(this.#holeCount.get(number)?.['holes'] ?? 0);
  }

  placedLines(number: number, after: Seq, upTo: Seq, linesMax: number): PlacedLine[] {
    return this.#runs.lines(number, after, upTo, linesMax);
  }

  keptAside(linesMax: number, skip: number): KeptAside[] {
    return this.#keptAside.all(linesMax, skip).map((cells) => ({
      id: idOf(cells['id']),
      line: String(cells['line']),
      place: { device: String(cells['device']), seq: Number(cells['seq']), hash: hashOf(cells['hash']) },
      reason: cells['reason'] as KeptAside['reason'],
      arrivedAtMs: Number(cells['arrived_at_ms']),
    }));
  }
}

/** The writing side. */
export class DeviceWrites {
  readonly #insert: StatementSync;
  readonly #revoke: StatementSync;
  readonly #revokeWriters: StatementSync;
  readonly #hole: StatementSync;
  readonly #fillHole: StatementSync;
  readonly #accept: StatementSync;
  readonly #places: PlaceRunWrites;
  readonly #keepAside: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(`
      INSERT INTO devices (device, store, kind, label, parent, enrolled_at_ms, accepted_seq, accepted_hash)
      VALUES (?, ?, ?, ?, ?, ?, 0, ?)`);
    this.#revoke = database.prepare(`
      WITH RECURSIVE descendants (device) AS (
        SELECT ?1 UNION SELECT child.device FROM devices child JOIN descendants parent ON child.parent = parent.device
      )
      UPDATE devices SET revoked_at_ms = ?2, revoked_at_seq = accepted_seq
      WHERE revoked_at_ms IS NULL AND device IN (SELECT device FROM descendants)`);
    this.#revokeWriters = database.prepare(`
      UPDATE devices SET revoked_at_ms = ?, revoked_at_seq = accepted_seq
      WHERE revoked_at_ms IS NULL AND kind <> 'installation'`);
    this.#hole = database.prepare(`
      INSERT INTO holes (device, from_seq, to_seq, hash_after, reason, at_ms) VALUES (?, ?, ?, ?, ?, ?)`);
    this.#fillHole = database.prepare('DELETE FROM holes WHERE device = ? AND to_seq = ?');
    this.#accept = database.prepare(
      'UPDATE devices SET accepted_seq = ?, accepted_hash = ?, last_stamp = coalesce(?, last_stamp) WHERE number = ?',
    );
    this.#places = new PlaceRunWrites(database);
    this.#keepAside = database.prepare(
      'INSERT INTO kept_aside (device, seq, id, reason, arrived_at_ms, line) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  register(hash: Sha256, record: NewDevice): void {
    const { device, store, kind, label, parent, enrolledAtMs } = record;
    this.#insert.run(device, store, kind, label, parent, enrolledAtMs, bytesOfHash(deviceChainStart(hash, device)));
  }

  /** A device and its descendants; those revoked before keep their time. */
  revoke(device: DeviceId, nowMs: number): void {
    this.#revoke.run(device, nowMs);
  }

  /** Every writer of the centre: a new epoch has others. */
  revokeWriters(nowMs: number): void {
    this.#revokeWriters.run(nowMs);
  }

  addHole(number: number, { fromSeq, toSeq, hashAfter, reason, atMs }: HeldHole): void {
    this.#hole.run(number, fromSeq, toSeq, bytesOfHash(hashAfter), reason, atMs);
  }

  /** Its lines are here. */
  fillHole(number: number, toSeq: Seq): void {
    this.#fillHole.run(number, toSeq);
  }

  accept(number: number, mark: ChainPoint, lastStamp: HybridTime | null): void {
    this.#accept.run(mark.seq, bytesOfHash(mark.hash), lastStamp, number);
  }

  /** Written with others, `flush` at the latest. `position` null: kept aside. `again`: its event has another first place. */
  place(number: number, point: ChainPoint, position: Position | null, again: boolean): void {
    this.#places.add(number, point, position, again);
  }

  flush(): void {
    this.#places.flush();
  }

  /** After a rollback. */
  forget(): void {
    this.#places.forget();
  }

  keepAside(number: number, aside: KeptAside): void {
    this.#keepAside.run(number, aside.place.seq, bytesOfId(aside.id), aside.reason, aside.arrivedAtMs, aside.line);
  }
}

function numberedDevice(cells: Cells): NumberedDevice {
  const nullableNumber = (value: SQLOutputValue | undefined) => (typeof value === 'number' ? value : null);
  const nullableText = (value: SQLOutputValue | undefined) => (typeof value === 'string' ? value : null);
  return {
    number: Number(cells['number']),
    record: {
      device: String(cells['device']),
      store: nullableText(cells['store']),
      kind: cells['kind'] as DeviceRecord['kind'],
      label: String(cells['label']),
      parent: nullableText(cells['parent']),
      enrolledAtMs: Number(cells['enrolled_at_ms']),
      revokedAtMs: nullableNumber(cells['revoked_at_ms']),
      revokedAtSeq: nullableNumber(cells['revoked_at_seq']),
      accepted: { seq: Number(cells['accepted_seq']), hash: hashOf(cells['accepted_hash']) },
    },
    lastStamp: nullableNumber(cells['last_stamp']),
  };
}

function heldHole(cells: Cells): HeldHole {
  return { device: String(cells['device']), ...holeIn(cells), atMs: Number(cells['at_ms']) };
}

function holeIn(cells: Cells): Hole {
  return {
    fromSeq: Number(cells['from_seq']),
    toSeq: Number(cells['to_seq']),
    hashAfter: hashOf(cells['hash_after']),
    reason: cells['reason'] as Hole['reason'],
  };
}
