// Restores a backup: copies it beside the present data, proves it, makes it a new epoch, and only then changes places. Owns the
// order; until the last step nothing of the present data was touched, and it is moved aside, never deleted.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Seal } from '@streamstock/event-log';
import { CentralLogTooNew, openSqliteCentralLog } from '@streamstock/log-sql';
import { recordHead } from '../centre/head-file.ts';
import { openRevocations } from '../centre/revocations.ts';
import { dataFiles } from '../data-folder.ts';
import { readyDirectory } from '../directory/after-restore.ts';
import type { Keys } from '../secrets.ts';
import { copyWithSum } from './copy-file.ts';
import { fileProblem } from './file-problems.ts';
import { BackupProblem, newerMessage, readManifest, type BackupFile, type Manifest } from './manifest.ts';
import {
  dropStaging,
  finishInterruptedRestore,
  isDecided,
  prepareStaging,
  swapIn,
  type SwapStep,
} from './restore-swap.ts';

const SAFE = 'Nothing was changed: the present data is as it was.';
const FINISHES_ITSELF =
  'It is decided and its data is complete: the next start of the server, or of any command, finishes it. Nothing was deleted.';

export type RestoreStep = `copy ${string}` | 'check' | 'epoch' | 'doors' | 'revocations' | 'head' | SwapStep;

export interface RestoreRequest {
  /** Locked by the caller. */
  readonly dataFolder: string;
  readonly backupFolder: string;
  /** Of the key in the data folder; null: there is none. */
  readonly keys: Pick<Keys, 'fingerprint' | 'seal'> | null;
  /** Restore also what was made under another key: then devices and programs are enrolled anew. */
  readonly otherKey: boolean;
  readonly nowMs: number;
  /** Called before each step. */
  readonly onStep: (step: RestoreStep) => void;
}

export interface RestoreResult {
  readonly manifest: Manifest;
  readonly epoch: string;
  /** Absolute; null: there was no data before. */
  readonly movedAside: string | null;
  /** Devices that were paired after the backup and are known still; null: the present directory could not be read. */
  readonly devicesKept: number | null;
  /** Devices of the backup that stay revoked because of the file. */
  readonly revokedAgain: number;
}

/** Throws `BackupProblem`; then the present data is as it was. */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreResult> {
  const { dataFolder, backupFolder, nowMs, onStep } = request;
  finishInterruptedRestore(dataFolder);
  const manifest = readManifest(backupFolder);
  const { seal } = fittingKeys(request, manifest);
  try {
    const staging = prepareStaging(dataFolder);
    for (const file of manifest.files) {
      onStep(`copy ${file.name}`);
      await copyChecked(backupFolder, staging, file);
    }
    const prepared = await prepareLog(request, staging, manifest, seal);
    const aside = swapIn(dataFolder, nowMs, onStep);
    const movedAside = join(dataFolder, aside);
    return { manifest, ...prepared, movedAside: existsSync(movedAside) ? movedAside : null };
  } catch (error) {
    if (isDecided(dataFolder)) throw fileProblem(error, 'The restore was interrupted', FINISHES_ITSELF);
    dropStaging(dataFolder);
    if (error instanceof CentralLogTooNew) throw new BackupProblem(newerMessage(backupFolder, manifest.appVersion));
    throw fileProblem(error, `The backup in ${backupFolder} was not restored`, SAFE);
  }
}

function fittingKeys(
  { keys, otherKey, backupFolder, dataFolder }: RestoreRequest,
  manifest: Manifest,
): Pick<Keys, 'seal'> {
  if (keys !== null && (otherKey || manifest.keyFingerprint === keys.fingerprint)) return keys;
  throw new BackupProblem(
    `The backup in ${backupFolder} was taken under another key than ${dataFiles(dataFolder).key}, so no device and no API key in it would be known here. ${SAFE} ` +
      'Put the seal.key of that installation into the data folder and restore again. If it is lost: --lost-key restores all the same; then pair every device and make the API keys anew.',
  );
}

async function copyChecked(from: string, to: string, { name, bytes, sha256 }: BackupFile): Promise<void> {
  const source = join(from, name);
  if (!existsSync(source)) throw damaged(from, `${name} is missing`);
  const sum = await copyWithSum(source, join(to, name));
  if (sum.bytes !== bytes) throw damaged(from, `${name} has ${sum.bytes} bytes instead of ${bytes}`);
  if (sum.sha256 !== sha256) throw damaged(from, `the bytes of ${name} are not those that were backed up`);
}

function damaged(folder: string, why: string): BackupProblem {
  return new BackupProblem(
    `The backup in ${folder} is damaged: ${why}. ${SAFE} Use another copy of it, or another backup.`,
  );
}

/** Proves the copy, and makes it what the server may start with. */
async function prepareLog(
  { dataFolder, backupFolder, nowMs, onStep }: RestoreRequest,
  staging: string,
  manifest: Manifest,
  seal: Seal,
): Promise<Pick<RestoreResult, 'epoch' | 'devicesKept' | 'revokedAgain'>> {
  const files = dataFiles(staging);
  const log = openSqliteCentralLog({ path: files.log, mode: 'write', seal, nowMs });
  try {
    onStep('check');
    const { epoch, position, hash } = await log.head();
    const isSame = epoch === manifest.epoch && position === manifest.position && hash === manifest.hash;
    if (!isSame) throw damaged(backupFolder, 'its manifest speaks of another log');
    const [fault] = await log.verify();
    if (fault !== undefined)
      throw damaged(backupFolder, `its hash chains do not fit (${fault.where}: ${fault.detail})`);
    onStep('epoch');
    const head = await log.beginEpoch({ cause: 'restored', nowMs });
    onStep('doors');
    const devicesKept = readyDirectory(files.directory, {
      epoch: head.epoch,
      backupTakenAtMs: manifest.takenAtMs,
      before: dataFiles(dataFolder).directory,
    });
    onStep('revocations');
    const revokedAgain = await openRevocations(dataFiles(dataFolder).revocations).applyTo(log);
    onStep('head');
    recordHead(files.head, await log.head());
    return { epoch: head.epoch, devicesKept, revokedAgain: revokedAgain.length };
  } finally {
    await log.close();
  }
}
