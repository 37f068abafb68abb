// Fetching a snapshot in the simulation: header, the pages that are not held, then the change of base; each page a request
// of its own, between which anything may happen. Owns the order of it; the log owns what is staged.
import { SnapshotRefused, type Cursor, type DeviceLog, type SnapshotHeader } from '@streamstock/event-log';
import type { SnapshotFailure } from '../device-session-types.ts';
import type { CentreDoor } from './sim-environment.ts';
import type { Task } from './virtual-time.ts';

type Answer =
  | { readonly type: 'snapshotInstalled'; readonly outcome: 'installed' | 'stale' }
  | { readonly type: 'snapshotProgress'; readonly bytesHeld: number; readonly bytesTotal: number }
  | { readonly type: 'snapshotFailed'; readonly failure: SnapshotFailure }
  | { readonly type: 'logFailed'; readonly detail: string };

export interface SnapshotFetch {
  readonly centre: CentreDoor;
  readonly epoch: string;
  readonly over: Cursor | null;
  readonly log: () => DeviceLog;
  readonly isGivenUp: () => boolean;
  readonly canReach: () => boolean;
  readonly isDiskFull: (error: unknown) => error is Error;
  /** After one way through the network. */
  readonly later: (task: Task) => void;
  readonly installed: () => Promise<void>;
  readonly answer: (answer: Answer) => void;
}

export function fetchSnapshot(fetch: SnapshotFetch): void {
  step(fetch, async () => {
    const identity = (await fetch.log().state())?.identity;
    const told = identity === undefined ? null : await fetch.centre.snapshotFor(identity.device);
    if (told === null || told.kind === 'refused') return failed(fetch, { kind: 'refused' });
    if (told.kind === 'none' || told.header.cursor.epoch !== fetch.epoch) return failed(fetch, { kind: 'none' });
    const { pagesHeld } = await fetch.log().beginSnapshot(told.header);
    fetchPage(fetch, told.header, pagesHeld);
  });
}

function fetchPage(fetch: SnapshotFetch, header: SnapshotHeader, index: number): void {
  const { pages } = header;
  step(fetch, async () => {
    if (index >= pages.length) {
      const outcome = await fetch.log().installSnapshot(header.id, fetch.over);
      if (outcome === 'installed') await fetch.installed();
      return fetch.answer({ type: 'snapshotInstalled', outcome });
    }
    const text = fetch.centre.page(header, index);
    // A newer one has taken its place.
    if (text === null) return failed(fetch, { kind: 'unreachable' });
    await fetch.log().addSnapshotPages(header.id, [{ index, text }]);
    const bytes = (upTo: number): number => pages.slice(0, upTo).reduce((sum, page) => sum + page.bytes, 0);
    fetch.answer({ type: 'snapshotProgress', bytesHeld: bytes(index + 1), bytesTotal: bytes(pages.length) });
    fetchPage(fetch, header, index + 1);
  });
}

/** One request and what is done with its answer. */
function step(fetch: SnapshotFetch, task: () => Promise<void>): void {
  fetch.later(async () => {
    if (fetch.isGivenUp()) return;
    if (!fetch.canReach()) return failed(fetch, { kind: 'unreachable' });
    try {
      await task();
    } catch (error) {
      if (fetch.isDiskFull(error)) return fetch.answer({ type: 'logFailed', detail: error.message });
      if (!(error instanceof SnapshotRefused)) throw error;
      failed(fetch, { kind: error.reason === 'other-folds' ? 'update' : 'unreachable' });
    }
  });
}

function failed(fetch: SnapshotFetch, failure: SnapshotFailure): void {
  fetch.answer({ type: 'snapshotFailed', failure });
}
