// What one seed means: a chain, its network, and a list of what happens when. The plan is plain data, so that a failing one
// can be cut down step by step and pinned in a test. Every seed leaves most kinds of faults out: what a storm of everything
// hides, a few faults alone may show.
import { EVENT_BYTES_MAX } from '@streamstock/event-log';
import { PUSH_BYTES_MAX } from '../limits.ts';
import type { WireLimits } from '../protocol.ts';
import { AMBUSHES } from './fault-ambushes.ts';
import { FAULT_KINDS, type Step, type Happening, type FaultKind } from './fault-steps.ts';
import type { AppVersion } from './counters.ts';
import { Random } from './random.ts';
import { WIDE_LIMITS } from './sim-world.ts';
import type { NetworkFaults } from './sim-network.ts';

export interface FaultPlan {
  readonly seed: number;
  readonly stores: number;
  readonly devicesPerStore: number;
  /** How far the clock of each device is ahead, in the order of enrolment; absent: it is right. */
  readonly clocksMs: readonly number[];
  /** The app of each device, in the order of enrolment; absent: the newer one. All have that in the end. */
  readonly apps: readonly AppVersion[];
  readonly network: NetworkFaults;
  readonly limits: WireLimits;
  readonly frameEventsMax: number;
  /** By time. */
  readonly steps: readonly Step[];
}

const KEYS = ['hats', 'coats', 'shoes'] as const;
const YEAR_MS = 365 * 24 * 3_600_000;
const MINUTE_MS = 60_000;
/** Devices that a step may mean: more than there are, so that clones and tabs are meant too. */
const DEVICE_NUMBERS = 12;

/** Per kind: how many seeds in a hundred know it, and how often it strikes in them at most. */
const MENU: Readonly<Record<FaultKind, readonly [percent: number, timesMax: number]>> = {
  cut: [35, 4],
  block: [25, 3],
  partition: [20, 2],
  crash: [25, 2],
  crashInWrite: [30, 2],
  centreCrash: [20, 2],
  centreCrashInWrite: [20, 2],
  restart: [10, 1],
  diskFull: [10, 1],
  centreDiskFull: [6, 1],
  setClock: [10, 2],
  twin: [18, 1],
  freeze: [15, 2],
  clone: [22, 2],
  rollBack: [22, 2],
  wipe: [10, 1],
  flipBit: [15, 2],
  compact: [20, 3],
  upgrade: [10, 2],
  snapshot: [35, 3],
  revoke: [8, 1],
  rule: [15, 2],
  restore: [22, 2],
};

/** `restore`: backups are put back in every history. */
export type SeedTier = 'protocol' | 'restore';

type Menu = Readonly<Partial<Record<FaultKind, readonly [percent: number, timesMax: number]>>>;

const RESTORES: Menu = { restore: [100, 3], snapshot: [60, 3], compact: [40, 3] };

/** Faults that are harmless alone and meet too seldom by chance: some seeds bring them together. */
const THEMES: readonly Menu[] = [
  { ...RESTORES, wipe: [60, 1], clone: [30, 2] },
  { twin: [100, 1], freeze: [90, 3], clone: [50, 2], rollBack: [50, 1], restore: [40, 1] },
  { revoke: [100, 2], restore: [90, 2], clone: [60, 2], block: [50, 2] },
  { clone: [100, 2], rollBack: [60, 2], restore: [70, 2], flipBit: [40, 2] },
];
const THEME_CHANCE = 0.3;
const AMBUSH_CHANCE = 0.08;
/** How much rarer everything else is then. */
const BESIDE_AMBUSH = 0.15;

function themeOf(random: Random, tier: SeedTier): Menu {
  if (tier === 'restore') return RESTORES;
  return random.chance(THEME_CHANCE) ? random.pick(THEMES) : {};
}

export function planOf(seed: number, tier: SeedTier = 'protocol'): FaultPlan {
  const random = new Random(seed, 0);
  const lastsMs = random.int(1_000, random.chance(0.1) ? 15_000 : 5_000);
  const surprise = new Random(seed, 5);
  const ambush = surprise.chance(AMBUSH_CHANCE) ? surprise.pick(AMBUSHES)(surprise) : null;
  const stores = ambush?.stores ?? random.int(1, random.chance(0.25) ? 3 : 2);
  const devicesPerStore = ambush?.devicesPerStore ?? (stores === 3 || random.chance(0.3) ? 1 : random.int(1, 2));
  // In an ambush little else happens.
  const steps: Step[] = [...(ambush?.steps ?? []), ...work(random, lastsMs, stores)];
  const theme = themeOf(new Random(seed, 1), tier);
  for (const kind of FAULT_KINDS) {
    const [percent, timesMax] = theme[kind] ?? MENU[kind];
    // Each kind has its own stream: whether one strikes says nothing about another.
    const own = new Random(seed, 100 + FAULT_KINDS.indexOf(kind));
    if (!own.chance((percent / 100) * (ambush === null ? 1 : BESIDE_AMBUSH))) continue;
    for (let times = own.int(1, timesMax); times > 0; times -= 1)
      steps.push({ atMs: own.int(0, lastsMs), ...faultOf(kind, own, lastsMs) });
  }
  return {
    seed,
    stores,
    devicesPerStore,
    clocksMs: clocksOf(random, stores * devicesPerStore),
    apps: random.chance(0.15)
      ? Array.from({ length: stores * devicesPerStore }, (): AppVersion => (random.chance(0.5) ? 1 : 2))
      : [],
    network: { ...networkOf(random), ...ambush?.network },
    limits: { ...(random.chance(0.3) ? WIDE_LIMITS : narrowLimits(random)), ...ambush?.limits },
    frameEventsMax: random.int(1, random.chance(0.5) ? 4 : 20),
    steps: steps.toSorted((a, b) => a.atMs - b.atMs),
  };
}

