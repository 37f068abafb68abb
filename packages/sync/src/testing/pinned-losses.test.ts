// Histories in which something that was saved was missing once, or never arrived, cut down to what they need. Each is the plan
// itself, so that it stays what it was when the way from a seed to its plan changes.
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from './fault-plan.ts';
import { runFaults } from './fault-run.ts';
import { QUIET_NETWORK } from './sim-network.ts';
import { WIDE_LIMITS } from './sim-world.ts';

type Pinned = Partial<FaultPlan> & Pick<FaultPlan, 'seed' | 'stores' | 'devicesPerStore' | 'steps'>;

async function wrongIn(pinned: Pinned): Promise<readonly string[]> {
  const quiet = { clocksMs: [], apps: [], network: QUIET_NETWORK, limits: WIDE_LIMITS, frameEventsMax: 500 };
  const { violations } = await runFaults({ ...quiet, ...pinned });
  return violations;
}

describe('pinned losses', () => {
  it('Z2 a centre put back by hand that reached the old positions with other events is not at rest before the device that knows better is back', async () => {
    const pinned: Pinned = {
      seed: 5844,
      stores: 2,
      devicesPerStore: 1,
      network: { ...QUIET_NETWORK, latencyMinMs: 22, latencyMaxMs: 78 },
      steps: [
        { atMs: 1200, kind: 'move', device: 0, key: 'hats', amount: 1, audience: 2 },
        { atMs: 1700, kind: 'restore', afterMs: 2236, by: 'hand-without-head-file', forMs: 9 },
        { atMs: 3400, kind: 'move', device: 1, key: 'shoes', amount: 1, poison: true },
        { atMs: 3900, kind: 'move', device: 0, key: 'coats', amount: 1 },
        { atMs: 4100, kind: 'crashInWrite', device: 1, steps: 99, forMs: 10 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  it('Z1 a bit flips in an event that was delivered before the word that it was accepted, and a newer app folds again', async () => {
    const pinned: Pinned = {
      seed: 210763,
      stores: 2,
      devicesPerStore: 1,
      apps: [2, 1],
      network: { ...QUIET_NETWORK, latencyMinMs: 16, latencyMaxMs: 114, dropChance: 0.03674389051739126 },
      steps: [
        { atMs: 100, kind: 'move', device: 0, key: 'shoes', amount: 1 },
        { atMs: 383, kind: 'move', device: 1, key: 'hats', amount: 1, times: 3 },
        { atMs: 400, kind: 'move', device: 0, key: 'hats', amount: 1 },
        { atMs: 2400, kind: 'flipBit', device: 1, back: 2, bit: 1539 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  /** One till is cut off and sells; a copy of its disk with a flipped bit in the sale so many before the last comes in first. */
  const damagedCopy = (back: number): Pinned['steps'] => [
    { atMs: 719, kind: 'move', device: 0, key: 'hats', amount: 1, audience: 'all' },
    { atMs: 1019, kind: 'block', device: 0, way: 'both', forMs: 2273 },
    { atMs: 1020, kind: 'move', device: 0, key: 'hats', amount: 1, times: 2, audience: 'all' },
    { atMs: 1032, kind: 'clone', device: 0 },
    { atMs: 1035, kind: 'flipBit', device: 2, back, bit: 2042 },
  ];

  it('A9 the copy of a disk declares lost what the other one still has, and sends when it is back', async () => {
    const away: Pinned['steps'] = [{ atMs: 1021, kind: 'cut', device: 0 }];
    const steps = [...damagedCopy(1), ...away].toSorted((a, b) => a.atMs - b.atMs);
    expect(await wrongIn({ seed: 1276, stores: 1, devicesPerStore: 2, steps })).toEqual([]);
  });

  it('A11 the same while the other one is connected, and what it sent before is held up', async () => {
    const pinned: Pinned = {
      seed: 266,
      stores: 1,
      devicesPerStore: 2,
      network: { ...QUIET_NETWORK, latencyMinMs: 28, latencyMaxMs: 46 },
      limits: { ...WIDE_LIMITS, pushEventsMax: 4, pushesInFlightMax: 1, eventsFramesOutstandingMax: 2 },
      frameEventsMax: 16,
      steps: [
        { atMs: 1437, kind: 'block', device: 0, way: 'both', forMs: 2390 },
        { atMs: 1438, kind: 'move', device: 0, key: 'hats', amount: 1, times: 4, audience: 'all' },
        { atMs: 1615, kind: 'clone', device: 0 },
        { atMs: 1616, kind: 'flipBit', device: 2, back: 0, bit: 824 },
        { atMs: 4081, kind: 'move', device: 0, key: 'hats', amount: 1, audience: 'all' },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  it('A11 the same, and what it sent before is lost on the way', async () => {
    const pinned: Pinned = {
      seed: 1276,
      stores: 1,
      devicesPerStore: 2,
      network: { ...QUIET_NETWORK, latencyMinMs: 10, latencyMaxMs: 100, dropChance: 0.0529506140272133 },
      limits: { ...WIDE_LIMITS, pushEventsMax: 3, pushesInFlightMax: 3, eventsFramesOutstandingMax: 3 },
      frameEventsMax: 12,
      steps: [
        ...damagedCopy(2),
        { atMs: 3608, kind: 'move', device: 0, key: 'hats', amount: 1, times: 2, audience: 'all' },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  it('A12 the copy that has it forks: it comes again under the new id', async () => {
    const forks: Pinned['steps'] = [
      { atMs: 1021, kind: 'cut', device: 0 },
      { atMs: 2200, kind: 'move', device: 2, key: 'hats', amount: 1, audience: 'all' },
      { atMs: 2300, kind: 'move', device: 0, key: 'hats', amount: 1, audience: 'all' },
    ];
    const steps = [...damagedCopy(1), ...forks].toSorted((a, b) => a.atMs - b.atMs);
    expect(await wrongIn({ seed: 1276, stores: 1, devicesPerStore: 2, steps })).toEqual([]);
  });

  /** A till is removed, and so is the copy of its disk; both have locked when a backup forgets what they sent. One comes first, damaged. */
  const removedCopies = (first: number): Pinned['steps'] => [
    { atMs: 400, kind: 'restore', afterMs: 2145, by: 'hand-without-head-file', forMs: 137 },
    { atMs: 700, kind: 'nudge', device: 0, key: 'hats', amount: 8 },
    { atMs: 1300, kind: 'revoke', device: 0 },
    { atMs: 1500, kind: 'clone', device: 0 },
    { atMs: 2600, kind: 'rollBack', device: first, afterMs: 5 },
    { atMs: 2650, kind: 'flipBit', device: first, back: 0, bit: 1543 },
  ];

  it('A9 G2 a removed copy that had locked comes back with what the other one has declared lost since', async () => {
    expect(await wrongIn({ seed: 6586, stores: 1, devicesPerStore: 1, steps: removedCopies(1) })).toEqual([]);
  });

  it('A12 G2 the same, and it forks', async () => {
    expect(await wrongIn({ seed: 6585, stores: 1, devicesPerStore: 1, steps: removedCopies(0) })).toEqual([]);
  });

  it('A12 G2 the same in a new history, with sound events before what was lost and behind it', async () => {
    const pinned: Pinned = {
      seed: 49596,
      stores: 1,
      devicesPerStore: 2,
      steps: [
        { atMs: 0, kind: 'centreCrashInWrite', steps: 1, forMs: 7 },
        { atMs: 193, kind: 'move', device: 0, key: 'hats', amount: 1, times: 6 },
        { atMs: 400, kind: 'restore', afterMs: 2048, by: 'hand', forMs: 303 },
        { atMs: 1700, kind: 'clone', device: 0 },
        { atMs: 1800, kind: 'revoke', device: 5 },
        { atMs: 1800, kind: 'revoke', device: 1 },
        { atMs: 2800, kind: 'flipBit', device: 3, back: 4, bit: 871 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });
});
