// What a new device can show before its first snapshot is complete: tables that screens need first are read from the pages as they
// came, until the snapshot is installed. Holds those texts in memory and nothing else; writes nothing.
//
//   blank ──header──▶ gathering ──every page of the tables is here──▶ shown ──installed, given up──▶ blank, for good
//     └──pages on the disk──▶ shown in part ──header of the same snapshot: the rest──┘
//
// 1. Only a device that knows nothing yet has a preview: what a till already shows is never replaced by a part of something.
// 2. While it is shown these tables are the snapshot's alone: a sale of these seconds is saved, and in the figure once the
//    snapshot is installed.
// 3. A page that is no page ends the preview; whether it ends the snapshot is the log's business.
// 4. Screens first, then the disk: until the preview is shown, pages are read ahead and not handed on, within a bound of size and
//    time: what comes slowly is on the disk before a page that is closed could lose it. And after: a batch goes to the disk when the
//    page is quiet, so that a person who begins to work does not wait for it.
// 5. What an earlier page had fetched is shown at once, whole or in part: without a network nothing else comes. A row that is not
//    here is unknown, never zero, and the status says that figures leave things out.
import {
  firstAtOrAfter,
  readSnapshotPage,
  type Range,
  type Row,
  type SnapshotHeader,
  type SnapshotPage,
} from '@streamstock/event-log';
import type { PreviewSlot, ShownTable } from './preview-slot.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/** UTF-8 bytes of pages that are held at most; tables that are larger wait for the snapshot. */
const PREVIEW_BYTES_MAX = 96 * 1024 * 1024;
/** Pages wait for the screens so long, from the first that came. */
const HELD_BACK_MAX_MS = 2_000;
/** Pages read from the disk at a time. */
const RESTORED_PAGES_MAX = 16;
/** Characters of pages that are read ahead of the log. */
const READ_AHEAD_CHARACTERS_MAX = 64 * 1024 * 1024;

export interface SnapshotPreviewOptions {
  /** Where what is shown is read from. */
  readonly slot: PreviewSlot;
  /** Tables that screens need first. */
  readonly tables: readonly string[];
  /** Whether the device knows nothing yet. */
  readonly isBlank: () => boolean;
  /** What `reader` answers has changed. */
  readonly changed: () => void;
  readonly setTimer: (callback: () => void, afterMs: number) => unknown;
  /** Resolves when the page has nothing more urgent to do, or soon in any case. */
  readonly quiet: () => Promise<void>;
}

/** A snapshot of which the first pages are on the disk. */
export interface HeldPages {
  readonly header: SnapshotHeader;
  readonly pagesHeld: number;
  /** Their texts; undefined: damaged. */
  readonly read: (indices: readonly number[]) => Promise<readonly (string | undefined)[]>;
}

interface Gathering {
  readonly id: string;
  readonly header: SnapshotHeader;
  /** Indices of pages that are still to come. */
  readonly awaited: Set<number>;
  readonly rows: Map<string, Row<unknown>[]>;
}

export class SnapshotPreview {
  readonly #options: SnapshotPreviewOptions;
  #gathering: Gathering | null = null;
  #restoring: Promise<void> = Promise.resolve();

  constructor(options: SnapshotPreviewOptions) {
    this.#options = options;
  }

  /** The same source, listened to. */
  listenTo(source: SnapshotSource): SnapshotSource {
    return {
      header: async (signal) => {
        await this.#restoring;
        const header = await source.header(signal);
        this.#begin(header);
        return header;
      },
      pages: (id, from, signal) => {
        this.#startAt(id, from);
        return this.#listen(source.pages(id, from, signal), id);
      },
    };
  }

