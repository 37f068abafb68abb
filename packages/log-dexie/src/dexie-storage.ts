// DeviceStorage over IndexedDB: one Dexie transaction per write, told to all tabs once it is committed. Owns no handle
// (dexie-handle.ts); what is written is decided above.
//
// 1. `write` resolves on the transaction's `complete` event, which strict durability ties to the disk.
import {
  BufferedTables,
  type DeviceLogChange,
  type DeviceStorage,
  type DeviceTransaction,
  type Written,
} from '@streamstock/event-log';
import type { ChangeNotice } from './change-notice.ts';
import { ALL_STORES, spacesOf, type DexieHandle } from './dexie-handle.ts';

/** Rows that one transaction holds back before it writes them: bounds the memory of a rebuild. */
const BUFFERED_ROWS_MAX = 20_000;

export class DexieStorage implements DeviceStorage {
  readonly #handle: DexieHandle;
  readonly #notice: ChangeNotice;

  constructor(handle: DexieHandle, notice: ChangeNotice) {
    this.#handle = handle;
    this.#notice = notice;
  }

  read<Result>(body: (transaction: DeviceTransaction) => Promise<Result>): Promise<Result> {
    return this.#handle.read(body);
  }

  write<Result>(body: (transaction: DeviceTransaction) => Promise<Written<Result>>): Promise<Result> {
    return this.#handle.use(async (database) => {
      const { result, change } = await database.transaction('rw', ALL_STORES, async (transaction) => {
        const below = spacesOf(transaction);
        const records = new BufferedTables(below.records, BUFFERED_ROWS_MAX);
        const rows = new BufferedTables(below.rows, BUFFERED_ROWS_MAX);
        // Pages are long, few, and not read again in the transaction that writes them: they are not held back.
        const written = await body({ records, rows, pages: below.pages });
        await records.flush();
        await rows.flush();
        return written;
      });
      if (change !== null) this.#notice.announce(change);
      return result;
    });
  }

  observe(observer: (change: DeviceLogChange) => void): () => void {
    return this.#notice.observe(observer);
  }

  async close(): Promise<void> {
    await this.#handle.close();
    this.#notice.close();
  }
}
