// What an alert is: about what, since when, how serious, in which words. Owns the shape, the order of seriousness and what
// one alert covers of another. Pure; knows nothing of how alerts come about.
import type { HybridTime } from '@streamstock/event-log';
import type { AlertKind, AlertSeverity } from './alert-events.ts';

/** Words with what stands in them: a screen that translates goes by `code` and `values`, all others show `text`. */
export interface Words {
  readonly code: string;
  readonly values: Readonly<Record<string, number | string>>;
  /** English, without names: what it is about stands beside it. */
  readonly text: string;
}

/** About a store and an item, or another subject (a shipment, an event), or the store itself. */
export interface AlertSubject {
  readonly store: string;
  readonly kind: AlertKind;
  readonly item: string | null;
  readonly subject: string | null;
}

export interface Alert extends AlertSubject {
  readonly severity: AlertSeverity;
  /** Effective time of the crossing. */
  readonly since: HybridTime;
  /** false: it began before `since`, further back than was read. */
  readonly sinceExact: boolean;
  /** A more serious alert of the same line that says it all: show that one. */
  readonly coveredBy: AlertKind | null;
  readonly message: Words;
  readonly recommendation: Words;
}

/** Most serious first: the order of lists, and of the one badge a row may show. */
const RANKS: readonly AlertKind[] = [
  'oversold',
  'out-of-stock',
  'critical',
  'dead-letter',
  'set-aside',
  'silent-store',
  'rapid-depletion',
  'overdue-transfer',
  'low',
  'overstock',
];

const SEVERITIES: Readonly<Record<AlertKind, AlertSeverity>> = {
  oversold: 'critical',
  'out-of-stock': 'critical',
  critical: 'critical',
  'dead-letter': 'critical',
  'set-aside': 'warning',
  'silent-store': 'warning',
  'rapid-depletion': 'warning',
  'overdue-transfer': 'warning',
  low: 'warning',
  overstock: 'info',
};

/** Kinds about a store × item; all others are about a store × subject. */
const LINE_KINDS: ReadonlySet<AlertKind> = new Set<AlertKind>([
  'oversold',
  'out-of-stock',
  'critical',
  'low',
  'rapid-depletion',
  'overstock',
]);

/** Shortages, most serious first: of those that are open the first covers the rest. */
export const SHORTAGES: readonly AlertKind[] = ['oversold', 'out-of-stock', 'critical', 'low'];

export function severityOf(kind: AlertKind): AlertSeverity {
  return SEVERITIES[kind];
}

export function isLineKind(kind: AlertKind): boolean {
  return LINE_KINDS.has(kind);
}

/** What tells one alert from another: never its begin, which late news can move. */
export function alertKey({ store, kind, item, subject }: AlertSubject): string {
  return `${store}|${(isLineKind(kind) ? item : subject) ?? ''}|${kind}`;
}

/** Most serious first, then the oldest. */
export function compareAlerts(a: Alert, b: Alert): number {
  const byRank = RANKS.indexOf(a.kind) - RANKS.indexOf(b.kind);
  if (byRank !== 0) return byRank;
  if (a.since !== b.since) return a.since - b.since;
  return alertKey(a) < alertKey(b) ? -1 : alertKey(a) > alertKey(b) ? 1 : 0;
}

/** A figure in a sentence: grouped, with a true minus. */
const FIGURE = new Intl.NumberFormat('en', { useGrouping: 'always' });
const UNIT_SIGNS: Readonly<Record<string, string>> = { piece: '', gram: ' g', millilitre: ' ml', millimetre: ' mm' };

export function figure(quantity: number, unit = 'piece'): string {
  return `${FIGURE.format(quantity).replace('-', '−')}${UNIT_SIGNS[unit] ?? ''}`;
}
