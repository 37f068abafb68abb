// The history of the log as head office sees it: what the log knows of epochs, holes and refused lines, what the directory noted, who is back.
import { setImmediate as giveWay } from 'node:timers/promises';
import {
  EPOCHS_MAX,
  HOLES_MAX,
  REFUSED_MAX,
  type History,
  type RefusedEvent,
  type RefusedPage,
} from '@streamstock/api';
import {
  utf8Length,
  type CentralLog,
  type DeviceId,
  type EventLine,
  type KeptAside,
  type RefusedHead,
} from '@streamstock/event-log';
import { nativeSha256 } from '@streamstock/log-sql';
import type { EpochNote } from '../directory/directory.ts';

export type RefusedReads = Pick<CentralLog, 'refusedLines' | 'keptAside' | 'notTakenCount'>;

/** Who of the devices that were live when the epoch began has brought back what it holds. */
export interface Comeback {
  readonly back: readonly DeviceId[];
  readonly awaited: readonly DeviceId[];
  readonly paused: boolean;
}

export async function historyView(
  log: Pick<CentralLog, 'epochs' | 'holes'> & RefusedReads,
  noteOf: (epoch: string) => EpochNote,
  { back, awaited, paused }: Comeback,
): Promise<History> {
  const epochs = (await log.epochs()).slice(-EPOCHS_MAX).toReversed();
  const { refused, next: refusedNext } = await refusedPage(log);
  return {
    epochs: epochs.map(({ epoch, cause, beganAtMs, base }) => ({
      epoch,
      cause,
      beganAtMs,
      position: base.position,
      ...noteOf(epoch),
    })),
    comeback: { back: [...back], awaited: [...awaited], paused },
    holes: (await log.holes(HOLES_MAX)).map(({ device, fromSeq, toSeq, reason, atMs }) => ({
      device,
      fromSeq,
      toSeq,
      reason,
      atMs,
    })),
    refused,
    refusedCount: await log.notTakenCount(),
    refusedNext,
  };
}

/**
 * What was handed back and not taken, and what was pushed and can never have a position: two lists, latest first, told as one
 * without changing the order of either, so that whoever pages on misses none. `after`: as a page before it said.
 */
export async function refusedPage(log: RefusedReads, after = '0.0'): Promise<RefusedPage> {
  const [handedBackTold = 0, pushedTold = 0] = after.split('.').map(Number);
  const handedBack = (await log.refusedLines(REFUSED_MAX, handedBackTold)).map(fromHandedBack);
  const pushed = (await log.keptAside(REFUSED_MAX, pushedTold)).map(fromPushed);
  const refused: RefusedEvent[] = [];
  const at = { handedBack: 0, pushed: 0 };
  while (refused.length < REFUSED_MAX) {
    const [one, other] = [handedBack[at.handedBack], pushed[at.pushed]];
    const next = one === undefined || (other !== undefined && other.atMs > one.atMs) ? other : one;
    if (next === undefined) break;
    refused.push(next);
    if (next === one) at.handedBack += 1;
    else at.pushed += 1;
  }
  const told = [handedBackTold + at.handedBack, pushedTold + at.pushed] as const;
  const isMore = refused.length > 0 && told[0] + told[1] < (await log.notTakenCount());
  return { refused, next: isMore ? told.join('.') : null };
}

function fromHandedBack({ supplier, ...head }: RefusedHead): RefusedEvent {
  return { ...head, device: supplier, seq: null };
}

function fromPushed({ id, line, place: { device, seq }, reason, arrivedAtMs }: KeptAside): RefusedEvent {
  return { sum: nativeSha256(line), device, seq, id, reason, bytes: utf8Length(line), atMs: arrivedAtMs };
}

/** The bytes of one of them; null: none that is told has this sum. */
export async function refusedBytes(
  log: Pick<CentralLog, 'refusedLine' | 'keptAside'>,
  sum: string,
): Promise<EventLine | null> {
  const handedBack = await log.refusedLine(sum);
  if (handedBack !== null) return handedBack;
  for (let skip = 0; ; skip += REFUSED_MAX) {
    const pushed = await log.keptAside(REFUSED_MAX, skip);
    const found = pushed.find(({ line }) => nativeSha256(line) === sum);
    if (found !== undefined || pushed.length < REFUSED_MAX) return found?.line ?? null;
    await giveWay();
  }
}
