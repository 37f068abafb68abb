import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSealedCursor, sealCursor } from '@streamstock/event-log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrCreateSealKey, sealWith } from './seal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-seal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the seal', () => {
  it('keeps its key in a file that only this user can read', () => {
    const path = join(folder, 'seal.key');
    const key = loadOrCreateSealKey(path);
    expect(key).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(loadOrCreateSealKey(path)).toEqual(key);
    expect(loadOrCreateSealKey(join(folder, 'other.key'))).not.toEqual(key);
  });

  it('does not replace a file that is no key', () => {
    const path = join(folder, 'seal.key');
    writeFileSync(path, 'something else');
    expect(() => loadOrCreateSealKey(path)).toThrow(/is not a seal key/);
  });

  it('holds for what was sealed with this key, and for nothing else', () => {
    const seal = sealWith(loadOrCreateSealKey(join(folder, 'seal.key')));
    const cursor = sealCursor(seal, { epoch: 'epoch-1', position: 7, hash: '0'.repeat(64) });
    expect(isSealedCursor(seal, cursor)).toBe(true);
    expect(isSealedCursor(seal, { ...cursor, position: 8 })).toBe(false);
    expect(isSealedCursor(sealWith(loadOrCreateSealKey(join(folder, 'other.key'))), cursor)).toBe(false);
    expect(cursor.mac.length).toBeLessThanOrEqual(128);
  });
});
