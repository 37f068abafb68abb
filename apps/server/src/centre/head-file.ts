// Where the log's head was, kept beside the database: a database that is put back by hand is behind it, or differs. Owns the
// file and how often it is written; what a difference means is decided here, what is done about it is not.
//
// The file is never ahead of what is on disk: it is written after commits, so only a log that lost something is behind it.
// A copy of the whole folder takes the file along and is found out by what devices hold instead.
import type { CentralHead, CentralLog, EpochRecord, Position } from '@streamstock/event-log';
import * as z from 'zod/mini';
import { readTextOrNull, replaceFile, replaceFileSoon } from '../durable-file.ts';

/** The file is written at most this often. */
export const HEAD_WRITE_INTERVAL_MS = 1_000;

const RecordedHead = z.object({
  epoch: z.string().check(z.minLength(1), z.maxLength(100)),
  position: z.int().check(z.minimum(0)),
  hash: z.string().check(z.maxLength(100)),
});
export type RecordedHead = z.infer<typeof RecordedHead>;

/** `missing`: the log was never open with this file; `unreadable`: it says nothing. Neither proves anything. */
export type HeadJudgement =
  | { readonly kind: 'fits' | 'missing' | 'unreadable' }
  /** The log lost positions, or holds another history. `lost`: how many are known to be gone; 0: it differs below. */
  | { readonly kind: 'rolled-back'; readonly recorded: RecordedHead; readonly lost: number };

/** Holds the log against what was recorded beside it. */
export async function judgeHead(
  file: string,
  log: Pick<CentralLog, 'head' | 'hashAt' | 'epochs'>,
): Promise<HeadJudgement> {
  const text = readTextOrNull(file);
  if (text === null) return { kind: 'missing' };
  const recorded = parseHead(text);
  if (recorded === undefined) return { kind: 'unreadable' };
  const head = await log.head();
  const lost = Math.max(0, recorded.position - head.position);
  const upTo = lastPositionOf(recorded.epoch, head, await log.epochs());
  const isOurs = upTo !== null && recorded.position <= upTo && (await log.hashAt(recorded.position)) === recorded.hash;
  return isOurs ? { kind: 'fits' } : { kind: 'rolled-back', recorded, lost };
}

/** How far an epoch goes in this log; null: the log knows no such epoch. Epochs are in order of their beginning. */
function lastPositionOf(epoch: string, head: CentralHead, epochs: readonly EpochRecord[]): Position | null {
  if (epoch === head.epoch) return head.position;
  const index = epochs.findIndex((record) => record.epoch === epoch);
  return index < 0 ? null : (epochs[index + 1]?.base.position ?? head.position);
}

function parseHead(text: string): RecordedHead | undefined {
  try {
    const parsed = RecordedHead.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the file now. */
export function recordHead(file: string, { epoch, position, hash }: CentralHead): void {
  replaceFile(file, JSON.stringify({ epoch, position, hash } satisfies RecordedHead));
}

export interface HeadKeeper {
  /** The head moved: the file follows within `HEAD_WRITE_INTERVAL_MS`. */
  moved(): void;
  /** Writes the last head; nothing is written afterwards. */
  close(): Promise<void>;
}

/** `failed`: the file could not be written; it is tried again with the next commit. */
export function keepHead(
  file: string,
  log: Pick<CentralLog, 'head'>,
  failed: (error: unknown) => void,
  intervalMs = HEAD_WRITE_INTERVAL_MS,
): HeadKeeper {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let written = '';
  let closed = false;
  const write = (): void => {
    timer = undefined;
    writing = writing
      .then(async () => {
        const { epoch, position, hash } = await log.head();
        const text = JSON.stringify({ epoch, position, hash } satisfies RecordedHead);
        if (text === written) return;
        await replaceFileSoon(file, text);
        written = text;
      })
      .catch(failed);
  };
  return {
    moved: () => {
      if (closed) return;
      timer ??= setTimeout(write, intervalMs).unref();
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      write();
      await writing;
    },
  };
}
