// The seal of the tokens that the centre gives out: HMAC-SHA-256 with a key in a file outside the database, so that a
// database that is copied back from a backup is found out by the tokens given since.
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Seal } from '@streamstock/event-log';

const KEY_BYTES = 32;

/** Reads the key, or makes one that only this user can read. Throws when the file holds something else. */
export function loadOrCreateSealKey(path: string): Buffer {
  const known = readKey(path);
  if (known !== null) return known;
  const key = randomBytes(KEY_BYTES);
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    const other = isCode(error, 'EEXIST') ? readKey(path) : null;
    if (other !== null) return other;
    throw error;
  }
  try {
    writeSync(file, key.toString('hex'));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(path));
  return key;
}

export function sealWith(key: Uint8Array): Seal {
  // As an object: bytes would be prepared anew for each seal, which takes longer than the seal itself.
  const secret = createSecretKey(key);
  return (text) => createHmac('sha256', secret).update(text).digest('base64url');
}

function readKey(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new Error(
      `${path} is not a seal key. Nothing was changed. Put the original file back; without it devices must fetch a snapshot again.`,
    );
  }
  return Buffer.from(text, 'hex');
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
