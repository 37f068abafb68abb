// `streamstock verify`: proves that nothing was lost or bent: hash chains intact, stored read models = rebuilt.
import type { Command } from 'commander';
import type { Verification } from '@streamstock/api';
import { centralProjectors } from '@streamstock/inventory';
import { verifyLog } from '../centre/verify-log.ts';
import type { LocalCentre } from './local-centre.ts';
import { onTarget, withTargetOptions, type TargetOptions } from './target.ts';

interface VerifyOptions extends TargetOptions {
  readonly json?: boolean;
}

const HELP = `
Repairs nothing. Ends with 0 when every event is what its device and this server chained, and every figure is what folding
the log anew gives; with 1 otherwise, and says where.`;

export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description('Recompute every hash chain and fold the whole log again beside the stored read models')
    .option('--json', 'one JSON object: {intact, position, chains, readModels, ...}')
    .addHelpText('after', HELP);
  withTargetOptions(command).action(async (options: VerifyOptions) => {
    const outcome = await onTarget(options, 'verifying', async (target) =>
      target.kind === 'server' ? await target.client.verify() : await verifyFolder(target.centre),
    );
    if (options.json === true) console.log(JSON.stringify(outcome));
    else printForPeople(outcome);
    if (!outcome.intact) process.exitCode = 1;
  });
}

async function verifyFolder({ log }: LocalCentre): Promise<Verification> {
  const pauseProjection = async () => ({ position: (await log.head()).position, resume: () => undefined });
  return await verifyLog({ log, projectors: centralProjectors, clock: Date.now, pauseProjection });
}

function printForPeople({ intact, position, tookMs, chains, readModels }: Verification): void {
  const count = (value: number) => value.toLocaleString('en');
  console.log(
    `${count(position)} events, ${count(readModels.rows)} rows of read models, ${(tookMs / 1_000).toFixed(1)} s`,
  );
  console.log(chains.faults === 0 ? 'Hash chains: intact.' : `Hash chains: ${chains.faults} do not fit.`);
  for (const fault of chains.first) console.log(`  ${fault.where}: ${fault.detail}`);
  console.log(
    readModels.differences === 0
      ? 'Read models: equal to a new folding of the log.'
      : `Read models: ${readModels.differences} rows differ from a new folding of the log.`,
  );
  for (const { table, key, detail } of readModels.first) console.log(`  ${table} ${key}: ${detail}`);
  if (!intact) {
    console.log(
      'Keep a copy of the data folder as it is before anything else. Read models can be rebuilt; a broken chain names the events to compare with a backup.',
    );
  }
}
