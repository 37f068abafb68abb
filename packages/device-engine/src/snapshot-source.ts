// Where snapshots come from, and why there is none. Types and one error; small, because it is loaded with the engine, and what
// fetches is not.
import type { SnapshotHeader, SnapshotPage } from '@streamstock/event-log';
import type { SnapshotFailure } from '@streamstock/sync';

/** The app makes one over HTTP. Both calls reject with `SnapshotFailed` when the server said why. */
export interface SnapshotSource {
  header(signal: AbortSignal): Promise<SnapshotHeader>;
  /** The pages from index `from` on, in order, in batches as they arrive. */
  pages(id: string, from: number, signal: AbortSignal): AsyncIterable<readonly SnapshotPage[]>;
}

/** There is no snapshot now; nothing on the device changed but for pages that were put by. */
export class SnapshotFailed extends Error {
  override readonly name = 'SnapshotFailed';
  readonly failure: SnapshotFailure;
  constructor(failure: SnapshotFailure, options?: ErrorOptions) {
    super(`No snapshot: ${failure.kind}.`, options);
    this.failure = failure;
  }
}
