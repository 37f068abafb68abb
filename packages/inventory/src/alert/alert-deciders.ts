// Commands about alerts: someone has seen one, or wants to hear of it later. An alert itself is never commanded: it is read
// off the stock, and ends when its cause does.
import { STAMPS_PER_MS, type HybridTime } from '@streamstock/event-log';
import { draftOf, refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { EVENT_SCHEMAS } from '../payloads.ts';
import { optionsRefusal, schemaRefusal } from '../refusal-words.ts';
import { SNOOZE_MS_MAX } from '../limits.ts';
import type { Alert } from './alert.ts';

/** The alert as the person saw it. */
export type SeenAlert = Pick<Alert, 'store' | 'kind' | 'item' | 'subject' | 'since'>;

export interface AcknowledgeAlertCommand extends CommandOptions {
  readonly alert: SeenAlert;
  readonly note?: string;
}

export interface SnoozeAlertCommand extends CommandOptions {
  readonly alert: SeenAlert;
  /** When to hear of it again. */
  readonly until: HybridTime;
}

/** `now`: the clock of whoever stamps the event. */
export function acknowledgeAlert(command: AcknowledgeAlertCommand, context: CommandContext, now: HybridTime): Decision {
  const { alert, note } = command;
  const payload = { ...aboutOf(alert), ...(note === undefined ? {} : { note }) };
  return decideMark('AlertAcknowledged', payload, command, context, now);
}

/** A snooze lasts at most `SNOOZE_MS_MAX`. */
export function snoozeAlert(command: SnoozeAlertCommand, context: CommandContext, now: HybridTime): Decision {
  const { alert, until } = command;
  if (!Number.isInteger(until)) {
    return refuse('time-out-of-range', 'That is not a time. Nothing was saved. Choose one from the list.', ['until']);
  }
  if (until <= now) {
    return refuse('time-out-of-range', 'That time has passed. Nothing was saved. Choose a later one.', ['until']);
  }
  if (until - now > SNOOZE_MS_MAX * STAMPS_PER_MS) {
    const daysMax = SNOOZE_MS_MAX / 86_400_000;
    return refuse(
      'time-out-of-range',
      `An alert sleeps ${daysMax} days at most. Nothing was saved. Choose an earlier time.`,
      ['until'],
    );
  }
  return decideMark('AlertSnoozed', { ...aboutOf(alert), until }, command, context, now);
}

function aboutOf({ kind, item, subject }: SeenAlert): Pick<SeenAlert, 'kind' | 'item' | 'subject'> {
  return { kind, item, subject };
}

function decideMark(
  type: 'AlertAcknowledged' | 'AlertSnoozed',
  payload: object,
  { alert, occurredAt, causationId, correlationId }: CommandOptions & { readonly alert: SeenAlert },
  context: CommandContext,
  now: HybridTime,
): Decision {
  const { store } = context;
  if (store === null) {
    return refuse('no-store', 'This does not say which store it is about. Nothing was saved. Choose a store first.');
  }
  if (alert.store !== store) {
    return refuse('other-store', 'That alert belongs to another store. Nothing was changed. Answer it there.');
  }
  // Another device's clock may have stamped the begin past this one's now; a mark counts from the begin on.
  const behind = (occurredAt ?? now) < alert.since;
  const options: CommandOptions = {
    ...(behind ? { occurredAt: alert.since } : occurredAt === undefined ? {} : { occurredAt }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
  const badOption = optionsRefusal(options);
  if (badOption !== null) return badOption;
  const head = { store, audience: [] } as const;
  if (type === 'AlertSnoozed') {
    const parsed = EVENT_SCHEMAS.AlertSnoozed.schema.safeParse(payload);
    if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
    return { ok: true, drafts: [draftOf({ type, ...head }, parsed.data, context, options)] };
  }
  const parsed = EVENT_SCHEMAS.AlertAcknowledged.schema.safeParse(payload);
  if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
  return { ok: true, drafts: [draftOf({ type, ...head }, parsed.data, context, options)] };
}
