// Which stores, types and first devices stand where in the log, by blocks of positions: what looks for few events among many
// skips the blocks that hold none. Costs a row a block where an index would cost a row an event. Opens no transaction.
//
//   events:  1 … 256 │ 257 … 512 │ …          blocks:  0: stores 1,4 types 3 devices 7,9 │ 1: …
//
// 1. A block names everything that stands in it; it may name more. 2. Sets only grow: `fill` gives an event its first device late.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Position } from '@streamstock/event-log';

const BLOCK_POSITIONS = 256;

/** What stands at one position, as numbers of other tables; null: none. */
export interface Marked {
  readonly store: number | null;
  readonly type: number | null;
  readonly device: number | null;
}

/** Positions `first` … `last` of one block. */
export interface BlockSpan {
  readonly first: Position;
  readonly last: Position;
}

type Kind = 'stores' | 'types' | 'devices';
type Block = Readonly<Record<Kind, Set<number>>>;

const KINDS: readonly (readonly [Kind, keyof Marked])[] = [
  ['stores', 'store'],
  ['types', 'type'],
  ['devices', 'device'],
];

export function blockOf(position: Position): number {
  return Math.floor((position - 1) / BLOCK_POSITIONS);
}

function spanOf(block: number): BlockSpan {
  return { first: block * BLOCK_POSITIONS + 1, last: (block + 1) * BLOCK_POSITIONS };
}

export class BlockRows {
  readonly #downwards: StatementSync;

  constructor(database: DatabaseSync) {
    this.#downwards = database.prepare(
      'SELECT block, stores, types, devices FROM blocks WHERE block <= ? AND block >= ? ORDER BY block DESC',
    );
  }

  /** Blocks in (after, upTo] that may hold something with all these marks, latest first. */
  *spans(wanted: Partial<Marked>, after: Position, upTo: Position): Generator<BlockSpan> {
    if (upTo <= after) return;
    for (const cells of this.#downwards.iterate(blockOf(upTo), blockOf(after + 1))) {
      const holds = KINDS.every(([kind, mark]) => {
        const number = wanted[mark];
        return number === undefined || number === null || numbersOf(cells[kind]).includes(number);
      });
      if (!holds) continue;
      const { first, last } = spanOf(Number(cells['block']));
      yield { first: Math.max(first, after + 1), last: Math.min(last, upTo) };
    }
  }
}

/** The writing side: collects what a transaction adds, and writes each block once. */
export class BlockWrites {
  readonly #select: StatementSync;
  readonly #put: StatementSync;
  /** The newest block as committed or as this transaction has it: nearly every commit goes on in it. */
  #newest: { readonly block: number; readonly sets: Block } | null = null;
  readonly #changed = new Map<number, Block>();

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT stores, types, devices FROM blocks WHERE block = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO blocks (block, stores, types, devices) VALUES (?, ?, ?, ?)');
  }

  mark(position: Position, marked: Marked): void {
    const block = blockOf(position);
    const sets = this.#setsOf(block);
    for (const [kind, mark] of KINDS) {
      const number = marked[mark];
      if (number === null || sets[kind].has(number)) continue;
      sets[kind].add(number);
      this.#changed.set(block, sets);
    }
  }

  /** Writes what was marked. */
  flush(): void {
    for (const [block, sets] of this.#changed)
      this.#put.run(block, textOf(sets.stores), textOf(sets.types), textOf(sets.devices));
    this.#changed.clear();
  }

  /** After a rollback: what it marked is gone. */
  forget(): void {
    this.#changed.clear();
    this.#newest = null;
  }

  #setsOf(block: number): Block {
    const changed = this.#changed.get(block);
    if (changed !== undefined) return changed;
    if (this.#newest?.block === block) return this.#newest.sets;
    const cells = this.#select.get(block);
    const sets: Block = {
      stores: new Set(numbersOf(cells?.['stores'])),
      types: new Set(numbersOf(cells?.['types'])),
      devices: new Set(numbersOf(cells?.['devices'])),
    };
    if (block > (this.#newest?.block ?? -1)) this.#newest = { block, sets };
    return sets;
  }
}

/** For a file that has no blocks yet. */
export function rebuildBlocks(database: DatabaseSync): void {
  const writes = new BlockWrites(database);
  const rows = database.prepare('SELECT position, store, type, device FROM events ORDER BY position');
  for (const { position, store, type, device } of rows.iterate()) {
    const number = (value: unknown) => (typeof value === 'number' && value > 0 ? value : null);
    writes.mark(Number(position), { store: number(store), type: number(type), device: number(device) });
  }
  writes.flush();
}

function numbersOf(text: unknown): number[] {
  return typeof text === 'string' && text !== '' ? text.split(',').map(Number) : [];
}

function textOf(numbers: ReadonlySet<number>): string {
  return [...numbers].join(',');
}
