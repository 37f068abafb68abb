import { describe, expect, it } from 'vitest';
import {
  AcceptedMark,
  Cursor,
  isSealedCursor,
  isSealedMark,
  sameCursor,
  sealCursor,
  sealMark,
  type Seal,
} from './place.ts';
import { sha256 } from './sha256.ts';

const sealOf =
  (key: string): Seal =>
  (text) =>
    sha256(`${key}\n${text}`);
const seal = sealOf('one');
const point = { epoch: 'epoch-1', position: 7, hash: 'a'.repeat(64) };
const mark = { epoch: 'epoch-1', seq: 7, hash: 'a'.repeat(64) };

describe('what the centre gives out', () => {
  it('is a cursor that only its key can make, for exactly this point', () => {
    const cursor = sealCursor(seal, point);
    expect(Cursor.safeParse(cursor).success).toBe(true);
    expect(isSealedCursor(seal, cursor)).toBe(true);
    for (const change of [{ epoch: 'epoch-2' }, { position: 8 }, { hash: 'b'.repeat(64) }, { mac: 'x' }]) {
      expect(isSealedCursor(seal, { ...cursor, ...change })).toBe(false);
    }
    expect(isSealedCursor(sealOf('two'), cursor)).toBe(false);
  });

  it('is a mark that holds for one device', () => {
    const sealed = sealMark(seal, 'till-1', mark);
    expect(AcceptedMark.safeParse(sealed).success).toBe(true);
    expect(isSealedMark(seal, 'till-1', sealed)).toBe(true);
    expect(isSealedMark(seal, 'till-2', sealed)).toBe(false);
    for (const change of [{ epoch: 'epoch-2' }, { seq: 8 }, { hash: 'b'.repeat(64) }]) {
      expect(isSealedMark(seal, 'till-1', { ...sealed, ...change })).toBe(false);
    }
  });

  it('never passes for the other kind', () => {
    const cursor = sealCursor(seal, point);
    expect(sealMark(seal, 'till-1', mark).mac).not.toBe(cursor.mac);
    // A device named so that the texts might meet.
    expect(sealMark(seal, 'epoch-1\n7', { ...mark }).mac).not.toBe(cursor.mac);
  });

  it('is the same cursor when epoch, position and hash are', () => {
    const cursor = sealCursor(seal, point);
    expect(sameCursor(cursor, { ...cursor, mac: 'other' })).toBe(true);
    for (const change of [{ epoch: 'epoch-2' }, { position: 8 }, { hash: 'b'.repeat(64) }]) {
      expect(sameCursor(cursor, { ...cursor, ...change })).toBe(false);
    }
  });
});
