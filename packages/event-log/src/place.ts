// Where an event stands: places in device logs, positions in the central log, cursors and marks.
// The centre gives cursors and marks; to a device they are opaque tokens that it stores and hands back.
import * as z from 'zod/mini';
import { ChainHash } from './chain.ts';
import { EntityId } from './id.ts';

/** 1-based, contiguous index in a device's log. */
export const Seq = z.int().check(z.minimum(0));
export type Seq = z.infer<typeof Seq>;

/** Gapless total order over what the centre has appended; 0 = before the first. */
export const Position = z.int().check(z.minimum(0));
export type Position = z.infer<typeof Position>;

/** (device, seq, chain hash): where an event stands in one log. */
export const Place = z.object({ device: EntityId, seq: Seq, hash: ChainHash });
export type Place = z.infer<typeof Place>;

/** A point in a device's chain. */
export const ChainPoint = z.object({ seq: Seq, hash: ChainHash });
export type ChainPoint = z.infer<typeof ChainPoint>;

/**
 * A stretch of a device's log whose bytes it can not give any more; its chain goes on from `hashAfter`, the hash at `toSeq`.
 * `compacted`: all of it was accepted in an earlier epoch and is part of a snapshot. `damaged`: the bytes are no event any more.
 */
export const Hole = z.object({
  fromSeq: z.int().check(z.minimum(1)),
  toSeq: z.int().check(z.minimum(1)),
  hashAfter: ChainHash,
  reason: z.enum(['compacted', 'damaged']),
});
export type Hole = z.infer<typeof Hole>;

const Mac = z.string().check(z.maxLength(128));

/** How far the centre holds a device's log: cumulative, given after commit. */
export const AcceptedMark = z.object({ epoch: EntityId, seq: Seq, hash: ChainHash, mac: Mac });
export type AcceptedMark = z.infer<typeof AcceptedMark>;

/** Up to where a device has applied everything in its audience. */
export const Cursor = z.object({ epoch: EntityId, position: Position, hash: ChainHash, mac: Mac });
export type Cursor = z.infer<typeof Cursor>;

/** null: heard nothing yet. */
export function sameCursor(a: Cursor | null, b: Cursor | null): boolean {
  if (a === null || b === null) return a === b;
  return a.epoch === b.epoch && a.position === b.position && a.hash === b.hash;
}

/** Seals and checks the tokens that the centre gives out. The key never enters the database. */
export type Seal = (text: string) => string;

export function sealCursor(seal: Seal, point: Omit<Cursor, 'mac'>): Cursor {
  return { ...point, mac: seal(`cursor\n${point.epoch}\n${point.position}\n${point.hash}`) };
}

export function isSealedCursor(seal: Seal, cursor: Cursor): boolean {
  return sealCursor(seal, cursor).mac === cursor.mac;
}

export function sealMark(seal: Seal, device: string, point: Omit<AcceptedMark, 'mac'>): AcceptedMark {
  return { ...point, mac: seal(`accepted\n${device}\n${point.epoch}\n${point.seq}\n${point.hash}`) };
}

export function isSealedMark(seal: Seal, device: string, mark: AcceptedMark): boolean {
  return sealMark(seal, device, mark).mac === mark.mac;
}
