// Backups and restores that can not be: each wrong use and each damaged backup changes nothing, and says so.
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restoreBackup } from '../backup/restore.ts';
import { dataFiles, lockDataFolder } from '../data-folder.ts';
import { openKeys } from '../secrets.ts';
import { dataFolder, importItems, sha256Of } from '../testing/backup-place.ts';
import { ended, newWorkplace, type CommandResult, type Workplace } from '../testing/run-command.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

let workplace: Workplace;
beforeEach(() => {
  workplace = newWorkplace();
});
afterEach(() => workplace.dispose());

const inPlace = (name: string): string => join(workplace.folder, name);

describe('wrong uses change nothing', { timeout: 120_000 }, () => {
  const template = newWorkplace();
  beforeAll(async () => {
    await importItems(template, 'A', 'B');
    await template.json('backup', 'good');
    await importItems(template, 'C');
  });
  afterAll(() => template.dispose());
  beforeEach(() => cpSync(template.folder, workplace.folder, { recursive: true }));

  /** By its exit code, its words and what it left behind. */
  async function outcomeOf(run: Promise<CommandResult>) {
    const before = dataFolder(workplace);
    const { code, stderr } = await run;
    const isStack = /\n\s+at /.test(stderr);
    const left = existsSync(join(workplace.data, 'restoring'));
    return { code, stderr, isStack, left, changed: JSON.stringify(dataFolder(workplace)) !== JSON.stringify(before) };
  }
  const refused = (words: RegExp) => ({
    code: 1,
    stderr: expect.stringMatching(words) as unknown,
    isStack: false,
    left: false,
    changed: false,
  });

  /** As the command does it, without a process of its own. */
  async function restore(backupFolder: string): Promise<unknown> {
    const outcome = lockDataFolder(workplace.data, 'test');
    if (!outcome.ok) throw new Error('The folder is taken.');
    const files = dataFiles(workplace.data);
    const request = { dataFolder: workplace.data, backupFolder, keys: openKeys(files.key), otherKey: false, nowMs: 1 };
    try {
      return await restoreBackup({ ...request, onStep: () => {} });
    } finally {
      outcome.lock.release();
    }
  }

  const manifest = (change: object): void => {
    const file = inPlace('bad/manifest.json');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...change }));
  };
  /** Bytes that fit their checksum, and still are no log of ours. */
  const forgeLog = (change: (file: string) => void): void => {
    change(inPlace('bad/log.sqlite'));
    const { files } = JSON.parse(readFileSync(inPlace('bad/manifest.json'), 'utf8')) as { files: { name: string }[] };
    const sha256 = sha256Of(inPlace('bad/log.sqlite'));
    manifest({ files: files.map((file) => (file.name === 'log.sqlite' ? { ...file, sha256 } : file)) });
  };

  it.each<[string, () => void, RegExp]>([
    [
      'no folder',
      () => rmSync(inPlace('bad'), { recursive: true }),
      /is not a backup.*no manifest\.json.*Nothing was changed/s,
    ],
    ['no manifest', () => rmSync(inPlace('bad/manifest.json')), /no manifest\.json/],
    [
      'a file for a folder',
      () => (rmSync(inPlace('bad'), { recursive: true }), writeFileSync(inPlace('bad'), '')),
      /is not a backup/,
    ],
    [
      'a manifest that is something else',
      () => writeFileSync(inPlace('bad/manifest.json'), '{"name":"x"}'),
      /is damaged, or is something else/,
    ],
    ['a manifest cut in half', () => truncateSync(inPlace('bad/manifest.json'), 200), /is damaged/],
    [
      'a newer version',
      () => manifest({ version: 2, appVersion: '9.1.0' }),
      /newer version of StreamStock \(9\.1\.0\).*Update/s,
    ],
    ['a newer log', () => forgeLog(asOfLater), /newer version of StreamStock.*Nothing was changed/s],
    ['a missing file', () => rmSync(inPlace('bad/log.sqlite')), /log\.sqlite is missing.*Nothing was changed/s],
    ['a file cut short', () => truncateSync(inPlace('bad/log.sqlite'), 9_000), /has 9000 bytes instead of/],
    ['a file that grew', () => appendFileSync(inPlace('bad/log.sqlite'), 'x'), /bytes instead of/],
    [
      'one changed byte',
      () => flipByte(inPlace('bad/directory.sqlite'), 5_000),
      /the bytes of directory\.sqlite are not those/,
    ],
    ['a manifest of another log', () => manifest({ position: 1 }), /its manifest speaks of another log/],
    ['chains that do not fit', () => forgeLog(flipLine), /its hash chains do not fit \(.*Nothing was changed/s],
    [
      'a backup of another key',
      () => manifest({ keyFingerprint: '0000' }),
      /taken under another key.*Nothing was changed.*--lost-key/s,
    ],
  ])('restore: %s', async (_, damage, words) => {
    cpSync(inPlace('good'), inPlace('bad'), { recursive: true });
    damage();
    const before = dataFolder(workplace);
    await expect(restore(inPlace('bad'))).rejects.toThrow(words);
    expect(dataFolder(workplace)).toEqual(before);
    expect(existsSync(join(workplace.data, 'restoring'))).toBe(false);
  });

  it('the command line says so in one sentence and ends with 1', async () => {
    expect(await outcomeOf(workplace.run('restore', 'nowhere'))).toEqual(refused(/^\S*nowhere is not a backup.*\n$/));
    expect(await outcomeOf(workplace.run('backup', 'good'))).toEqual(refused(/good is not empty.*Name a new folder/));
    expect(await outcomeOf(workplace.run('backup', 'items.csv'))).toEqual(refused(/can not be used for a backup/));
    expect(await outcomeOf(workplace.run('backup', 'data/b2'))).toEqual(
      refused(/lies inside the data folder.*elsewhere/),
    );
    rmSync(workplace.data, { recursive: true });
    mkdirSync(workplace.data);
    expect(await outcomeOf(workplace.run('backup', 'b2'))).toEqual(refused(/There is nothing to back up in/));
    expect(existsSync(inPlace('b2'))).toBe(false);
  });

  it.runIf(existsSync('/proc/self'))('a place that takes no folders: no backup, and an answer', async () => {
    expect(await outcomeOf(workplace.run('backup', '/proc/self/task/b2'))).toEqual(
      refused(/can not be used for a backup: no folder can be made in \/proc\/self\/task\. Nothing was changed\. Name/),
    );
  });

  it('while a server runs: a restore is refused, a backup is taken', async () => {
    const server = await workplace.serve();
    try {
      const { code, stderr } = await workplace.run('restore', 'good');
      expect(code).toBe(1);
      expect(stderr).toMatch(/Process \d+ \(server\) works in .*Stop it, then restore; devices keep selling/);
      expect(await workplace.json('backup', 'beside')).toMatchObject({ position: 3 });
    } finally {
      server.kill('SIGTERM');
      await ended(server);
    }
    expect(await workplace.json('restore', 'beside')).toMatchObject({ position: 3 });
  });

  /** No file may grow past so many KiB: what a full disk is to a program. */
  const onFullDisk = async (kibibytes: number, ...args: readonly string[]): Promise<CommandResult> => {
    const env = { ...process.env, STREAMSTOCK_DATA: workplace.data, INIT_CWD: workplace.folder };
    const command = `trap '' XFSZ; ulimit -f ${kibibytes}; exec "$0" "$@"`;
    return await ended(spawn('bash', ['-c', command, process.execPath, MAIN, ...args], { env, stdio: 'pipe' }));
  };

  it('a full disk: no half backup is left, the present data stands', async () => {
    expect(await outcomeOf(onFullDisk(100, 'backup', 'b2'))).toEqual(
      refused(/The backup was not taken: .*no half backup was left behind/s),
    );
    expect(existsSync(inPlace('b2'))).toBe(false);
    expect(await outcomeOf(onFullDisk(100, 'restore', 'good'))).toEqual(
      refused(/was not restored: the disk is full\. Nothing was changed.*Make room/s),
    );
  });
});

function asOfLater(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 999');
  database.close();
}

function flipByte(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** Changes a letter of an event inside the database file. */
function flipLine(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf('Item A');
  bytes[at + 5] = 'X'.charCodeAt(0);
  writeFileSync(file, bytes);
}
