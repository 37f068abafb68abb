// What a receipt of a known shipment begins with: its number, and how what arrived splits into what was sent and what is more.
// Pure.
import type { ReceiptEntry } from './transfer-tables.ts';
import type { Shipment, ShipmentLine } from './shipment-view.ts';

const STORE_CHARACTERS_MAX = 48;

/**
 * A receipt number that is free as far as is known: 1, 2, … for the receiver. Every other store has a series of its own
 * (`back-1`, `back-2`, … for the sender), so that two stores that can not hear each other never take one number for two
 * parcels. `skip`: how many free numbers to leave out.
 */
export function nextReceiptNumber(
  receipts: readonly Pick<ReceiptEntry, 'receipt'>[],
  { from, to }: { readonly from: string; readonly to: string },
  store: string,
  skip = 0,
): string {
  const series = store === to ? '' : store === from ? 'back-' : `${store.slice(0, STORE_CHARACTERS_MAX)}-`;
  const taken = new Set(receipts.map(({ receipt }) => receipt));
  let number = 1;
  for (let left = skip; ; number += 1) {
    if (taken.has(`${series}${number}`)) continue;
    if (left === 0) return `${series}${number}`;
    left -= 1;
  }
}

/** What arrived of one item, as a person counts it: fit for sale, and damaged. */
export interface Arrived {
  readonly good: number;
  readonly damaged: number;
}

/**
 * A receipt's line for what arrived: up to what is missing it was sent, damaged goods first because they must be answered
 * for; what is more is surplus. Damaged goods beyond what is missing stay damaged: surplus is fit for sale.
 */
export function receiptLineOf(
  { item, missing }: Pick<ShipmentLine, 'item' | 'missing'>,
  { good, damaged }: Arrived,
): { readonly item: string; readonly accepted: number; readonly damaged: number; readonly surplus: number } {
  const accepted = Math.min(good, Math.max(0, missing - damaged));
  return { item, accepted, damaged, surplus: good - accepted };
}

/** Lines of a receipt as if all that is missing had come: what a screen begins with. */
export function proposeReceipt({ lines }: Pick<Shipment, 'lines'>): {
  readonly item: string;
  readonly accepted: number;
  readonly damaged: number;
  readonly surplus: number;
}[] {
  return lines.flatMap((line) => (line.missing > 0 ? [receiptLineOf(line, { good: line.missing, damaged: 0 })] : []));
}
