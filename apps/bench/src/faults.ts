// `pnpm faults`: tries to break sync and the domain by simulation, seed by seed, and says what broke them. Owns the table
// of commands; each tier and each part of the hunt is a module of its own.
import { parseArgs } from 'node:util';
import { BROWSER_TIER } from './faults-browser.ts';
import { COMMON_OPTIONS, FaultsRequest, UsageError, type FaultsCommand } from './faults-command.ts';
import { CRASH_TIER } from './faults-crash.ts';
import { DOMAIN_PART, DOMAIN_TIER } from './faults-domain.ts';
import { PROCESS_TIER } from './faults-process.ts';
import { PROTOCOL_TIER, RESTORE_TIER } from './faults-seeds.ts';
import { STORAGE_TIER } from './faults-storage.ts';
import { SYNC_PART } from './faults-sync-mutants.ts';

const TIERS: readonly FaultsCommand[] = [
  PROTOCOL_TIER,
  RESTORE_TIER,
  CRASH_TIER,
  STORAGE_TIER,
  PROCESS_TIER,
  BROWSER_TIER,
  DOMAIN_TIER,
];
const PARTS: readonly FaultsCommand[] = [SYNC_PART, DOMAIN_PART];

const HELP = `Tries to break sync and the domain by simulation.

${[...TIERS, ...PARTS].map(({ help }) => help.trimEnd()).join('\n\n')}

  --json       the last line of the output is one JSON object
  --workers W  threads (default: one per core)
`;

function commandOf(positionals: readonly string[], tier: string | undefined, part: string | undefined): FaultsCommand {
  const hunting = positionals[0] === 'mutants' && positionals.length === 1;
  if (positionals.length > 0 && !hunting)
    throw new UsageError(`There is no "${positionals.join(' ')}". There is: mutants, --tier T.`);
  const [commands, option, name] = hunting ? [PARTS, 'part', part] : [TIERS, 'tier', tier];
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const known = commands.map((command) => `--${option} ${command.name}`).join(', ');
  throw new UsageError(`There is no --${option} "${name ?? ''}". There is: ${known}.`);
}

async function main(): Promise<number> {
  const kinds = Object.assign({}, COMMON_OPTIONS, ...[...TIERS, ...PARTS].map(({ options }) => options ?? {}));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tier: { type: 'string' },
      part: { type: 'string' },
      help: { type: 'boolean', default: false },
      ...Object.fromEntries(
        Object.entries(kinds as Readonly<Record<string, 'string' | 'boolean'>>).map(([name, type]) => [name, { type }]),
      ),
    },
  });
  if (values.help || (positionals.length === 0 && values.tier === undefined)) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const command = commandOf(positionals, values.tier, values.part);
  const known = new Set([
    ...Object.keys(COMMON_OPTIONS),
    ...Object.keys(command.options ?? {}),
    'tier',
    'part',
    'help',
  ]);
  const stray = Object.keys(values).find((name) => !known.has(name));
  if (stray !== undefined) throw new UsageError(`--${stray} says nothing to "${command.name}".`);
  return await command.run(new FaultsRequest(values));
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (!isUsage) throw error;
  console.error(`${error.message}\n\npnpm faults --help tells more.`);
  process.exitCode = 2;
}
