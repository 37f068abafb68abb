// `bench sockets`: ten thousand devices of a thousand stores connected at once, a thousand events a second for half a minute:
// how long from device to device, and how much memory the server takes for it; then the same again beside fifty devices
// that stopped reading in stores with a long past. Server and devices are processes of their own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkProblem, type Benchmark, type Outcome } from './benchmark.ts';
import type { CentreFigures, CentreStart } from './ingest-centre.ts';
import { Child } from './ingest-child.ts';
import type { PushRun, Trade } from './ingest-devices.ts';
import type { Crowd, TradeFigures, TradeRun } from './sockets-devices.ts';

const STORES = 1_000;
const DEVICES_PER_STORE = 10;
const STALLED = 50;
/** The past that those who stall would have to read: 1.4 MB in each of these stores, more than may be on its way to one device. */
const PAST_EVENTS = 40_000;
const PAST_STORES = 10;
const RUN: TradeRun = { eventsPerSecond: 1_000, seconds: 30 };
/** Sockets, and what else a process has open. */
const FILES_NEEDED = STORES * DEVICES_PER_STORE + 500;

const CENTRE = new URL('./ingest-centre.ts', import.meta.url);
const PUSHERS = new URL('./ingest-devices.ts', import.meta.url);
const DEVICES = new URL('./sockets-devices.ts', import.meta.url);

const tills = Array.from({ length: STORES * DEVICES_PER_STORE }, (_, index) => ({
  device: `till-${index}`,
  store: `store-${index % STORES}`,
}));
const pushers = Array.from({ length: PAST_STORES }, (_, index) => ({
  device: `past-${index}`,
  store: `past-store-${index}`,
}));
const stalled = Array.from({ length: STALLED }, (_, index) => ({
  device: `stalled-${index}`,
  store: `past-store-${index % PAST_STORES}`,
}));

function checkFiles(): void {
  const limit = execFileSync('/bin/sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (limit === 'unlimited' || Number(limit) >= FILES_NEEDED) return;
  throw new BenchmarkProblem(
    `${FILES_NEEDED} open files are needed in a process, ${limit} are allowed here. Raise the limit first: ulimit -n ${FILES_NEEDED} (as root), or LimitNOFILE=${FILES_NEEDED} in the service.`,
  );
}

async function measure(folder: string, start: (script: URL) => Child): Promise<Record<string, number>> {
  const centre = start(CENTRE);
  const all = [...tills, ...pushers, ...stalled];
  const told: CentreStart = { folder, tills: all, connectionsMax: all.length };
  const { port } = await centre.ask<{ port: number }>('start', told);
  const past = start(PUSHERS);
  await past.ask('prepare', { tills: pushers, eventsEach: PAST_EVENTS / PAST_STORES } satisfies Trade);
  await past.ask('push', { port, eventsEach: PAST_EVENTS / PAST_STORES, batch: 500 } satisfies PushRun);
  await past.end();
  console.log(`${PAST_EVENTS} events of the past are in; the read models follow`);
  for (let behind = 1; behind > 0;) {
    const { head, checkpoint } = await centre.ask<CentreFigures>('figures');
    behind = head - checkpoint;
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
  }
  const before = await centre.ask<CentreFigures>('figures');
  const devices = start(DEVICES);
  await devices.ask('enter', { port, tills } satisfies Crowd);
  const entered = await centre.ask<CentreFigures>('figures');
  console.log(`${entered.connections} devices are connected, the server takes ${Math.round(entered.rssMiB)} MiB`);
  const alone = await devices.ask<TradeFigures>('trade', RUN);
  const afterAlone = await centre.ask<CentreFigures>('figures');
  const dead = start(DEVICES);
  await dead.ask('stall', { port, tills: stalled } satisfies Crowd);
  const beside = await devices.ask<TradeFigures>('trade', RUN);
  const afterBeside = await centre.ask<CentreFigures>('figures');
  return {
    devices: entered.connections,
    msP50: alone.msP50,
    msP99: alone.msP99,
    msMax: alone.msMax,
    deliveriesMissing: alone.expected - alone.deliveries + beside.expected - beside.deliveries,
    serverCpuPercent: (100 * afterAlone.cpuMs) / afterAlone.elapsedMs,
    loopHeldMsP99: afterAlone.loopHeldMsP99,
    loopHeldMsMax: afterAlone.loopHeldMsMax,
    readModelsBehind: afterAlone.head - afterAlone.checkpoint,
    rssMiBBefore: before.rssMiB,
    rssMiB: afterAlone.rssMiB,
    heapMiB: afterAlone.heapMiB,
    externalMiB: afterAlone.externalMiB,
    msP99BesideStalled: beside.msP99,
    rssMiBBesideStalled: afterBeside.rssMiB,
    rssMiBForStalled: afterBeside.rssMiB - afterAlone.rssMiB,
  };
}

async function run(): Promise<Outcome> {
  checkFiles();
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-sockets-'));
  const children: Child[] = [];
  const start = (script: URL): Child => {
    const child = new Child(script);
    children.push(child);
    return child;
  };
  const loadBefore = loadavg()[0] ?? 0;
  try {
    const figures = await measure(folder, start);
    const rounded = Object.entries({ ...figures, loadBefore }).map(([name, value]) => [
      name,
      Math.round(value * 10) / 10,
    ]);
    return {
      figures: Object.fromEntries(rounded) as Record<string, number>,
      targets: {
        msP99: { below: 100 },
        rssMiB: { below: 500 },
        msP99BesideStalled: { below: 100 },
        rssMiBForStalled: { below: 20 },
      },
    };
  } finally {
    for (const child of children) await child.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const socketsBenchmark: Benchmark = {
  name: 'sockets',
  about: 'milliseconds from device to device among 10,000 connected ones, and the server’s memory; 50 that do not read',
  run,
};
