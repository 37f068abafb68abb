// How much room this device's data takes and whether the browser promised to keep it. Owns the last figures.
import { BehaviorSubject } from 'rxjs';
import type { StorageFigures } from './device-engine.ts';
import type { StorageManagerLike } from './environment.ts';

export class StorageWatch {
  readonly #manager: StorageManagerLike | null;
  readonly figures$ = new BehaviorSubject<StorageFigures | null>(null);

  constructor(manager: StorageManagerLike | null) {
    this.#manager = manager;
  }

  /** Never rejects: without figures the last ones stay. */
  async refresh(): Promise<StorageFigures | null> {
    if (this.#manager === null) return null;
    try {
      const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([
        this.#manager.estimate(),
        this.#manager.persisted(),
      ]);
      this.figures$.next({ usedBytes: Math.round(usage), quotaBytes: Math.round(quota), persisted });
    } catch {
      // Some browsers reject in private windows.
    }
    return this.figures$.value;
  }

  /** Asks the browser not to clear the data by itself. */
  async persist(): Promise<boolean> {
    if (this.#manager === null) return false;
    try {
      return await this.#manager.persist();
    } catch {
      return false;
    } finally {
      await this.refresh();
    }
  }
}
