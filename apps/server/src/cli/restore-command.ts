// `streamstock restore`: puts a backup in the place of the present data, as a new epoch.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { restoreBackup, type RestoreResult, type RestoreStep } from '../backup/restore.ts';
import { readConfig } from '../config.ts';
import { dataFiles, lockDataFolder, type FolderHolder } from '../data-folder.ts';
import { openKeys, type Keys } from '../secrets.ts';
import { CommandProblem } from './command-problem.ts';

const HELP = `
Stop the server first. Then:
  streamstock restore backups/2026-11-21

1. The backup is copied beside the present data and proved: checksums, hash chains. If anything is wrong, nothing changes.
2. The present data is moved to before-restore-… inside the data folder; nothing is deleted.
3. The restored log begins a new epoch. Start the server: every device comes back by itself, sends what it has not sent,
   and brings back the events after the backup that it still holds. Automatic work waits for them, until the devices that
   were live are back or head office says go on.
Everybody signs in anew; unused pairing codes end; admins and API keys are those of the backup. Devices whose access was taken back stay out (revocations.jsonl).
Needs the seal.key that the data had when the backup was taken: it must lie in the data folder.`;

interface RestoreOptions {
  readonly lostKey?: boolean;
  readonly json?: boolean;
}

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .argument('<folder>', 'a folder that "streamstock backup" made')
    .description('Put a backup in the place of the present data (server stopped); the present data is kept aside')
    .option('--lost-key', 'the seal.key of the backup is lost: restore all the same, then pair every device anew')
    .option('--json', 'one JSON object: {epoch, position, movedAside, devicesKept, revokedAgain}')
    .addHelpText('after', HELP)
    .action(async (folder: string, options: RestoreOptions) => {
      const { dataFolder } = readConfig(process.env, process.cwd());
      const result = await restoreInto(dataFolder, {
        backupFolder: resolve(process.env['INIT_CWD'] ?? process.cwd(), folder),
        otherKey: options.lostKey === true,
      });
      if (options.json === true) console.log(JSON.stringify(reportOf(result)));
      else console.log(wordsFor(result));
    });
}

async function restoreInto(
  dataFolder: string,
  request: { readonly backupFolder: string; readonly otherKey: boolean },
): Promise<RestoreResult> {
  const outcome = lockDataFolder(dataFolder, 'restore');
  if (!outcome.ok) throw new CommandProblem(takenMessage(dataFolder, outcome.holder));
  try {
    return await restoreBackup({
      ...request,
      dataFolder,
      keys: keysIn(dataFolder, request.otherKey),
      nowMs: Date.now(),
      onStep: tell,
    });
  } finally {
    outcome.lock.release();
  }
}

function takenMessage(dataFolder: string, holder: FolderHolder | null): string {
  const who = holder === null ? 'Another process' : `Process ${holder.pid} (${holder.purpose})`;
  return `${who} works in ${dataFolder}, so nothing can be restored there. Nothing was changed. Stop it, then restore; devices keep selling meanwhile.`;
}

/** null: there is no key, and none is made, so that the right one can still be put there. */
function keysIn(dataFolder: string, mayMakeKey: boolean): Keys | null {
  const { key } = dataFiles(dataFolder);
  return mayMakeKey || existsSync(key) ? openKeys(key) : null;
}

const STEP_WORDS: Partial<Record<RestoreStep, string>> = {
  'copy log.sqlite': 'Copying the backup beside the present data …',
  check: 'Checking its hash chains …',
  epoch: 'Beginning a new epoch …',
  decide: 'Changing places …',
};

function tell(step: RestoreStep): void {
  const words = STEP_WORDS[step];
  if (words !== undefined) console.error(words);
}

function reportOf({ epoch, manifest, movedAside, devicesKept, revokedAgain }: RestoreResult) {
  return { epoch, position: manifest.position, movedAside, devicesKept, revokedAgain };
}

function wordsFor({ manifest, movedAside, devicesKept, revokedAgain }: RestoreResult): string {
  const taken = new Date(manifest.takenAtMs).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `Restored: the backup of ${taken} UTC, ${manifest.position.toLocaleString('en')} events.`,
    movedAside === null
      ? 'There was no data here before.'
      : `The data that was here lies in ${movedAside}. Delete it when you are sure that you do not need it.`,
    ...(devicesKept === null
      ? ['The directory that was here can not be read: devices that were paired after the backup must be paired anew.']
      : devicesKept > 0
        ? [`${devicesKept} devices that were paired after the backup are known still.`]
        : []),
    ...(revokedAgain > 0 ? [`${revokedAgain} devices stay revoked, as they were before the restore.`] : []),
    '',
    'Now start the server. Every device comes back by itself, sends what it has not sent, and brings back what happened',
    'after the backup and it still holds. Automatic work waits for them: Stores & devices in the admin view shows who is',
    'back and lets you go on without the rest. Everybody signs in anew.',
  ].join('\n');
}
