// A workplace whose data is backed up and restored: how a test fills it, and what it sees of it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workplace } from './run-command.ts';

/** Registers items: one event each. */
export async function importItems(workplace: Workplace, ...skus: readonly string[]): Promise<void> {
  const rows = skus.map((sku) => `${sku},Item ${sku}\n`).join('');
  writeFileSync(join(workplace.folder, 'items.csv'), `sku,name\n${rows}`);
  await workplace.json('import', 'items', 'items.csv');
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Every file of the data folder by its bytes; the locks and their notes are no data. */
export function dataFolder({ data }: Workplace): Record<string, string> {
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/^lock|-writer$|-shm$|-wal$/.test(name) && name.includes('.'),
  );
  return Object.fromEntries(names.map((name) => [name, sha256Of(join(data, name))]));
}

/** Where restores put what was there before. */
export function asideFolders({ data }: Workplace): string[] {
  return readdirSync(data).filter((name) => name.startsWith('before-restore-'));
}
