// `bench sockets`: ten thousand devices of a thousand stores connected at once, a thousand events a second for half a minute:
// how long from device to device, and how much memory the server takes for it; then the same twice more, as a control and
// beside fifty devices that stopped reading in stores with a long past: a server that has worked longer has grown by that
// alone, so what stalled readers cost is told against the control. Server and devices are processes of their own.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BenchmarkProblem, type Benchmark, type Outcome } from './benchmark.ts';
import type { CentreFigures, CentreStart } from './ingest-centre.ts';
import { Child } from './ingest-child.ts';
import type { PushRun, Trade } from './ingest-devices.ts';
import { SERVER_FLAGS } from './process.ts';
import type { ProfileFiles } from './profile.ts';
import type { Crowd, TradeFigures, TradeRun } from './sockets-devices.ts';
import { readSocketsPlan, SOCKETS_OPTIONS, type SocketsPlan } from './sockets-plan.ts';

/** The past that those who stall would have to read: 1.4 MB in each of these stores, more than may be on its way to one device. */
const PAST_EVENTS = 40_000;
const PAST_STORES = 10;
/** What else a process has open beside its sockets. */
const FILES_SPARE = 500;

const CENTRE = new URL('./ingest-centre.ts', import.meta.url);
const PUSHERS = new URL('./ingest-devices.ts', import.meta.url);
const DEVICES = new URL('./sockets-devices.ts', import.meta.url);

const pushers = Array.from({ length: PAST_STORES }, (_, index) => ({
  device: `past-${index}`,
  store: `past-store-${index}`,
}));

