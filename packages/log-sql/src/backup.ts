// Copies a log that is being written into one file. Owns the copy until it is on disk.
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backup } from 'node:sqlite';
import type { CentralHead } from '@streamstock/event-log';
import { openReader } from './connection.ts';
import { EpochRows } from './epoch-rows.ts';

/** Pages copied before other work may run. */
const PAGES_PER_STEP = 512;

/** Returns the head of what was copied. */
export async function backUp(from: string, to: string): Promise<CentralHead> {
  if (existsSync(to)) throw new Error(`${to} is there already. Nothing was written. Name a new file.`);
  const source = openReader(from);
  try {
    // Inside one read transaction the writer's commits do not make the copy begin again.
    source.exec('BEGIN');
    const head = new EpochRows(source).head();
    if (head === null) throw new Error(`The log at ${from} was never begun.`);
    await backup(source, to, { rate: PAGES_PER_STEP });
    await sync(to);
    await sync(dirname(to));
    return head;
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  } finally {
    source.close();
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
