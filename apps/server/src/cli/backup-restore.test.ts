// Backup and restore as an operator does them: what comes back, every wrong use, a full disk, and a kill at every step.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { openSqliteCentralLog } from '@streamstock/log-sql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restoreBackup } from '../backup/restore.ts';
import { openLog } from '../centre/open-log.ts';
import { dataFiles, lockDataFolder } from '../data-folder.ts';
import { openDirectory } from '../directory/directory.ts';
import { openKeys } from '../secrets.ts';
import { ended, newWorkplace, type CommandResult, type Workplace } from '../testing/run-command.ts';

const KILLED_RESTORE = fileURLToPath(new URL('../testing/killed-restore.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

let workplace: Workplace;
beforeEach(() => {
  workplace = newWorkplace();
});
afterEach(() => workplace.dispose());

const inPlace = (name: string): string => join(workplace.folder, name);

/** Registers items: one event each. */
async function imports(...skus: readonly string[]): Promise<void> {
  writeFileSync(inPlace('items.csv'), `sku,name\n${skus.map((sku) => `${sku},Item ${sku}\n`).join('')}`);
  await workplace.json('import', 'items', 'items.csv');
}

/** Every file of the data folder by its bytes; the locks and their notes are no data. */
function dataFolder(): Record<string, string> {
  const files: [string, string][] = [];
  for (const name of readdirSync(workplace.data, { recursive: true, encoding: 'utf8' })) {
    if (/^lock|-writer$|-shm$|-wal$/.test(name) || !name.includes('.')) continue;
    files.push([
      name,
      createHash('sha256')
        .update(readFileSync(join(workplace.data, name)))
        .digest('hex'),
    ]);
  }
  return Object.fromEntries(files);
}

async function head() {
  const log = openSqliteCentralLog({ path: dataFiles(workplace.data).log, mode: 'read', nowMs: 0 });
  try {
    return { ...(await log.head()), causes: (await log.epochs()).map(({ cause }) => cause) };
  } finally {
    await log.close();
  }
}

const asideFolders = (): string[] => readdirSync(workplace.data).filter((name) => name.startsWith('before-restore-'));

describe('backup and restore', { timeout: 120_000 }, () => {
  it('brings back what was, as a new epoch, and keeps what was there', async () => {
    await imports('A', 'B');
    const before = await head();
    expect(await workplace.json('backup', 'b1')).toMatchObject({ epoch: before.epoch, position: 2 });
    expect(readdirSync(inPlace('b1')).toSorted()).toEqual(['directory.sqlite', 'log.sqlite', 'manifest.json']);
    await imports('C');
    const later = dataFolder();

    const report = await workplace.json('restore', 'b1');
    const after = await head();
    expect(after).toMatchObject({ position: 2, hash: before.hash, causes: ['begun', 'restored'] });
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.writer).not.toBe(before.writer);
    expect(report).toMatchObject({
      epoch: after.epoch,
      position: 2,
      movedAside: join(workplace.data, asideFolders()[0] ?? ''),
    });
    const aside = Object.fromEntries(
      Object.entries(dataFolder()).flatMap(([name, sum]) =>
        name.startsWith(`${asideFolders()[0]}/`) ? [[name.slice(name.indexOf('/') + 1), sum]] : [],
      ),
    );
    expect(aside['log.sqlite']).toBe(later['log.sqlite']);
    expect(await workplace.json('verify')).toMatchObject({ intact: true, position: 2 });

    // Life goes on, from new logs of the centre's own writers (X8); what an import said is known by its ids.
    await imports('A', 'B', 'C');
    expect(await head()).toMatchObject({ position: 3 });
    expect(await workplace.json('verify')).toMatchObject({ intact: true, position: 3 });
    await workplace.json('backup', 'b2');
    expect(await workplace.json('restore', 'b2')).toMatchObject({ position: 3 });
    expect(asideFolders()).toHaveLength(2);
  });

  it('into an empty folder of another machine, with the key that was kept', async () => {
    await imports('A');
    await workplace.json('backup', 'b1');
    const key = readFileSync(dataFiles(workplace.data).key);
    rmSync(workplace.data, { recursive: true });
    const without = await workplace.run('restore', 'b1');
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toMatch(/Put the seal\.key of that installation into the data folder/);
    expect(dataFolder()).toEqual({});
    writeFileSync(dataFiles(workplace.data).key, key);
    expect(await workplace.json('restore', 'b1')).toMatchObject({ position: 1, movedAside: null });
    expect(await workplace.json('verify')).toMatchObject({ intact: true, position: 1 });
    rmSync(workplace.data, { recursive: true });
    expect(await workplace.json('restore', 'b1', '--lost-key')).toMatchObject({ position: 1 });
  });

  it('is explained by --help alone', async () => {
    const { stdout: backup } = await workplace.run('backup', '--help');
    expect(backup).toMatch(/while the server runs.*seal\.key.*revocations\.jsonl.*streamstock restore/s);
    const { stdout: restore } = await workplace.run('restore', '--help');
    expect(restore).toMatch(/Stop the server.*nothing is deleted.*new epoch.*bring/s);
  });

  it('ends sessions and pairing codes, and keeps devices that were paired since', async () => {
    await imports('A');
    const files = dataFiles(workplace.data);
    const nowMs = Date.now();
    const withDirectory = <Result>(work: (directory: ReturnType<typeof openDirectory>) => Result): Result => {
      const directory = openDirectory(files.directory, openKeys(files.key));
      try {
        return work(directory);
      } finally {
        directory.close();
      }
    };
    const pair = (directory: ReturnType<typeof openDirectory>, device: string) => {
      const { code } = directory.createPairingCode('s1', nowMs);
      const paired = directory.pair(code, { device, label: device }, nowMs);
      return paired.ok ? paired.credential : '';
    };
    const before = withDirectory((directory) => {
      const made = directory.createFirstAdmin({ name: 'M', email: 'm@example.org', passwordHash: 'x' }, nowMs);
      const { secret } = directory.startSession(made?.admin.id ?? '', nowMs);
      const { code } = directory.createPairingCode('s1', nowMs);
      return { secret, code, apiKey: made?.apiKey ?? '', credential: pair(directory, 'till-1') };
    });
    await workplace.json('backup', 'b1');
    const since = withDirectory((directory) => ({
      secret: directory.startSession(directory.findAdmin('m@example.org')?.id ?? '', nowMs).secret,
      credential: pair(directory, 'till-2'),
    }));
    const { epoch } = await workplace.json('restore', 'b1').then((report) => {
      expect(report).toMatchObject({ devicesKept: 1 });
      return report;
    });
    withDirectory((directory) => {
      expect(directory.hasSession(before.secret, nowMs)).toBe(false);
      expect(directory.hasSession(since.secret, nowMs)).toBe(false);
      expect(directory.pair(before.code, { device: 'x', label: 'x' }, nowMs)).toEqual({ ok: false, reason: 'unknown' });
      expect(directory.apiKey(before.apiKey)).toBeDefined();
      expect(directory.enrolledDevice(before.credential)).toMatchObject({ device: 'till-1' });
      expect(directory.enrolledDevice(since.credential)).toMatchObject({ device: 'till-2' });
      const { backupTakenAtMs } = directory.epochNote(String(epoch));
      expect(backupTakenAtMs).toBeGreaterThanOrEqual(nowMs);
    });
  });

  it('X14 gives no access back that was taken since the backup', async () => {
    await imports('A');
    const files = dataFiles(workplace.data);
    const lock = lockDataFolder(workplace.data, 'test');
    if (!lock.ok) throw new Error('taken');
    const { log } = await openLog(files, openKeys(files.key).seal, 1);
    for (const [device, parent] of [
      ['till-1', null],
      ['clone', 'till-1'],
      ['till-2', null],
    ] as const)
      await log.registerDevice({ device, store: 's1', kind: 'installation', label: device, parent, enrolledAtMs: 1 });
    await log.close();
    lock.lock.release();
    await workplace.json('backup', 'b1');

    const asked = await workplace.run('device', 'revoke', 'till-1');
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain('Give --yes');
    expect(await workplace.json('device', 'revoke', 'till-1', '--yes')).toEqual({ revoked: ['till-1', 'clone'] });
    const revoked = async (): Promise<string[]> => {
      const { devices } = (await workplace.json('device', 'list')) as {
        devices: { device: string; revokedAtMs: number }[];
      };
      return devices.filter(({ revokedAtMs }) => revokedAtMs !== null).map(({ device }) => device);
    };
    expect(await revoked()).toEqual(['till-1', 'clone']);
    const file = readFileSync(files.revocations, 'utf8');
    expect(await workplace.json('restore', 'b1')).toMatchObject({ revokedAgain: 2 });
    expect(await revoked()).toEqual(['till-1', 'clone']);
    expect(readFileSync(files.revocations, 'utf8')).toBe(file);

    // Put back by hand it is the next opening that makes up for it.
    cpSync(inPlace('b1/log.sqlite'), files.log);
    const opened = await workplace.run('device', 'list', '--json');
    expect(opened.stderr).toContain('2 devices were active in this log and are revoked');
    expect(await revoked()).toEqual(['till-1', 'clone']);

    const unknown = await workplace.run('device', 'revoke', 'nobody', '--yes');
    expect(unknown.stderr).toMatch(/There is no device "nobody"\. Nothing was changed/);
  });

  it('X12 a database that is put back by hand begins a new epoch, loudly', async () => {
    await imports('A');
    const old = inPlace('old.sqlite');
    cpSync(dataFiles(workplace.data).log, old);
    await imports('B');
    expect(JSON.parse(readFileSync(dataFiles(workplace.data).head, 'utf8'))).toMatchObject({ position: 2 });
    cpSync(old, dataFiles(workplace.data).log);
    const { stderr, code } = await workplace.run('stock');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /An old copy of the log was put back: it ends at position 1 and had come to 2: 1 events are missing/,
    );
    expect(await head()).toMatchObject({ position: 1, causes: ['begun', 'rolled-back'] });
    const again = await workplace.run('stock');
    expect(again.stderr).not.toContain('old copy');
  });
});

