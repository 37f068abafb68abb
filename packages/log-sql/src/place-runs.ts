// Where every accepted line stands, in SQLite: one row for each stretch of lines of one device that stand behind one another both in
// its log and in the central one. Owns the statements on `place_runs`; opens no transaction.
//
//   device │ first_seq … last_seq │ first_position │ again │ hashes
//   till-a │    1    …    64      │      1         │   0   │ 64 × 32 bytes      an ordinary push
//   till-a │   65    …    65      │     null       │   0   │                    kept aside: no position
//   till-a │   66    …    67      │     12         │   1   │                    events that have their first place elsewhere
//
// 1. Rows are written once, in the order of commits, and never changed. 2. No two runs of a device hold the same seq, and between
// two may lie a hole. 3. In a run positions go up by one with the seqs, or are all null; `again` is the same for all.
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ChainPoint, EventLine, Position, Seq } from '@streamstock/event-log';
import { HASH_BYTES, hashOf, putHash } from './bytes.ts';
import { bytesForRows, RowBatch } from './row-batch.ts';

/** A row of 2 kB: four share a page. */
export const RUN_PLACES_MAX = 64;

type Cells = Record<string, SQLOutputValue>;

export interface PlacedLine extends ChainPoint {
  /** null: not held. */
  readonly line: EventLine | null;
}

/** SQL: the hash at the place that columns `device` and `seq` of a table name, null where nothing stands. */
export function placeHashOf(table: string): string {
  return `(SELECT substr(run.hashes, (${table}.seq - run.first_seq) * ${HASH_BYTES} + 1, ${HASH_BYTES}) FROM place_runs run
    WHERE run.device = ${table}.device AND run.last_seq >= ${table}.seq ORDER BY run.last_seq LIMIT 1)`;
}

export class PlaceRuns {
  readonly #holding: StatementSync;
  readonly #after: StatementSync;
  readonly #again: StatementSync;
  readonly #lines: StatementSync;
  readonly #aside: StatementSync;

