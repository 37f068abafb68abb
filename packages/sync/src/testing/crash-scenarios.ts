// Short histories, each through one part of the protocol, for crashes at every single step of them: what a storm of random
// faults meets only now and then, these meet at each point. A history lasts until everything is where it belongs.
import type { FaultPlan } from './fault-plan.ts';
import type { Happening, Step } from './fault-steps.ts';
import { QUIET_NETWORK } from './sim-network.ts';
import { WIDE_LIMITS } from './sim-world.ts';

export interface CrashScenario {
  readonly name: string;
  readonly plan: FaultPlan;
}

/** Long enough for every one of them to come to rest, and for a crash and its recovery besides. */
const LASTS_MS = 12_000;

type Timed = readonly [atMs: number, happening: Happening];

const move = (
  device: number,
  more: { readonly times?: number; readonly audience?: 'all'; readonly poison?: true } = {},
) => ({ kind: 'move', device, key: 'hats', amount: 1, ...more }) as const;
const narrow = { ...WIDE_LIMITS, pushEventsMax: 2, pushesInFlightMax: 2, eventsFramesOutstandingMax: 2 };

function scenario(name: string, happenings: readonly Timed[], change: Partial<FaultPlan> = {}): CrashScenario {
  const steps: Step[] = happenings.map(([atMs, happening]) => ({ atMs, ...happening }));
  // The last word: by then everything has settled, and this shows whether it has.
  steps.push({ atMs: LASTS_MS, ...move(0) });
  const plan: FaultPlan = {
    seed: 1,
    stores: 1,
    devicesPerStore: 2,
    clocksMs: [],
    apps: [],
    network: QUIET_NETWORK,
    limits: narrow,
    frameEventsMax: 3,
    steps: steps.toSorted((a, b) => a.atMs - b.atMs),
    ...change,
  };
  return { name, plan };
}

