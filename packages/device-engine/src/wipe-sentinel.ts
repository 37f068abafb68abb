// Tells an empty database from a new one (D1): a few figures outside IndexedDB, written after each change. Owns one key
// of localStorage. A guess for people, never an input to sync.
import type { DeviceLogSummary } from '@streamstock/event-log';
import type { KeyValueLike } from './environment.ts';

/** What this installation was, as last written. `unsent`: events that only it held then. */
export interface Sentinel {
  readonly device: string;
  readonly store: string;
  readonly unsent: number;
}

function isSentinel(value: unknown): value is Sentinel {
  if (typeof value !== 'object' || value === null) return false;
  const { device, store, unsent } = value as Partial<Record<keyof Sentinel, unknown>>;
  return typeof device === 'string' && typeof store === 'string' && Number.isSafeInteger(unsent);
}

export class WipeSentinel {
  readonly #keyValues: KeyValueLike | null;
  readonly #key: string;
  #written = '';

  constructor(keyValues: KeyValueLike | null, databaseName: string) {
    this.#keyValues = keyValues;
    this.#key = `streamstock.sentinel.${databaseName}`;
  }

  read(): Sentinel | null {
    try {
      const text = this.#keyValues?.getItem(this.#key) ?? null;
      const value: unknown = text === null ? null : JSON.parse(text);
      return isSentinel(value) ? value : null;
    } catch {
      return null;
    }
  }

  write({ identity, pending }: Pick<DeviceLogSummary, 'identity' | 'pending'>): void {
    const text = JSON.stringify({ device: identity.device, store: identity.store, unsent: pending.events });
    if (text === this.#written) return;
    try {
      this.#keyValues?.setItem(this.#key, text);
      this.#written = text;
    } catch {
      // Full or forbidden: a wipe would then look like a new device, as it does without this class.
    }
  }
}
