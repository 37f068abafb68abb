// Histories after the counterexamples, with random distances: what needs several things in one order, and random faults give
// too seldom. Each says how large a chain it needs and what happens; everything else of a seed strikes besides.
import type { WireLimits } from '../protocol.ts';
import type { Step } from './fault-steps.ts';
import type { Random } from './random.ts';
import type { NetworkFaults } from './sim-network.ts';

export interface Ambush {
  readonly stores: number;
  readonly devicesPerStore: number;
  readonly steps: readonly Step[];
  /** What of the network and the bounds it depends on; the rest is as random as ever. */
  readonly network?: Partial<NetworkFaults>;
  readonly limits?: Partial<WireLimits>;
}

const move = (atMs: number, device: number, times: number): Step => ({
  atMs,
  kind: 'move',
  device,
  key: 'hats',
  amount: 1,
  times,
  audience: 'all',
});

/** X12: a listener is away while a backup comes back by hand and its maker's positions are filled with other events. */
function refilledPositions(random: Random): Ambush {
  const madeMs = random.int(700, 1_500);
  const lost = random.int(1, 3);
  const restoredMs = madeMs + random.int(1_000, 2_500);
  const afterMs = restoredMs - (madeMs - 100);
  return {
    stores: 3,
    devicesPerStore: 1,
    steps: [
      { atMs: madeMs - 100, kind: 'restore', afterMs, by: 'hand-without-head-file', forMs: 10 },
      move(madeMs, 1, lost),
      { atMs: restoredMs - 100, kind: 'block', device: 0, way: 'both', forMs: random.int(3_000, 5_000) },
      { atMs: restoredMs - 90, kind: 'cut', device: 0 },
      { atMs: restoredMs - 50, kind: 'wipe', device: 1 },
      move(restoredMs + 100, 2, lost + random.int(0, 2)),
    ],
  };
}

/** X14: a clone forked, its new id was removed, and a backup knows neither. */
function forgottenRemoval(random: Random): Ambush {
  const cloneMs = random.int(900, 1_500);
  const revokeMs = cloneMs + random.int(1_500, 2_500);
  const restoredMs = revokeMs + random.int(300, 1_000);
  return {
    stores: 1,
    devicesPerStore: 2,
    steps: [
      { atMs: 600, kind: 'restore', afterMs: restoredMs - 600, by: random.pick(['command', 'hand']), forMs: 50 },
      move(cloneMs - 100, 0, 1),
      { atMs: cloneMs, kind: 'clone', device: 0 },
      move(cloneMs + 100, 0, 1),
      move(cloneMs + 100, 2, 1),
      { atMs: revokeMs, kind: 'revoke', device: random.pick([0, 2]) },
      { atMs: revokeMs + 20, kind: 'block', device: random.pick([0, 2]), way: 'both', forMs: random.int(1_000, 2_500) },
      move(restoredMs + 500, 2, 1),
      move(restoredMs + 500, 0, 1),
    ],
  };
}

/** X7: a tab froze with an answer in hand; another one forked meanwhile. */
function answerOfAnotherChain(random: Random): Ambush {
  const soldMs = random.int(900, 1_400);
  return {
    stores: 1,
    devicesPerStore: 1,
    steps: [
      { atMs: 300, kind: 'twin', device: 0, closes: random.pick(['old', 'new']), forMs: 9_000 },
      move(soldMs, 0, 1),
      { atMs: soldMs + random.int(5, 40), kind: 'freeze', device: 0, forMs: random.int(3_000, 5_000) },
      { atMs: soldMs + 150, kind: 'clone', device: 1 },
      move(soldMs + random.int(300, 600), 2, random.int(1, 2)),
      move(soldMs + random.int(1_200, 1_800), 1, random.int(1, 3)),
    ],
  };
}

/** X11: devices have forgotten what a snapshot covers, and then comes a backup from before it. */
function forgottenBeginning(random: Random): Ambush {
  const renewedMs = random.int(1_200, 1_800);
  const compactMs = renewedMs + random.int(2_500, 3_500);
  const restoredMs = compactMs + random.int(200, 800);
  return {
    stores: 1,
    devicesPerStore: 2,
    steps: [
      { atMs: 300, kind: 'restore', afterMs: restoredMs - 300, by: random.pick(['command', 'hand']), forMs: 20 },
      move(400, 0, random.int(1, 4)),
      move(500, 1, random.int(1, 2)),
      { atMs: renewedMs - 100, kind: 'restore', afterMs: 100, by: 'command', forMs: 20 },
      { atMs: compactMs, kind: 'compact', device: 0, olderThanMs: 0 },
      { atMs: compactMs + 50, kind: 'compact', device: 1, olderThanMs: 0 },
      move(compactMs + 100, 0, random.int(1, 2)),
    ],
  };
}

/** X6: of two copies of one disk, each with a bit flipped or not, one declares lost what the other still has. */
function damageOnOneCopy(random: Random): Ambush {
  const soldMs = random.int(700, 1_500);
  const sold = random.int(1, 5);
  const copiedMs = soldMs + random.int(10, 200);
  const backMs = copiedMs + random.int(50, 2_500);
  const flip = (device: number): Step => {
    return {
      atMs: copiedMs + random.int(1, 3),
      kind: 'flipBit',
      device,
      back: random.int(0, sold),
      bit: random.int(0, 3_000),
    };
  };
  const later: Step[] = [];
  if (random.chance(0.5)) later.push(move(backMs + random.int(0, 800), random.pick([0, 2]), random.int(1, 3)));
  if (random.chance(0.3)) later.push(flip(0));
  if (random.chance(0.3))
    later.push(
      { atMs: backMs, kind: 'snapshot' },
      {
        atMs: copiedMs,
        kind: 'restore',
        afterMs: random.int(500, 2_000),
        by: random.pick(['command', 'hand']),
        forMs: 20,
      },
    );
  return {
    stores: 1,
    devicesPerStore: 2,
    steps: [
      move(soldMs - 300, 0, random.int(0, 2)),
      { atMs: soldMs, kind: 'block', device: 0, way: 'both', forMs: backMs - soldMs },
      move(soldMs + 1, 0, sold),
      { atMs: copiedMs, kind: 'clone', device: 0 },
      flip(2),
      ...later,
    ],
  };
}

/** Nothing is wrong but that words get lost, and whoever waits for one word may send nothing more. */
function lostWords(random: Random): Ambush {
  const everyMs = random.int(60, 150);
  const moves = Array.from({ length: random.int(12, 24) }, (_, index) => move(1_500 + index * everyMs, 0, 1));
  return {
    stores: 1,
    devicesPerStore: 2,
    steps: moves,
    // More, and no connection stands long enough for it.
    network: { dropChance: 0.05, doubleChance: 0, halfOpenChance: 0 },
    limits: { eventsFramesOutstandingMax: 1 },
  };
}

export const AMBUSHES: readonly ((random: Random) => Ambush)[] = [
  refilledPositions,
  forgottenRemoval,
  answerOfAnotherChain,
  forgottenBeginning,
  damageOnOneCopy,
  lostWords,
];
