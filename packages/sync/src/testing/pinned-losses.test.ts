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
});
