// What people do with reservations: ask the centre to hold goods, and give goods free again. Pure deciders.
import type { EventId, HybridTime } from '@streamstock/event-log';
import { refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { noStore } from '../document-drafts.ts';
import { commandDraft, linesRefusal, sumsRefusal } from './promise-drafts.ts';
import type { PromisedQuantity, ReservationRow } from './promise-tables.ts';
import { isReleasedBy } from './reservation-rows.ts';

export interface RequestReservation extends CommandOptions {
  /** For whom: an id into the directory, or of what the goods are for. */
  readonly owner: string;
  readonly lines: readonly PromisedQuantity[];
  /** null: until it is released. */
  readonly expiresAt: HybridTime | null;
  readonly note?: string;
}

/** Asks; nothing is held until the centre has answered. */
export function requestReservation(command: RequestReservation, context: CommandContext): Decision {
  const { owner, lines, expiresAt, note } = command;
  const { store } = context;
  if (store === null) return noStore();
  const emptyWords = 'Nothing is to be reserved yet, and nothing was asked. Scan the first item to begin.';
  const bad = linesRefusal(lines, emptyWords) ?? sumsRefusal(lines);
  if (bad !== null) return bad;
  const head = { type: 'ReservationRequested', store, audience: [] } as const;
  return commandDraft(head, { owner, lines, expiresAt, note }, context, command);
}

export interface ReleaseReservation extends CommandOptions {
  readonly reservation: EventId;
  readonly reason: 'collected' | 'cancelled';
  /** What is known of it here; when known, what can not be released is refused at once. */
  readonly known?: ReservationRow | undefined;
}

/** Gives free what a reservation of this store still holds. */
export function releaseReservation(command: ReleaseReservation, context: CommandContext): Decision {
  const { reservation, reason, known } = command;
  const { store } = context;
  if (store === null) return noStore();
  if (known?.body && known.body.store !== store) {
    return refuse('other-store', 'That reservation is of another store. Nothing was changed. Release it there.');
  }
  if (known !== undefined && isReleasedBy(known, store)) {
    return refuse('already-ended', 'This reservation was released before and holds nothing. Nothing is left to do.');
  }
  const head = { type: 'ReservationReleased', store, audience: [] } as const;
  return commandDraft(head, { reservation, reason }, context, { causationId: reservation, ...command });
}
