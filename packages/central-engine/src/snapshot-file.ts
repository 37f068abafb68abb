// One snapshot on disk: its pages as one compressed stream, and beside it what it is about. Owns the two files' format,
// writing them whole or not at all, and reading from any page on.
//
//   tables in any order ─▶ one spool file per table ─▶ pages in the order of use ─▶ ID.pages.gz, then ID.json
//
// 1. `ID.json` is written last, by renaming: where it is, the pages are whole.
// 2. Every page is compressed by itself and the texts put together are one gzip stream: whoever begins at a page needs nothing
//    from before it.
// 3. Writing is synchronous: it runs in a thread of its own.
import {
  closeSync,
  existsSync,
  readdirSync,
  createReadStream,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Duplex } from 'node:stream';
import { constants, crc32, createGunzip, createGzip, createInflateRaw, deflateRawSync } from 'node:zlib';
import {
  ChainHash,
  EntityId,
  Position,
  SNAPSHOT_PAGES_FORM,
  SnapshotLine,
  SnapshotPageHead,
} from '@streamstock/event-log';
import * as z from 'zod/mini';
import type { MadePage } from './snapshot-pages.ts';

/** Measured on rows of a catalogue and lines: half the time of the default for a tenth more bytes. */
const GZIP_LEVEL = 4;
/** A gzip stream's head: deflate, no name, no time, unknown system (RFC 1952). */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** An empty last block of a deflate stream. */
const LAST_BLOCK = Buffer.from([3, 0]);
const COUNTS_MAX = 1_000_000_000;

const Bytes = z.int().check(z.minimum(0));

/** What a snapshot is about, as `ID.json` holds it. */
export const SnapshotRecord = z.object({
  id: EntityId,
  store: EntityId,
  epoch: EntityId,
  position: Position,
  hash: ChainHash,
  /** Names the projectors that made the rows. */
  readModelVersion: z.string().check(z.maxLength(64)),
  /** How its pages are laid out; a file of another form is no use any more. */
  form: z.literal(SNAPSHOT_PAGES_FORM),
  folds: z.array(z.object({ name: z.string().check(z.maxLength(64)), version: z.int() })),
  pages: z.array(SnapshotPageHead),
  unfolded: z.array(SnapshotLine),
  /** Where each page begins in the compressed file. */
  offsets: z.array(Bytes),
  fileBytes: Bytes,
  rows: z.int().check(z.minimum(0), z.maximum(COUNTS_MAX)),
  builtAtMs: Bytes,
  tookMs: Bytes,
});
export type SnapshotRecord = z.infer<typeof SnapshotRecord>;

export function pagesFile(folder: string, id: string): string {
  return join(folder, `${id}.pages.gz`);
}

export function recordFile(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}

/** Takes pages of all tables in any order and lays them down in the order of use. */
export class SnapshotWriter {
  readonly #folder: string;
  readonly #id: string;
  readonly #spools = new Map<string, Spool>();

  /** Throws when the folder can not be made. */
  constructor(folder: string, id: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#id = id;
  }

