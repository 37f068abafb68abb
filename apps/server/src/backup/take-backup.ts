// Takes a backup while everything goes on: a copy of the log at one moment, then of the directory, then the manifest. Owns the
// order: the directory is copied after the log, so that it knows every device whose events the copy of the log holds.
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { CentralHead } from '@streamstock/event-log';
import { openSqliteCentralLog } from '@streamstock/log-sql';
import { APP_VERSION } from '../app-version.ts';
import type { DataFiles } from '../data-folder.ts';
import { openDirectoryDatabase } from '../directory/directory-database.ts';
import { syncFolder } from '../durable-file.ts';
import { makeFolder } from '../make-folder.ts';
import { sumOf } from './copy-file.ts';
import { fileProblem } from './file-problems.ts';
import { BACKUP_FILES, BackupProblem, writeManifest, type Manifest } from './manifest.ts';

/** Pages copied between two looks at whether to go on. */
const PAGES_PER_STEP = 2_000;
const BUSY_TIMEOUT_MS = 5_000;
const SAFE = 'The data folder was only read, and no half backup was left behind.';

export interface BackupRequest {
  readonly files: DataFiles;
  /** Must not exist yet, or be empty. */
  readonly folder: string;
  readonly keyFingerprint: string;
  readonly nowMs: number;
}

/** On disk when it resolves. Throws `BackupProblem`; then nothing is left of it. */
export async function takeBackup({ files, folder, keyFingerprint, nowMs }: BackupRequest): Promise<Manifest> {
  const madeFolder = prepareFolder(folder);
  try {
    const { epoch, position, hash } = await copyLog(files.log, join(folder, 'log.sqlite'), nowMs);
    await copyDirectory(files.directory, join(folder, 'directory.sqlite'));
    const sums = await Promise.all(BACKUP_FILES.map(async (name) => ({ name, ...(await sumOf(join(folder, name))) })));
    syncFolder(folder);
    return writeManifest(folder, {
      appVersion: APP_VERSION,
      takenAtMs: nowMs,
      epoch,
      position,
      hash,
      keyFingerprint,
      files: sums,
    });
  } catch (error) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
    if (madeFolder) rmSync(folder, { recursive: true, force: true });
    throw fileProblem(error, 'The backup was not taken', SAFE);
  }
}

/** Whether the folder was made here. */
function prepareFolder(folder: string): boolean {
  try {
    const isNew = !existsSync(folder);
    makeFolder(folder);
    if (readdirSync(folder).length === 0) return isNew;
  } catch (error) {
    throw fileProblem(
      error,
      `The folder ${folder} can not be used for a backup`,
      'Nothing was changed. Name a folder on a disk that this account may write to.',
    );
  }
  throw new BackupProblem(
    `The folder ${folder} is not empty, so no backup was taken into it. Nothing was changed. Name a new folder; each backup has its own.`,
  );
}

async function copyLog(from: string, to: string, nowMs: number): Promise<CentralHead> {
  if (!existsSync(from)) throw new BackupProblem(`There is no log at ${from}, so there is nothing to back up yet.`);
  const log = openSqliteCentralLog({ path: from, mode: 'read', nowMs });
  try {
    const head = await log.backupTo(to);
    asOneFile(to);
    return head;
  } finally {
    await log.close();
  }
}

/** A copy of one moment, whoever writes meanwhile. Before the first start of a server there is none: an empty one. */
async function copyDirectory(from: string, to: string): Promise<void> {
  if (!existsSync(from)) {
    openDirectoryDatabase(to).close();
    asOneFile(to);
    return;
  }
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    // One read transaction: a commit by others does not make the copy begin again.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await backup(source, to, { rate: PAGES_PER_STEP });
  } finally {
    source.close();
  }
  asOneFile(to);
}

/** Whoever looks into a backup must not need to write beside it: without a write-ahead log. */
function asOneFile(file: string): void {
  chmodSync(file, 0o600);
  const target = new DatabaseSync(file);
  try {
    target.exec('PRAGMA journal_mode = DELETE');
  } finally {
    target.close();
  }
}