  /** Shows what an earlier page of this device had fetched. Never rejects: what can not be read is fetched again. */
  restore(held: HeldPages): Promise<void> {
    this.#restoring = this.#restore(held).catch(() => {
      this.#gathering = null;
    });
    return this.#restoring;
  }

  async #restore({ header, pagesHeld, read }: HeldPages): Promise<void> {
    this.#begin(header);
    const gathering = this.#gathering;
    if (gathering?.id !== header.id) return;
    const held = [...gathering.awaited].filter((index) => index < pagesHeld);
    for (let start = 0; start < held.length; start += RESTORED_PAGES_MAX) {
      const indices = held.slice(start, start + RESTORED_PAGES_MAX);
      const texts = await read(indices);
      // Installed, or given up, meanwhile.
      if (this.#gathering !== gathering) return;
      this.#take(
        gathering,
        indices.flatMap((index, at) => ({ index, text: texts[at] ?? '' })),
      );
    }
    if (this.#gathering === gathering && held.length > 0) this.#show(gathering, 'partial');
  }

  /** The snapshot is installed, or will not be: the log's own tables are read again. */
  end(): void {
    this.#gathering = null;
    const { slot, changed } = this.#options;
    if (!slot.isShown) return;
    slot.clear();
    changed();
  }

  #begin(header: SnapshotHeader): void {
    const { slot, isBlank } = this.#options;
    if ((slot.isShown && !slot.isPartial) || this.#gathering?.id === header.id || !isBlank()) return;
    const wanted = new Set(this.#options.tables);
    const pages = header.pages.flatMap((page, index) => (wanted.has(page.table) ? [{ ...page, index }] : []));
    const bytes = pages.reduce((sum, page) => sum + page.bytes, 0);
    if (pages.length === 0 || bytes > PREVIEW_BYTES_MAX) return;
    const awaited = new Set(pages.map(({ index }) => index));
    const rows = new Map(this.#options.tables.map((table): [string, Row<unknown>[]] => [table, []]));
    this.#gathering = { id: header.id, header, awaited, rows };
  }

  /** A page that is on the disk, was not read from there and does not come again: no preview can be made of the rest. */
  #startAt(id: string, from: number): void {
    if (this.#gathering?.id !== id) return;
    for (const index of this.#gathering.awaited) if (index < from) this.#gathering = null;
  }

  async *#listen(batches: AsyncIterable<readonly SnapshotPage[]>, id: string): AsyncGenerator<readonly SnapshotPage[]> {
    const isGathering = (): boolean => this.#gathering?.id === id;
    if (!isGathering()) return yield* batches;
    const { setTimer, quiet } = this.#options;
    let isTimed = false;
    let isOverdue = false;
    const seen = (batch: readonly SnapshotPage[]): void => {
      if (!isTimed) {
        isTimed = true;
        setTimer(() => {
          isOverdue = true;
          ahead.lookAgain();
        }, HELD_BACK_MAX_MS);
      }
      if (this.#gathering?.id === id) this.#take(this.#gathering, batch);
    };
    const ahead = new PagesAhead(batches, seen, () => {
      if (!isGathering()) return 'as-taken';
      return isOverdue ? 'ahead' : 'held-back';
    });
    try {
      for await (const next of ahead.batches()) {
        yield next;
        await quiet();
      }
    } finally {
      ahead.stop();
    }
  }

  /** Parses pages as they come: the network is slower, and no screen waits for all of them at once. */
  #take(gathering: Gathering, batch: readonly SnapshotPage[]): void {
    const { header, awaited, rows } = gathering;
    try {
      for (const { index, text } of batch) {
        if (!awaited.delete(index)) continue;
        const table = rows.get(header.pages[index]?.table ?? '');
        for (const row of readSnapshotPage(text)) table?.push(row);
      }
    } catch {
      // Not the text of a page (3).
      this.#gathering = null;
      return;
    }
    if (awaited.size > 0) return;
    this.#gathering = null;
    this.#show(gathering, 'whole');
  }

  #show({ rows }: Gathering, extent: 'whole' | 'partial'): void {
    // Rows that come later are not those that are shown now.
    const tables = [...rows].map(([table, all]): [string, ShownTable] => [table, new PreviewedTable([...all])]);
    this.#options.slot.show(new Map(tables), extent);
    this.#options.changed();
  }
}

