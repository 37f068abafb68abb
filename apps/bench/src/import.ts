// `bench import`: rows per second of the CLI importing a real file into an empty data folder, from the command to a log
// and read models on disk. Uses the Online Retail sample where it is present, else rows made up in its shape.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './benchmark.ts';
import { runForJson, SERVER_MAIN } from './process.ts';

const MAPPING = fileURLToPath(new URL('../../../examples/online-retail.mapping.json', import.meta.url));
const SAMPLE = 'online_retail_slice.csv.gz';
const MADE_UP_ROWS = 20_000;
const ROUNDS = 3;

function sampleFile(folder: string): string {
  const samples = process.env['STREAMSTOCK_SAMPLES'];
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const sample =
    samples === undefined ? undefined : join(samples.startsWith('/') ? samples : join(from, samples), SAMPLE);
  if (sample !== undefined && existsSync(sample)) return sample;
  console.log(`${SAMPLE} is not here (STREAMSTOCK_SAMPLES names its folder): importing ${MADE_UP_ROWS} made-up rows.`);
  return madeUpFile(folder);
}

function madeUpFile(folder: string): string {
  const rows = Array.from({ length: MADE_UP_ROWS }, (_, index) => {
    const minute = String(index % 60).padStart(2, '0');
    const day = String((index % 28) + 1).padStart(2, '0');
    return `${500_000 + Math.floor(index / 8)},${10_000 + (index % 300)},"ITEM, NUMBER ${index % 300}",${(index % 24) + 1},2011-03-${day} 10:${minute}:00,1.25,12345,Store ${index % 20}`;
  });
  const file = join(folder, 'rows.csv');
  writeFileSync(
    file,
    `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${rows.join('\n')}\n`,
  );
  return file;
}

async function importOnce(file: string): Promise<Record<string, unknown>> {
  const data = mkdtempSync(join(tmpdir(), 'streamstock-bench-'));
  try {
    return await runForJson(SERVER_MAIN, ['import', 'movements', file, '--mapping', MAPPING, '--json'], {
      STREAMSTOCK_DATA: data,
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

export const importBenchmark: Benchmark = {
  name: 'import',
  about: 'rows per second of "streamstock import movements" into an empty data folder',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'streamstock-bench-file-'));
    try {
      const file = sampleFile(folder);
      const rates: number[] = [];
      let rows = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        const report = await importOnce(file);
        rows = Number(report['rows']);
        const rate = Number(report['rowsPerSecond']);
        rates.push(rate);
        console.log(`round ${round}: ${rows} rows, ${rate} rows/s`);
      }
      rates.sort((a, b) => a - b);
      return {
        figures: { rows, rowsPerSecond: rates[Math.floor(ROUNDS / 2)] ?? 0, rowsPerSecondWorst: rates[0] ?? 0 },
        targets: { rowsPerSecond: { atLeast: 10_000 } },
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
