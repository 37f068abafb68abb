// Whether reactors may run. After a restore the centre does not know what it decided before: until the devices that were live
// are back with what they hold, a reactor would decide the same thing anew, and differently (two shops send one order).
//
//   first epoch ─────────────────────────────────────────────────▶ open
//   a later one, not resumed before ──▶ waiting(devices) ──all back, or the operator──▶ open (noted, for the next start)
//
// 1. A device is back when it is welcomed with a cursor of the present epoch: it has handed over all it holds by then.
// 2. Revoked devices are not waited for. 3. A device that never comes needs the operator's word.
import type { DeviceId } from '@streamstock/event-log';

export type GateState =
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly epoch: string; readonly devices: readonly DeviceId[] };

export class ReactorGate {
  readonly #opened: (epoch: string) => void;
  #epoch = '';
  #waiting: Set<DeviceId> | null = null;

  /** `opened`: the gate was closed and opens. */
  constructor(opened: (epoch: string) => void) {
    this.#opened = opened;
  }

  get state(): GateState {
    return this.#waiting === null
      ? { kind: 'open' }
      : { kind: 'waiting', epoch: this.#epoch, devices: [...this.#waiting].toSorted() };
  }

  /** `waitFor` null: reactors may run in this epoch. */
  begin(epoch: string, waitFor: readonly DeviceId[] | null): void {
    this.#epoch = epoch;
    this.#waiting = waitFor === null ? null : new Set(waitFor);
    this.#openIfNoneIsMissing();
  }

  /** Welcomed with a cursor of `epoch`. Returns whether that changed anything. */
  back(device: DeviceId, epoch: string): boolean {
    if (epoch !== this.#epoch) return false;
    return this.#without(device);
  }

  revoked(device: DeviceId): boolean {
    return this.#without(device);
  }

  /** The operator's word. */
  resume(): void {
    if (this.#waiting === null) return;
    this.#waiting = new Set();
    this.#openIfNoneIsMissing();
  }

  #without(device: DeviceId): boolean {
    if (this.#waiting?.delete(device) !== true) return false;
    this.#openIfNoneIsMissing();
    return true;
  }

  #openIfNoneIsMissing(): void {
    if (this.#waiting?.size !== 0) return;
    this.#waiting = null;
    this.#opened(this.#epoch);
  }
}
