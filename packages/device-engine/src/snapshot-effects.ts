// Runs the session's `fetchSnapshot`: one fetch at a time, given up with its connection, answered once. Owns the fetch under way.
import type { DeviceLog } from '@streamstock/event-log';
import type { ConnectionNumber, DeviceEffect, SnapshotFailure } from '@streamstock/sync';
import type { SessionInput } from './session-input.ts';
import { fetchSnapshot, SnapshotFailed, type SnapshotSource } from './snapshot-fetch.ts';

export interface SnapshotEffectsOptions {
  readonly log: DeviceLog;
  /** null: there are no snapshots to be had. */
  readonly snapshots: SnapshotSource | null;
  readonly answer: (input: SessionInput) => void;
  /** Told of what this device's storage could not do. */
  readonly failed: (error: unknown) => void;
}

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

  run({ connection, epoch }: Extract<DeviceEffect, { type: 'fetchSnapshot' }>): void {
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
    fetchSnapshot({ log, source: snapshots, epoch, signal, progress }).then(
      (outcome) => settle({ type: 'snapshotInstalled', connection, outcome }),
      (error: unknown) => {
        if (!signal.aborted && !(error instanceof SnapshotFailed)) failed(error);
        settle({ type: 'snapshotFailed', connection, failure: failureOf(error) });
      },
    );
  }

  /** The connection is let go: what was fetched stays, the rest comes another time. */
  close(connection: ConnectionNumber): void {
    if (this.#fetching?.connection === connection) this.#fetching.stop.abort();
  }
}

function failureOf(error: unknown): SnapshotFailure {
  return error instanceof SnapshotFailed ? error.failure : { kind: 'unreachable' };
}
