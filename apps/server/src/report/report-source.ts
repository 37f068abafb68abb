// Where a report reads from: the data folder under its lock, or, while a server runs there, the same files read-only beside it.
// A report writes nothing either way.
import { existsSync } from 'node:fs';
import type { TableReader } from '@streamstock/event-log';
import { openSqliteCentralLog } from '@streamstock/log-sql';
import { CommandProblem } from '../cli/command-problem.ts';
import { openLocalCentre } from '../cli/local-centre.ts';
import { readConfig } from '../config.ts';
import { dataFiles, lockDataFolder } from '../data-folder.ts';

/** Runs `work` on the read models of the data folder, folded as far as the log goes (or as the running server has them). */
export async function onReadModels<Result>(work: (reader: TableReader) => Promise<Result>): Promise<Result> {
  const { dataFolder } = readConfig(process.env, process.cwd());
  const path = dataFiles(dataFolder).log;
  if (!existsSync(path)) {
    throw new CommandProblem(
      `There is no data at ${dataFolder} yet. Start the server or import something first, or name the folder in STREAMSTOCK_DATA.`,
    );
  }
  const outcome = lockDataFolder(dataFolder, 'making a report');
  if (!outcome.ok) return await besideTheServer(path, work);
  outcome.lock.release();
  const centre = await openLocalCentre(dataFolder, 'making a report');
  try {
    return await work(centre.log.tables);
  } finally {
    await centre.close();
  }
}

async function besideTheServer<Result>(path: string, work: (reader: TableReader) => Promise<Result>): Promise<Result> {
  const log = openSqliteCentralLog({ path, mode: 'read', nowMs: Date.now() });
  try {
    return await work(log.tables);
  } finally {
    await log.close();
  }
}
