// An epoch of the log in SQLite, with the log of its writer. Owns no transaction: the caller's holds all of it.
import type { DatabaseSync } from 'node:sqlite';
import type { EpochRecord, Sha256 } from '@streamstock/event-log';
import { DeviceWrites } from './device-rows.ts';
import { EpochWrites } from './epoch-rows.ts';

/** No writer of an earlier epoch writes on: a restored log would use its seqs a second time. */
export function beginEpoch(database: DatabaseSync, hash: Sha256, epoch: EpochRecord): void {
  const devices = new DeviceWrites(database);
  devices.revokeWriters(epoch.beganAtMs);
  const { writer: device, beganAtMs: enrolledAtMs } = epoch;
  devices.register(hash, { device, store: null, kind: 'centre', label: 'Centre', parent: null, enrolledAtMs });
  new EpochWrites(database).insert(epoch);
}
