// The snapshots of this server: which one a device is given, and what it must know besides. Owns the shelf; opens no route.
import { SnapshotShelf, streamPages, type ShelfAnswer, type SnapshotRecord } from '@streamstock/central-engine';
import {
  readModelVersionOf,
  sealCursor,
  sealMark,
  type CentralLog,
  type DeviceId,
  type Seal,
  type SnapshotHeader,
  type StoreId,
} from '@streamstock/event-log';
import { nativeSha256 } from '@streamstock/log-sql';
import type { Logger } from 'pino';
import type { Readable } from 'node:stream';
import { buildInThread } from './build-in-thread.ts';
import { snapshotPlan } from './snapshot-plan.ts';

export interface Snapshots {
  /** Names the projectors that make the rows, as devices name theirs in `hello`. */
  readonly readModelVersion: string;
  /** Waits a while when one has to be built. */
  take(store: StoreId): Promise<ShelfAnswer>;
  /** null: it is not here any more, or of another store. */
  find(id: string, store: StoreId): Promise<SnapshotRecord | null>;
  headerFor(record: SnapshotRecord, device: DeviceId): Promise<SnapshotHeader>;
  pages(record: SnapshotRecord, from: number, encoding: 'gzip' | 'plain'): Promise<Readable>;
  close(): Promise<void>;
}

export interface SnapshotsOptions {
  readonly log: CentralLog;
  readonly logFile: string;
  readonly folder: string;
  readonly seal: Seal;
  readonly clock: () => number;
  readonly logger: Logger;
}

export function openSnapshots({ log, logFile, folder, seal, clock, logger }: SnapshotsOptions): Snapshots {
  const readModelVersion = readModelVersionOf(nativeSha256, snapshotPlan.projectors);
  // Read in when the first device asks: a server that starts has better things to do.
  let opening: Promise<SnapshotShelf> | null = null;
  const shelf = async (): Promise<SnapshotShelf> =>
    await (opening ??= SnapshotShelf.open({
      folder,
      readModelVersion,
      head: async () => await log.head(),
      build: async (store) => {
        const record = await buildInThread(logFile, folder, store);
        if (record !== null) logBuilt(logger, record);
        return record;
      },
      clock,
      failed: (store, error) => logger.error({ err: error, store }, 'A snapshot could not be built; it is tried again'),
    }));
  return {
    readModelVersion,
    take: async (store) => await (await shelf()).take(store),
    find: async (id, store) => {
      const record = (await shelf()).find(id);
      return record?.store === store ? record : null;
    },
    headerFor: async ({ id, store, epoch, position, hash, folds, pages, unfolded }, device) => {
      const { accepted, notIn } = await log.snapshotOwn(device, position);
      return {
        id,
        store,
        cursor: sealCursor(seal, { epoch, position, hash }),
        folds,
        pages,
        unfolded,
        own: { accepted: sealMark(seal, device, { epoch, ...accepted }), notIn: [...notIn] },
      };
    },
    pages: async (record, from, encoding) => await streamPages(folder, record, from, encoding),
    close: async () => await (await opening)?.close(),
  };
}

function logBuilt(logger: Logger, { id, store, position, rows, pages, fileBytes, tookMs }: SnapshotRecord): void {
  logger.info({ id, store, position, rows, pages: pages.length, fileBytes, tookMs }, 'A snapshot was built');
}
