// Snapshots for the engine, from a part of the app that is fetched when one is asked for: most days nobody asks.
import type { SnapshotSource } from '@streamstock/device-engine';
import type { DeviceId } from '@streamstock/event-log';

export interface LazySnapshots {
  /** null: this device was never paired. */
  readonly credential: () => Promise<string | null>;
  /** Under which id this device writes now. */
  readonly device: () => DeviceId | null;
}

export function lazySnapshots({ credential, device }: LazySnapshots): SnapshotSource {
  const load = async (): Promise<SnapshotSource> => {
    const [{ httpSnapshots }, { readModels }] = await Promise.all([import('./snapshots.ts'), import('./domain.ts')]);
    return httpSnapshots({ fetch: (url, init) => fetch(url, init), credential, device, readModels });
  };
  return {
    header: async (signal) => await (await load()).header(signal),
    pages: async function* (id, from, signal) {
      yield* (await load()).pages(id, from, signal);
    },
  };
}
