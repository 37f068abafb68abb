// `pnpm faults mutants --part sync`: plants known bugs in sync, storage and engines, one by one, and says after how many seeds
// the simulation noticed each.
import { SYNC_MUTANTS } from '@streamstock/sync/testing/fault-mutants';
import { printJson, type FaultsCommand } from './faults-command.ts';
import { huntMutants, type MutantVerdict } from './faults-workers.ts';

const SEEDS_MAX = 2_000;
const PROBLEM_CHARACTERS_MAX = 120;

export const SYNC_PART: FaultsCommand = {
  name: 'sync',
  help: `
  pnpm faults mutants --part sync [--seeds N] [--workers W] [--json]
      Plants known bugs in sync, storage and engines one by one, each as a change of one place of the source (at most N seeds
      each, default ${SEEDS_MAX}), and says after how many seeds each was noticed. Exit code 1 if one survives.`.slice(
    1,
  ),
  async run(request) {
    const seedsMax = request.count('seeds', SEEDS_MAX);
    const verdicts = await huntMutants(SYNC_MUTANTS, seedsMax, request.workers, (verdict) =>
      console.log(wordsOf(verdict, seedsMax)),
    );
    const kills = verdicts.flatMap(({ seedsToKill }) => seedsToKill ?? []).sort((a, b) => a - b);
    const survivors = verdicts.filter(({ seedsToKill }) => seedsToKill === null).map(({ name }) => name);
    const figures = {
      mutants: verdicts.length,
      killed: kills.length,
      seedsToKillMedian: kills[Math.floor(kills.length / 2)] ?? null,
      seedsToKillMax: kills.at(-1) ?? null,
    };
    console.log(
      `\n${kills.length} of ${verdicts.length} planted bugs noticed, half of them within ${figures.seedsToKillMedian} seeds, the slowest after ${figures.seedsToKillMax}.`,
    );
    if (request.json) {
      const seedsToKill = Object.fromEntries(verdicts.map((verdict) => [verdict.name, verdict.seedsToKill]));
      printJson({ name: 'faults mutants', part: 'sync', figures, seedsToKill, survivors });
    }
    return survivors.length === 0 ? 0 : 1;
  },
};

function wordsOf({ name, seedsToKill, problem }: MutantVerdict, seedsMax: number): string {
  if (seedsToKill === null) return `${name}: SURVIVED ${seedsMax} seeds`;
  return `${name}: noticed after ${seedsToKill}: ${(problem ?? '').slice(0, PROBLEM_CHARACTERS_MAX)}`;
}
