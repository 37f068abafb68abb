// What the file system or SQLite refused, in words that help.
import { isErrorCode } from '../durable-file.ts';
import { BackupProblem } from './manifest.ts';

/** SQLite's SQLITE_FULL. */
const SQLITE_FULL = 13;

/** `doing`: "The backup was not taken", `safe`: what did not change. A `BackupProblem` stays what it is. */
export function fileProblem(error: unknown, doing: string, safe: string): BackupProblem {
  if (error instanceof BackupProblem) return error;
  const why = error instanceof Error ? error.message : String(error);
  const full = isErrorCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG') || isFullDatabase(error);
  const what = full ? `${doing}: the disk is full. ${safe} Make room, then try again.` : `${doing}: ${why}. ${safe}`;
  return new BackupProblem(what, { cause: error });
}

function isFullDatabase(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL;
}