export const CRASH_SCENARIOS: readonly CrashScenario[] = [
  scenario('a first sale is sent and heard', [[300, move(0)]]),
  scenario('a day offline is sent in several pushes', [
    [200, { kind: 'block', device: 0, way: 'both', forMs: 1_500 }],
    [400, move(0, { times: 9 })],
  ]),
  scenario('two devices of a store sell at once', [
    [300, move(0, { times: 3 })],
    [300, move(1, { times: 3 })],
  ]),
  scenario('what concerns all stores is heard everywhere', [[300, move(0, { times: 2, audience: 'all' })]], {
    stores: 2,
    devicesPerStore: 1,
  }),
  scenario('a sale is reversed', [
    [300, move(0)],
    [600, { kind: 'reverse', device: 0, back: 0 }],
  ]),
  scenario('an event is set aside and admitted', [
    [300, move(0, { poison: true })],
    [1_500, { kind: 'rule', type: 'EventAdmitted', back: 0 }],
  ]),
  scenario('an event is voided', [
    [300, move(0)],
    [1_500, { kind: 'rule', type: 'EventVoided', back: 0 }],
  ]),
  scenario('a clock three days ahead is seen through', [[300, move(0, { times: 2 })]], { clocksMs: [259_200_000, 0] }),
  scenario('a profile is cloned and both go on', [
    [300, move(0)],
    [1_000, { kind: 'clone', device: 0 }],
    [1_200, move(0, { times: 2 })],
    [1_200, move(2, { times: 2 })],
  ]),
  scenario('a clone of the clone', [
    [300, move(0)],
    [800, { kind: 'clone', device: 0 }],
    [900, move(2)],
    [1_600, { kind: 'clone', device: 2 }],
    [1_700, move(3)],
    [1_700, move(0)],
  ]),
  scenario('a disk is rolled back', [
    [300, move(0)],
    [700, { kind: 'rollBack', device: 0, afterMs: 1_500 }],
    [1_000, move(0, { times: 2 })],
    [2_600, move(0)],
  ]),
  scenario('two tabs send and receive', [
    [200, { kind: 'twin', device: 0, closes: 'old', forMs: 3_000 }],
    [400, move(0, { times: 2 })],
    [400, move(2, { times: 2 })],
    [600, move(1, { times: 2 })],
  ]),
  scenario('the sending tab freezes and thaws', [
    [200, { kind: 'twin', device: 0, closes: 'new', forMs: 5_000 }],
    [300, { kind: 'freeze', device: 0, forMs: 2_500 }],
    [500, move(2, { times: 2 })],
    [500, move(1, { times: 2 })],
  ]),
  scenario('a disk is full for a while', [
    [300, { kind: 'diskFull', device: 0, forMs: 1_500 }],
    [400, move(0, { times: 2 })],
    [500, move(1, { times: 2 })],
    [2_200, move(0)],
  ]),
  scenario('a new device starts from a snapshot', [
    [100, move(0, { times: 4 })],
    [900, { kind: 'snapshot' }],
    [1_500, move(0)],
    [1_800, { kind: 'wipe', device: 1 }],
  ]),
  scenario('a wiped device is paired again', [
    [200, move(0, { times: 2 })],
    [300, move(1, { times: 2 })],
    [1_200, { kind: 'wipe', device: 0 }],
    [3_500, move(0)],
  ]),
  scenario('a backup is put back by command', [
    [200, move(0, { times: 2 })],
    [900, { kind: 'restore', afterMs: 1_200, by: 'command', forMs: 100 }],
    [1_200, move(0, { times: 2 })],
    [1_300, move(1, { times: 2 })],
  ]),
  scenario('a backup is copied back by hand', [
    [200, move(0, { times: 2 })],
    [900, { kind: 'restore', afterMs: 1_200, by: 'hand', forMs: 100 }],
    [1_200, move(0, { times: 2 })],
    [1_300, move(1, { times: 2 })],
  ]),
  scenario('only a device can show that a backup came back', [
    [200, move(0, { times: 2 })],
    [900, { kind: 'restore', afterMs: 1_200, by: 'hand-without-head-file', forMs: 100 }],
    [1_200, move(0, { times: 2 })],
    [1_300, move(1, { times: 2 })],
  ]),
  scenario('a backup is put back twice', [
    [200, move(0, { times: 2 })],
    [700, { kind: 'restore', afterMs: 1_000, by: 'command', forMs: 50 }],
    [900, { kind: 'restore', afterMs: 1_500, by: 'hand', forMs: 50 }],
    [1_100, move(1, { times: 2 })],
    [2_000, move(0)],
  ]),
  scenario('what a lost device made comes back from its colleague', [
    [200, { kind: 'restore', afterMs: 2_000, by: 'command', forMs: 100 }],
    [600, move(0, { times: 2 })],
    [1_600, { kind: 'wipe', device: 0 }],
  ]),
  scenario('what was compacted is declared to a restored centre', [
    [200, { kind: 'restore', afterMs: 4_500, by: 'command', forMs: 100 }],
    [400, move(0, { times: 3 })],
    [1_200, { kind: 'restore', afterMs: 300, by: 'command', forMs: 50 }],
    [4_000, { kind: 'compact', device: 0, olderThanMs: 0 }],
    [4_300, { kind: 'compact', device: 1, olderThanMs: 0 }],
  ]),
  scenario('a clone, and then a backup from before it', [
    [200, move(0)],
    [600, { kind: 'restore', afterMs: 2_600, by: 'command', forMs: 100 }],
    [900, { kind: 'clone', device: 0 }],
    [1_100, move(2, { times: 2 })],
    [1_100, move(0)],
  ]),
  scenario('a bit flips in an unsent event', [
    [200, { kind: 'block', device: 0, way: 'both', forMs: 2_000 }],
    [400, move(0, { times: 3 })],
    [1_000, { kind: 'flipBit', device: 0, back: 1, bit: 1_000 }],
  ]),
  scenario('a bit flips in an event that was sent, and a backup comes back', [
    [200, move(0, { times: 3 })],
    [300, { kind: 'restore', afterMs: 2_000, by: 'command', forMs: 100 }],
    [1_500, { kind: 'flipBit', device: 0, back: 1, bit: 1_000 }],
  ]),
  scenario('a device is removed with unsent sales', [
    [200, move(0)],
    [900, { kind: 'block', device: 0, way: 'both', forMs: 1_500 }],
    [1_200, move(0, { times: 2 })],
    [1_500, { kind: 'revoke', device: 0 }],
  ]),
  scenario('a removal outlives a restore', [
    [300, { kind: 'restore', afterMs: 2_500, by: 'command', forMs: 100 }],
    [500, move(0)],
    [1_200, { kind: 'revoke', device: 0 }],
    [3_400, move(1)],
  ]),
  scenario(
    'an old app parks what it does not know, and is updated',
    [
      [300, { kind: 'nudge', device: 1, key: 'hats', amount: 2 }],
      [600, move(0)],
      [2_500, { kind: 'upgrade', device: 0 }],
    ],
    { apps: [1, 2] },
  ),
  scenario('the centre stops and starts', [
    [300, move(0, { times: 2 })],
    [350, { kind: 'restart', forMs: 400 }],
    [500, move(1, { times: 2 })],
  ]),
  scenario('frames are held up one way', [
    [200, { kind: 'block', device: 0, way: 'down', forMs: 2_000 }],
    [300, { kind: 'block', device: 1, way: 'up', forMs: 1_500 }],
    [500, move(0, { times: 3 })],
    [500, move(1, { times: 3 })],
  ]),
];
