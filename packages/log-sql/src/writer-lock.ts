// One writer per log: an exclusive SQLite lock on a small file beside it, held as long as the log is open. The operating
// system drops it with the process, so a crash leaves nothing to clean up.
import { DatabaseSync } from 'node:sqlite';

/** Another process, or this one, has the log open for writing. */
export class CentralLogLocked extends Error {
  override readonly name = 'CentralLogLocked';
  constructor(path: string) {
    super(
      `Another process has ${path} open for writing. Nothing was changed. Stop that process, or let it do the work through its API.`,
    );
  }
}

export interface WriterLock {
  release(): void;
}

const SQLITE_BUSY = 5;

export function takeWriterLock(path: string): WriterLock {
  const database = new DatabaseSync(`${path}-writer`, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) throw new CentralLogLocked(path);
    throw error;
  }
  return {
    release: () => {
      database.close();
    },
  };
}
