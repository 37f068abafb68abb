// The centre without a server: opens a data folder under its lock, for one command. While a server runs there, the lock is
// refused with a message that says how to go through it.
import type { CentralLog } from '@streamstock/event-log';
import { centralProjectors } from '@streamstock/inventory';
import { openSqliteCentralLog } from '@streamstock/log-sql';
import { dataFiles, folderTakenMessage, lockDataFolder } from '../data-folder.ts';
import { CommandProblem } from './command-problem.ts';

const PROJECT_EVENTS_MAX = 2_000;

export interface LocalCentre {
  readonly log: CentralLog;
  /** Folds whatever the read models lack. */
  readonly project: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `doing`: what the person wanted, for the message when the folder is taken ("import"). Throws `CommandProblem`. */
export async function openLocalCentre(dataFolder: string, doing: string): Promise<LocalCentre> {
  const outcome = lockDataFolder(dataFolder, doing);
  if (!outcome.ok) throw new CommandProblem(folderTakenMessage(dataFolder, outcome.holder, doing));
  const { lock } = outcome;
  try {
    const log = openSqliteCentralLog({ path: dataFiles(dataFolder).log, mode: 'write', nowMs: Date.now() });
    const project = async () => {
      for (;;) {
        const { checkpoint, head } = await log.project(centralProjectors, PROJECT_EVENTS_MAX);
        if (checkpoint >= head) return;
      }
    };
    await project();
    const close = async () => {
      await log.close();
      lock.release();
    };
    return { log, project, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
