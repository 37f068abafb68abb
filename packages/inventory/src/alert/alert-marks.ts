// What people said about alerts: seen, or not now. Marks are kept by what the alert is about, never by an alert's id, so
// that late news which moves its begin does not orphan them. Order-free; owns its tables.
//
// A mark counts for an alert that began no later than the mark. So it ends with the alert: what begins anew is unmarked.
import {
  type Change,
  type EventId,
  type HybridTime,
  type Projector,
  type TableReader,
  type Tables,
} from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { compareMoments } from '../stock/count-session.ts';
import { writeRows } from '../stock/write-rows.ts';
import { alertKey, type Alert, type AlertSubject } from './alert.ts';
import { foldLinePromises, LINE_PROMISES_TABLE } from './line-holds.ts';

export const ALERT_MARKS_TABLE = 'alert-marks';

export interface AlertMark {
  readonly id: EventId;
  /** Effective time. */
  readonly at: HybridTime;
  readonly actor: string;
}

export interface AlertAcknowledgement extends AlertMark {
  readonly note?: string | undefined;
}

export interface AlertSnooze extends AlertMark {
  readonly until: HybridTime;
}

/** Value under store|item or subject|kind (`alertKey`), by (effective time, id). */
export interface AlertMarksRow {
  readonly acknowledged: readonly AlertAcknowledgement[];
  readonly snoozed: readonly AlertSnooze[];
}

const NO_MARKS: AlertMarksRow = { acknowledged: [], snoozed: [] };

interface MarkChange {
  readonly key: string;
  readonly id: EventId;
  readonly acknowledged: readonly AlertAcknowledgement[];
  readonly snoozed: readonly AlertSnooze[];
}

function markOf({ event, before, after }: Change): MarkChange | null {
  const { id, store, actor } = event;
  if (event.type !== 'AlertAcknowledged' && event.type !== 'AlertSnoozed') return null;
  if (store === null || (before === null && after === null)) return null;
  const typed = parsePayload(event);
  if (!typed.ok || (typed.type !== 'AlertAcknowledged' && typed.type !== 'AlertSnoozed')) return null;
  const { kind, item, subject } = typed.payload;
  const gone: MarkChange = { key: alertKey({ store, kind, item, subject }), id, acknowledged: [], snoozed: [] };
  if (after === null) return gone;
  const mark = { id, at: after.effectiveAt, actor };
  if (typed.type === 'AlertSnoozed') return { ...gone, snoozed: [{ ...mark, until: typed.payload.until }] };
  const { note } = typed.payload;
  return { ...gone, acknowledged: [{ ...mark, ...(note === undefined ? {} : { note }) }] };
}

async function foldMarks(tables: Tables, changes: readonly Change[]): Promise<void> {
  const marks = changes.flatMap((change) => markOf(change) ?? []);
  if (marks.length === 0) return;
  const keys = [...new Set(marks.map(({ key }) => key))];
  const stored = await tables.getMany<AlertMarksRow>(ALERT_MARKS_TABLE, keys);
  const rows = new Map(keys.map((key, index) => [key, stored[index] ?? NO_MARKS]));
  for (const { key, id, acknowledged, snoozed } of marks) {
    const row = rows.get(key) ?? NO_MARKS;
    rows.set(key, {
      acknowledged: [...row.acknowledged.filter((mark) => mark.id !== id), ...acknowledged].sort(compareMoments),
      snoozed: [...row.snoozed.filter((mark) => mark.id !== id), ...snoozed].sort(compareMoments),
    });
  }
  const isEmpty = ({ acknowledged, snoozed }: AlertMarksRow): boolean => acknowledged.length + snoozed.length === 0;
  await writeRows(
    tables,
    ALERT_MARKS_TABLE,
    [...rows].flatMap(([key, value]) => (isEmpty(value) ? [] : [{ key, value }])),
    [...rows].flatMap(([key, value]) => (isEmpty(value) ? [key] : [])),
  );
}

/** Marks, and the index of promises that trajectories are read with. */
export const alertMarksProjector: Projector = {
  name: 'alert-marks',
  version: 1,
  tables: [ALERT_MARKS_TABLE, LINE_PROMISES_TABLE],
  snapshot: { [ALERT_MARKS_TABLE]: 'store-key', [LINE_PROMISES_TABLE]: 'store-key' },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    await foldMarks(tables, changes);
    await foldLinePromises(tables, changes);
  },
};

/** An alert with what people said about it. */
export interface MarkedAlert extends Alert {
  /** The latest acknowledgement that counts for it; null: nobody has seen it. */
  readonly acknowledged: AlertAcknowledgement | null;
  /** null: it is not snoozed (any more). */
  readonly snoozed: AlertSnooze | null;
}

/** Whether a person still has to see it. */
export function isUnseen({ acknowledged, snoozed }: MarkedAlert): boolean {
  return acknowledged === null && snoozed === null;
}

/** Works marks into an alert. */
export function markAlert(alert: Alert, marks: AlertMarksRow | undefined, now: HybridTime): MarkedAlert {
  const { acknowledged, snoozed } = marks ?? NO_MARKS;
  // Where the begin is further back than was read, `since` is only its latest possible time.
  const counts = ({ at }: AlertMark): boolean => at >= alert.since || !alert.sinceExact;
  const latest = snoozed.findLast(counts);
  return {
    ...alert,
    acknowledged: acknowledged.findLast(counts) ?? null,
    snoozed: latest !== undefined && latest.until > now ? latest : null,
  };
}

/** One row per alert, in their order. */
export async function readAlertMarks(
  reader: TableReader,
  alerts: readonly AlertSubject[],
): Promise<(AlertMarksRow | undefined)[]> {
  if (alerts.length === 0) return [];
  return reader.getMany<AlertMarksRow>(ALERT_MARKS_TABLE, alerts.map(alertKey));
}

/** Works what people said into alerts: one read for all. */
export async function withMarks(
  reader: TableReader,
  alerts: readonly Alert[],
  now: HybridTime,
): Promise<MarkedAlert[]> {
  const marks = await readAlertMarks(reader, alerts);
  return alerts.map((alert, index) => markAlert(alert, marks[index], now));
}
