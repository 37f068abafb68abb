// `pnpm faults mutants --part sync`: plants known bugs in sync and storage, one by one, and says after how many seeds the
// simulation noticed each.
import { MUTANTS } from '@streamstock/sync/testing/sabotage';
import { printJson, type FaultsCommand } from './faults-command.ts';
import { huntMutant, type MutantVerdict } from './faults-workers.ts';

const SEEDS_MAX = 2_000;

export const SYNC_PART: FaultsCommand = {
  name: 'sync',
  help: `
  pnpm faults mutants --part sync [--seeds N] [--workers W] [--json]
      Plants known bugs in sync and storage one by one (at most N seeds each, default ${SEEDS_MAX}) and says after how many
      seeds each was noticed. Exit code 1 if one survives.`.slice(1),
  async run(request) {
    const seedsMax = request.count('seeds', SEEDS_MAX);
    const verdicts: MutantVerdict[] = [];
    for (const { name } of MUTANTS) {
      const verdict = await huntMutant(name, seedsMax, request.workers);
      verdicts.push(verdict);
      const result =
        verdict.seedsToKill === null
          ? `SURVIVED ${seedsMax} seeds`
          : `noticed after ${verdict.seedsToKill}: ${verdict.problem}`;
      console.log(`${name}: ${result}`);
    }
    const kills = verdicts.flatMap(({ seedsToKill }) => seedsToKill ?? []).sort((a, b) => a - b);
    const survivors = verdicts.filter(({ seedsToKill }) => seedsToKill === null).map(({ name }) => name);
    const figures = {
      mutants: verdicts.length,
      killed: kills.length,
      seedsToKillMedian: kills[Math.floor(kills.length / 2)] ?? null,
    };
    console.log(`\n${kills.length} of ${verdicts.length} planted bugs noticed.`);
    if (request.json) printJson({ name: 'faults mutants', part: 'sync', figures, survivors });
    return survivors.length === 0 ? 0 : 1;
  },
};
