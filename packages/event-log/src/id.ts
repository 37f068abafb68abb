// Identity: UUIDv7 for events that people and apps cause, UUIDv8 for events derived from a cause.
// Randomness and time are arguments; nothing here reads a clock.
import * as z from 'zod/mini';
import { dashed } from './new-id.ts';
import type { Sha256 } from './sha256.ts';

/** An event's identity for ever: a lower-case UUID (version 7, or 8 when derived). */
export const EventId = z
  .string()
  .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
export type EventId = z.infer<typeof EventId>;

/** Identity of anything that is not an event: store, device, item, actor. Printable, key-safe, ≤ 64 characters. */
export const EntityId = z.string().check(z.regex(/^[0-9A-Za-z_-]{1,64}$/));
export type EntityId = z.infer<typeof EntityId>;

export type StoreId = EntityId;
export type DeviceId = EntityId;
export type ActorId = EntityId;

/**
 * A UUIDv8 (RFC 9562 §5.8) that is a function of its cause: repeating the act names the same event, so the repeat is a
 * known id and nothing is written. `purpose` tells apart several events of one cause.
 */
export function deriveEventId(sha256: Sha256, purpose: string, cause: string): EventId {
  const digits = sha256(`streamstock.v1\nderived\n${purpose}\n${cause}`);
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return dashed(`${digits.slice(0, 12)}8${digits.slice(13, 16)}${variant}${digits.slice(17, 32)}`);
}
