// The centre without a server: opens a data folder under its lock, for one command. While a server runs there, the lock is
// refused with a message that says how to go through it.
import type { CentralLog } from '@streamstock/event-log';
import { centralProjectors } from '@streamstock/inventory';
import { recordHead } from '../centre/head-file.ts';
import { openLog } from '../centre/open-log.ts';
import type { Revocations } from '../centre/revocations.ts';
import { dataFiles, folderTakenMessage, lockDataFolder } from '../data-folder.ts';
import { openKeys } from '../secrets.ts';
import { CommandProblem } from './command-problem.ts';

const PROJECT_EVENTS_MAX = 2_000;

export interface LocalCentre {
  readonly log: CentralLog;
  readonly revocations: Revocations;
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
    const files = dataFiles(dataFolder);
    const { log, revocations, news } = await openLog(files, openKeys(files.key).seal, Date.now());
    for (const { text } of news) console.error(text);
    const project = async () => {
      for (;;) {
        const { checkpoint, head } = await log.project(centralProjectors, PROJECT_EVENTS_MAX);
        if (checkpoint >= head) return;
      }
    };
    await project();
    const close = async () => {
      recordHead(files.head, await log.head());
      await log.close();
      lock.release();
    };
    return { log, revocations, project, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
