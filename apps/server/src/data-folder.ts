// The data folder and its lock: one process at a time works in it. Owns the file names in it, and the lock; knows nothing of
// what the files hold.
//
// The lock is SQLite's exclusive file lock on `lock`: the operating system drops it when the process ends, however it ends,
// so there is never a stale one to clean up. `lock.json` beside it only tells others who holds it, for messages.
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { makeFolder } from './make-folder.ts';

/** SQLite's SQLITE_BUSY. */
const BUSY = 5;

export interface DataFiles {
  readonly folder: string;
  readonly log: string;
  readonly directory: string;
  readonly key: string;
  /** Where the log's head was, to find out a log that was put back (centre/head-file.ts). */
  readonly head: string;
  /** How far reactors are; no backup holds it (centre/reactor-notes.ts). */
  readonly reactors: string;
  /** Devices whose access was taken back; no restore touches it (centre/revocations.ts). */
  readonly revocations: string;
  /** Prepared snapshots of stores: made anew whenever they are gone. */
  readonly snapshots: string;
}

export function dataFiles(folder: string): DataFiles {
  return {
    folder,
    log: join(folder, 'log.sqlite'),
    directory: join(folder, 'directory.sqlite'),
    key: join(folder, 'seal.key'),
    head: join(folder, 'head.json'),
    reactors: join(folder, 'reactors.json'),
    revocations: join(folder, 'revocations.jsonl'),
    snapshots: join(folder, 'snapshots'),
  };
}

/** Who works in a data folder. `url`: where its server answers; null while it starts, or when it is no server. */
export const FolderHolder = z.object({
  pid: z.int(),
  purpose: z.string().check(z.maxLength(200)),
  url: z.nullable(z.string().check(z.maxLength(500))),
});
export type FolderHolder = z.infer<typeof FolderHolder>;

export interface FolderLock {
  /** Tells others where the server answers. */
  announce(url: string): void;
  release(): void;
}

export type LockOutcome =
  | { readonly ok: true; readonly lock: FolderLock }
  /** `holder` null: someone holds it and has not said who. */
  | { readonly ok: false; readonly holder: FolderHolder | null };

/** The folder can not be created or written to; the message says what to do. */
class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';
}

/**
 * Takes the folder for this process, creating it (readable by its owner only) when needed. Never waits. Throws `FolderUnusable`.
 */
export function lockDataFolder(folder: string, purpose: string): LockOutcome {
  try {
    makeFolder(folder);
    return takeLock(folder, purpose);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FolderUnusable(
      `The data folder ${folder} can not be used: ${why}. Nothing was changed. Make it writable for this account, or set STREAMSTOCK_DATA to another folder.`,
      { cause },
    );
  }
}

function takeLock(folder: string, purpose: string): LockOutcome {
  const infoFile = join(folder, 'lock.json');
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    return { ok: false, holder: readHolder(infoFile) };
  }
  const write = (url: string | null): void => {
    writeAtomically(infoFile, JSON.stringify({ pid: process.pid, purpose, url } satisfies FolderHolder));
  };
  write(null);
  return {
    ok: true,
    lock: {
      announce: write,
      release: () => {
        rmSync(infoFile, { force: true });
        database.close();
      },
    },
  };
}

/** What to tell a person who finds the folder taken. `doing`: what they wanted ("import"). */
export function folderTakenMessage(folder: string, holder: FolderHolder | null, doing: string): string {
  const who = holder === null ? 'Another process' : `Process ${holder.pid} (${holder.purpose})`;
  if (holder?.url === undefined || holder.url === null) {
    return `${who} works in ${folder}, so ${doing} can not. Nothing was changed. Wait until it is done or stop it, or set STREAMSTOCK_DATA to another folder.`;
  }
  return (
    `A server runs there: ${who} serves ${folder} at ${holder.url}, so ${doing} can not open it. Nothing was changed. ` +
    `Go through it with --server ${holder.url} --api-key KEY, or stop it first, or set STREAMSTOCK_DATA to another folder.`
  );
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === BUSY;
}

function readHolder(file: string): FolderHolder | null {
  try {
    const parsed = FolderHolder.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}
