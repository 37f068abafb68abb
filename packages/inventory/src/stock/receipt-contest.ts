// One parcel may be received on two devices. Of the receipts of one shipment with one number the earliest by (effective
// time, id) counts, whoever wrote it; the others go to a person (X37). Pure.
import { tableKey, type EventId, type HybridTime } from '@streamstock/event-log';
import type { PayloadOf } from '../payloads.ts';
import { compareMoments, type Moment } from './count-session.ts';

/** Value under shipment|receipt number: every receipt with that number that is not reversed as a whole, earliest first. */
export type ReceiptContest = readonly Moment[];

export function contestKey({ shipment, receipt }: Pick<PayloadOf<'TransferReceived'>, 'shipment' | 'receipt'>): string {
  return tableKey(shipment, receipt);
}

/** A receipt stands in its contest at `at`; null: not any more. */
export function withCandidate(contest: ReceiptContest, id: EventId, at: HybridTime | null): ReceiptContest {
  const others = contest.filter((other) => other.id !== id);
  return at === null ? others : [...others, { at, id }].toSorted(compareMoments);
}

/** The receipt that counts. */
export function winnerOf(contest: ReceiptContest | undefined): EventId | null {
  return contest?.[0]?.id ?? null;
}
