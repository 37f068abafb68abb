// `streamstock import movements|items`: the command line of imports.
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { nativeSha256 } from '@streamstock/log-sql';
import { newId } from '../centre/writers.ts';
import { importItems, type ItemImportReport } from '../import/import-items.ts';
import { importMovements, type ImportReport } from '../import/import-movements.ts';
import { localDoor } from '../import/local-door.ts';
import { ImportProblem, parseMapping } from '../import/mapping.ts';
import { remoteDoor } from '../import/remote-door.ts';
import { CommandProblem } from './command-problem.ts';
import { onTarget, withTargetOptions, type Target, type TargetOptions } from './target.ts';

interface ImportOptions extends TargetOptions {
  readonly setAside?: string;
  readonly json?: boolean;
}

interface MovementOptions extends ImportOptions {
  readonly mapping: string;
}

interface ItemOptions extends ImportOptions {
  readonly currency: string;
}

export function addImportCommands(program: Command): void {
  const group = program.command('import').description('Bring in movements or a catalogue from a CSV file');
  const movements = group
    .command('movements')
    .argument('<file>', 'CSV with a header line, plain or gzipped')
    .description('Import stock movements: sales, returns, deliveries, corrections')
    .requiredOption('--mapping <file>', 'how rows become movements: see docs/import.md');
  withImportOptions(movements).action(async (file: string, options: MovementOptions) => {
    const mapping = parseMapping(readText(options.mapping), options.mapping);
    const report = await onDoor(
      options,
      file,
      async (door, paths) => await importMovements({ ...paths, mapping, door, hash: nativeSha256 }),
    );
    if (options.json === true) console.log(JSON.stringify(report));
    else printMovements(report);
  });
  const items = group
    .command('items')
    .argument('<file>', 'CSV with columns sku, name and optionally category, price, currency, barcode, packSize')
    .description('Import a catalogue: registers new items, revises what differs, assigns barcodes')
    .option('--currency <code>', 'currency of items whose row names none', 'EUR');
  withImportOptions(items).action(async (file: string, options: ItemOptions) => {
    const report = await onDoor(
      options,
      file,
      async (door, paths) =>
        await importItems({
          ...paths,
          door,
          hash: nativeSha256,
          currency: options.currency,
          newId: () => newId(Date.now()),
        }),
    );
    if (options.json === true) console.log(JSON.stringify(report));
    else printItems(report);
  });
}

function withImportOptions(command: Command): Command {
  return withTargetOptions(command)
    .option('--set-aside <file>', 'where rows that can not be taken go (default: FILE.set-aside.csv where you stand)')
    .option('--json', 'end with one JSON object');
}

/** Files a person names count from where the person stands, not from where the package manager starts the program. */
function standingAt(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

function readText(path: string): string {
  try {
    return readFileSync(standingAt(path), 'utf8');
  } catch {
    throw new CommandProblem(
      `There is no mapping ${path}. Nothing was imported. examples/online-retail.mapping.json is one to start from.`,
    );
  }
}

async function onDoor<Report>(
  options: ImportOptions,
  file: string,
  work: (door: ReturnType<typeof localDoor>, paths: { file: string; setAsidePath: string }) => Promise<Report>,
): Promise<Report> {
  const paths = {
    file: standingAt(file),
    setAsidePath: standingAt(options.setAside ?? `${basename(file)}.set-aside.csv`),
  };
  const doorOf = (target: Target) => (target.kind === 'folder' ? localDoor(target.centre) : remoteDoor(target.client));
  try {
    return await onTarget(options, 'import', async (target) => await work(doorOf(target), paths));
  } catch (error) {
    if (error instanceof ImportProblem) throw new CommandProblem(error.message);
    throw error;
  }
}

function count(value: number): string {
  return value.toLocaleString('en').replace('-', '−');
}

function printMovements(report: ImportReport): void {
  console.log(`${count(report.rows)} rows in ${report.seconds} s (${count(report.rowsPerSecond)} rows/s)`);
  for (const [label, { rows, quantity }] of Object.entries(report.kinds)) {
    console.log(`  ${label.padEnd(16)} ${count(rows).padStart(10)} rows  ${count(quantity).padStart(14)} quantity`);
  }
  console.log(`Stores opened: ${count(report.storesOpened)}. Items registered: ${count(report.itemsRegistered)}.`);
  console.log(`Events added: ${count(report.eventsAdded)}. Known already: ${count(report.eventsKnown)}.`);
  printSetAside(report);
}

function printItems(report: ItemImportReport): void {
  console.log(`${count(report.rows)} rows in ${report.seconds} s`);
  console.log(
    `Registered: ${count(report.itemsRegistered)}. Revised: ${count(report.itemsRevised)}. ` +
      `Barcodes assigned: ${count(report.barcodesAssigned)}. Unchanged: ${count(report.rowsUnchanged)}.`,
  );
  printSetAside(report);
}

function printSetAside(report: Pick<ImportReport, 'rowsSetAside' | 'setAsideFile' | 'setAsideShown'>): void {
  if (report.rowsSetAside === 0) return;
  console.log(
    `${count(report.rowsSetAside)} rows were set aside, with line and reason, in ${report.setAsideFile}. All others are in.`,
  );
  for (const shown of report.setAsideShown) console.log(`  ${shown}`);
}
