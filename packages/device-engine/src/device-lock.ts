// Which installation head office removed and has all of: under that id nothing more is saved here. Kept on disk, so that a reload
// without a network does not open what was closed. Owns that id; an installation that was paired again has another one and is free.
import type { DeviceId } from '@streamstock/event-log';
import { BehaviorSubject } from 'rxjs';
import type { EngineLocals } from './engine-locals.ts';

export class DeviceLock {
  readonly #locals: Pick<EngineLocals, 'readLock' | 'keepLock'>;
  /** The id that was removed; null: none. */
  readonly device$ = new BehaviorSubject<DeviceId | null>(null);

  constructor(locals: Pick<EngineLocals, 'readLock' | 'keepLock'>) {
    this.#locals = locals;
  }

  async read(): Promise<void> {
    this.device$.next(await this.#locals.readLock());
  }

  /** Holds at once. What can not be kept is told again by head office at the next connection. */
  lock(device: DeviceId): void {
    if (this.device$.value === device) return;
    this.device$.next(device);
    this.#locals.keepLock(device).catch(() => {});
  }

  holds(device: DeviceId | undefined): boolean {
    return device !== undefined && this.device$.value === device;
  }
}