  add({ head, text }: MadePage): void {
    let spool = this.#spools.get(head.table);
    if (spool === undefined) {
      const path = join(this.#folder, `${this.#id}.${this.#spools.size}.spool`);
      spool = { path, heads: [], file: openSync(path, 'wx+', 0o600) };
      this.#spools.set(head.table, spool);
    }
    spool.heads.push(head);
    writeSync(spool.file, `${text}\n`);
  }

  /** `order`: tables as they are used first; others follow. */
  end(
    order: readonly string[],
    about: Omit<SnapshotRecord, 'id' | 'form' | 'pages' | 'offsets' | 'fileBytes' | 'rows'>,
  ): SnapshotRecord {
    const spools = [...this.#spools].toSorted(([a], [b]) => rank(order, a) - rank(order, b)).map(([, spool]) => spool);
    const pages = spools.flatMap(({ heads }) => heads);
    const { offsets, fileBytes } = this.#compress(spools);
    const rows = pages.reduce((sum, page) => sum + page.rows, 0);
    const record: SnapshotRecord = {
      ...about,
      id: this.#id,
      form: SNAPSHOT_PAGES_FORM,
      pages,
      offsets,
      fileBytes,
      rows,
    };
    const path = recordFile(this.#folder, this.#id);
    writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#dropSpools();
    return record;
  }

  /** Nothing of it stays. */
  abandon(): void {
    this.#dropSpools();
    removeSnapshot(this.#folder, this.#id);
  }

  #compress(spools: readonly Spool[]): { readonly offsets: number[]; readonly fileBytes: number } {
    const out = openSync(pagesFile(this.#folder, this.#id), 'w', 0o600);
    try {
      const offsets: number[] = [];
      let written = writeSync(out, GZIP_HEAD);
      let sum = 0;
      let plainBytes = 0;
      for (const { file, heads } of spools) {
        let from = 0;
        for (const { bytes } of heads) {
          const page = readFully(file, bytes + 1, from);
          from += page.length;
          plainBytes += page.length;
          sum = crc32(page, sum);
          offsets.push(written);
          written += writeSync(out, deflateRawSync(page, { level: GZIP_LEVEL, finishFlush: constants.Z_FULL_FLUSH }));
        }
      }
      const tail = Buffer.alloc(8);
      tail.writeUInt32LE(sum, 0);
      tail.writeUInt32LE(plainBytes % 2 ** 32, 4);
      written += writeSync(out, LAST_BLOCK) + writeSync(out, tail);
      return { offsets, fileBytes: written };
    } finally {
      closeSync(out);
    }
  }

  #dropSpools(): void {
    for (const { path, file } of this.#spools.values()) {
      closeSync(file);
      rmSync(path, { force: true });
    }
    this.#spools.clear();
  }
}

interface Spool {
  readonly path: string;
  readonly heads: SnapshotPageHead[];
  readonly file: number;
}

function rank(order: readonly string[], table: string): number {
  const place = order.indexOf(table);
  return place === -1 ? order.length : place;
}

function readFully(file: number, length: number, from: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length;) {
    const more = readSync(file, bytes, read, length - read, from + read);
    if (more === 0) throw new Error('The pages of a snapshot are shorter than they were written.');
    read += more;
  }
  return bytes;
}

/** Removes what there is of it, spools of a build that died too. Whoever is reading it reads to the end. */
export function removeSnapshot(folder: string, id: string): void {
  for (const name of namesIn(folder)) if (name.startsWith(`${id}.`)) rmSync(join(folder, name), { force: true });
}

/** Ids of all that lies in the folder, finished or not. */
export function snapshotIdsIn(folder: string): string[] {
  return [...new Set(namesIn(folder).map((name) => name.slice(0, name.indexOf('.'))))].filter((id) => id !== '');
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** null: there is none, or it is not ours to read. */
export async function readRecord(folder: string, id: string): Promise<SnapshotRecord | null> {
  try {
    const parsed = SnapshotRecord.safeParse(JSON.parse(await readFile(recordFile(folder, id), 'utf8')));
    return parsed.success && parsed.data.id === id ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * The pages from `from` on, one text a line. `gzip`: as a compressed stream. From the first page on that costs no work. The
 * file may be removed meanwhile: what is being read is read to its end.
 */
export async function streamPages(
  folder: string,
  { id, offsets }: Pick<SnapshotRecord, 'id' | 'offsets'>,
  from: number,
  encoding: 'gzip' | 'plain',
): Promise<Readable> {
  const start = offsets[from];
  if (start === undefined) {
    const nothing = Readable.from([]);
    return encoding === 'gzip' ? chain(nothing, createGzip()) : nothing;
  }
  const file = await open(pagesFile(folder, id), 'r');
  if (from === 0) {
    const whole = createReadStream('', { fd: file });
    return encoding === 'gzip' ? whole : chain(whole, createGunzip());
  }
  const plain = chain(createReadStream('', { fd: file, start }), createInflateRaw());
  return encoding === 'gzip' ? chain(plain, createGzip({ level: GZIP_LEVEL })) : plain;
}

/** An error of the first is an error of the second; who gives up the second gives up the first. */
function chain(from: Readable, through: Duplex): Duplex {
  from.once('error', (error) => through.destroy(error));
  through.once('close', () => from.destroy());
  return from.pipe(through);
}
