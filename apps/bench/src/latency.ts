// `bench latency`: from a tap on one device's screen to the changed figure on another device's screen, in real browsers on
// this machine, through a real server that acknowledges after commit. The browser part lives beside the browser tests.
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './benchmark.ts';
import { runForJson } from './process.ts';

const SCRIPT = fileURLToPath(new URL('../../../e2e/src/latency.ts', import.meta.url));

export const latencyBenchmark: Benchmark = {
  name: 'latency',
  about: 'milliseconds from a tap on one device to the figure on another device’s screen (needs a built product)',
  run: async () => {
    const report = await runForJson(SCRIPT, [], {});
    const figures = Object.fromEntries(Object.entries(report).map(([key, value]) => [key, Number(value)]));
    return { figures, targets: { medianMs: { below: 100 } } };
  },
};
