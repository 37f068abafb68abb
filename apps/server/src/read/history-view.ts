// The history of the log as head office sees it: what the log knows of epochs, holes and refused lines, what the directory noted, who is back.
import { EPOCHS_MAX, HOLES_MAX, REFUSED_MAX, type History } from '@streamstock/api';
import type { CentralLog, DeviceId } from '@streamstock/event-log';
import type { EpochNote } from '../directory/directory.ts';

/** Who of the devices that were live when the epoch began has brought back what it holds. */
export interface Comeback {
  readonly back: readonly DeviceId[];
  readonly awaited: readonly DeviceId[];
  readonly paused: boolean;
}

export async function historyView(
  log: Pick<CentralLog, 'epochs' | 'holes' | 'refusedLines'>,
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
    refused: (await log.refusedLines(REFUSED_MAX)).map(({ supplier, id, reason, atMs }) => ({
      device: supplier,
      id,
      reason,
      atMs,
    })),
  };
}
