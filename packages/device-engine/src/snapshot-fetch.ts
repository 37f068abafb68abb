// Fetching a snapshot: its header, the pages that are not here yet, then it is installed. What is fetched stays on the device, so
// that a fetch that was cut off goes on where it was. Owns no timers and keeps nothing.
import {
  SNAPSHOT_PAGES_PER_CALL_MAX,
  SnapshotRefused,
  type Cursor,
  type DeviceLog,
  type InstallOutcome,
} from '@streamstock/event-log';
import type { SnapshotFailure } from '@streamstock/sync';
import { SnapshotFailed, type SnapshotSource } from './snapshot-source.ts';

export interface SnapshotFetch {
  readonly log: Pick<DeviceLog, 'beginSnapshot' | 'addSnapshotPages' | 'installSnapshot'>;
  readonly source: SnapshotSource;
  /** A snapshot of another epoch is none. */
  readonly epoch: string;
  /** The cursor to install it over; absent: any. */
  readonly over?: Cursor | null;
  readonly signal: AbortSignal;
  readonly progress: (bytesHeld: number, bytesTotal: number) => void;
}

/** Rejects with `SnapshotFailed`, or with what the log or the network threw. */
export async function fetchSnapshot({
  log,
  source,
  epoch,
  over,
  signal,
  progress,
}: SnapshotFetch): Promise<InstallOutcome> {
  const header = await source.header(signal);
  if (header.cursor.epoch !== epoch) throw new SnapshotFailed({ kind: 'none' });
  const bytesUpTo = (pages: number): number => header.pages.slice(0, pages).reduce((sum, { bytes }) => sum + bytes, 0);
  const bytesTotal = bytesUpTo(header.pages.length);
  try {
    let { pagesHeld } = await log.beginSnapshot(header);
    let bytesHeld = bytesUpTo(pagesHeld);
    progress(bytesHeld, bytesTotal);
    if (pagesHeld < header.pages.length) {
      for await (const batch of source.pages(header.id, pagesHeld, signal)) {
        for (let start = 0; start < batch.length; start += SNAPSHOT_PAGES_PER_CALL_MAX) {
          signal.throwIfAborted();
          const pages = batch.slice(start, start + SNAPSHOT_PAGES_PER_CALL_MAX);
          await log.addSnapshotPages(header.id, pages);
          for (const { index } of pages) bytesHeld += header.pages[index]?.bytes ?? 0;
          pagesHeld += pages.length;
          progress(bytesHeld, bytesTotal);
        }
      }
    }
    signal.throwIfAborted();
    if (pagesHeld < header.pages.length) throw new SnapshotFailed({ kind: 'unreachable' });
    return await log.installSnapshot(header.id, over);
  } catch (error) {
    if (error instanceof SnapshotRefused) throw new SnapshotFailed(failureOf(error), { cause: error });
    throw error;
  }
}

function failureOf({ reason }: SnapshotRefused): SnapshotFailure {
  switch (reason) {
    case 'other-folds':
      return { kind: 'update' };
    case 'other-store':
      return { kind: 'refused' };
    case 'unreadable':
    case 'not-staged':
    case 'incomplete':
      return { kind: 'unreachable' };
  }
}
