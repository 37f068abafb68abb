// How much a store's figures can be trusted now, by when it was last heard and whether it is connected. Pure; words and
// marks are drawn elsewhere. Thresholds: under 2 min nothing is said, to 15 min only on asking, then it is marked.
import type { StoreHead } from '@streamstock/api';
import { staleAfterMs } from '@streamstock/ui';

/** Younger than this, not even asking tells an age. */
export const agingAfterMs = 2 * 60_000;
/** Older than this, a store counts as silent even before its own limit. */
export const silentAtLatestMs = 24 * 60 * 60_000;

/**
 * - `no-device`: nobody reports from there; figures are what was imported or entered at the centre.
 * - `unheard`: devices are enrolled, none was ever heard.
 */
export type StoreFreshness =
  | { readonly kind: 'fresh' | 'aging' | 'stale' | 'silent'; readonly asOfMs: number }
  | { readonly kind: 'no-device' | 'unheard' };

export function storeFreshness(
  head: Pick<StoreHead, 'devices' | 'devicesConnected' | 'freshness'>,
  nowMs: number,
): StoreFreshness {
  const { asOfMs, silent } = head.freshness;
  if (head.devices === 0) return { kind: 'no-device' };
  if (asOfMs === null) return { kind: 'unheard' };
  const ageMs = nowMs - asOfMs;
  if (silent || ageMs > silentAtLatestMs) return { kind: 'silent', asOfMs };
  if (head.devicesConnected === 0 || ageMs > staleAfterMs) return { kind: 'stale', asOfMs };
  return { kind: ageMs > agingAfterMs ? 'aging' : 'fresh', asOfMs };
}

/** Whether figures of such a store carry the dotted rule. */
export function isStale(freshness: StoreFreshness): boolean {
  return freshness.kind === 'stale' || freshness.kind === 'silent' || freshness.kind === 'unheard';
}