function checkFiles(needed: number): void {
  const limit = execFileSync('/bin/sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (limit === 'unlimited' || Number(limit) >= needed) return;
  throw new BenchmarkProblem(
    `${needed} open files are needed in a process, ${limit} are allowed here. Raise the limit first: ulimit -n ${needed} (as root), or LimitNOFILE=${needed} in the service.`,
  );
}

interface Measured {
  readonly trade: TradeFigures;
  readonly centre: CentreFigures;
}

async function measureTrade(centre: Child, devices: Child, run: TradeRun, profile: ProfileFiles | null) {
  if (profile !== null) for (const child of [centre, devices]) await child.ask('startProfile');
  await centre.ask<CentreFigures>('figures');
  const trade = await devices.ask<TradeFigures>('trade', run);
  const measured: Measured = { trade, centre: await centre.ask<CentreFigures>('figures') };
  if (profile !== null) {
    await centre.ask('stopProfile', { ...profile, name: `${profile.name}-centre` } satisfies ProfileFiles);
    await devices.ask('stopProfile', { ...profile, name: `${profile.name}-devices` } satisfies ProfileFiles);
  }
  return measured;
}

async function makePast(centre: Child, port: number, past: Child): Promise<void> {
  await past.ask('prepare', { tills: pushers, eventsEach: PAST_EVENTS / PAST_STORES } satisfies Trade);
  await past.ask('push', { port, eventsEach: PAST_EVENTS / PAST_STORES, batch: 500 } satisfies PushRun);
  await past.end();
  console.log(`${PAST_EVENTS} events of the past are in; the read models follow`);
  for (let behind = 1; behind > 0;) {
    const { head, checkpoint } = await centre.ask<CentreFigures>('figures');
    behind = head - checkpoint;
    await new Promise((resolved) => {
      setTimeout(resolved, 500);
    });
  }
}

async function measure(
  plan: SocketsPlan,
  folder: string,
  start: (script: URL) => Child,
): Promise<Record<string, number>> {
  const { stores, devicesPerStore, profile } = plan;
  const tills = Array.from({ length: stores * devicesPerStore }, (_, index) => ({
    device: `till-${index}`,
    store: `store-${index % stores}`,
  }));
  const stalled = Array.from({ length: plan.stalled }, (_, index) => ({
    device: `stalled-${index}`,
    store: `past-store-${index % PAST_STORES}`,
  }));
  const centre = start(CENTRE);
  const all = [...tills, ...pushers, ...stalled];
  const told: CentreStart = { folder, tills: all, connectionsMax: all.length };
  const { port } = await centre.ask<{ port: number }>('start', told);
  await makePast(centre, port, start(PUSHERS));
  const before = await centre.ask<CentreFigures>('figures');
  if (profile !== null) await centre.ask('snapshotHeap', { folder: profile, name: 'before' } satisfies ProfileFiles);
  const devices = start(DEVICES);
  await devices.ask('enter', { port, tills } satisfies Crowd);
  const entered = await centre.ask<CentreFigures>('figures');
  console.log(`${entered.connections} devices are connected, the server takes ${Math.round(entered.rssMiB)} MiB`);
  if (profile !== null) await centre.ask('snapshotHeap', { folder: profile, name: 'entered' } satisfies ProfileFiles);
  const files = (name: string): ProfileFiles | null => (profile === null ? null : { folder: profile, name });
  const alone = await measureTrade(centre, devices, plan.run, files('alone'));
  const control = await measureTrade(centre, devices, plan.run, null);
  const held = await centre.ask<number>('heldMiB');
  const dead = start(DEVICES);
  await dead.ask('stall', { port, tills: stalled } satisfies Crowd);
  const beside = await measureTrade(centre, devices, plan.run, files('beside'));
  const heldForStalled = (await centre.ask<number>('heldMiB')) - held;
  return { ...figuresOf(before, entered, alone, control, beside), heldMiB: held, heldMiBForStalled: heldForStalled };
}

function figuresOf(
  before: CentreFigures,
  entered: CentreFigures,
  alone: Measured,
  control: Measured,
  beside: Measured,
): Record<string, number> {
  const { trade, centre } = alone;
  const percent = ({ cpuMs, elapsedMs }: { cpuMs: number; elapsedMs: number }) => (100 * cpuMs) / elapsedMs;
  const missing = (of: TradeFigures) => of.expected - of.deliveries;
  return {
    devices: entered.connections,
    msP50: trade.msP50,
    msP99: trade.msP99,
    msMax: trade.msMax,
    deliveriesMissing: missing(trade) + missing(control.trade) + missing(beside.trade),
    serverCpuPercent: percent(centre),
    serverCpuMicrosecondsPerDelivery: (1_000 * centre.cpuMs) / trade.deliveries,
    loopHeldMsP99: centre.loopHeldMsP99,
    loopHeldMsMax: centre.loopHeldMsMax,
    turnCpuMsP99: centre.turnCpuMsP99,
    turnCpuMsMax: centre.turnCpuMsMax,
    collectedMs: centre.collectedMs,
    collectedMsMax: centre.collectedMsMax,
    readModelsBehind: centre.head - centre.checkpoint,
    devicesCpuPercent: percent(trade.process),
    devicesLoopHeldMsP99: trade.process.loopHeldMsP99,
    devicesLoopHeldMsMax: trade.process.loopHeldMsMax,
    rssMiBBefore: before.rssMiB,
    rssMiBEntered: entered.rssMiB,
    rssMiB: centre.rssMiB,
    heapMiB: centre.heapMiB,
    externalMiB: centre.externalMiB,
    kibibytesPerConnection: (1_024 * (entered.rssMiB - before.rssMiB)) / entered.connections,
    msP50Control: control.trade.msP50,
    msP99Control: control.trade.msP99,
    rssMiBControl: control.centre.rssMiB,
    msP50BesideStalled: beside.trade.msP50,
    msP99BesideStalled: beside.trade.msP99,
    loopHeldMsMaxBesideStalled: beside.centre.loopHeldMsMax,
    devicesLoopHeldMsMaxBesideStalled: beside.trade.process.loopHeldMsMax,
    rssMiBBesideStalled: beside.centre.rssMiB,
    rssMiBForStalled: beside.centre.rssMiB - control.centre.rssMiB,
  };
}

async function run(args: readonly string[]): Promise<Outcome> {
  const plan = readSocketsPlan(args);
  checkFiles(plan.stores * plan.devicesPerStore + FILES_SPARE);
  if (plan.profile !== null) mkdirSync(resolve(plan.profile), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-sockets-'));
  const children: Child[] = [];
  const start = (script: URL): Child => {
    const child = new Child(script, script === CENTRE ? SERVER_FLAGS : []);
    children.push(child);
    return child;
  };
  const loadBefore = loadavg()[0] ?? 0;
  try {
    const figures = await measure(plan, folder, start);
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
  options: SOCKETS_OPTIONS,
  run,
};
