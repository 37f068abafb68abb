// What a backup says of itself: which history, how far, under which key, and the bytes that belong to it. Owns the file's shape
// and the words for a backup that can not be used. A folder without a manifest is no backup: it is written last.
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readTextOrNull, replaceFile } from '../durable-file.ts';

/** Raised when a backup of this version can not be read by the one before. */
const MANIFEST_VERSION = 1;
const FORMAT = 'streamstock-backup';
const MANIFEST_FILE = 'manifest.json';

/** The files of a backup; the seal key and the revocations are not among them. */
export const BACKUP_FILES = ['log.sqlite', 'directory.sqlite'] as const;

const Text = z.string().check(z.minLength(1), z.maxLength(200));
const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const BackupFile = z.object({ name: z.enum(BACKUP_FILES), bytes: z.int().check(z.minimum(1)), sha256: Sha256 });
export type BackupFile = z.infer<typeof BackupFile>;

/** What every version of the manifest says. */
const AnyManifest = z.object({ format: z.literal(FORMAT), version: z.int(), appVersion: Text });

const Manifest = z.object({
  ...AnyManifest.shape,
  takenAtMs: z.int().check(z.minimum(0)),
  epoch: Text,
  position: z.int().check(z.minimum(0)),
  /** Central chain hash at `position`. */
  hash: z.string().check(z.maxLength(100)),
  /** Tells the seal key that digests and seals were made with from another one; opens nothing. */
  keyFingerprint: Text,
  files: z.array(BackupFile).check(z.length(BACKUP_FILES.length)),
});
export type Manifest = z.infer<typeof Manifest>;

/** A backup can not be taken or used. The message says what happened, what is safe, and what to do. */
export class BackupProblem extends Error {
  override readonly name = 'BackupProblem';
}

export function writeManifest(folder: string, manifest: Omit<Manifest, 'format' | 'version'>): Manifest {
  const whole: Manifest = { format: FORMAT, version: MANIFEST_VERSION, ...manifest };
  replaceFile(join(folder, MANIFEST_FILE), `${JSON.stringify(whole, null, 2)}\n`);
  return whole;
}

/** Throws `BackupProblem` for a folder that is no backup this version can use. */
export function readManifest(folder: string): Manifest {
  const value = parseJson(readManifestText(folder));
  const any = AnyManifest.safeParse(value);
  if (!any.success) throw noBackup(folder, 'its manifest.json is damaged, or is something else');
  if (any.data.version > MANIFEST_VERSION) {
    throw new BackupProblem(newerMessage(folder, any.data.appVersion));
  }
  const parsed = Manifest.safeParse(value);
  const names = parsed.success ? new Set(parsed.data.files.map(({ name }) => name)) : new Set();
  if (!parsed.success || names.size !== BACKUP_FILES.length) throw noBackup(folder, 'its manifest.json is damaged');
  return parsed.data;
}

function readManifestText(folder: string): string {
  let text: string | null;
  try {
    text = readTextOrNull(join(folder, MANIFEST_FILE));
  } catch (error) {
    throw noBackup(folder, error instanceof Error ? error.message : String(error));
  }
  if (text !== null) return text;
  throw noBackup(folder, 'it has no manifest.json (a backup that was not finished has none either)');
}

export function newerMessage(folder: string, appVersion: string): string {
  return `The backup in ${folder} was taken by a newer version of StreamStock (${appVersion}). Nothing was changed. Update StreamStock, then restore it.`;
}

function noBackup(folder: string, why: string): BackupProblem {
  return new BackupProblem(
    `${folder} is not a backup that can be used: ${why}. Nothing was changed. Name the folder that "streamstock backup" made, or use another backup.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
