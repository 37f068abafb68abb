// `check`: types, type-aware lint, format, boundaries (with a canary) and dead code. Everything it runs is listed here.
import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { boundaryProblems } from './boundaries.ts';
import type { Failure } from './failures.ts';
import { ROOT, run } from './run.ts';

interface Step {
  readonly name: string;
  readonly remedy: string;
  /** Problems found; empty when content. */
  readonly problems: () => Promise<string>;
}

/** Every folder with a tsconfig.json: packages, apps and e2e. */
export function projectFolders(): string[] {
  const children = (folder: string) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
  return [...children('packages'), ...children('apps'), 'e2e'].filter((folder) =>
    existsSync(join(ROOT, folder, 'tsconfig.json')),
  );
}

async function toolProblems(command: string, args: readonly string[]): Promise<string> {
  const result = await run(command, args, { show: 'never' });
  return result.code === 0 ? '' : result.output || `${command} ended with ${result.code}.`;
}

const STEPS: readonly Step[] = [
  {
    name: 'types',
    remedy: 'correct the types',
    problems: async () => await toolProblems('tsc', ['-b', ...projectFolders()]),
  },
  {
    name: 'lint',
    remedy: 'pnpm fix, then by hand',
    problems: async () => await toolProblems('oxlint', ['--deny-warnings']),
  },
  { name: 'format', remedy: 'pnpm fix', problems: async () => await toolProblems('oxfmt', ['--check', '.']) },
  { name: 'boundaries', remedy: 'arrows only go down: see docs/architecture.md', problems: boundaryProblems },
  { name: 'dead code', remedy: 'delete it', problems: async () => await toolProblems('knip', ['--no-progress']) },
];

/** Runs all steps side by side and prints a line each. Returns how many were content, and which were not. */
export async function check(): Promise<{ readonly passed: number; readonly failures: readonly Failure[] }> {
  const results = await Promise.all(
    STEPS.map(async (step) => {
      const startedAt = performance.now();
      const problems = await step.problems();
      return { step, problems, seconds: (performance.now() - startedAt) / 1_000 };
    }),
  );
  for (const { step, problems, seconds } of results) {
    console.log(`${problems === '' ? 'ok  ' : 'FAIL'} ${step.name} (${seconds.toFixed(1)} s)`);
    if (problems !== '') console.log(`${problems.trimEnd()}\n     What to do: ${step.remedy}.`);
  }
  const failures = results
    .filter(({ problems }) => problems !== '')
    .map(({ step, problems }) => ({ file: '', name: `check: ${step.name}`, message: problems }));
  return { passed: results.length - failures.length, failures };
}

if (import.meta.main) {
  const { failures } = await check();
  process.exitCode = failures.length === 0 ? 0 : 1;
}
