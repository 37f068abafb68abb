// `bench [NAME] [OPTIONS]`: every figure we state about the product comes from here. Without a name it lists what there is.
import { bootstrapBenchmark } from './bootstrap.ts';
import { BenchmarkProblem, printOutcome, type Benchmark } from './benchmark.ts';
import { foldBenchmark } from './fold.ts';
import { forecastBenchmark } from './forecast.ts';
import { importBenchmark } from './import.ts';
import { ingestBenchmark } from './ingest.ts';
import { latencyBenchmark } from './latency.ts';
import { socketsBenchmark } from './sockets.ts';

const BENCHMARKS: readonly Benchmark[] = [
  forecastBenchmark,
  foldBenchmark,
  importBenchmark,
  ingestBenchmark,
  latencyBenchmark,
  socketsBenchmark,
  bootstrapBenchmark,
];

function list(): void {
  console.log('Usage: pnpm bench NAME [OPTIONS]\n');
  for (const { name, about, options } of BENCHMARKS) {
    console.log(`  ${name.padEnd(12)} ${about}`);
    if (options !== undefined) console.log(`  ${''.padEnd(12)} ${options}`);
  }
}

async function main(said: readonly string[]): Promise<number> {
  const firstOption = said.findIndex((word) => word.startsWith('--'));
  const names = firstOption < 0 ? said : said.slice(0, firstOption);
  const args = said.slice(names.length);
  if (names.length === 0 || args.includes('--help')) {
    list();
    return 0;
  }
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (args.length > 0 && names.length > 1) throw new BenchmarkProblem('Options are for one benchmark at a time.');
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(', ')}.`);
    list();
    return 2;
  }
  for (const benchmark of BENCHMARKS.filter(({ name }) => names.includes(name))) {
    if (args.length > 0 && benchmark.options === undefined)
      throw new BenchmarkProblem(`${benchmark.name} takes no options.`);
    printOutcome(benchmark.name, await benchmark.run(args));
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BenchmarkProblem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
