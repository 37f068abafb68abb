// The program `streamstock`: its commands, and what becomes of their errors. Each command lives in its own file under cli/ and is
// loaded only when it is asked for, so that `serve` listens soon.
import { enableCompileCache } from 'node:module';
import { Command } from 'commander';
import { COMPILED_CODE_FOLDER } from './own-thread.ts';

// Compiled code is kept between starts: about a third of the time to listening. Where it can not be kept, nothing is lost.
enableCompileCache(COMPILED_CODE_FOLDER);

const commands: Readonly<Record<string, (program: Command) => Promise<void>>> = {
  serve: async (program) => (await import('./cli/serve-command.ts')).addServeCommand(program),
  demo: async (program) => (await import('./cli/demo-command.ts')).addDemoCommand(program),
  import: async (program) => (await import('./cli/import-command.ts')).addImportCommands(program),
  stock: async (program) => (await import('./cli/stock-command.ts')).addStockCommand(program),
  report: async (program) => (await import('./cli/report-command.ts')).addReportCommands(program),
  backup: async (program) => (await import('./cli/backup-command.ts')).addBackupCommand(program),
  restore: async (program) => (await import('./cli/restore-command.ts')).addRestoreCommand(program),
  device: async (program) => (await import('./cli/device-command.ts')).addDeviceCommands(program),
  verify: async (program) => (await import('./cli/verify-command.ts')).addVerifyCommand(program),
};

/** Errors whose message tells a person what to do; anything else is a bug and is shown with its stack. */
const actionable: ReadonlySet<string> = new Set([
  'BackupProblem',
  'ConfigProblem',
  'CommandProblem',
  'FolderTaken',
  'FolderUnusable',
  'ListenProblem',
  'CentralLogTooNew',
  'CentralLogLocked',
]);

const program = new Command('streamstock')
  .description('Keeps the stock of a chain of shops right, to the unit, also while shops are offline.')
  .addHelpText(
    'after',
    '\nThe data folder is "data" in the project, or what STREAMSTOCK_DATA names. While a server runs there, go through it with\n--server URL --api-key KEY. docs/operations.md lists every variable, docs/import.md describes mapping files.',
  )
  .showHelpAfterError('Add --help to see what there is.');

try {
  const asked = commands[process.argv[2] ?? ''];
  for (const add of asked === undefined ? Object.values(commands) : [asked]) await add(program);
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error && actionable.has(error.name) ? error.message : error);
  process.exitCode = 1;
}
