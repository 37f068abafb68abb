// How a person is told of new alerts: one by one, or after a long absence in one digest. A storm of sounds says less than
// one sentence. Pure: what was open before and what is open now are given.
import type { HybridTime } from '@streamstock/event-log';
import { ALERTS_AT_ONCE_MAX, DIGEST_AFTER_MS, DIGEST_TOP_MAX } from '../limits.ts';
import { alertKey, compareAlerts, type Alert } from './alert.ts';
import type { AlertSeverity } from './alert-events.ts';
import { isUnseen, type MarkedAlert } from './alert-marks.ts';

export interface AlertDigest {
  /** New since then, each with the time it began: it may have begun before the absence and only now be known. */
  readonly opened: readonly Alert[];
  /** Open then and now. */
  readonly stillOpen: readonly Alert[];
  /** Open then, ended meanwhile. */
  readonly resolvedMeanwhile: readonly Alert[];
  /** New and unseen, by severity; what a more serious one covers is not counted. */
  readonly bySeverity: Readonly<Record<AlertSeverity, number>>;
  /** The most serious of those, at most `DIGEST_TOP_MAX`. */
  readonly top: readonly Alert[];
  /** The earliest begin among the new ones; null: there are none. */
  readonly since: HybridTime | null;
}

function isUnseenAlert(alert: Alert | MarkedAlert): boolean {
  return !('acknowledged' in alert) || isUnseen(alert);
}

/** What happened between two looks at the same alerts. One that ended and began anew is opened and resolved. */
export function digestOf(before: readonly Alert[], now: readonly (Alert | MarkedAlert)[]): AlertDigest {
  const then = new Map(before.map((alert) => [alertKey(alert), alert]));
  const today = new Map(now.map((alert) => [alertKey(alert), alert]));
  // A begin that moved back is late news of the same alert; one that moved forward is another alert.
  const isSame = (was: Alert | undefined, is: Alert | undefined): boolean =>
    was !== undefined && is !== undefined && (is.since <= was.since || !is.sinceExact);
  const opened = now.filter((alert) => !isSame(then.get(alertKey(alert)), alert)).sort(compareAlerts);
  const news = opened.filter((alert) => alert.coveredBy === null && isUnseenAlert(alert));
  const count = (severity: AlertSeverity): number => news.filter((alert) => alert.severity === severity).length;
  return {
    opened,
    stillOpen: now.filter((alert) => isSame(then.get(alertKey(alert)), alert)).sort(compareAlerts),
    resolvedMeanwhile: before.filter((alert) => !isSame(alert, today.get(alertKey(alert)))).sort(compareAlerts),
    bySeverity: { critical: count('critical'), warning: count('warning'), info: count('info') },
    top: news.slice(0, DIGEST_TOP_MAX),
    since: opened.reduce<HybridTime | null>((least, { since }) => Math.min(least ?? since, since), null),
  };
}

/** How to tell a person: each alert by itself, or all in one digest; silence when nothing is new. */
export type Announcement =
  | { readonly kind: 'silence' }
  | { readonly kind: 'each'; readonly alerts: readonly Alert[] }
  | { readonly kind: 'digest'; readonly digest: AlertDigest };

/** `awayMs`: how long nothing was heard. */
export function announce(
  before: readonly Alert[],
  now: readonly (Alert | MarkedAlert)[],
  awayMs: number,
): Announcement {
  const digest = digestOf(before, now);
  const news = digest.opened.filter((alert) => alert.coveredBy === null && isUnseenAlert(alert));
  if (news.length === 0) return { kind: 'silence' };
  if (awayMs >= DIGEST_AFTER_MS || news.length > ALERTS_AT_ONCE_MAX) return { kind: 'digest', digest };
  return { kind: 'each', alerts: news };
}
