// Ids and hashes between their text and their bytes in the database. Blobs come back from node:sqlite as Uint8Array.
import { hash } from 'node:crypto';
import type { EventId, Sha256 } from '@streamstock/event-log';

/** The runtime's own SHA-256: several times faster than the portable one. */
export const nativeSha256: Sha256 = (text) => hash('sha256', text, 'hex');

const DASH = 45;
/** Value of a lower-case hexadecimal digit by its code. */
const DIGITS = new Uint8Array(128);
for (let value = 0; value < 16; value += 1) DIGITS[value.toString(16).charCodeAt(0)] = value;

export const HASH_BYTES = 32;
export const ID_BYTES = 16;

/** `into`: where the bytes go, for a caller that hands them to SQLite at once (it copies); absent: a new array. */
export function bytesOfHash(hex: string, into = new Uint8Array(HASH_BYTES)): Uint8Array {
  return bytesOf(hex, into);
}

/** The bytes of a hash among others. */
export function putHash(hex: string, into: Uint8Array, from: number): void {
  bytesOf(hex, into, from, HASH_BYTES);
}

export function hashOf(value: unknown): string {
  return hexOf(value);
}

export function bytesOfId(id: EventId, into = new Uint8Array(ID_BYTES)): Uint8Array {
  return bytesOf(id, into);
}

export function idOf(value: unknown): EventId {
  const hex = hexOf(value);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** By hand and by table: an event needs four of these, and a buffer's own way checks and makes too much for so few bytes. */
function bytesOf(hex: string, into: Uint8Array, from = 0, length = into.length): Uint8Array {
  let index = 0;
  for (let at = from; at < from + length; at += 1) {
    if (hex.charCodeAt(index) === DASH) index += 1;
    into[at] = ((DIGITS[hex.charCodeAt(index)] ?? 0) << 4) | (DIGITS[hex.charCodeAt(index + 1)] ?? 0);
    index += 2;
  }
  return into;
}

function hexOf(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw new TypeError('The database holds something else than bytes here.');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
}
