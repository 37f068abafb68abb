// Works changes of entries into cost journals. A line's entries lie in chunks of `VALUE_CHUNK_ENTRIES`, each with the state
// before it, so that news is worked in from the chunk it falls into: the newest one without a range, an earlier one with
// everything after it, never from the beginning of time. The rows are a function of the set of entries alone.
import { keyPrefix, type Row, type Tables } from '@streamstock/event-log';
import { VALUE_CHUNK_ENTRIES } from '../limits.ts';
import { keyAfter, scan } from '../scan.ts';
import { writeRows } from '../stock/write-rows.ts';
import {
  loadedState,
  moneyPicos,
  NO_VALUE,
  storedState,
  valueCounted,
  valueMoved,
  type ValueState,
} from './cost-arithmetic.ts';
import type { LineChange, LineChanges } from './value-entries.ts';
import {
  chunkKey,
  comparePlaces,
  VALUE_CHUNKS_TABLE,
  VALUES_TABLE,
  type ValueChunkRow,
  type ValueEntry,
  type ValueRow,
} from './value-tables.ts';

type ChunkRow = Row<ValueChunkRow>;

/** The chunks from which on a line is written anew; empty: from its beginning. */
interface Base {
  readonly chunks: readonly ChunkRow[];
}

interface Writes {
  readonly values: Row<ValueRow>[];
  readonly valuesGone: string[];
  readonly chunks: ChunkRow[];
  readonly chunksGone: string[];
}

export function valueAfter(state: ValueState, entry: ValueEntry): ValueState {
  if ('quantity' in entry) return valueCounted(state, entry.bucket, entry.quantity);
  return valueMoved(state, entry.moves, entry.unitCost === undefined ? null : moneyPicos(entry.unitCost));
}

export async function foldValues(tables: Tables, lines: LineChanges): Promise<void> {
  const touched = [...lines].filter(([, { added, removed }]) => added.length > 0 || removed.length > 0);
  if (touched.length === 0) return;
  const rows = await tables.getMany<ValueRow>(
    VALUES_TABLE,
    touched.map(([key]) => key),
  );
  const tails = await readTails(tables, rows);
  const writes: Writes = { values: [], valuesGone: [], chunks: [], chunksGone: [] };
  for (const [index, [key, change]] of touched.entries()) {
    const row = rows[index];
    const base = await baseOf(tables, key, change, row === undefined ? undefined : tails.get(row.tail));
    writeLine(writes, key, change, base);
  }
  await writeRows(tables, VALUE_CHUNKS_TABLE, writes.chunks, writes.chunksGone);
  await writeRows(tables, VALUES_TABLE, writes.values, writes.valuesGone);
}

async function readTails(tables: Tables, rows: readonly (ValueRow | undefined)[]): Promise<Map<string, ChunkRow>> {
  const keys = rows.flatMap((row) => (row === undefined ? [] : [row.tail]));
  const chunks = keys.length === 0 ? [] : await tables.getMany<ValueChunkRow>(VALUE_CHUNKS_TABLE, keys);
  return new Map(
    keys.map((key, index) => {
      const value = chunks[index];
      if (value === undefined) throw new Error(`The cost journal lacks its chunk ${key}.`);
      return [key, { key, value }];
    }),
  );
}

/** The chunk that begins before the earliest change, and all after it. */
async function baseOf(
  tables: Tables,
  line: string,
  { added, removed }: LineChange,
  tail: ChunkRow | undefined,
): Promise<Base> {
  if (tail === undefined) return { chunks: [] };
  const earliest = [...added, ...removed].map((entry) => chunkKey(line, entry)).reduce((a, b) => (a < b ? a : b));
  if (tail.key < earliest) return { chunks: [tail] };
  const all = keyPrefix(...line.split('|'));
  const [before] = await tables.range<ValueChunkRow>(VALUE_CHUNKS_TABLE, {
    from: all.from,
    to: earliest,
    reverse: true,
    rowsMax: 1,
  });
  const chunks: ChunkRow[] = before === undefined ? [] : [before];
  const rest = { from: before === undefined ? all.from : keyAfter(before.key), to: all.to };
  await scan<ValueChunkRow>(tables, VALUE_CHUNKS_TABLE, rest, (row) => void chunks.push(row));
  return { chunks };
}

function changedEntries({ chunks }: Base, { added, removed }: LineChange): ValueEntry[] {
  const entries = chunks.flatMap(({ value }) => value.entries);
  const gone = new Set(removed.map((entry) => chunkKey('', entry)));
  const kept = gone.size === 0 ? entries : entries.filter((entry) => !gone.has(chunkKey('', entry)));
  const last = kept.at(-1);
  const news = added.toSorted(comparePlaces);
  const [first] = news;
  const merged = [...kept, ...news];
  return last === undefined || first === undefined || comparePlaces(last, first) < 0
    ? merged
    : merged.toSorted(comparePlaces);
}

function writeLine(writes: Writes, line: string, change: LineChange, base: Base): void {
  const { store, item } = change;
  const entries = changedEntries(base, change);
  const [oldest] = base.chunks;
  let first = oldest?.value.first ?? 0;
  let state = oldest === undefined ? NO_VALUE : loadedState(oldest.value.start);
  const written = new Set<string>();
  let tail = '';
  for (let from = 0; from < entries.length; from += VALUE_CHUNK_ENTRIES) {
    const own = entries.slice(from, from + VALUE_CHUNK_ENTRIES);
    const [head] = own;
    if (head === undefined) break;
    tail = chunkKey(line, head);
    written.add(tail);
    writes.chunks.push({ key: tail, value: { first, start: storedState(state), entries: own } });
    for (const entry of own) state = valueAfter(state, entry);
    first += own.length;
  }
  for (const { key } of base.chunks) if (!written.has(key)) writes.chunksGone.push(key);
  const last = entries.at(-1);
  if (last === undefined) writes.valuesGone.push(line);
  else {
    const value = { store, item, state: storedState(state), lastChangeAt: last.at, entries: first, tail };
    writes.values.push({ key: line, value });
  }
}
