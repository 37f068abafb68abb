// What the tests of the central session have in common: one device's chain of forty events, pushes of it, and refusals.
import { expect } from 'vitest';
import type { CentreMessage } from '../protocol.ts';
import { type CentralDriver, chainOf, eventLine, factsOf } from './drivers.ts';

export const CHAIN = chainOf(Array.from({ length: 40 }, (_, index) => eventLine(index + 1)));
export const CLOCK = { sentAtMs: 1_000_000, steadySinceMs: null, heard: { serverTimeMs: 1_000_000, agoMs: 0 } };
export const point = (seq: number) => CHAIN.points[seq] ?? { seq: 0, hash: '' };

export function pushOf(firstSeq: number, count: number) {
  const message = {
    type: 'push' as const,
    firstSeq,
    hashBefore: CHAIN.points[firstSeq - 1]?.hash ?? '',
    hashAfter: CHAIN.points[firstSeq + count - 1]?.hash ?? '',
    alone: false,
    clock: CLOCK,
  };
  return { message, lines: CHAIN.placed.slice(firstSeq - 1, firstSeq - 1 + count).map(({ line }) => line) };
}

/** The one refusal that was sent, upon which the connection was closed. */
export function refusalOf(driver: CentralDriver): Extract<CentreMessage, { type: 'refused' }> {
  const refusals = driver.sent.filter((message) => message.type === 'refused');
  expect(refusals).toHaveLength(1);
  expect(driver.effect('close')).toBeDefined();
  expect(driver.phase).toBe('closed');
  return refusals[0] as Extract<CentreMessage, { type: 'refused' }>;
}

/** Points the centre holds, for a `hello` whose head and mark stand at these seqs. */
export function heldAt(headSeq: number, markSeq = 0) {
  return [CHAIN.points[headSeq] ?? null, CHAIN.points[markSeq] ?? null];
}

/** The device's record, accepted up to this seq. */
export function recordAt(seq: number) {
  const { record } = factsOf();
  return record === null ? null : { ...record, accepted: point(seq) };
}
