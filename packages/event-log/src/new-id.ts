// New event ids, and how ids are written: no schema. Randomness and time are arguments; nothing here reads a clock.
/** Fills 10 bytes with randomness; browsers and servers pass their cryptographic source, simulators a seeded one. */
export type RandomBytes = (length: number) => Uint8Array;

function hex(bytes: Iterable<number>): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** 32 hex digits as a UUID. */
export function dashed(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`;
}

/** A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, 74 random bits. */
export function newEventId(nowMs: number, randomBytes: RandomBytes): string {
  const random = randomBytes(10);
  random[0] = ((random[0] ?? 0) & 0x0f) | 0x70;
  random[2] = ((random[2] ?? 0) & 0x3f) | 0x80;
  return dashed(nowMs.toString(16).padStart(12, '0') + hex(random));
}