/** Most histories are short, since most bugs need few events; some are long. */
function work(random: Random, lastsMs: number, stores: number): Step[] {
  const commits = random.int(2, random.chance(0.07) ? 30 : random.chance(0.35) ? 14 : 6);
  return Array.from({ length: commits }, (): Step => {
    const atMs = random.int(0, lastsMs);
    const device = random.int(0, DEVICE_NUMBERS - 1);
    if (random.chance(0.12)) return { atMs, kind: 'reverse', device, back: random.int(0, 5) };
    const nudges = random.chance(0.1);
    const audience: number | 'all' | null = random.chance(0.2)
      ? 'all'
      : random.chance(0.3)
        ? random.int(1, stores)
        : null;
    if (nudges) {
      const to: { audience?: number | 'all' } = audience === null ? {} : { audience };
      return { atMs, kind: 'nudge', device, key: random.pick(KEYS), amount: random.int(-9, 9), ...to };
    }
    return {
      atMs,
      kind: 'move',
      device,
      key: random.pick(KEYS),
      amount: random.int(-9, 9),
      ...(random.chance(0.12) ? { times: random.int(2, 8) } : {}),
      ...(audience === null ? {} : { audience }),
      ...(random.chance(0.06) ? { poison: true as const } : {}),
    };
  });
}

function faultOf(kind: FaultKind, random: Random, lastsMs: number): Happening {
  const device = random.int(0, DEVICE_NUMBERS - 1);
  const forMs = random.int(10, random.chance(0.2) ? 10_000 : 2_500);
  const steps = random.int(1, random.chance(0.3) ? 150 : 40);
  const again = random.chance(0.4) ? { again: random.int(1, 30) } : {};
  switch (kind) {
    case 'cut':
    case 'clone':
    case 'wipe':
    case 'upgrade':
    case 'revoke':
      return { kind, device };
    case 'snapshot':
      return { kind };
    case 'rule':
      return { kind, type: random.chance(0.6) ? 'EventAdmitted' : 'EventVoided', back: random.int(0, 3) };
    case 'flipBit':
      return { kind, device, back: random.int(0, 4), bit: random.int(0, 3_000) };
    case 'compact':
      return { kind, device, olderThanMs: random.int(0, 2_000) };
    case 'restore': {
      const by = random.pick(['command', 'hand', 'hand-without-head-file'] as const);
      return { kind, afterMs: random.int(0, lastsMs), by, forMs: Math.min(forMs, 2_500) };
    }
    case 'block':
      return { kind, device, way: random.pick(['up', 'down', 'both']), forMs };
    case 'partition':
    case 'centreCrash':
    case 'restart':
    case 'centreDiskFull':
      return { kind, forMs };
    case 'crash':
    case 'diskFull':
    case 'freeze':
      return { kind, device, forMs };
    case 'crashInWrite':
      return { kind, device, steps, forMs, ...again };
    case 'centreCrashInWrite':
      return { kind, steps, forMs, ...again };
    case 'setClock':
      return { kind, device, byMs: clockChange(random) };
    case 'twin':
      return { kind, device, closes: random.pick(['old', 'new']), forMs: random.int(100, lastsMs) };
    case 'rollBack':
      return { kind, device, afterMs: random.int(0, lastsMs) };
  }
}

function clockChange(random: Random): number {
  const reachMs = random.pick([MINUTE_MS, 10 * MINUTE_MS, 3 * 24 * 60 * MINUTE_MS, YEAR_MS]);
  return random.int(-reachMs, reachMs);
}

function clocksOf(random: Random, devices: number): number[] {
  if (!random.chance(0.3)) return [];
  return Array.from({ length: devices }, () => (random.chance(0.5) ? clockChange(random) : 0));
}

function networkOf(random: Random): NetworkFaults {
  const latencyMinMs = random.int(1, 30);
  const lossy = random.chance(0.35);
  const chanceUpTo = (most: number): number => (lossy && random.chance(0.6) ? random.next() * most : 0);
  return {
    latencyMinMs,
    latencyMaxMs: latencyMinMs + random.int(0, random.chance(0.15) ? 2_000 : 100),
    dropChance: chanceUpTo(0.15),
    doubleChance: chanceUpTo(0.2),
    overtakeChance: chanceUpTo(0.3),
    halfOpenChance: random.chance(0.4) ? random.next() * 0.5 : 0,
  };
}

function narrowLimits(random: Random): WireLimits {
  return {
    pushEventsMax: random.int(1, 6),
    pushBytesMax: random.int(EVENT_BYTES_MAX + 1, PUSH_BYTES_MAX),
    pushesInFlightMax: random.int(1, 4),
    eventsFramesOutstandingMax: random.int(1, 4),
  };
}
