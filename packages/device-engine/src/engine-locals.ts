// The engine's own local values, beside the app's: the fence of the last election and the last clock measurement. Owns
// their keys and shapes. None of them may fail a sale: errors end here.
import type { DeviceLog, Json } from '@streamstock/event-log';
import type { ClockMeasurement } from './device-clock.ts';

/** Keys that begin with this belong to the engine. */
const ENGINE_KEY_PREFIX = 'engine/';
const FENCE_KEY = `${ENGINE_KEY_PREFIX}fence`;
const CLOCK_KEY = `${ENGINE_KEY_PREFIX}clock`;
const LOCK_KEY = `${ENGINE_KEY_PREFIX}lock`;
const RETENTION_KEY = `${ENGINE_KEY_PREFIX}retention`;

/** What is known of the clock is kept again when it differs by this much, or is this old: so much is unwatched after a reload. */
const CLOCK_CHANGE_MS = 100;
export const CLOCK_KEPT_EVERY_MS = 60 * 1_000;

export class EngineLocals {
  readonly #log: Pick<DeviceLog, 'getLocal' | 'putLocal'>;
  #kept: ClockMeasurement | null = null;

  constructor(log: Pick<DeviceLog, 'getLocal' | 'putLocal'>) {
    this.#log = log;
  }

  /** One more than the last, kept before it is given. Without storage the number does not rise, which only costs time. */
  async nextFence(): Promise<number> {
    try {
      const [last] = await this.#log.getLocal([FENCE_KEY]);
      const fence = (typeof last === 'number' ? last : 0) + 1;
      await this.#log.putLocal([{ key: FENCE_KEY, value: fence }]);
      return fence;
    } catch {
      return 0;
    }
  }

  /** The device id that was removed and emptied; null: none. Under another id the device is not locked. */
  async readLock(): Promise<string | null> {
    const [device] = await this.#log.getLocal([LOCK_KEY]);
    return typeof device === 'string' ? device : null;
  }

  async keepLock(device: string | null): Promise<void> {
    await this.#log.putLocal([{ key: LOCK_KEY, value: device ?? undefined }]);
  }

  /** When the log was last looked through for what is old; null: never. */
  async readRetention(): Promise<number | null> {
    const [atMs] = await this.#log.getLocal([RETENTION_KEY]);
    return typeof atMs === 'number' ? atMs : null;
  }

  async keepRetention(atMs: number): Promise<void> {
    await this.#log.putLocal([{ key: RETENTION_KEY, value: atMs }]);
  }

  async readClock(): Promise<ClockMeasurement | null> {
    const [value] = await this.#log.getLocal([CLOCK_KEY]);
    return isMeasurement(value) ? value : null;
  }

  async keepClock(measurement: ClockMeasurement): Promise<void> {
    const { offsetMs, uncertaintyMs, measuredAtMs } = measurement;
    const last = this.#kept;
    const isNews =
      last === null ||
      Math.abs(last.offsetMs - offsetMs) > CLOCK_CHANGE_MS ||
      Math.abs(measuredAtMs - last.measuredAtMs) >= CLOCK_KEPT_EVERY_MS;
    if (!isNews) return;
    this.#kept = measurement;
    try {
      await this.#log.putLocal([{ key: CLOCK_KEY, value: { offsetMs, uncertaintyMs, measuredAtMs } }]);
    } catch {
      this.#kept = last;
    }
  }
}

function isMeasurement(value: Json | undefined): value is Json & ClockMeasurement {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { offsetMs, uncertaintyMs, measuredAtMs } = value as Record<string, unknown>;
  return [offsetMs, uncertaintyMs, measuredAtMs].every((part) => typeof part === 'number');
}
