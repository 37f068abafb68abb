// Runs the session's `fetchSnapshot`: one fetch at a time, given up with its connection, answered once. Owns the fetch under way;
// what fetches is loaded with the first one: most days nobody asks.
import type { DeviceLog, InstallOutcome } from '@streamstock/event-log';
import type { ConnectionNumber, DeviceEffect, SnapshotFailure } from '@streamstock/sync';
import type { SessionInput } from './session-input.ts';
import type { SnapshotFetch } from './snapshot-fetch.ts';
import { SnapshotFailed, type SnapshotSource } from './snapshot-source.ts';

export interface SnapshotEffectsOptions {
  readonly log: DeviceLog;
  /** null: there are no snapshots to be had. */
  readonly snapshots: SnapshotSource | null;
  readonly answer: (input: SessionInput) => void;
  /** Told of what this device's storage could not do. */
  readonly failed: (error: unknown) => void;
}

type FetchOutcome =
  | { readonly type: 'snapshotInstalled'; readonly outcome: InstallOutcome }
  | { readonly type: 'snapshotFailed'; readonly failure: SnapshotFailure };

interface Fetching {
  readonly connection: ConnectionNumber;
  readonly stop: AbortController;
}

export class SnapshotEffects {
  readonly #options: SnapshotEffectsOptions;
  #fetching: Fetching | null = null;

  constructor(options: SnapshotEffectsOptions) {
    this.#options = options;
  }

  run({ connection, epoch, over }: Extract<DeviceEffect, { type: 'fetchSnapshot' }>): void {
    const { log, snapshots, answer, failed } = this.#options;
    this.#fetching?.stop.abort();
    const fetching: Fetching = { connection, stop: new AbortController() };
    this.#fetching = fetching;
    const settle = (input: SessionInput): void => {
      if (this.#fetching === fetching) this.#fetching = null;
      answer(input);
    };
    if (snapshots === null) return settle({ type: 'snapshotFailed', connection, failure: { kind: 'none' } });
    const { signal } = fetching.stop;
    const progress = (bytesHeld: number, bytesTotal: number): void =>
      answer({ type: 'snapshotProgress', connection, bytesHeld, bytesTotal });
    this.#fetch({ log, source: snapshots, epoch, over, signal, progress }).then(
      (outcome) => settle({ connection, ...outcome }),
      (error: unknown) => {
        if (!signal.aborted) failed(error);
        settle({ type: 'snapshotFailed', connection, failure: { kind: 'unreachable' } });
      },
    );
  }

  async #fetch(fetch: SnapshotFetch): Promise<FetchOutcome> {
    try {
      const { fetchSnapshot } = await import('./snapshot-fetch.ts');
      return { type: 'snapshotInstalled', outcome: await fetchSnapshot(fetch) };
    } catch (error) {
      if (error instanceof SnapshotFailed) return { type: 'snapshotFailed', failure: error.failure };
      throw error;
    }
  }

  /** The connection is let go: what was fetched stays, the rest comes another time. */
  close(connection: ConnectionNumber): void {
    if (this.#fetching?.connection === connection) this.#fetching.stop.abort();
  }
}
