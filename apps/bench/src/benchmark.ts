// What a benchmark is, and how its outcome is printed: readable lines, then one JSON object as the last line.
import { cpus, totalmem } from 'node:os';

export interface Outcome {
  /** Units stand in the keys: rowsPerSecond, medianMs. */
  readonly figures: Readonly<Record<string, number>>;
  /** What the figure of the same key is held against. Missing one is said, never fatal: machines differ. */
  readonly targets: Readonly<Record<string, { readonly atLeast: number } | { readonly below: number }>>;
}

export interface Benchmark {
  readonly name: string;
  /** One line for the list. */
  readonly about: string;
  /** What may follow its name, for the list. */
  readonly options?: string;
  /** `args`: what was said behind its name. Throws `BenchmarkProblem` for what it does not know. */
  run(args: readonly string[]): Promise<Outcome>;
}

/** Thrown when a benchmark can not run here, with the remedy. */
export class BenchmarkProblem extends Error {
  override readonly name = 'BenchmarkProblem';
}

function machine(): { cores: number; memoryGiB: number; node: string } {
  return { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.versions.node };
}

function isMet(figure: number | undefined, target: Outcome['targets'][string]): boolean {
  if (figure === undefined) return false;
  return 'atLeast' in target ? figure >= target.atLeast : figure < target.below;
}

/** Prints an outcome; the last line is the JSON object that scripts read. */
export function printOutcome(name: string, outcome: Outcome): void {
  console.log(`\n${name}`);
  for (const [key, figure] of Object.entries(outcome.figures)) {
    const target = outcome.targets[key];
    const words =
      target === undefined
        ? ''
        : `   target ${'atLeast' in target ? `≥ ${target.atLeast}` : `< ${target.below}`}: ${isMet(figure, target) ? 'met' : 'MISSED'}`;
    console.log(`  ${key.padEnd(28)} ${figure.toLocaleString('en')}${words}`);
  }
  console.log(JSON.stringify({ name, ...outcome, machine: machine() }));
}
