// The moment of a restore: the data that was here goes aside, what was prepared comes in. Owns the note that says it is decided,
// and finishing it after a crash. Looks into no file.
//
//   preparing (no note) ──crash──▶ the old data stands; what was prepared is dropped
//        │ note "aside" written
//        ▼
//      aside ──old files moved aside──▶ in (note rewritten) ──new files moved in──▶ done (note removed)
//        └────────────── crash anywhere: the next opening of the folder goes on from the note ─────────┘
//
// 1. Until the note is on disk nothing of the old data is touched; from then on every opening ends in the new data.
// 2. Every move is a rename inside one folder, and doing it again changes nothing.
// 3. Old files are never deleted or overwritten.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readTextOrNull, removeFile, replaceFile, syncFolder } from '../durable-file.ts';

const NOTE_FILE = 'restore.json';
/** Where the new data is prepared, inside the data folder: renames need one file system. */
const STAGING_FOLDER = 'restoring';

/** What belongs to one state of the data. Beside it stay: the seal key, the revocations, the locks. */
const DATA_FILES = ['log.sqlite', 'directory.sqlite'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]);
const MOVED_FILES = [...DATA_FILES, 'head.json'];

const Note = z.object({
  phase: z.enum(['aside', 'in']),
  /** Name of the folder, inside the data folder, to which the old data goes. */
  aside: z.string().check(z.regex(/^before-restore-[0-9A-Za-z-]{1,60}$/)),
});
type Note = z.infer<typeof Note>;

/** What the swap is about to do; a crash before any of them is made up for. */
export type SwapStep = 'decide' | `aside ${string}` | 'turn' | `in ${string}` | 'done';

export function stagingFolder(dataFolder: string): string {
  return join(dataFolder, STAGING_FOLDER);
}

/** An empty folder to prepare in. */
export function prepareStaging(dataFolder: string): string {
  const staging = stagingFolder(dataFolder);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { mode: 0o700 });
  return staging;
}

/** Whether a restore was decided and is not finished yet. */
export function isDecided(dataFolder: string): boolean {
  return existsSync(join(dataFolder, NOTE_FILE));
}

/** Nothing was decided: the old data stands. */
export function dropStaging(dataFolder: string): void {
  rmSync(stagingFolder(dataFolder), { recursive: true, force: true });
}

/**
 * Puts what was prepared in the place of what was here. The caller holds the folder's lock, and nothing has its files open.
 * Returns the folder, by name, that now holds the old data.
 */
export function swapIn(dataFolder: string, nowMs: number, step: (step: SwapStep) => void): string {
  const aside = freeName(dataFolder, nowMs);
  syncFolder(stagingFolder(dataFolder));
  step('decide');
  writeNote(dataFolder, { phase: 'aside', aside });
  finish(dataFolder, { phase: 'aside', aside }, step);
  return aside;
}

/**
 * To be called by whoever opens the folder, under its lock, before anything else: a restore that was cut short is finished
 * when it was decided, and dropped when it was not. Throws when the note can not be read.
 */
export function finishInterruptedRestore(dataFolder: string): 'nothing' | 'dropped' | 'finished' {
  const text = readTextOrNull(join(dataFolder, NOTE_FILE));
  if (text !== null) {
    finish(dataFolder, readNote(dataFolder, text), () => {});
    return 'finished';
  }
  if (!existsSync(stagingFolder(dataFolder))) return 'nothing';
  dropStaging(dataFolder);
  return 'dropped';
}

function finish(dataFolder: string, note: Note, step: (step: SwapStep) => void): void {
  const aside = join(dataFolder, note.aside);
  const staging = stagingFolder(dataFolder);
  if (note.phase === 'aside') {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    moveAll(dataFolder, aside, (name) => step(`aside ${name}`));
    step('turn');
    writeNote(dataFolder, { ...note, phase: 'in' });
  }
  if (existsSync(staging)) moveAll(staging, dataFolder, (name) => step(`in ${name}`));
  // Nothing was here before: no folder to look for it in.
  if (existsSync(aside) && readdirSync(aside).length === 0) rmSync(aside, { recursive: true });
  step('done');
  removeFile(join(dataFolder, NOTE_FILE));
  dropStaging(dataFolder);
}

function moveAll(from: string, to: string, step: (name: string) => void): void {
  for (const name of MOVED_FILES) {
    if (!existsSync(join(from, name))) continue;
    step(name);
    renameSync(join(from, name), join(to, name));
  }
  syncFolder(to);
  syncFolder(from);
}

function writeNote(dataFolder: string, note: Note): void {
  replaceFile(join(dataFolder, NOTE_FILE), JSON.stringify(note));
}

function readNote(dataFolder: string, text: string): Note {
  try {
    return Note.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${join(dataFolder, NOTE_FILE)} can not be read, so it is not known how far a restore had come. Nothing was changed. ` +
        `The old data lies in the newest ${dataFolder}/before-restore-… folder, the new in ${stagingFolder(dataFolder)}.`,
      { cause },
    );
  }
}

function freeName(dataFolder: string, nowMs: number): string {
  const base = `before-restore-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-')}`;
  let name = base;
  for (let more = 2; existsSync(join(dataFolder, name)); more += 1) name = `${base}-${more}`;
  return name;
}
