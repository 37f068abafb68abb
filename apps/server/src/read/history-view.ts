// The history of the log as head office sees it: what the log knows of epochs, holes and refused lines, what the directory noted, who is back.
import { EPOCHS_MAX, HOLES_MAX, REFUSED_MAX, type History, type RefusedEvent } from '@streamstock/api';
import { utf8Length, type CentralLog, type DeviceId, type EventLine } from '@streamstock/event-log';
import { nativeSha256 } from '@streamstock/log-sql';
import type { EpochNote } from '../directory/directory.ts';

/** Who of the devices that were live when the epoch began has brought back what it holds. */
export interface Comeback {
  readonly back: readonly DeviceId[];
  readonly awaited: readonly DeviceId[];
  readonly paused: boolean;
}

export async function historyView(
  log: Pick<CentralLog, 'epochs' | 'holes' | 'refusedLines' | 'keptAside'>,
  noteOf: (epoch: string) => EpochNote,
  { back, awaited, paused }: Comeback,
): Promise<History> {
  const epochs = (await log.epochs()).slice(-EPOCHS_MAX).toReversed();
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
    refused: await refusedEvents(log),
  };
}

/** What was handed back and not taken, and what was pushed and can never have a position; latest first. */
async function refusedEvents(log: Pick<CentralLog, 'refusedLines' | 'keptAside'>): Promise<RefusedEvent[]> {
  const handedBack = (await log.refusedLines(REFUSED_MAX)).map(({ supplier, ...head }) => ({
    ...head,
    device: supplier,
    seq: null,
  }));
  const pushed = (await log.keptAside(REFUSED_MAX)).map(
    ({ id, line, place: { device, seq }, reason, arrivedAtMs }) => ({
      sum: nativeSha256(line),
      device,
      seq,
      id,
      reason,
      bytes: utf8Length(line),
      atMs: arrivedAtMs,
    }),
  );
  return [...handedBack, ...pushed].toSorted((a, b) => b.atMs - a.atMs).slice(0, REFUSED_MAX);
}

/** The bytes of one of them; null: none that is told has this sum. */
export async function refusedBytes(
  log: Pick<CentralLog, 'refusedLine' | 'keptAside'>,
  sum: string,
): Promise<EventLine | null> {
  const handedBack = await log.refusedLine(sum);
  if (handedBack !== null) return handedBack;
  const pushed = await log.keptAside(REFUSED_MAX);
  return pushed.find(({ line }) => nativeSha256(line) === sum)?.line ?? null;
}
