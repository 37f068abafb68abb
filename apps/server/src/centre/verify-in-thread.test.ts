// The verification's thread: whatever becomes of it, the read models go on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { centralProjectors, openStore } from '@streamstock/inventory';
import { sealWith, openSqliteCentralLog, type SqliteCentralLog } from '@streamstock/log-sql';
import { verifyInThread } from './verify-in-thread.ts';
import { headOfficeContext } from './writers.ts';

let folder: string;
let path: string;
let log: SqliteCentralLog;
let resumed: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-verify-'));
  path = join(folder, 'log.sqlite');
  log = openSqliteCentralLog({ path, mode: 'write', seal: sealWith(Buffer.alloc(32)), nowMs: 1 });
  resumed = 0;
  const opened = openStore(
    { store: 's1', name: 'Porto', currency: 'EUR', timeZone: 'UTC', areas: [], silentAfterMs: 60_000 },
    headOfficeContext('s1', 'a', 1),
  );
  if (!opened.ok) throw new Error(opened.refusal.message);
  await log.appendOwn((await log.head()).writer, opened.drafts, 1_000);
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Brings the read models up to date, and counts how often they were let go. */
const pauseProjection = async () => {
  const { checkpoint } = await log.project(centralProjectors, 100);
  return { position: checkpoint, resume: () => (resumed += 1) };
};

test('holds the read models once, lets them go once, and says what it found', async () => {
  expect(await verifyInThread(path, pauseProjection)).toMatchObject({
    intact: true,
    position: 1,
    readModels: { differences: 0 },
  });
  expect(resumed).toBe(1);
});

test('a log that is not there is an error, and nothing is held', async () => {
  await expect(verifyInThread(join(folder, 'gone.sqlite'), pauseProjection)).rejects.toThrow(/no log at/);
  expect(resumed).toBe(0);
});

test('read models that can not be held still are an error', async () => {
  await expect(verifyInThread(path, () => Promise.reject(new Error('closing')))).rejects.toThrow('closing');
});

test('read models ahead of what the thread can read are let go again', async () => {
  const ahead = async () => ({ ...(await pauseProjection()), position: 99 });
  await expect(verifyInThread(path, ahead)).rejects.toThrow(/The log ends at 1, its read models are at 99/);
  expect(resumed).toBe(1);
});

test('an answer that does not reach the thread lets the read models go again', async () => {
  const untold = async () => ({ ...(await pauseProjection()), position: (() => 1) as unknown as number });
  await expect(verifyInThread(path, untold)).rejects.toThrow(/could not be cloned/);
  expect(resumed).toBe(1);
});
