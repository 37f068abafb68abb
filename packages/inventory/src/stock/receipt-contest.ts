// One parcel may be received on two devices. Of the receipts of one shipment with one number the earliest by (effective
// time, id) counts, whoever wrote it; the others go to a person (X37). Pure.
import { tableKey, type EventId } from '@streamstock/event-log';
import type { PayloadOf } from '../payloads.ts';
import { compareMoments, type Moment } from './count-session.ts';

/** Receipts that are not reversed in every line, earliest first. */
export type ReceiptContest<Candidate extends Moment = Moment> = readonly Candidate[];

export function contestKey({ shipment, receipt }: Pick<PayloadOf<'TransferReceived'>, 'shipment' | 'receipt'>): string {
  return tableKey(shipment, receipt);
}

/** A receipt stands in its contest as `candidate` says; null: not any more. */
export function withCandidate<Candidate extends Moment>(
  contest: ReceiptContest<Candidate>,
  id: EventId,
  candidate: Candidate | null,
): ReceiptContest<Candidate> {
  const others = contest.filter((other) => other.id !== id);
  return candidate === null ? others : [...others, candidate].toSorted(compareMoments);
}

/** The receipt that counts. */
export function winnerOf(contest: ReceiptContest | undefined): EventId | null {
  return contest?.[0]?.id ?? null;
}
