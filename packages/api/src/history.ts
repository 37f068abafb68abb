// The histories of the central log: epochs, the devices' coming back after the latest one, and holes.
import * as z from 'zod/mini';
import { ChainHash, Count, EntityId, EventId, Position, Seq, TimeMs } from './common.ts';
import { DEVICES_MAX, EPOCHS_MAX, HOLES_MAX, REFUSED_MAX } from './limits.ts';

/**
 * - `cause`: the log began; a backup was restored; the server or a device proved that the log had held more.
 * - `position`: the last one that this epoch took over.
 * - `backupTakenAtMs`: of a restored backup; null where that is not known.
 * - `resumedAtMs`, `resumedBy`: a person let automatic work go on before all devices were back.
 */
export const Epoch = z.object({
  epoch: EntityId,
  cause: z.enum(['begun', 'restored', 'rolled-back']),
  beganAtMs: TimeMs,
  position: Position,
  backupTakenAtMs: z.nullable(TimeMs),
  resumedAtMs: z.nullable(TimeMs),
  resumedBy: z.nullable(z.string()),
});
export type Epoch = z.infer<typeof Epoch>;

/** A stretch of a device's log that the centre will never hold: its bytes are gone from the device. */
export const Hole = z.object({
  device: EntityId,
  fromSeq: Seq,
  toSeq: Seq,
  /** `compacted`: older than devices keep; `damaged`: its bytes were spoiled there. */
  reason: z.enum(['compacted', 'damaged']),
  atMs: TimeMs,
});
export type Hole = z.infer<typeof Hole>;

/**
 * Bytes that a device sent and that the server keeps for a person to look at and for nothing else: nothing counts them.
 * `device`: who sent them; `seq`: where they stand in its log, null: handed back after a restore.
 */
export const RefusedEvent = z.object({
  /** SHA-256 of its bytes: names it. */
  sum: ChainHash,
  device: EntityId,
  seq: z.nullable(Seq),
  /** null: it can not be read. */
  id: z.nullable(EventId),
  /**
   * `unsealed-ruling`, `ruling-of-a-device`: it speaks for the centre, and not with its seal; `other-bytes`: the server holds
   * the event otherwise.
   */
  reason: z.enum(['unreadable', 'unsealed-ruling', 'ruling-of-a-device', 'other-bytes']),
  bytes: Count,
  atMs: TimeMs,
});
export type RefusedEvent = z.infer<typeof RefusedEvent>;

/** Where a list of refused events goes on: how many of each kind were told. To be given back as it is. */
const RefusedMark = z.string().check(z.regex(/^\d{1,9}\.\d{1,9}$/));
/** Absent: from the latest. What comes in meanwhile may have a page begin with events of the one before. */
export const RefusedQuery = z.object({ after: z.optional(RefusedMark) });
export type RefusedQuery = z.infer<typeof RefusedQuery>;

/** Latest first. `next` null: these are the last. */
export const RefusedPage = z.object({
  refused: z.array(RefusedEvent).check(z.maxLength(REFUSED_MAX)),
  next: z.nullable(RefusedMark),
});
export type RefusedPage = z.infer<typeof RefusedPage>;

/** The very bytes, as text. They are anybody's: never to be read as markup or run. */
export const RefusedBytes = z.object({ sum: ChainHash, line: z.string() });
export type RefusedBytes = z.infer<typeof RefusedBytes>;

const DeviceIds = z.array(EntityId).check(z.maxLength(DEVICES_MAX));

/**
 * - `epochs`: latest first.
 * - `comeback`: since the latest epoch began, of the devices that were live then: who has brought back what it holds, and
 *   who has not. `paused`: automatic work waits for them. Empty and false while nothing was restored.
 * - `holes`, `refused`: latest first, as many as fit. `refusedCount`: how many refused events there are; `refusedNext`: where a
 *   list of them goes on, null: nowhere.
 */
export const History = z.object({
  epochs: z.array(Epoch).check(z.minLength(1), z.maxLength(EPOCHS_MAX)),
  comeback: z.object({ back: DeviceIds, awaited: DeviceIds, paused: z.boolean() }),
  holes: z.array(Hole).check(z.maxLength(HOLES_MAX)),
  refused: z.array(RefusedEvent).check(z.maxLength(REFUSED_MAX)),
  refusedCount: Count,
  refusedNext: z.nullable(RefusedMark),
});
export type History = z.infer<typeof History>;
