// What this process took since it was looked at last: processor time, memory, how long its event loop and its garbage collector
// held everything up. For both sides of a benchmark, so that a slow one can not be taken for the other.
import { createHistogram, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface ProcessFigures {
  readonly rssMiB: number;
  readonly heapMiB: number;
  readonly externalMiB: number;
  /** How long the event loop was held up, of all moments since the last look, and at the longest. */
  readonly loopHeldMsP99: number;
  readonly loopHeldMsMax: number;
  /** Processor time of single turns of the event loop: what other programs took of the machine is not in it. */
  readonly turnCpuMsP99: number;
  readonly turnCpuMsMax: number;
  readonly collectedMs: number;
  readonly collectedMsMax: number;
  /** Of processor time since the last look, both in milliseconds. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
}

const LOOP_RESOLUTION_MS = 1;
const MIB = 2 ** 20;

const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
/** In microseconds. */
const turns = createHistogram();
let collected = { ms: 0, msMax: 0 };
let lookedAt = { cpu: process.cpuUsage(), ms: performance.now() };

export function watchProcess(): void {
  loop.enable();
  let before = threadCpuMicroseconds();
  setInterval(() => {
    const now = threadCpuMicroseconds();
    turns.record(Math.max(1, now - before));
    before = now;
  }, LOOP_RESOLUTION_MS).unref();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      collected = { ms: collected.ms + duration, msMax: Math.max(collected.msMax, duration) };
  }).observe({ entryTypes: ['gc'] });
}

function threadCpuMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Memory in use after a full collection: what is held, not what was not yet collected. Takes some hundred milliseconds. */
export function heldMiB(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

export function processFigures(): ProcessFigures {
  const now = { cpu: process.cpuUsage(), ms: performance.now() };
  const { rss, heapUsed, external } = process.memoryUsage();
  const figures = {
    rssMiB: rss / MIB,
    heapMiB: heapUsed / MIB,
    externalMiB: external / MIB,
    loopHeldMsP99: loop.percentile(99) / 1e6,
    loopHeldMsMax: loop.max / 1e6,
    turnCpuMsP99: turns.percentile(99) / 1e3,
    turnCpuMsMax: turns.max / 1e3,
    collectedMs: collected.ms,
    collectedMsMax: collected.msMax,
    cpuMs: (now.cpu.user + now.cpu.system - lookedAt.cpu.user - lookedAt.cpu.system) / 1_000,
    elapsedMs: now.ms - lookedAt.ms,
  };
  loop.reset();
  turns.reset();
  collected = { ms: 0, msMax: 0 };
  lookedAt = now;
  return figures;
}
