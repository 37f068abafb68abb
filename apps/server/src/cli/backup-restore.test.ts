// Backup and restore as an operator does them, and what comes back.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteCentralLog } from '@streamstock/log-sql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '../centre/open-log.ts';
import { dataFiles, lockDataFolder } from '../data-folder.ts';
import { openDirectory } from '../directory/directory.ts';
import { openKeys } from '../secrets.ts';
import { asideFolders, dataFolder, importItems } from '../testing/backup-place.ts';
import { newWorkplace, type Workplace } from '../testing/run-command.ts';

let workplace: Workplace;
beforeEach(() => {
  workplace = newWorkplace();
});
afterEach(() => workplace.dispose());

const inPlace = (name: string): string => join(workplace.folder, name);

async function head() {
  const log = openSqliteCentralLog({ path: dataFiles(workplace.data).log, mode: 'read', nowMs: 0 });
  try {
    return { ...(await log.head()), causes: (await log.epochs()).map(({ cause }) => cause) };
  } finally {
    await log.close();
  }
}

describe('backup and restore', { timeout: 120_000 }, () => {
  it('brings back what was, as a new epoch, and keeps what was there', async () => {
    await importItems(workplace, 'A', 'B');
    const before = await head();
    expect(await workplace.json('backup', 'b1')).toMatchObject({ epoch: before.epoch, position: 2 });
    expect(readdirSync(inPlace('b1')).toSorted()).toEqual(['directory.sqlite', 'log.sqlite', 'manifest.json']);
    await importItems(workplace, 'C');
    const later = dataFolder(workplace);

    const report = await workplace.json('restore', 'b1');
    const after = await head();
    expect(after).toMatchObject({ position: 2, hash: before.hash, causes: ['begun', 'restored'] });
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.writer).not.toBe(before.writer);
    expect(report).toMatchObject({
      epoch: after.epoch,
      position: 2,
      movedAside: join(workplace.data, asideFolders(workplace)[0] ?? ''),
    });
    const aside = Object.fromEntries(
      Object.entries(dataFolder(workplace)).flatMap(([name, sum]) =>
        name.startsWith(`${asideFolders(workplace)[0]}/`) ? [[name.slice(name.indexOf('/') + 1), sum]] : [],
      ),
    );
    expect(aside['log.sqlite']).toBe(later['log.sqlite']);
    expect(await workplace.json('verify')).toMatchObject({ intact: true, position: 2 });

    // Life goes on, from new logs of the centre's own writers (X8); what an import said is known by its ids.
    await importItems(workplace, 'A', 'B', 'C');
    expect(await head()).toMatchObject({ position: 3 });
    expect(await workplace.json('verify')).toMatchObject({ intact: true, position: 3 });
    await workplace.json('backup', 'b2');
    expect(await workplace.json('restore', 'b2')).toMatchObject({ position: 3 });
    expect(asideFolders(workplace)).toHaveLength(2);
  });

  it('into an empty folder of another machine, with the key that was kept', async () => {
    await importItems(workplace, 'A');
    await workplace.json('backup', 'b1');
    const key = readFileSync(dataFiles(workplace.data).key);
    rmSync(workplace.data, { recursive: true });
    const without = await workplace.run('restore', 'b1');
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toMatch(/Put the seal\.key of that installation into the data folder/);
    expect(dataFolder(workplace)).toEqual({});
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
    await importItems(workplace, 'A');
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
    await importItems(workplace, 'A');
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
    await importItems(workplace, 'A');
    const old = inPlace('old.sqlite');
    cpSync(dataFiles(workplace.data).log, old);
    await importItems(workplace, 'B');
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
