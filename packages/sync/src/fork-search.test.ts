// The search for two chains' last common point, on any two chains.
import type { ChainPoint } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersProbes, continueForkSearch, startForkSearch } from './fork-search.ts';
import { FORK_PROBES_MAX, FORK_ROUNDS_MAX } from './limits.ts';
import { someHash } from './testing/drivers.ts';

/** Two chains that agree up to `common` and are `held` and `told` long; `goneTo`: what the device no longer holds. */
function search(common: number, held: number, told: number, goneTo = 0): { commonSeq: number; rounds: number } {
  const pointOf =
    (length: number, name: string) =>
    (seq: number): ChainPoint | null =>
      seq > length ? null : { seq, hash: seq <= common ? `common ${seq}` : `${name} ${seq}` };
  const [mine, theirs] = [pointOf(held, 'held'), pointOf(told, 'told')];
  let step = startForkSearch(Math.min(held, told));
  for (let rounds = 0; ; rounds += 1) {
    if (step.kind === 'found') return { commonSeq: step.commonSeq, rounds };
    const { probes } = step.search;
    expect(probes.length).toBeGreaterThan(0);
    expect(probes.length).toBeLessThanOrEqual(FORK_PROBES_MAX);
    expect([...probes]).toEqual([...new Set(probes)].sort((a, b) => a - b));
    step = continueForkSearch(
      step.search,
      probes.map(mine),
      probes.map((seq) => (seq <= goneTo ? null : theirs(seq))),
    );
  }
}

const length = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.integer({ min: 0, max: 5_000_000 }),
  fc.integer({ min: 0, max: 2 ** 53 - 2 }),
);

describe('fork search', () => {
  it('K1 finds the last common seq of any two chains within the bound on rounds', () => {
    fc.assert(
      fc.property(length, length, length, (common, moreHeld, moreTold) => {
        const cap = (value: number) => Math.min(value, Number.MAX_SAFE_INTEGER - 1);
        const [held, told] = [cap(common + moreHeld), cap(common + moreTold)];
        const { commonSeq, rounds } = search(common, held, told);
        expect(commonSeq).toBe(Math.min(common, held, told));
        expect(rounds).toBeLessThanOrEqual(FORK_ROUNDS_MAX);
      }),
    );
  });

  it('K1 a disk that was merely rolled back is settled in one round', () => {
    expect(search(100_000, 200_000, 100_000)).toEqual({ commonSeq: 100_000, rounds: 1 });
  });

  it('K1 what the device no longer holds never makes a point common that is not: nothing behind it would come again', () => {
    const small = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(small, small, small, (common, more, goneTo) => {
        expect(search(common, common + more, common + more, goneTo).commonSeq).toBeLessThanOrEqual(common);
      }),
    );
  });

  it('K5 an answer fits when it has a point or nothing for every probe, at its seq', () => {
    const step = startForkSearch(3);
    expect(step.kind).toBe('ask');
    if (step.kind !== 'ask') return;
    const point = (seq: number): ChainPoint => ({ seq, hash: someHash(`${seq}`) });
    expect(answersProbes(step.search, [point(1), null, point(3)])).toBe(true);
    expect(answersProbes(step.search, [point(1), point(2)])).toBe(false);
    expect(answersProbes(step.search, [point(1), point(3), point(2)])).toBe(false);
  });
});