  constructor(database: DatabaseSync) {
    this.#holding = database.prepare(`
      SELECT first_seq, substr(hashes, (?2 - first_seq) * ${HASH_BYTES} + 1, ${HASH_BYTES}) AS hash FROM place_runs
      WHERE device = ?1 AND last_seq >= ?2 ORDER BY last_seq LIMIT 1`);
    this.#after = database.prepare(`
      SELECT first_seq, last_seq, first_position, hashes FROM place_runs
      WHERE device = ? AND last_seq > ? ORDER BY last_seq`);
    this.#again = database.prepare(`
      SELECT first_seq, last_seq, first_position FROM place_runs
      WHERE again = 1 AND device = ? AND first_position > ? ORDER BY first_position`);
    this.#lines = database.prepare('SELECT position AS at, line FROM events WHERE position BETWEEN ? AND ?');
    this.#aside = database.prepare('SELECT seq AS at, line FROM kept_aside WHERE device = ? AND seq BETWEEN ? AND ?');
  }

  hashAt(device: number, seq: Seq): string | null {
    const cells = this.#holding.get(device, seq);
    return cells === undefined || Number(cells['first_seq']) > seq ? null : hashOf(cells['hash']);
  }

  /** Seqs of places that are not the first of their events, where these stand behind `position`; stops soon after `seqsMax`. */
  againBehind(device: number, position: Position, seqsMax: number): Seq[] {
    const seqs: Seq[] = [];
    for (const cells of this.#again.iterate(device, position - RUN_PLACES_MAX)) {
      const { firstSeq, lastSeq, firstPosition } = runIn(cells);
      const behind = firstPosition === null ? 0 : position + 1 - firstPosition;
      for (let seq = firstSeq + Math.max(0, behind); seq <= lastSeq && seqs.length <= seqsMax; seq += 1) seqs.push(seq);
      if (seqs.length > seqsMax) break;
    }
    return seqs;
  }

  /** Places of one device behind `after`, by seq, with what stands there: to the end of the run that holds `upTo`. */
  lines(device: number, after: Seq, upTo: Seq, linesMax: number): PlacedLine[] {
    const lines: PlacedLine[] = [];
    for (const cells of this.#after.iterate(device, after)) {
      const { firstSeq, lastSeq, firstPosition } = runIn(cells);
      const from = Math.max(firstSeq, after + 1);
      if (firstSeq > upTo) break;
      const to = Math.min(lastSeq, from + linesMax - lines.length - 1);
      const shift = firstPosition === null ? 0 : firstPosition - firstSeq;
      const rows =
        firstPosition === null ? this.#aside.all(device, from, to) : this.#lines.all(from + shift, to + shift);
      const held = new Map(rows.map(({ at, line }) => [Number(at), String(line)]));
      for (let seq = from; seq <= to; seq += 1)
        lines.push({ seq, hash: hashIn(cells['hashes'], seq - firstSeq), line: held.get(seq + shift) ?? null });
      if (lines.length >= linesMax) break;
    }
    return lines;
  }
}

/** The writing side: makes runs of the places that a transaction adds. */
export class PlaceRunWrites {
  readonly #rows: RowBatch;
  readonly #hashes = bytesForRows(RUN_PLACES_MAX * HASH_BYTES);
  /** The run that still grows; its hashes are in the buffer of the next row. */
  #device = 0;
  #firstSeq: Seq = 0;
  #firstPosition: Position | null = null;
  #again = false;
  #places = 0;

  constructor(database: DatabaseSync) {
    const columns = ['device', 'last_seq', 'first_seq', 'first_position', 'again', 'hashes'];
    this.#rows = new RowBatch(database, 'place_runs', columns);
  }

  /** Written with others, `flush` at the latest. `position` null: kept aside. `again`: its event has another first place. */
  add(device: number, { seq, hash }: ChainPoint, position: Position | null, again: boolean): void {
    if (this.#places > 0 && !this.#goesOn(device, seq, position, again)) this.#close();
    if (this.#places === 0) {
      this.#device = device;
      this.#firstSeq = seq;
      this.#firstPosition = position;
      this.#again = again;
    }
    const hashes = this.#hashes[this.#rows.waiting];
    if (hashes === undefined) throw new Error('There is no room for the hashes of a run.');
    putHash(hash, hashes, this.#places * HASH_BYTES);
    this.#places += 1;
  }

  flush(): void {
    this.#close();
    this.#rows.flush();
  }

  /** After a rollback. */
  forget(): void {
    this.#places = 0;
    this.#rows.forget();
  }

  #goesOn(device: number, seq: Seq, position: Position | null, again: boolean): boolean {
    const next = this.#firstPosition === null ? null : this.#firstPosition + this.#places;
    return (
      this.#places < RUN_PLACES_MAX &&
      device === this.#device &&
      seq === this.#firstSeq + this.#places &&
      position === next &&
      again === this.#again
    );
  }

  #close(): void {
    if (this.#places === 0) return;
    const hashes = this.#hashes[this.#rows.waiting]?.subarray(0, this.#places * HASH_BYTES) ?? null;
    const lastSeq = this.#firstSeq + this.#places - 1;
    this.#rows.add(this.#device, lastSeq, this.#firstSeq, this.#firstPosition, this.#again ? 1 : 0, hashes);
    this.#places = 0;
  }
}

/** For a file that holds a row for each place. */
export function packPlaces(database: DatabaseSync): void {
  const writes = new PlaceRunWrites(database);
  const rows = database.prepare('SELECT device, seq, position, hash, again FROM places ORDER BY device, seq');
  for (const { device, seq, position, hash, again } of rows.iterate()) {
    const at = typeof position === 'number' ? position : null;
    writes.add(Number(device), { seq: Number(seq), hash: hashOf(hash) }, at, again === 1);
  }
  writes.flush();
}

function runIn(cells: Cells): {
  readonly firstSeq: Seq;
  readonly lastSeq: Seq;
  readonly firstPosition: Position | null;
} {
  const { first_position: position } = cells;
  return {
    firstSeq: Number(cells['first_seq']),
    lastSeq: Number(cells['last_seq']),
    firstPosition: typeof position === 'number' ? position : null,
  };
}

function hashIn(hashes: SQLOutputValue | undefined, index: number): string {
  if (!(hashes instanceof Uint8Array)) return '';
  return hashOf(hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
}
