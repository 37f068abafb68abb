// Snapshots as the simulated server gives them out: the newest file of a store, cut to the device that asks; where there is none,
// one is prepared in the background. Owns what is being prepared; dies with the process, the files stay.
import type { CentralLog, DeviceId, SnapshotHeader, StoreId } from '@streamstock/event-log';
import type { Random } from './random.ts';
import { DiskFull } from './sim-disk.ts';
import type { SnapshotAnswer } from './sim-environment.ts';
import type { SimSnapshots } from './sim-snapshots.ts';
import type { Task } from './virtual-time.ts';

/** From asking for a snapshot that there is none of until there is one. */
const PREPARE_MAX_MS = 400;

export interface SnapshotHost {
  readonly random: Random;
  readonly log: () => CentralLog;
  readonly later: (delayMs: number, task: Task) => void;
}

export class SimSnapshotDesk {
  readonly #files: SimSnapshots;
  readonly #host: SnapshotHost;
  #preparing = new Set<StoreId>();

  constructor(files: SimSnapshots, host: SnapshotHost) {
    this.#files = files;
    this.#host = host;
  }

  /** The process is gone. */
  crash(): void {
    this.#preparing = new Set();
  }

  async answer(device: DeviceId): Promise<SnapshotAnswer> {
    const log = this.#host.log();
    const record = await log.device(device);
    if (record === null || record.store === null || record.revokedAtMs !== null) return { kind: 'refused' };
    const header = await this.#files.header(log, record.store, device);
    if (header !== null) return { kind: 'header', header };
    this.prepare(record.store);
    return { kind: 'none' };
  }

  page({ id }: SnapshotHeader, index: number): string | null {
    return this.#files.page(id, index);
  }

  prepare(store: StoreId): void {
    if (this.#preparing.has(store)) return;
    this.#preparing.add(store);
    const { later, random, log } = this.#host;
    later(random.int(10, PREPARE_MAX_MS), async () => {
      this.#preparing.delete(store);
      try {
        await this.#files.prepare(log(), store);
      } catch (error) {
        if (!(error instanceof DiskFull)) throw error;
      }
    });
  }
}
