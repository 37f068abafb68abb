// A count as local values: a small head, and the lines in chunks by item, so that a tap in a count of thousands writes a few
// of them, not all. Owns the stored shape and reads it back with a schema (storage is an edge).
import type { Json, LocalWrite } from '@streamstock/event-log';
import * as z from 'zod/mini';
import type { CountHead } from './count-head.ts';
import type { CountLine, CountSession } from './count-session.ts';

export const COUNT_CHUNKS = 64;

const Text = z.string().check(z.maxLength(200));
const Quantity = z.int().check(z.minimum(0));

const Chunk = z.record(
  Text,
  z.object({
    tally: z.nullable(Quantity),
    said: z.nullable(z.object({ event: Text, quantity: Quantity, firstEvent: Text, expected: z.int() })),
  }),
);

export function chunkKeys(slotKey: string): string[] {
  return Array.from({ length: COUNT_CHUNKS }, (_, index) => `${slotKey}/${index}`);
}

/** FNV-1a over the item id: spreads ids evenly, stable for ever (it is part of the stored shape). */
function chunkOf(item: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < item.length; index += 1) hash = Math.imul(hash ^ item.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % COUNT_CHUNKS;
}

function headJson({ lines, scope, ...rest }: CountSession): Json {
  let counted = 0;
  for (const line of lines.values()) if (line.tally !== null) counted += 1;
  return {
    kind: 'count',
    ...rest,
    scope: scope.kind === 'items' ? { kind: scope.kind, items: [...scope.items] } : { ...scope },
    counted,
  };
}

/** The writes that turn the stored `last` into `session`: the head, and the chunks whose lines differ. */
export function countWrites(slotKey: string, session: CountSession, last: CountSession | null): LocalWrite[] {
  const changed = new Set<number>();
  for (const [item, line] of session.lines) if (last?.lines.get(item) !== line) changed.add(chunkOf(item));
  for (const item of last?.lines.keys() ?? []) if (!session.lines.has(item)) changed.add(chunkOf(item));
  const chunks = new Map<number, Record<string, Json>>([...changed].map((chunk) => [chunk, {}]));
  for (const [item, line] of session.lines) {
    const chunk = chunks.get(chunkOf(item));
    if (chunk !== undefined) chunk[item] = { tally: line.tally, said: line.said === null ? null : { ...line.said } };
  }
  const writes = [...chunks].map(([chunk, lines]): LocalWrite => ({
    key: `${slotKey}/${chunk}`,
    value: Object.keys(lines).length === 0 ? undefined : lines,
  }));
  return [{ key: slotKey, value: headJson(session) }, ...writes];
}

/** Removes a count from its slot. */
export function countRemoval(slotKey: string): LocalWrite[] {
  return [slotKey, ...chunkKeys(slotKey)].map((key) => ({ key, value: undefined }));
}

/** The whole count from its head and chunks; a chunk of unknown shape is left out and counted in `unread`. */
export function readCount(
  head: CountHead,
  chunks: readonly (Json | undefined)[],
): { readonly session: CountSession; readonly unread: number } {
  const lines = new Map<string, CountLine>();
  let unread = 0;
  for (const value of chunks) {
    if (value === undefined) continue;
    const parsed = z.safeParse(Chunk, value);
    if (!parsed.success) unread += 1;
    else for (const [item, line] of Object.entries(parsed.data)) lines.set(item, line);
  }
  const { kind: _kind, counted: _counted, ...rest } = head;
  return { session: { ...rest, lines }, unread };
}
