// What this process took since it was looked at last: processor time, memory, how long its event loop and its garbage collector
// held everything up. For both sides of a benchmark, so that a slow one can not be taken for the other.
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

export interface ProcessFigures {
  readonly rssMiB: number;
  readonly heapMiB: number;
  readonly externalMiB: number;
  /** How long the event loop was held up, of all moments since the last look, and at the longest. */
  readonly loopHeldMsP99: number;
  readonly loopHeldMsMax: number;
  readonly collectedMs: number;
  readonly collectedMsMax: number;
  /** Of processor time since the last look, both in milliseconds. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
}

const LOOP_RESOLUTION_MS = 1;
const MIB = 2 ** 20;

const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
let collected = { ms: 0, msMax: 0 };
let lookedAt = { cpu: process.cpuUsage(), ms: performance.now() };

export function watchProcess(): void {
  loop.enable();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      collected = { ms: collected.ms + duration, msMax: Math.max(collected.msMax, duration) };
  }).observe({ entryTypes: ['gc'] });
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
    collectedMs: collected.ms,
    collectedMsMax: collected.msMax,
    cpuMs: (now.cpu.user + now.cpu.system - lookedAt.cpu.user - lookedAt.cpu.system) / 1_000,
    elapsedMs: now.ms - lookedAt.ms,
  };
  loop.reset();
  collected = { ms: 0, msMax: 0 };
  lookedAt = now;
  return figures;
}
