// What one seed means: the size of the chain, how busy it is, and which faults strike how often. Every seed leaves some
// faults out: what a storm of everything hides, a few faults alone may show.
import { EVENT_BYTES_MAX } from '@streamstock/event-log';
import { PUSH_BYTES_MAX } from '../limits.ts';
import type { WireLimits } from '../protocol.ts';
import { Random } from './random.ts';
import { WIDE_LIMITS } from './sim-world.ts';
import type { NetworkFaults } from './sim-network.ts';

export interface FaultOptions {
  readonly seed: number;
  readonly stores: number;
  readonly devicesPerStore: number;
  readonly faultyMs: number;
  /** Mean time between two commits anywhere. */
  readonly commitEveryMs: number;
  readonly network: NetworkFaults;
  /** Mean times between faults of a kind; null: this kind never. */
  readonly cutEveryMs: number | null;
  readonly partitionEveryMs: number | null;
  readonly deviceCrashEveryMs: number | null;
  readonly centreCrashEveryMs: number | null;
  readonly clonesMax: number;
  readonly rollBacksMax: number;
  /** A second tab of one device that sends too. */
  readonly twin: boolean;
  /** Devices whose clocks are off: how far, either way. */
  readonly clockOffMs: number;
  readonly limits: WireLimits;
  readonly frameEventsMax: number;
}

export function optionsOf(seed: number): FaultOptions {
  const random = new Random(seed, 0);
  const mean = (chance: number, fromMs: number, toMs: number): number | null =>
    random.chance(chance) ? random.int(fromMs, toMs) : null;
  const latencyMinMs = random.int(1, 30);
  const lossy = random.chance(0.4);
  const chanceUpTo = (most: number): number => (lossy && random.chance(0.6) ? random.next() * most : 0);
  const network: NetworkFaults = {
    latencyMinMs,
    latencyMaxMs: latencyMinMs + random.int(0, random.chance(0.2) ? 3_000 : 100),
    dropChance: chanceUpTo(0.15),
    doubleChance: chanceUpTo(0.15),
    overtakeChance: chanceUpTo(0.3),
    halfOpenChance: random.chance(0.5) ? random.next() * 0.5 : 0,
  };
  return {
    seed,
    stores: random.int(1, 3),
    devicesPerStore: random.int(1, 2),
    faultyMs: random.int(4_000, 30_000),
    commitEveryMs: random.int(100, 1_500),
    network,
    cutEveryMs: mean(0.6, 1_000, 15_000),
    partitionEveryMs: mean(0.3, 8_000, 40_000),
    deviceCrashEveryMs: mean(0.5, 3_000, 30_000),
    centreCrashEveryMs: mean(0.4, 4_000, 40_000),
    clonesMax: random.chance(0.35) ? random.int(1, 2) : 0,
    rollBacksMax: random.chance(0.35) ? random.int(1, 2) : 0,
    twin: random.chance(0.25),
    clockOffMs: random.chance(0.3) ? random.int(0, 30 * 60_000) : 0,
    limits: random.chance(0.3)
      ? WIDE_LIMITS
      : {
          pushEventsMax: random.int(1, 6),
          pushBytesMax: random.int(EVENT_BYTES_MAX + 1, PUSH_BYTES_MAX),
          pushesInFlightMax: random.int(1, 4),
          eventsFramesOutstandingMax: random.int(1, 4),
        },
    frameEventsMax: random.int(1, 20),
  };
}
