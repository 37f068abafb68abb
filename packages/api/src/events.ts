// The log as head office reads it, and the live stream of what changes.
import * as z from 'zod/mini';
import { ChainHash, EntityId, Position, Quantity, Seq, TimeMs } from './common.ts';
import { Device } from './devices.ts';
import { EVENTS_PAGE_MAX, LIVE_CHANGES_MAX, STORES_MAX } from './limits.ts';
import { StoreHead } from './stores.ts';

/**
 * An event as the centre keeps it. `line`: its bytes, unchanged; `hash`: the central chain at its position.
 * - `place`: null for an event that another device handed back after a restore, until its own device sends it.
 * - `resuppliedBy`: the device that handed it back; null for all others.
 */
export const LogEntry = z.object({
  position: Position,
  place: z.nullable(z.object({ device: EntityId, seq: Seq, hash: ChainHash })),
  resuppliedBy: z.nullable(EntityId),
  hash: ChainHash,
  arrivedAtMs: TimeMs,
  line: z.string(),
});
export type LogEntry = z.infer<typeof LogEntry>;

/**
 * Newest first, below `before` (absent: from the newest). `type` is an event type. A filter that hits rarely ends a page
 * early: go on with `before` = `next` until it is null.
 */
export const LogQuery = z.object({
  before: z.optional(z.coerce.number().check(z.int(), z.minimum(1))),
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(EVENTS_PAGE_MAX))),
  store: z.optional(EntityId),
  device: z.optional(EntityId),
  type: z.optional(z.string().check(z.regex(/^[A-Z][A-Za-z]{2,63}$/))),
  item: z.optional(EntityId),
});
export type LogQuery = z.infer<typeof LogQuery>;

export const LogPage = z.object({
  position: Position,
  events: z.array(LogEntry).check(z.maxLength(EVENTS_PAGE_MAX)),
  next: z.nullable(Position),
});
export type LogPage = z.infer<typeof LogPage>;

export const LIVE_PATH = '/api/v1/live';

/** A stock line that changed, with its new figures; null = nothing is known there any more. */
export const LiveStockChange = z.object({
  store: EntityId,
  item: EntityId,
  onHand: z.nullable(Quantity),
  available: z.nullable(Quantity),
  recount: z.boolean(),
});
export type LiveStockChange = z.infer<typeof LiveStockChange>;

/**
 * The messages of the live stream (Server-Sent Events: `event:` is the name, `data:` the JSON).
 * - `hello`: first, and after every reconnection: from `position` on, everything comes by itself. What was read before
 *   it at a lower position must be read again.
 * - `stock`: changed lines; the figures hold every event up to `position`.
 * - `log`: new events, oldest first; `omitted` > 0: there were more of them than the stream carries.
 * - `devices`: devices whose connection or report changed, and the heads of all stores.
 * - `history`: an epoch began, a device came back, a hole or a revocation was noted: read the history again.
 * - `resync`: this subscriber was too slow, or too much changed at once: read again; the stream goes on from `position`.
 */
export const liveMessages = {
  hello: z.object({ position: Position, epoch: z.string(), serverTimeMs: TimeMs }),
  stock: z.object({ position: Position, changes: z.array(LiveStockChange).check(z.maxLength(LIVE_CHANGES_MAX)) }),
  log: z.object({
    position: Position,
    events: z.array(LogEntry).check(z.maxLength(EVENTS_PAGE_MAX)),
    omitted: z.int(),
  }),
  devices: z.object({
    devices: z.array(Device).check(z.maxLength(LIVE_CHANGES_MAX)),
    stores: z.array(StoreHead).check(z.maxLength(STORES_MAX)),
  }),
  history: z.object({ epoch: EntityId }),
  resync: z.object({ position: Position }),
} as const;

export type LiveMessageName = keyof typeof liveMessages;
export type LiveMessage = {
  readonly [N in LiveMessageName]: { readonly name: N; readonly data: z.infer<(typeof liveMessages)[N]> };
}[LiveMessageName];

export const liveMessageNames = Object.keys(liveMessages) as LiveMessageName[];

/** Reads one message of the stream; undefined when it is of a newer server or damaged (then read everything again). */
export function parseLiveMessage(name: string, data: string): LiveMessage | undefined {
  const schema = liveMessageNames.includes(name as LiveMessageName) ? liveMessages[name as LiveMessageName] : undefined;
  if (schema === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  const parsed = z.safeParse(schema, value);
  return parsed.success ? ({ name, data: parsed.data } as LiveMessage) : undefined;
}
