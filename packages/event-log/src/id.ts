// Identity: UUIDv7 for events that people and apps cause, UUIDv8 for events derived from a cause.
// Randomness and time are arguments; nothing here reads a clock.
import * as z from 'zod/mini';
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

/** Fills 10 bytes with randomness; browsers and servers pass their cryptographic source, simulators a seeded one. */
export type RandomBytes = (length: number) => Uint8Array;

function hex(bytes: Iterable<number>): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function dashed(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`;
}

/** A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, 74 random bits. */
export function newEventId(nowMs: number, randomBytes: RandomBytes): EventId {
  const random = randomBytes(10);
  random[0] = ((random[0] ?? 0) & 0x0f) | 0x70;
  random[2] = ((random[2] ?? 0) & 0x3f) | 0x80;
  return dashed(nowMs.toString(16).padStart(12, '0') + hex(random));
}

/**
 * A UUIDv8 (RFC 9562 §5.8) that is a function of its cause: repeating the act names the same event, so the repeat is a
 * known id and nothing is written. `purpose` tells apart several events of one cause.
 */
export function deriveEventId(sha256: Sha256, purpose: string, cause: string): EventId {
  const digits = sha256(`streamstock.v1\nderived\n${purpose}\n${cause}`);
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return dashed(`${digits.slice(0, 12)}8${digits.slice(13, 16)}${variant}${digits.slice(17, 32)}`);
}
