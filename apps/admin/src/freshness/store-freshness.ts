// How much a store's figures can be trusted now, by when it was last heard and whether it is connected. Pure; words and
// marks are drawn elsewhere. Thresholds: under 2 min nothing is said, to 15 min only on asking, then it is marked.
import type { StoreHead } from '@streamstock/api';
import { staleAfterMs, type FreshnessOf } from '@streamstock/ui';

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

/**
 * For a figure or a column head. `atMs`: the past moment that is looked at; then a store is stale where its devices had not
 * told everything up to that moment, whatever they do now.
 */
export function freshnessOf(head: StoreHead, nowMs: number, atMs: number | null): FreshnessOf {
  const freshness = storeFreshness(head, nowMs);
  if (!('asOfMs' in freshness)) return { kind: isStale(freshness) ? 'stale' : 'current' };
  const stale = atMs === null ? isStale(freshness) : freshness.asOfMs < atMs;
  return { kind: stale ? 'stale' : 'current', asOf: freshness.asOfMs };
}

/** Of a sum over stores: as stale as its stalest part. */
export function sumFreshness(parts: readonly FreshnessOf[]): FreshnessOf {
  const stale = parts.filter((part) => part.kind === 'stale');
  if (stale.length === 0) return { kind: 'current' };
  const moments = stale.flatMap((part) => (part.asOf === undefined ? [] : [part.asOf]));
  return moments.length < stale.length ? { kind: 'stale' } : { kind: 'stale', asOf: Math.min(...moments) };
}
