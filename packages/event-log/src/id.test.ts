import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveEventId, EntityId, EventId } from './id.ts';
import { newEventId } from './new-id.ts';
import { sha256 } from './sha256.ts';
import { seededBytes } from './testing/central-fixtures.ts';

describe('ids', () => {
  it('of events are UUIDs of version 7 whose first 48 bits are the time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.integer(), (nowMs, seed) => {
        const id = newEventId(nowMs, seededBytes(seed));
        expect(EventId.safeParse(id).success).toBe(true);
        expect(id.charAt(14)).toBe('7');
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs);
      }),
    );
  });

  it('of events use all random bits: ten thousand of one millisecond differ', () => {
    const random = seededBytes(1);
    const ids = Array.from({ length: 10_000 }, () => newEventId(0, random));
    expect(new Set(ids).size).toBe(10_000);
    expect(newEventId(0, () => new Uint8Array(10).fill(255))).toBe('00000000-0000-7fff-bfff-ffffffffffff');
    expect(newEventId(0, () => new Uint8Array(10))).toBe('00000000-0000-7000-8000-000000000000');
  });

  it('X36 of derived events are a function of their cause and purpose: version 8, the same at every repetition', () => {
    const cause = newEventId(1, seededBytes(1));
    const id = deriveEventId(sha256, 'EventSetAside', cause);
    expect(deriveEventId(sha256, 'EventSetAside', cause)).toBe(id);
    expect(deriveEventId(sha256, 'EventVoided', cause)).not.toBe(id);
    expect(deriveEventId(sha256, 'EventSetAside', newEventId(1, seededBytes(2)))).not.toBe(id);
    fc.assert(
      fc.property(fc.string(), fc.string(), (purpose, text) => {
        const derived = deriveEventId(sha256, purpose, text);
        expect(EventId.safeParse(derived).success).toBe(true);
        expect(derived.charAt(14)).toBe('8');
      }),
    );
  });

  it('of anything else are short and safe in keys and addresses', () => {
    for (const good of ['a', 'store-1', 'item_000123', 'X'.repeat(64)])
      expect(EntityId.safeParse(good).success).toBe(true);
    for (const bad of ['', 'a b', 'a|b', 'ü', 'a\n', '../x', 'X'.repeat(65)])
      expect(EntityId.safeParse(bad).success).toBe(false);
    for (const bad of [
      '',
      '019CAD8F-AFE8-7736-976B-B4D801F8B9EE',
      '019cad8f-afe8-4736-976b-b4d801f8b9ee',
      '019cad8fafe87736976bb4d801f8b9ee',
    ]) {
      expect(EventId.safeParse(bad).success).toBe(false);
    }
  });
});
