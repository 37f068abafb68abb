// The whole log of a device over an open database: what writes, folds and hashes. Fetched after the first screen.
import {
  compareFolds,
  sha256,
  StoredDeviceLog,
  type DeviceReading,
  type FoldVersion,
  type Sha256,
} from '@streamstock/event-log';
import type { ChangeNotice } from './change-notice.ts';
import type { DeviceDomain } from './device-domain.ts';
import type { DexieHandle } from './dexie-handle.ts';
import { DexieStorage } from './dexie-storage.ts';

export interface WholeLogOptions extends DeviceDomain {
  readonly handle: DexieHandle;
  readonly notice: ChangeNotice;
  /** By what the read models were judged before the projectors were here. */
  readonly folds: readonly FoldVersion[];
  readonly hash?: Sha256;
  readonly reading?: DeviceReading;
}

export function wholeLog(options: WholeLogOptions): StoredDeviceLog {
  const { handle, notice, folds, projectors, understands = () => true, hash = sha256, reading } = options;
  if (compareFolds(folds, projectors) !== 'same') throw new Error('The projectors are others than were announced.');
  const storage = new DexieStorage(handle, notice);
  return new StoredDeviceLog({
    storage,
    projectors,
    understands,
    hash,
    ...(reading === undefined ? {} : { reading }),
  });
}