/**
 * `held-back`: read as fast as they come, and not handed on · `ahead`: read so, and handed on · `as-taken`: read no sooner than the ones
 * before are taken, so that reading does not get in a person's way either.
 */
type Pace = 'held-back' | 'ahead' | 'as-taken';

/** Reads pages, up to a bound, for whoever takes them more slowly. */
class PagesAhead {
  readonly #pace: () => Pace;
  readonly #waiting: (readonly SnapshotPage[])[] = [];
  #characters = 0;
  #ended: { readonly error: unknown } | 'well' | null = null;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(
    source: AsyncIterable<readonly SnapshotPage[]>,
    seen: (batch: readonly SnapshotPage[]) => void,
    pace: () => Pace,
  ) {
    this.#pace = pace;
    this.#pump(source, seen).then(
      () => this.#end('well'),
      (error: unknown) => this.#end({ error }),
    );
  }

  async *batches(): AsyncGenerator<readonly SnapshotPage[]> {
    for (;;) {
      const isHeld = this.#pace() === 'held-back' && !this.#isFull() && this.#ended === null;
      const next = isHeld ? undefined : this.#waiting.shift();
      if (next !== undefined) {
        this.#characters -= charactersOf(next);
        this.#wake();
        yield next;
      } else if (this.#ended === null) await this.#news();
      else if (this.#ended === 'well') return;
      else throw this.#ended.error;
    }
  }

  /** The pace has changed. */
  lookAgain(): void {
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  async #pump(
    source: AsyncIterable<readonly SnapshotPage[]>,
    seen: (batch: readonly SnapshotPage[]) => void,
  ): Promise<void> {
    for await (const batch of source) {
      this.#waiting.push(batch);
      this.#characters += charactersOf(batch);
      seen(batch);
      this.#wake();
      while ((this.#isFull() || !this.#isWanted()) && !this.#stopped) await this.#news();
      if (this.#stopped) return;
    }
  }

  #isWanted(): boolean {
    return this.#waiting.length === 0 || this.#pace() !== 'as-taken';
  }

  #isFull(): boolean {
    return this.#characters > READ_AHEAD_CHARACTERS_MAX;
  }

  #end(how: { readonly error: unknown } | 'well'): void {
    this.#ended = how;
    this.#wake();
  }

  /** Resolves when something changed; both sides wait for the same. */
  async #news(): Promise<void> {
    const wake = this.#wake;
    await new Promise<void>((resolve) => {
      this.#wake = () => {
        this.#wake = () => undefined;
        wake();
        resolve();
      };
    });
  }
}

function charactersOf(batch: readonly SnapshotPage[]): number {
  return batch.reduce((sum, { text }) => sum + text.length, 0);
}

/** The rows of one table, all of them in memory, by key. */
class PreviewedTable implements ShownTable {
  readonly #rows: readonly Row<unknown>[];
  #byKey: ReadonlyMap<string, unknown> | null = null;

  constructor(rows: readonly Row<unknown>[]) {
    this.#rows = rows;
  }

  getMany<Value>(keys: readonly string[]): (Value | undefined)[] {
    this.#byKey ??= new Map(this.#rows.map(({ key, value }) => [key, value]));
    const byKey = this.#byKey;
    return keys.map((key) => byKey.get(key) as Value | undefined);
  }

  range<Value>({ from, to, reverse = false, rowsMax }: Range): Row<Value>[] {
    const start = from === undefined ? 0 : firstAtOrAfter(this.#rows, from, keyOf);
    const end = to === undefined ? this.#rows.length : firstAtOrAfter(this.#rows, to, keyOf);
    const rows = reverse
      ? this.#rows.slice(Math.max(start, end - rowsMax), end).toReversed()
      : this.#rows.slice(start, Math.min(end, start + rowsMax));
    return rows as Row<Value>[];
  }
}

function keyOf({ key }: Row<unknown>): string {
  return key;
}
