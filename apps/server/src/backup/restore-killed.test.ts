// A restore that is killed at any of its steps: the next start finds the old data or the new, whole.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLog } from '../centre/open-log.ts';
import { dataFiles, lockDataFolder } from '../data-folder.ts';
import { openKeys } from '../secrets.ts';
import { asideFolders, importItems } from '../testing/backup-place.ts';
import { ended, newWorkplace, type Workplace } from '../testing/run-command.ts';

const KILLED_RESTORE = fileURLToPath(new URL('../testing/killed-restore.ts', import.meta.url));

let workplace: Workplace;
beforeEach(() => {
  workplace = newWorkplace();
});
afterEach(() => workplace.dispose());

const inPlace = (name: string): string => join(workplace.folder, name);

it('killed before each of its steps a restore leaves the old data or the new', { timeout: 300_000 }, async () => {
  await importItems(workplace, 'A', 'B');
  await workplace.json('backup', 'b1');
  await importItems(workplace, 'C');
  const original = inPlace('original');
  cpSync(workplace.data, original, { recursive: true });
  const outcomes = new Set<string>();
  for (let n = 1, killed = true; killed; n += 1) {
    rmSync(workplace.data, { recursive: true });
    cpSync(original, workplace.data, { recursive: true });
    const args = [KILLED_RESTORE, workplace.data, inPlace('b1'), String(n)];
    killed = (await ended(spawn(process.execPath, args, { stdio: 'pipe' }))).code === null;
    const state = await stateAfterOpening();
    outcomes.add(`${killed ? 'killed' : 'finished'}: ${state}`);
  }
  expect([...outcomes].toSorted()).toEqual([
    'finished: 2 events, begun and restored, 0 faults, old data aside',
    'killed: 2 events, begun and restored, 0 faults, old data aside',
    'killed: 3 events, begun, 0 faults, nothing aside',
  ]);
});

/** Opens the folder as the next start does. */
async function stateAfterOpening(): Promise<string> {
  const lock = lockDataFolder(workplace.data, 'test');
  if (!lock.ok) throw new Error('The lock outlived its process.');
  const files = dataFiles(workplace.data);
  const { log } = await openLog(files, openKeys(files.key).seal, Date.now());
  try {
    const causes = (await log.epochs()).map(({ cause }) => cause).join(' and ');
    const faults = (await log.verify()).length;
    const [aside] = asideFolders(workplace);
    const isAside = aside !== undefined && existsSync(join(workplace.data, aside, 'log.sqlite'));
    const { position } = await log.head();
    return `${position} events, ${causes}, ${faults} faults, ${isAside ? 'old data' : 'nothing'} aside`;
  } finally {
    await log.close();
    lock.lock.release();
  }
}
