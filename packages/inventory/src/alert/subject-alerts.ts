// Alerts about a store and something else than an item: a shipment that is late, a store that is silent, events that were
// set aside or that a projector could not apply. Pure: what they are about is given.
import { STAMPS_PER_MS, type EventId, type HybridTime } from '@streamstock/event-log';
import { SUBJECT_ALERTS_MAX } from '../limits.ts';
import { compareAlerts, figure, severityOf, type Alert, type Words } from './alert.ts';
import type { AlertKind } from './alert-events.ts';

function alertAbout(
  store: string,
  kind: AlertKind,
  subject: string | null,
  since: HybridTime,
  message: Words,
  recommendation: Words,
): Alert {
  const severity = severityOf(kind);
  return {
    store,
    kind,
    item: null,
    subject,
    severity,
    since,
    sinceExact: true,
    coveredBy: null,
    message,
    recommendation,
  };
}

/** A shipment as its receiver waits for it. */
export interface AwaitedShipment {
  readonly shipment: string;
  readonly to: string;
  readonly from: string;
  /** null: nobody said. */
  readonly expectedAt: HybridTime | null;
  /** In transit: dispatched, not received, not closed. */
  readonly missing: number;
}

/** One alert in the receiving store for each shipment that should have come by `now` and has not, or not whole. */
export function overdueTransferAlerts(shipments: readonly AwaitedShipment[], now: HybridTime): readonly Alert[] {
  return shipments
    .flatMap(({ shipment, to, from, expectedAt, missing }): Alert[] => {
      if (expectedAt === null || now <= expectedAt || missing <= 0) return [];
      const message = {
        code: 'overdue-transfer',
        values: { missing, from },
        text: `${figure(missing)} of a transfer did not arrive in time.`,
      };
      const recommendation = {
        code: 'find-transfer',
        values: { from },
        text: 'Receive what is there. Ask the sender for the rest, or close the transfer with what is missing.',
      };
      return [alertAbout(to, 'overdue-transfer', shipment, expectedAt, message, recommendation)];
    })
    .sort(compareAlerts);
}

/** When a store was last heard from, and how long it may be silent. */
export interface HeardStore {
  readonly store: string;
  /** null: never; its silence began when it opened. */
  readonly heardAt: HybridTime | null;
  readonly openedAt: HybridTime;
  readonly silentAfterMs: number;
}

/** The alert of a store that was not heard from for too long; null while it is not. */
export function silentStoreAlert(
  { store, heardAt, openedAt, silentAfterMs }: HeardStore,
  now: HybridTime,
): Alert | null {
  const lastAt = heardAt ?? openedAt;
  const since = lastAt + silentAfterMs * STAMPS_PER_MS;
  if (now < since) return null;
  const message: Words =
    heardAt === null
      ? { code: 'silent-store.never', values: {}, text: 'Never heard from. Its figures are not known here.' }
      : {
          code: 'silent-store.since',
          values: { lastAt },
          text: 'Not heard from for too long. Its figures are as old as its last word.',
        };
  const recommendation = {
    code: 'call-store',
    values: {},
    text: 'Call the store. It goes on selling and sends everything when it is back.',
  };
  return alertAbout(store, 'silent-store', null, since, message, recommendation);
}

/** An event that waits for a person. */
export interface WaitingEvent {
  readonly event: EventId;
  /** When it began to wait. */
  readonly at: HybridTime;
  /** A code: why it was set aside, or the projector that could not apply it. */
  readonly reason: string;
}

/** One alert per event, oldest first; past `SUBJECT_ALERTS_MAX` one more that says how many others there are. */
export function waitingEventAlerts(
  store: string,
  kind: 'set-aside' | 'dead-letter',
  events: readonly WaitingEvent[],
): readonly Alert[] {
  const byAge = [...events].sort((a, b) => a.at - b.at || (a.event < b.event ? -1 : 1));
  const listed = byAge.slice(0, SUBJECT_ALERTS_MAX).map(({ event, at, reason }) =>
    alertAbout(
      store,
      kind,
      event,
      at,
      {
        code: kind,
        values: { reason },
        text:
          kind === 'set-aside'
            ? 'An entry was set aside: it is kept and does not count.'
            : 'An entry could not be worked in: it is kept, and some figures lack it.',
      },
      kind === 'set-aside'
        ? { code: 'decide', values: {}, text: 'Look at it and decide: let it count, or void it.' }
        : { code: 'retry', values: {}, text: 'Look at why, update the server, and try it again.' },
    ),
  );
  const others = byAge.slice(SUBJECT_ALERTS_MAX);
  const newest = others.at(-1);
  if (newest === undefined) return listed;
  const message = {
    code: `${kind}.others`,
    values: { others: others.length },
    text: `${figure(others.length)} more entries wait for a decision.`,
  };
  // As new as its newest event, so that an acknowledgement does not cover what comes later.
  return [
    ...listed,
    alertAbout(store, kind, null, newest.at, message, {
      code: 'decide-all',
      values: {},
      text: 'Open the list and decide.',
    }),
  ];
}
