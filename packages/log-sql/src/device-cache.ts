// Devices as they stand on the writing connection, which alone changes them: each is read once, and then kept up with what is
// committed. Owns that memory; whoever rolls back, or changes a device in another way, must make it forget.
import type { ChainPoint, DeviceId, HybridTime } from '@streamstock/event-log';
import type { DeviceRows, NumberedDevice } from './device-rows.ts';

/** Past it everything is forgotten and read again. */
const DEVICES_KEPT_MAX = 20_000;

export class DeviceCache {
  readonly #rows: Pick<DeviceRows, 'find'>;
  readonly #devices = new Map<DeviceId, NumberedDevice>();

  constructor(rows: Pick<DeviceRows, 'find'>) {
    this.#rows = rows;
  }

  /** null: not registered. */
  find(device: DeviceId): NumberedDevice | null {
    const kept = this.#devices.get(device);
    if (kept !== undefined) return kept;
    const read = this.#rows.find(device);
    if (read === null) return null;
    if (this.#devices.size >= DEVICES_KEPT_MAX) this.#devices.clear();
    this.#devices.set(device, read);
    return read;
  }

  /** It was committed that a device's log is held up to `accepted`. `lastStamp` null: as it was. */
  accepted(device: DeviceId, accepted: ChainPoint, lastStamp: HybridTime | null): void {
    const kept = this.#devices.get(device);
    if (kept === undefined) return;
    const record = { ...kept.record, accepted };
    this.#devices.set(device, { number: kept.number, record, lastStamp: lastStamp ?? kept.lastStamp });
  }

  forget(): void {
    this.#devices.clear();
  }
}
