// `streamstock backup`: a copy of log and directory at one moment, also beside a running server.
import { existsSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { takeBackup } from '../backup/take-backup.ts';
import { isDecided } from '../backup/restore-swap.ts';
import { readConfig } from '../config.ts';
import { dataFiles } from '../data-folder.ts';
import { openKeys } from '../secrets.ts';
import { CommandProblem } from './command-problem.ts';

const HELP = `
Works while the server runs; nobody notices. Into a new folder, named from where you stand:
  streamstock backup backups/2026-11-21

What is in it: log.sqlite (all events, all figures), directory.sqlite (people, devices), manifest.json (which history, how
far, checksums). What is not: seal.key (keep a copy of it apart; without it devices of a restored backup are unknown) and
revocations.jsonl (so that a restore gives nobody's access back).
"streamstock restore FOLDER" brings it back. Devices then bring back whatever happened after it that they still hold.`;

export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .argument('<folder>', 'where to, outside the data folder; must not exist yet, or be empty')
    .description('Back up the data folder, also while the server runs')
    .option('--json', 'one JSON object: {folder, epoch, position, bytes}')
    .addHelpText('after', HELP)
    .action(async (folder: string, options: { readonly json?: boolean }) => {
      const { dataFolder } = readConfig(process.env, process.cwd());
      const target = resolve(process.env['INIT_CWD'] ?? process.cwd(), folder);
      const files = dataFiles(dataFolder);
      refuseWhatIsNoSource(dataFolder);
      refuseInside(dataFolder, target);
      const {
        epoch,
        position,
        files: copied,
      } = await takeBackup({
        files,
        folder: target,
        keyFingerprint: openKeys(files.key).fingerprint,
        nowMs: Date.now(),
      });
      const bytes = copied.reduce((sum, file) => sum + file.bytes, 0);
      if (options.json === true) console.log(JSON.stringify({ folder: target, epoch, position, bytes }));
      else {
        console.log(
          `Backed up to ${target}: ${position.toLocaleString('en')} events, ${(bytes / 1_000_000).toFixed(1)} MB.\n` +
            `Keep a copy of ${files.key} apart from it.`,
        );
      }
    });
}

function refuseInside(dataFolder: string, target: string): void {
  if (!`${target}${sep}`.startsWith(`${resolve(dataFolder)}${sep}`)) return;
  throw new CommandProblem(
    `${target} lies inside the data folder: what destroys the one destroys the other. No backup was taken. Name a folder elsewhere, best on another disk.`,
  );
}

function refuseWhatIsNoSource(dataFolder: string): void {
  const { log, key } = dataFiles(dataFolder);
  if (isDecided(dataFolder)) {
    throw new CommandProblem(
      `A restore in ${dataFolder} was cut short. No backup was taken. Start the server once: it finishes the restore.`,
    );
  }
  const missing = [log, key].find((file) => !existsSync(file));
  if (missing === undefined) return;
  throw new CommandProblem(
    `There is nothing to back up in ${dataFolder}: ${missing} is not there. Nothing was changed. Set STREAMSTOCK_DATA to the data folder.`,
  );
}