describe('wrong uses change nothing', { timeout: 120_000 }, () => {
  const template = newWorkplace();
  beforeAll(async () => {
    const { folder } = template;
    const import_ = async (rows: string) => {
      writeFileSync(join(folder, 'items.csv'), `sku,name\n${rows}`);
      await template.json('import', 'items', 'items.csv');
    };
    await import_('A,Item A\nB,Item B\n');
    await template.json('backup', 'good');
    await import_('C,Item C\n');
  });
  afterAll(() => template.dispose());
  beforeEach(() => cpSync(template.folder, workplace.folder, { recursive: true }));

  /** By its exit code, its words and what it left behind. */
  async function outcomeOf(run: Promise<CommandResult>) {
    const before = dataFolder();
    const { code, stderr } = await run;
    const isStack = /\n\s+at /.test(stderr);
    const left = existsSync(join(workplace.data, 'restoring'));
    return { code, stderr, isStack, left, changed: JSON.stringify(dataFolder()) !== JSON.stringify(before) };
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
    const sha256 = createHash('sha256')
      .update(readFileSync(inPlace('bad/log.sqlite')))
      .digest('hex');
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
    const before = dataFolder();
    await expect(restore(inPlace('bad'))).rejects.toThrow(words);
    expect(dataFolder()).toEqual(before);
    expect(existsSync(join(workplace.data, 'restoring'))).toBe(false);
  });

  it('the command line says so in one sentence and ends with 1', async () => {
    expect(await outcomeOf(workplace.run('restore', 'nowhere'))).toEqual(refused(/^\S*nowhere is not a backup.*\n$/));
    expect(await outcomeOf(workplace.run('backup', 'good'))).toEqual(refused(/good is not empty.*Name a new folder/));
    expect(await outcomeOf(workplace.run('backup', 'items.csv'))).toEqual(refused(/can not be used for a backup/));
    rmSync(workplace.data, { recursive: true });
    mkdirSync(workplace.data);
    expect(await outcomeOf(workplace.run('backup', 'b2'))).toEqual(refused(/There is nothing to back up in/));
    expect(existsSync(inPlace('b2'))).toBe(false);
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

it('killed before each of its steps a restore leaves the old data or the new', { timeout: 300_000 }, async () => {
  await imports('A', 'B');
  await workplace.json('backup', 'b1');
  await imports('C');
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
    const [aside] = asideFolders();
    const isAside = aside !== undefined && existsSync(join(workplace.data, aside, 'log.sqlite'));
    const { position } = await log.head();
    return `${position} events, ${causes}, ${faults} faults, ${isAside ? 'old data' : 'nothing'} aside`;
  } finally {
    await log.close();
    lock.lock.release();
  }
}

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
