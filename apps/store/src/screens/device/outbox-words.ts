// The kinds of record that this device writes, for lists of them.
export const OUTBOX_TYPES = [
  'StockSold',
  'StockReceived',
  'StockReturned',
  'StockAdjusted',
  'StockCounted',
  'EntryReversed',
] as const;

export type OutboxWhat = (typeof OUTBOX_TYPES)[number] | 'other' | 'unreadable';

export interface OutboxEntry {
  readonly id: string;
  readonly what: OutboxWhat;
  readonly lines: number;
  readonly atMs: number;
}

export function isKnownType(type: string): type is (typeof OUTBOX_TYPES)[number] {
  return (OUTBOX_TYPES as readonly string[]).includes(type);
}
