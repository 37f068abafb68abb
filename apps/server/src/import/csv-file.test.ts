import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import Papa from 'papaparse';
import { afterAll, describe, expect, it } from 'vitest';
import { fileBytes, readCsv, type CsvRecord } from './csv-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'streamstock-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(
  content: string | Buffer,
  name = 'rows.csv',
  chunkBytes?: number,
): Promise<{ header: readonly string[]; records: CsvRecord[] }> {
  const file = join(folder, name);
  writeFileSync(file, content);
  let header: readonly string[] = [];
  const records: CsvRecord[] = [];
  for await (const chunk of readCsv(file, ',', () => undefined, chunkBytes)) {
    header = chunk.header;
    records.push(...chunk.records);
  }
  return { header, records };
}

describe('reading CSV', () => {
  it('gives every record the line at which it begins, also behind quoted line breaks and blank lines', async () => {
    const { records } = await read('a,b\n1,"x\ny"\n\n2,"say ""hi"", then go"\n3,z');
    expect(records.map(({ line, fields }) => [line, ...fields])).toEqual([
      [2, '1', 'x\ny'],
      [5, '2', 'say "hi", then go'],
      [6, '3', 'z'],
    ]);
  });

  it('reads a gzipped file whatever its name, and drops a byte order mark', async () => {
    const { header, records } = await read(gzipSync('\uFEFFa,b\r\n1,£\r\n'), 'no-ending');
    expect(header).toEqual(['a', 'b']);
    expect(records.map(({ fields }) => fields)).toEqual([['1', '£']]);
  });

  it('says of a record with too few or too many fields what is wrong with it', async () => {
    const { records } = await read('a,b\n1\n1,2,3\n');
    expect(records.map(({ problem }) => problem)).toEqual([
      'has 1 fields, the header has 2',
      'has 3 fields, the header has 2',
    ]);
  });

  it('stops a damaged archive with words that say what to do', async () => {
    const whole = gzipSync(`a,b\n${'1,2\n'.repeat(50_000)}`);
    await expect(read(whole.subarray(0, whole.length / 2), 'cut.gz')).rejects.toThrow(
      /repeat the command, no row will be doubled/,
    );
  });

  it('names a missing and an empty file', async () => {
    await expect(fileBytes(join(folder, 'nowhere.csv'))).rejects.toThrow(/There is no file/);
    await expect(read('')).rejects.toThrow(/is empty/);
  });

  it('reads back whatever was written, wherever the chunks fall', async () => {
    const field = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '').replaceAll('\r', ''));
    const table = fc.array(fc.tuple(fc.integer().map(String), field), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (rows, chunkBytes) => {
        const text = `n,text\n${Papa.unparse(rows, { newline: '\n', quotes: true })}\n`;
        const { records } = await read(text, 'rows.csv', chunkBytes);
        expect(records.map(({ fields }) => fields)).toEqual(rows.map(([n, cell]) => [n, cell.toWellFormed()]));
      }),
      { numRuns: 60 },
    );
  });
});
