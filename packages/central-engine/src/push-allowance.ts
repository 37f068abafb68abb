// How many pushes a second one device and one store may send: what is left of each one's allowance. In memory, bounded.
// An allowance fills up evenly and holds at most what comes in `ALLOWANCE_SPAN_MS`, so a short burst is let through.
import type { DeviceId, StoreId } from '@streamstock/event-log';
import { ALLOWANCE_SPAN_MS, ALLOWANCES_MAX, type EngineBounds } from './limits.ts';

interface Allowance {
  left: number;
  atMs: number;
}

type PushBounds = Pick<EngineBounds, 'pushesPerDevicePerSecondMax' | 'pushesPerStorePerSecondMax'>;

export class PushAllowance {
  readonly #devices: Allowances;
  readonly #stores: Allowances;

  constructor(bounds: PushBounds, allowancesMax = ALLOWANCES_MAX) {
    this.#devices = new Allowances(bounds.pushesPerDevicePerSecondMax, allowancesMax);
    this.#stores = new Allowances(bounds.pushesPerStorePerSecondMax, allowancesMax);
  }

  /** Takes one push; or says how many milliseconds from now there is room for one, and takes nothing. */
  take(device: DeviceId, store: StoreId, nowMs: number): number | null {
    const waitMs = Math.max(this.#devices.waitMs(device, nowMs), this.#stores.waitMs(store, nowMs));
    if (waitMs > 0) return Math.ceil(waitMs);
    this.#devices.take(device);
    this.#stores.take(store);
    return null;
  }
}

class Allowances {
  readonly #perSecond: number;
  readonly #keysMax: number;
  readonly #byKey = new Map<string, Allowance>();

  constructor(perSecond: number, keysMax: number) {
    this.#perSecond = perSecond;
    this.#keysMax = keysMax;
  }

  /** 0: there is one to take. */
  waitMs(key: string, nowMs: number): number {
    const full = (this.#perSecond * ALLOWANCE_SPAN_MS) / 1_000;
    const allowance = this.#byKey.get(key) ?? { left: full, atMs: nowMs };
    // A clock that was set back gives nothing and takes nothing.
    const elapsedMs = Math.max(0, nowMs - allowance.atMs);
    allowance.left = Math.min(full, allowance.left + (elapsedMs * this.#perSecond) / 1_000);
    allowance.atMs = nowMs;
    // Last used stands last; who is forgotten starts with a full one.
    this.#byKey.delete(key);
    this.#byKey.set(key, allowance);
    if (this.#byKey.size > this.#keysMax) this.#forgetOne();
    return allowance.left >= 1 ? 0 : ((1 - allowance.left) * 1_000) / this.#perSecond;
  }

  take(key: string): void {
    const allowance = this.#byKey.get(key);
    if (allowance !== undefined) allowance.left -= 1;
  }

  #forgetOne(): void {
    for (const key of this.#byKey.keys()) {
      this.#byKey.delete(key);
      return;
    }
  }
}
