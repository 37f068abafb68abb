// What is said about alerts. The alerts themselves are computed from lines and policies; no fold reads `AlertRaised`.
// Owns the schemas, nothing else.
import * as z from 'zod/mini';
import { EntityId, EventId } from '@streamstock/event-log';
import { Note, Time } from '../words.ts';

/** About a store × item, then about a store × something else. */
export const AlertKind = z.enum([
  'out-of-stock',
  'critical',
  'low',
  'overstock',
  'rapid-depletion',
  'oversold',
  'overdue-transfer',
  'silent-store',
  'set-aside',
  'dead-letter',
]);
export type AlertKind = z.infer<typeof AlertKind>;

export const AlertSeverity = z.enum(['critical', 'warning', 'info']);
export type AlertSeverity = z.infer<typeof AlertSeverity>;

/** What an alert is about, in the store of the envelope: an item, or another subject (a shipment, an event), or the store itself. */
const About = { kind: AlertKind, item: z.nullable(EntityId), subject: z.nullable(EntityId) } as const;

/** An alert was raised (centre only). `since`: when the line crossed, not when anybody heard of it. */
export const AlertRaised = z.object({
  ...About,
  severity: AlertSeverity,
  since: Time,
  message: Note,
  recommendation: Note,
});
export type AlertRaised = z.infer<typeof AlertRaised>;

/** It resolved itself (centre only). */
export const AlertResolved = z.object({ ...About, raised: EventId, at: Time });
export type AlertResolved = z.infer<typeof AlertResolved>;

/** Someone has seen it: counts for what began before. */
export const AlertAcknowledged = z.object({ ...About, note: z.optional(Note) });
export type AlertAcknowledged = z.infer<typeof AlertAcknowledged>;

/** Someone wants to hear of it again only after `until`. */
export const AlertSnoozed = z.object({ ...About, until: Time });
export type AlertSnoozed = z.infer<typeof AlertSnoozed>;
