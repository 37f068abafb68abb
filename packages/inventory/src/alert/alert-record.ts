// The record of alerts: what the centre writes down when one is raised or has resolved itself. For people who look back;
// no fold reads it. Ids follow from what the record is about, so that writing it twice is writing it once. Pure.
import {
  deriveEventId,
  type Event,
  type EventDraft,
  type EventId,
  type HybridTime,
  type Sha256,
} from '@streamstock/event-log';
import { draftOf, type CommandContext } from '../decider.ts';
import { parsePayload } from '../payloads.ts';
import { alertKey, type Alert, type AlertSubject } from './alert.ts';

/** An `AlertRaised` without an `AlertResolved`. */
export interface OpenRecord extends AlertSubject {
  readonly id: EventId;
  readonly since: HybridTime;
}

export interface RecordContext {
  /** The centre's own process. */
  readonly actor: string;
  readonly sha256: Sha256;
  readonly now: HybridTime;
}

/** What stands written of alerts. */
export interface AlertRecords {
  readonly open: readonly OpenRecord[];
  /** How often an alert with one begin was raised and has ended: late news can bring the very same one back. */
  readonly endedOf: (alert: AlertSubject, since: HybridTime) => number;
}

export const NO_RECORDS: AlertRecords = { open: [], endedOf: () => 0 };

function beginKey(alert: AlertSubject, since: HybridTime): string {
  return `${alertKey(alert)}|${since}`;
}

/** What stands written after these events, whatever their order; open records by what they are about. */
export function alertRecords(events: readonly Event[]): AlertRecords {
  const raised = new Map<EventId, OpenRecord>();
  const resolved = new Set<EventId>();
  for (const event of events) {
    const typed = parsePayload(event);
    if (!typed.ok || event.store === null) continue;
    if (typed.type === 'AlertResolved') resolved.add(typed.payload.raised);
    if (typed.type !== 'AlertRaised') continue;
    const { kind, item, subject, since } = typed.payload;
    raised.set(event.id, { id: event.id, store: event.store, kind, item, subject, since });
  }
  const ended = new Map<string, number>();
  const open: OpenRecord[] = [];
  for (const record of raised.values()) {
    const key = beginKey(record, record.since);
    if (resolved.has(record.id)) ended.set(key, (ended.get(key) ?? 0) + 1);
    else open.push(record);
  }
  return {
    open: open.sort((a, b) => (alertKey(a) < alertKey(b) ? -1 : alertKey(a) > alertKey(b) ? 1 : a.since - b.since)),
    endedOf: (alert, since) => ended.get(beginKey(alert, since)) ?? 0,
  };
}

/**
 * What to write down, given what stands written and the alerts of now, both of the same stores. A begin that late news moved
 * to an earlier time is the same alert; a later begin is another one, and the former has ended.
 */
export function recordAlerts(
  records: AlertRecords,
  alerts: readonly Alert[],
  context: RecordContext,
): readonly EventDraft[] {
  const now = new Map(alerts.map((alert) => [alertKey(alert), alert]));
  const standing = new Set<string>();
  const ended: OpenRecord[] = [];
  for (const record of records.open) {
    const key = alertKey(record);
    const alert = now.get(key);
    // An alert whose begin is further back than was read is the one that stands.
    const isSame = alert !== undefined && (alert.since <= record.since || !alert.sinceExact);
    if (isSame && !standing.has(key)) standing.add(key);
    else ended.push(record);
  }
  return [
    ...ended.map((record) => resolvedDraft(record, context)),
    ...alerts.filter((alert) => !standing.has(alertKey(alert))).map((alert) => raisedDraft(alert, records, context)),
  ];
}

function commandContext({ actor }: RecordContext, store: string, id: EventId): CommandContext {
  return { store, actor, newId: () => id };
}

function raisedDraft(alert: Alert, records: AlertRecords, context: RecordContext): EventDraft {
  const { store, kind, item, subject, severity, since, message, recommendation } = alert;
  const id = deriveEventId(
    context.sha256,
    'alert-raised',
    `${beginKey(alert, since)}|${records.endedOf(alert, since)}`,
  );
  const payload = { kind, item, subject, severity, since, message: message.text, recommendation: recommendation.text };
  return draftOf({ type: 'AlertRaised', store, audience: [] }, payload, commandContext(context, store, id), {});
}

function resolvedDraft(record: OpenRecord, context: RecordContext): EventDraft {
  const { store, kind, item, subject } = record;
  const id = deriveEventId(context.sha256, 'alert-resolved', record.id);
  const payload = { kind, item, subject, raised: record.id, at: context.now };
  const options = { causationId: record.id };
  return draftOf({ type: 'AlertResolved', store, audience: [] }, payload, commandContext(context, store, id), options);
}
