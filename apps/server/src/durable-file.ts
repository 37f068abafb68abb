// Small files that a power cut must not tear: written beside, synced, renamed, and the folder synced. Knows nothing of what
// they hold.
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** Replaces a file as a whole: afterwards it holds all of `text`, or, after a crash, what it held before. */
export function replaceFile(file: string, text: string): void {
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w', OWNER_ONLY);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  syncFolder(dirname(file));
}

/** The same without blocking. Calls for one file must not overlap. */
export async function replaceFileSoon(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', OWNER_ONLY);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** Adds whole lines at the end, on disk when it returns. When it throws, the file is as long as it was. */
export function appendLines(file: string, lines: readonly string[]): void {
  const isNew = readTextOrNull(file) === null;
  const handle = openSync(file, 'a', OWNER_ONLY);
  const { size } = fstatSync(handle);
  try {
    writeWhole(handle, Buffer.from(lines.map((line) => `${line}\n`).join('')));
    fsyncSync(handle);
  } catch (error) {
    // Half a line would spoil the next one.
    ftruncateSync(handle, size);
    throw error;
  } finally {
    closeSync(handle);
  }
  if (isNew) syncFolder(dirname(file));
}

function writeWhole(handle: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(handle, bytes, written);
}

/** Cuts a file to its first `bytes` bytes, on disk when it returns. */
export function cutFile(file: string, bytes: number): void {
  const handle = openSync(file, 'r+');
  try {
    ftruncateSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Removes a file, on disk when it returns. A file that is not there is no error. */
export function removeFile(file: string): void {
  rmSync(file, { force: true });
  syncFolder(dirname(file));
}

/** What a folder lists is on disk when it returns. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** null: there is no such file. */
export function readTextOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Whether an error is the system's of one of these codes ("ENOSPC"). */
export function isErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
