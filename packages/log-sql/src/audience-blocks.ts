// Which stores hear of which positions, by blocks of positions: each block is one row, written again while it grows. Owns the
// statements on `audience_blocks`; opens no transaction.
//
//   block 0, positions 1 … 1000:  porto @ 1 │ all @ 2 │ porto @ 3 │ braga @ 3 │ …
//   an entry:                     store number × 1000 + place within the block, 4 bytes, the least significant first
//
// 1. Entries stand in the order of their positions. 2. A commit goes on in the newest block, at the end of the table, however
// many stores it concerns. 3. What one store hears of is found among the entries of all: a million are a thousand rows.
import { endianness } from 'node:os';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Position } from '@streamstock/event-log';

/** A row of 4 kB: two share a page. */
export const AUDIENCE_BLOCK_POSITIONS = 1_000;
/** How far one read looks for what a store hears of: some milliseconds of work where it hears of nothing. */
export const AUDIENCE_READ_POSITIONS_MAX = 500 * AUDIENCE_BLOCK_POSITIONS;
/** Number of "all stores"; interned names start at 1. */
export const ALL_STORES = 0;

const ENTRY_BYTES = 4;
const STORE_NUMBER_MAX = Math.floor(2 ** (8 * ENTRY_BYTES) / AUDIENCE_BLOCK_POSITIONS) - 1;

function blockOf(position: Position): number {
  return Math.floor((position - 1) / AUDIENCE_BLOCK_POSITIONS);
}

function firstOf(block: number): Position {
  return block * AUDIENCE_BLOCK_POSITIONS + 1;
}

export class AudienceBlocks {
  readonly #from: StatementSync;
  readonly #at: StatementSync;

  constructor(database: DatabaseSync) {
    this.#from = database.prepare(
      'SELECT block, entries FROM audience_blocks WHERE block >= ? AND block <= ? ORDER BY block',
    );
    this.#at = database.prepare('SELECT entries FROM audience_blocks WHERE block = ?');
  }

  /** Positions in (after, upTo] that a store hears of, ascending; a block is read when its turn comes. */
  *heardBy(store: number, after: Position, upTo: Position): Generator<Position> {
    for (const cells of this.#from.iterate(blockOf(after + 1), blockOf(upTo))) {
      const first = firstOf(Number(cells['block']));
      for (const place of placesHeard(cells['entries'], store)) {
        const position = first + place;
        if (position > upTo) return;
        if (position > after) yield position;
      }
    }
  }

  hears(store: number, position: Position): boolean {
    const block = blockOf(position);
    return placesHeard(this.#at.get(block)?.['entries'], store).includes(position - firstOf(block));
  }
}

/** The writing side: collects what a transaction adds, and writes each block once. Positions come in ascending order. */
export class AudienceWrites {
  readonly #select: StatementSync;
  readonly #put: StatementSync;
  /** The newest block as committed or as this transaction has it; null: to be read. */
  #newest: { readonly block: number; readonly entries: number[] } | null = null;
  #isChanged = false;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT entries FROM audience_blocks WHERE block = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO audience_blocks (block, entries) VALUES (?, ?)');
  }

  add(store: number, position: Position): void {
    if (store > STORE_NUMBER_MAX) throw new RangeError(`Number ${store} of a store is too great for its audience.`);
    const block = blockOf(position);
    const newest = this.#newest?.block === block ? this.#newest : this.#goTo(block);
    newest.entries.push(store * AUDIENCE_BLOCK_POSITIONS + position - firstOf(block));
    this.#isChanged = true;
  }

  /** Writes what was added. */
  flush(): void {
    if (this.#newest === null || !this.#isChanged) return;
    this.#put.run(this.#newest.block, bytesOf(this.#newest.entries));
    this.#isChanged = false;
  }

  /** After a rollback: what it added is gone. */
  forget(): void {
    this.#newest = null;
    this.#isChanged = false;
  }

  #goTo(block: number): { readonly block: number; readonly entries: number[] } {
    this.flush();
    const bytes = this.#select.get(block)?.['entries'];
    return (this.#newest = { block, entries: [...entriesOf(bytes)] });
  }
}

/** For a file that holds a row for each store and position. */
export function packAudience(database: DatabaseSync): void {
  const writes = new AudienceWrites(database);
  const rows = database.prepare('SELECT store, position FROM audience ORDER BY position, store');
  for (const { store, position } of rows.iterate()) writes.add(Number(store), Number(position));
  writes.flush();
}

/** Places within a block of what a store hears of, ascending. */
function placesHeard(bytes: SQLOutputValue | undefined, store: number): number[] {
  const places: number[] = [];
  const [ofAll, ofStore] = [ALL_STORES * AUDIENCE_BLOCK_POSITIONS, store * AUDIENCE_BLOCK_POSITIONS];
  for (const entry of entriesOf(bytes)) {
    const place = entry < ofAll + AUDIENCE_BLOCK_POSITIONS ? entry - ofAll : entry - ofStore;
    if (place >= 0 && place < AUDIENCE_BLOCK_POSITIONS) places.push(place);
  }
  return places;
}

/** Millions are looked through at a time: no copy where this machine has the bytes of a number in the same order. */
function entriesOf(bytes: SQLOutputValue | undefined): Uint32Array {
  if (!(bytes instanceof Uint8Array)) return new Uint32Array();
  const ordered = inOrder(bytes.byteOffset % ENTRY_BYTES === 0 ? bytes : bytes.slice());
  return new Uint32Array(ordered.buffer, ordered.byteOffset, ordered.byteLength / ENTRY_BYTES);
}

function bytesOf(entries: readonly number[]): Uint8Array {
  return inOrder(new Uint8Array(Uint32Array.from(entries).buffer));
}

/** From this machine's order to that of the file, or back. */
function inOrder(bytes: Uint8Array): Uint8Array {
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
