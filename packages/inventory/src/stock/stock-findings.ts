// What a person should look at: buckets below zero and why, receipts that lost their contest, sessions that wait. Reads only.
import { keyPrefix, type EventId, type HybridTime, type TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { BUCKETS, type Bucket } from './adjust-reasons.ts';
import { readLineBase, startOf } from './line-start.ts';
import { negativeStart } from './negative-start.ts';
import {
  STOCK_DISPUTED_TABLE,
  STOCK_PENDING_TABLE,
  type DisputedReceiptRow,
  type MovementKind,
  type StockLineRow,
} from './stock-tables.ts';

/** A bucket below zero: a finding, never an error. */
export interface NegativeFinding {
  readonly bucket: Bucket;
  readonly quantity: number;
  /** Effective time of the movement that took it below zero. */
  readonly since: HybridTime;
  readonly cause: {
    readonly event: EventId;
    /** 0-based line of the document. */
    readonly line: number;
    readonly kind: MovementKind;
    readonly actor: string;
  };
  /** The lowest it came to since, in the item's smallest unit. */
  readonly lowest: number;
}

/** One finding for each bucket of a line that is below zero. */
export async function negativeFinding(reader: TableReader, line: StockLineRow): Promise<NegativeFinding[]> {
  const below = BUCKETS.filter((bucket) => line[bucket] < 0);
  if (below.length === 0) return [];
  const base = await readLineBase(reader, line);
  const counts = { sellable: line.lastCount, picked: null, unsellable: line.lastUnsellableCount };
  const findings: NegativeFinding[] = [];
  for (const bucket of below) {
    const count = counts[bucket];
    const start = startOf(base?.buckets[bucket] ?? null, base?.horizon ?? 0, count);
    const found = await negativeStart(reader, line, bucket, count, start, line[bucket]);
    if (found === null) continue;
    const { at, lowest, ...cause } = found;
    findings.push({ bucket, quantity: line[bucket], since: at, cause, lowest });
  }
  return findings;
}

/** A receipt that counts for nothing because an earlier one has its number: a person decides what really came. */
export interface DisputedReceipt extends DisputedReceiptRow {
  readonly store: string;
  readonly event: EventId;
}

export async function listDisputedReceipts(
  reader: TableReader,
  filter: { readonly store?: string } = {},
): Promise<DisputedReceipt[]> {
  const range = filter.store === undefined ? {} : keyPrefix(filter.store);
  const disputed: DisputedReceipt[] = [];
  await scan<DisputedReceiptRow>(reader, STOCK_DISPUTED_TABLE, range, ({ key, value }) => {
    const [store = '', event = ''] = key.split('|');
    disputed.push({ ...value, store, event });
  });
  return disputed;
}

/** A count of several areas that takes effect when it is closed. */
export interface PendingSession {
  readonly store: string;
  readonly session: string;
}

export async function pendingSessions(
  reader: TableReader,
  filter: { readonly store?: string } = {},
): Promise<PendingSession[]> {
  const range = filter.store === undefined ? {} : keyPrefix(filter.store);
  const pending: PendingSession[] = [];
  await scan(reader, STOCK_PENDING_TABLE, range, ({ key }) => {
    const [store = '', session = ''] = key.split('|');
    pending.push({ store, session });
  });
  return pending;
}
