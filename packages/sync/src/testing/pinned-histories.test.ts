// Histories that the simulation found and that broke a rule once, cut down to what they need. Each is the plan itself, so that it
// stays what it was when the way from a seed to its plan changes.
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

describe('pinned histories', () => {
  it('W7 a tab fetches the first snapshot while the other one hears everything from the first event', async () => {
    const pinned: Pinned = {
      seed: 8541,
      stores: 2,
      devicesPerStore: 2,
      network: { ...QUIET_NETWORK, latencyMinMs: 15, latencyMaxMs: 45 },
      limits: { ...WIDE_LIMITS, pushEventsMax: 1, eventsFramesOutstandingMax: 2 },
      steps: [
        { atMs: 120, kind: 'twin', device: 3, closes: 'new', forMs: 2385 },
        { atMs: 195, kind: 'move', device: 7, key: 'coats', amount: 1 },
        { atMs: 268, kind: 'partition', forMs: 973 },
        { atMs: 600, kind: 'move', device: 8, key: 'hats', amount: 1 },
        { atMs: 1000, kind: 'move', device: 10, key: 'coats', amount: 1, times: 3 },
        { atMs: 2300, kind: 'move', device: 0, key: 'coats', amount: 1 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  it('W7 a tab installs a snapshot that the other one has left behind', async () => {
    const pinned: Pinned = {
      seed: 51853,
      stores: 3,
      devicesPerStore: 1,
      network: { ...QUIET_NETWORK, latencyMinMs: 15, latencyMaxMs: 53 },
      frameEventsMax: 1,
      steps: [
        { atMs: 0, kind: 'centreCrash', forMs: 925 },
        { atMs: 200, kind: 'move', device: 0, key: 'shoes', amount: 1 },
        { atMs: 400, kind: 'freeze', device: 2, forMs: 1710 },
        { atMs: 600, kind: 'move', device: 0, key: 'coats', amount: 1 },
        { atMs: 900, kind: 'twin', device: 0, closes: 'old', forMs: 1610 },
        { atMs: 977, kind: 'crash', device: 5, forMs: 918 },
        { atMs: 1100, kind: 'move', device: 8, key: 'shoes', amount: 1 },
        { atMs: 1693, kind: 'move', device: 11, key: 'hats', amount: 1 },
        { atMs: 2200, kind: 'crash', device: 1, forMs: 5 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  it('X14 a fork gets its id while the one it descends from is removed, and a backup put back by hand forgets both', async () => {
    const pinned: Pinned = {
      seed: 21560,
      stores: 1,
      devicesPerStore: 2,
      network: { ...QUIET_NETWORK, latencyMinMs: 24, latencyMaxMs: 32 },
      steps: [
        { atMs: 600, kind: 'restore', afterMs: 3819, by: 'hand', forMs: 6 },
        { atMs: 1200, kind: 'clone', device: 0 },
        { atMs: 1300, kind: 'move', device: 0, key: 'hats', amount: 1 },
        { atMs: 1300, kind: 'move', device: 2, key: 'hats', amount: 1 },
        { atMs: 1584, kind: 'rollBack', device: 5, afterMs: 1965 },
        { atMs: 1900, kind: 'move', device: 5, key: 'coats', amount: 1 },
        { atMs: 3700, kind: 'revoke', device: 2 },
        { atMs: 4900, kind: 'move', device: 0, key: 'hats', amount: 1 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  it('Z2 a device that was wiped loses power while it is paired: it shows that it must be, and is', async () => {
    const pinned: Pinned = {
      seed: 20104,
      stores: 3,
      devicesPerStore: 1,
      network: { ...QUIET_NETWORK, latencyMinMs: 20, latencyMaxMs: 91 },
      steps: [
        { atMs: 266, kind: 'centreCrash', forMs: 897 },
        { atMs: 500, kind: 'crash', device: 0, forMs: 501 },
        { atMs: 847, kind: 'wipe', device: 0 },
        { atMs: 2288, kind: 'crash', device: 0, forMs: 9 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });

  it('Z7 it loses power at any step of being paired, and is removed before anybody has seen that it was', async () => {
    const wrong: (readonly string[])[] = [];
    for (let steps = 1; steps <= 25; steps += 1) {
      const pinned: Pinned = {
        seed: 24802,
        stores: 1,
        devicesPerStore: 1,
        steps: [
          { atMs: 1600, kind: 'wipe', device: 0 },
          { atMs: 1800, kind: 'crashInWrite', device: 0, steps, forMs: 5 },
          { atMs: 1900, kind: 'move', device: 0, key: 'hats', amount: 1 },
          { atMs: 2900, kind: 'move', device: 0, key: 'shoes', amount: 1 },
          { atMs: 3700, kind: 'revoke', device: 0 },
        ],
      };
      wrong.push(await wrongIn(pinned));
    }
    expect(wrong.flat()).toEqual([]);
  });

  it('Z3 a clock that is months ahead is set back a little while an event waits: nobody knows when it was made', async () => {
    const pinned: Pinned = {
      seed: 13904,
      stores: 2,
      devicesPerStore: 1,
      network: { ...QUIET_NETWORK, latencyMinMs: 19, latencyMaxMs: 51, dropChance: 0.12918097469955683 },
      steps: [
        { atMs: 100, kind: 'rollBack', device: 1, afterMs: 172 },
        { atMs: 200, kind: 'setClock', device: 1, byMs: 14773689179 },
        { atMs: 1300, kind: 'move', device: 1, key: 'hats', amount: 1 },
        { atMs: 1600, kind: 'twin', device: 1, closes: 'new', forMs: 113 },
        { atMs: 1700, kind: 'setClock', device: 4, byMs: -9894 },
      ],
    };
    expect(await wrongIn(pinned)).toEqual([]);
  });
});
