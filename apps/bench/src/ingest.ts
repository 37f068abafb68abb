// `bench ingest`: how many events a second the centre takes in through real sockets, each acknowledged after its commit is on
// disk; in the same run the raw insert of the same rows, and a bare loop of sockets and SQLite without any checks (the ceiling).
// Projectors run as in the product, behind the log: an event counts when it is acknowledged, not when it is projected; how far
// the read models had come by then, and how fast they go on alone, is printed beside.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, Outcome } from './benchmark.ts';
import type { CentreFigures, CentreStart } from './ingest-centre.ts';
import { Child } from './ingest-child.ts';
import type { LatencyRun, PushRun, Trade } from './ingest-devices.ts';
import { insertSameRows } from './ingest-raw.ts';
import { medianOf } from './median.ts';
import { SERVER_FLAGS } from './process.ts';

const ROUNDS = 3;
const CONNECTIONS = 10;
const EVENTS = 100_000;
const BATCH = 100;
const SINGLES = 40_000;
const LATENCY_EVENTS = 1_000;
const LATENCY_EVENTS_PER_SECOND = 100;
const PROJECTION_WATCHED_MS = 3_000;

const CENTRE = new URL('./ingest-centre.ts', import.meta.url);
const BARE = new URL('./ingest-bare.ts', import.meta.url);
const DEVICES = new URL('./ingest-devices.ts', import.meta.url);

const tills = Array.from({ length: CONNECTIONS }, (_, index) => ({ device: `till-${index}`, store: `store-${index}` }));
const LATENCY_TILLS = {
  writer: { device: 'till-writer', store: 'store-latency' },
  reader: { device: 'till-reader', store: 'store-latency' },
};

type Figures = Record<string, number>;

/** Runs with an empty folder and children that are gone afterwards. */
async function inFolder<Result>(
  run: (folder: string, start: (script: URL) => Child) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-ingest-'));
  const children: Child[] = [];
  try {
    return await run(folder, (script) => {
      const child = new Child(script, script === CENTRE ? SERVER_FLAGS : []);
      children.push(child);
      return child;
    });
  } finally {
    for (const child of children) await child.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const perSecond = (events: number, elapsedMs: number) => Math.round(events / (elapsedMs / 1_000));

async function bareRound(): Promise<Figures> {
  return await inFolder(async (folder, start) => {
    const devices = start(DEVICES);
    await devices.ask('prepare', { tills, eventsEach: EVENTS / CONNECTIONS } satisfies Trade);
    const bare = start(BARE);
    const { port } = await bare.ask<{ port: number }>('start', { folder });
    const cpuBeforeMs = await bare.ask<number>('cpuMs');
    const run: PushRun = { port, eventsEach: EVENTS / CONNECTIONS, batch: BATCH };
    const { elapsedMs } = await devices.ask<{ elapsedMs: number }>('push', run);
    const cpuMs = (await bare.ask<number>('cpuMs')) - cpuBeforeMs;
    return {
      bareEventsPerSecond: perSecond(EVENTS, elapsedMs),
      bareCpuMicrosecondsPerEvent: (cpuMs * 1_000) / EVENTS,
    };
  });
}

async function centreRound(): Promise<Figures> {
  return await inFolder(async (folder, start) => {
    const devices = start(DEVICES);
    const eventsEach = EVENTS / CONNECTIONS;
    const { bytesPerEvent } = await devices.ask<{ bytesPerEvent: number }>('prepare', { tills, eventsEach });
    const centre = start(CENTRE);
    const { port } = await centre.ask<{ port: number }>('start', { folder, tills, connectionsMax: 100 });
    await centre.ask('figures');
    const run: PushRun = { port, eventsEach, batch: BATCH };
    const { elapsedMs } = await devices.ask<{ elapsedMs: number }>('push', run);
    const after = await centre.ask<CentreFigures>('figures');
    await delay(PROJECTION_WATCHED_MS);
    const later = await centre.ask<CentreFigures>('figures');
    await centre.ask('stop');
    const raw = insertSameRows(join(folder, 'log.sqlite'), join(folder, 'raw.sqlite'));
    return {
      eventsPerSecond: perSecond(EVENTS, elapsedMs),
      rawInsertEventsPerSecond: perSecond(EVENTS, raw.elapsedMs),
      rowsPerEvent: raw.rows / EVENTS,
      bytesPerEvent: Math.round(bytesPerEvent),
      centreCpuMicrosecondsPerEvent: (after.cpuMs * 1_000) / EVENTS,
      loopHeldMsMax: after.loopHeldMsMax,
      projectedWhenAcknowledged: after.checkpoint,
      projectedEventsPerSecondAfter: perSecond(later.checkpoint - after.checkpoint, later.elapsedMs),
    };
  });
}

async function singlesRound(): Promise<Figures> {
  return await inFolder(async (folder, start) => {
    const devices = start(DEVICES);
    const eventsEach = SINGLES / CONNECTIONS;
    await devices.ask('prepare', { tills, eventsEach } satisfies Trade);
    const centre = start(CENTRE);
    const { port } = await centre.ask<{ port: number }>('start', { folder, tills, connectionsMax: 100 });
    const run: PushRun = { port, eventsEach, batch: 1 };
    const { elapsedMs } = await devices.ask<{ elapsedMs: number }>('push', run);
    return { singlePushesPerSecond: perSecond(SINGLES, elapsedMs) };
  });
}

async function latencyRound(): Promise<Figures> {
  return await inFolder(async (folder, start) => {
    const centre = start(CENTRE);
    const told: CentreStart = { folder, tills: Object.values(LATENCY_TILLS), connectionsMax: 100 };
    const { port } = await centre.ask<{ port: number }>('start', told);
    const devices = start(DEVICES);
    const run: LatencyRun = {
      port,
      ...LATENCY_TILLS,
      eventsPerSecond: LATENCY_EVENTS_PER_SECOND,
      events: LATENCY_EVENTS,
    };
    const tookMs = (await devices.ask<number[]>('latency', run)).toSorted((a, b) => a - b);
    const at = (share: number) => tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN;
    return { latencyMsP50: at(0.5), latencyMsP99: at(0.99) };
  });
}

function mediansOf(rounds: readonly Figures[]): Figures {
  const rounded = (value: number) => (value < 100 ? Math.round(value * 100) / 100 : Math.round(value));
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, rounded(medianOf(rounds.map((round) => round[name] ?? Number.NaN)))]),
  );
}

async function run(): Promise<Outcome> {
  const rounds: Figures[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const bare = await bareRound();
    const centre = await centreRound();
    const percentOfBare = (100 * (centre['eventsPerSecond'] ?? 0)) / (bare['bareEventsPerSecond'] ?? Number.NaN);
    const figures = {
      ...centre,
      ...bare,
      percentOfBare,
      ...(await singlesRound()),
      ...(await latencyRound()),
      loadBefore: loadavg()[0] ?? 0,
    };
    rounds.push(figures);
    console.log(`round ${round}: ${JSON.stringify(mediansOf([figures]))}`);
  }
  return {
    figures: mediansOf(rounds),
    targets: {
      eventsPerSecond: { atLeast: 100_000 },
      percentOfBare: { atLeast: 60 },
      singlePushesPerSecond: { atLeast: 15_000 },
      latencyMsP99: { below: 5 },
    },
  };
}

export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  about: 'events per second through real sockets, acknowledged after commit; pushes of one event; device to device',
  run,
};
