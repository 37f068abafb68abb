// Makes a folder of the server's own, with those above it that are missing. Owns what becomes of them when one can not be made.
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isErrorCode } from './durable-file.ts';

/**
 * Readable by its owner only; one that is there already is no error. Throws when it can not be made; then none is left that was made for
 * it. Not `mkdirSync` with `recursive`: where a file system answers that a folder is not there although what is above it is (/proc),
 * that tries for ever.
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at); at = dirname(at)) missing.unshift(at);
  const made: string[] = [];
  try {
    for (const at of missing) if (makeOne(at)) made.push(at);
  } catch (error) {
    for (const at of made.toReversed()) rmdirSync(at);
    if (!isErrorCode(error, 'ENOENT')) throw error;
    throw new Error(`no folder can be made in ${dirname(missing[made.length] ?? folder)}`, { cause: error });
  }
}

/** Whether it was made here: somebody else may have been faster. */
function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (isErrorCode(error, 'EEXIST') && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true)
      return false;
    throw error;
  }
}
