// Reads any CSV file, also gzipped, record by record with its line number. Owns the streams; knows nothing of stock.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PassThrough, Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';
import { ImportProblem } from './mapping.ts';

const GZIP_MAGIC = [0x1f, 0x8b];
const CHUNK_BYTES = 64 * 1024;
const FIELDS_MAX = 500;
const RECORD_CHARACTERS_MAX = 200_000;

export interface CsvRecord {
  /** 1-based line at which the record begins; the header is line 1. */
  readonly line: number;
  /** Values by column name. */
  readonly values: Readonly<Record<string, string>>;
  /** The record's values in order, for setting it aside as it was. */
  readonly fields: readonly string[];
  /** Why the record is no row of this table, or null. */
  readonly problem: string | null;
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && GZIP_MAGIC.every((byte, index) => buffer[index] === byte);
  } finally {
    await handle.close();
  }
}

/** Bytes on disk, for progress. Throws `ImportProblem` when there is no such file. */
export async function fileBytes(file: string): Promise<number> {
  try {
    const { size } = await stat(file);
    return size;
  } catch {
    throw new ImportProblem(`There is no file ${file}. Nothing was imported. Check the path.`);
  }
}

/**
 * Yields chunks of records. `onBytes` is told how many bytes of the file have been read. Text is UTF-8; a damaged
 * archive throws `ImportProblem` after the rows before the damage were yielded.
 */
export async function* readCsv(
  file: string,
  delimiter: string,
  onBytes: (bytesRead: number) => void,
  chunkBytes: number = CHUNK_BYTES,
): AsyncGenerator<{ readonly header: readonly string[]; readonly records: readonly CsvRecord[] }> {
  const splitter = new RecordSplitter(delimiter);
  for await (const text of readText(file, onBytes, chunkBytes)) {
    const records = splitter.push(text);
    if (splitter.header !== null && records.length > 0) yield { header: splitter.header, records };
  }
  const rest = splitter.end();
  if (splitter.header === null) throw new ImportProblem(`The file ${file} is empty. Nothing was imported.`);
  yield { header: splitter.header, records: rest };
}

async function* readText(
  file: string,
  onBytes: (bytesRead: number) => void,
  chunkBytes: number,
): AsyncGenerator<string> {
  let bytesRead = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytesRead += chunk.length;
      onBytes(bytesRead);
      done(null, chunk);
    },
  });
  const out = new PassThrough();
  const source = createReadStream(file, { highWaterMark: chunkBytes });
  const flow = (await isGzip(file)) ? pipeline(source, counter, createGunzip(), out) : pipeline(source, counter, out);
  // The loop below meets a stream's error first; this keeps the pipeline's own promise from going unheard.
  flow.catch(() => undefined);
  const decoder = new StringDecoder('utf8');
  try {
    for await (const chunk of out) yield decoder.write(chunk as Buffer);
    yield decoder.end();
  } catch (error) {
    throw new ImportProblem(
      `The file ${file} could not be read to its end: ${(error as Error).message}. ` +
        'What came before was imported; get the file again and repeat the command, no row will be doubled.',
    );
  }
}

/** Cuts text into whole records at line ends outside quotes, and leaves their syntax to Papa Parse. */
class RecordSplitter {
  header: readonly string[] | null = null;
  readonly #delimiter: string;
  #rest = '';
  #line = 1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  push(text: string): CsvRecord[] {
    this.#rest += text;
    const end = lastRecordEnd(this.#rest);
    if (end === 0) {
      if (this.#rest.length > RECORD_CHARACTERS_MAX) {
        throw new ImportProblem(
          `The record at line ${this.#line} is longer than ${RECORD_CHARACTERS_MAX} characters: a quote may be missing.`,
        );
      }
      return [];
    }
    const whole = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    return this.#parse(whole);
  }

  end(): CsvRecord[] {
    const whole = this.#rest;
    this.#rest = '';
    return whole.trim() === '' ? [] : this.#parse(whole);
  }

  #parse(text: string): CsvRecord[] {
    const { data } = Papa.parse<string[]>(text, { delimiter: this.#delimiter });
    const records: CsvRecord[] = [];
    for (const fields of data) {
      const line = this.#line;
      this.#line += 1 + fields.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
      if (fields.length === 1 && fields[0]?.trim() === '') continue;
      if (this.header === null)
        this.header = fields.map((name, index) => name.replace(index === 0 ? /^\uFEFF/ : '', '').trim());
      else records.push(toRecord(this.header, fields, line));
    }
    // Papa Parse reports the empty text behind the last line end as one more record.
    if (text.endsWith('\n')) this.#line -= 1;
    return records;
  }
}

function toRecord(header: readonly string[], fields: readonly string[], line: number): CsvRecord {
  const values = Object.fromEntries(header.map((name, index) => [name, fields[index] ?? '']));
  const problem =
    fields.length === header.length ? null : `has ${fields.length} fields, the header has ${header.length}`;
  return { line, values, fields: fields.slice(0, FIELDS_MAX), problem };
}

/** Index behind the last line end that lies outside quotes; 0 if there is none. */
function lastRecordEnd(text: string): number {
  let end = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x0a && !quoted) end = index + 1;
  }
  return end;
}
