// A log file for each test, in a folder of its own: both go when the test ends, and so does whatever is still open.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_MS, testSeal } from '@streamstock/event-log/testing/central-fixtures';
import { afterEach, beforeEach } from 'vitest';
import type { WriterThreadOptions } from '../writer-thread.ts';
import { openSqliteCentralLog, type Identity, type SqliteCentralLog } from '../sqlite-central-log.ts';

export interface LogFile {
  readonly folder: string;
  /** Nothing is there before the first `open`. */
  readonly path: string;
  /** For writing, under the test's seal, unless `mode` says otherwise. */
  open(changes?: {
    path?: string;
    mode?: 'read';
    newIdentity?: Identity;
    nowMs?: number;
    thread?: WriterThreadOptions;
  }): SqliteCentralLog;
}

/** To be called once, outside the tests. */
export function useLogFile(): LogFile {
  let folder = '';
  let opened: SqliteCentralLog[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'streamstock-log-'));
    opened = [];
  });
  afterEach(async () => {
    for (const log of opened) await log.close().catch(() => {});
    rmSync(folder, { recursive: true });
  });
  const path = (): string => join(folder, 'log.sqlite');
  return {
    get folder() {
      return folder;
    },
    get path() {
      return path();
    },
    open: ({ mode, thread, ...changes } = {}) => {
      const options = { path: path(), nowMs: START_MS, ...changes };
      const writing = { ...options, mode: 'write', seal: testSeal, ...(thread && { thread }) } as const;
      const log = openSqliteCentralLog(mode === 'read' ? { ...options, mode } : writing);
      opened.push(log);
      return log;
    },
  };
}
