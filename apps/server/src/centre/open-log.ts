// Opens the log of a data folder for writing, in the one right order: a restore that was cut short is finished, the log is held
// against where its head was, revocations are applied. Says what it found; whoever opens tells it to people.
import type { Seal } from '@streamstock/event-log';
import { openSqliteCentralLog, type SqliteCentralLog, type WriterThreadOptions } from '@streamstock/log-sql';
import { finishInterruptedRestore } from '../backup/restore-swap.ts';
import type { DataFiles } from '../data-folder.ts';
import { judgeHead, recordHead } from './head-file.ts';
import { openRevocations, type Revocations } from './revocations.ts';

/** Something an operator should hear of. `alarm`: it needs a look. */
export interface OpeningNews {
  readonly kind:
    | 'restore-finished'
    | 'restore-dropped'
    | 'rolled-back'
    | 'head-unreadable'
    | 'revoked-again'
    | 'revocations-unreadable';
  readonly alarm: boolean;
  readonly text: string;
}

export interface OpenedLog {
  readonly log: SqliteCentralLog;
  readonly revocations: Revocations;
  readonly news: readonly OpeningNews[];
}

/** The caller holds the folder's lock. Nothing else of the folder may be open yet. `thread`: which writes; absent: this one. */
export async function openLog(
  files: DataFiles,
  seal: Seal,
  nowMs: number,
  thread?: WriterThreadOptions,
): Promise<OpenedLog> {
  const news: OpeningNews[] = restoreNews(finishInterruptedRestore(files.folder));
  const revocations = openRevocations(files.revocations);
  if (revocations.unreadable.length > 0) {
    news.push({
      kind: 'revocations-unreadable',
      alarm: true,
      text: `Lines ${revocations.unreadable.join(', ')} of ${files.revocations} can not be read: whom they named is not known any more. Look at the list of devices, and revoke again whoever is missing there.`,
    });
  }
  const log = openSqliteCentralLog({ path: files.log, mode: 'write', seal, nowMs, ...(thread && { thread }) });
  try {
    news.push(...(await proveHead(files, log, nowMs)));
    const revoked = await revocations.applyTo(log);
    if (revoked.length > 0) {
      news.push({
        kind: 'revoked-again',
        alarm: false,
        text: `${revoked.length} devices were active in this log and are revoked: their access was taken back before. ${revoked.slice(0, 10).join(', ')}`,
      });
    }
    return { log, revocations, news };
  } catch (error) {
    await log.close();
    throw error;
  }
}

function restoreNews(outcome: ReturnType<typeof finishInterruptedRestore>): OpeningNews[] {
  switch (outcome) {
    case 'nothing':
      return [];
    case 'finished':
      return [{ kind: 'restore-finished', alarm: false, text: 'A restore that was cut short is finished now.' }];
    case 'dropped':
      return [
        {
          kind: 'restore-dropped',
          alarm: true,
          text: 'A restore was cut short before it was decided: the data is as it was before. Run it again if it is still wanted.',
        },
      ];
  }
}

async function proveHead(files: DataFiles, log: SqliteCentralLog, nowMs: number): Promise<OpeningNews[]> {
  const judged = await judgeHead(files.head, log);
  if (judged.kind === 'unreadable') {
    const text = `${files.head} can not be read; it is written anew. Only the proof that no old copy was put back since is missing.`;
    return [{ kind: 'head-unreadable', alarm: true, text }];
  }
  if (judged.kind !== 'rolled-back') return [];
  const { epoch, position } = await log.beginEpoch({ cause: 'rolled-back', nowMs });
  recordHead(files.head, await log.head());
  const what =
    judged.lost > 0
      ? `it ends at position ${position} and had come to ${judged.recorded.position}: ${judged.lost} events are missing`
      : 'it holds another history than before';
  const text = `An old copy of the log was put back: ${what}. A new epoch (${epoch}) has begun: devices bring back what they hold, and automatic work waits for them.`;
  return [{ kind: 'rolled-back', alarm: true, text }];
}
