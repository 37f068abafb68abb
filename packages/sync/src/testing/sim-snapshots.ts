// The simulated centre's snapshots: files cut from the central log at some position, kept until a newer one is made, and
// served page by page. Owns the files; the cutting is the event log's own.
import {
  HeardFold,
  JUDGEMENTS_TABLE,
  sealCursor,
  sealMark,
  snapshotPageText,
  snapshotTables,
  utf8Length,
  type CentralHead,
  type CentralLog,
  type DeliveredLine,
  type DeviceId,
  type Projector,
  type Row,
  type Seal,
  type SnapshotHeader,
  type SnapshotPageHead,
  type StoreId,
} from '@streamstock/event-log';
import { COUNTER_PROJECTORS } from './counters.ts';

const EVERYTHING = { eventsMax: 10_000, bytesMax: Number.MAX_SAFE_INTEGER };
/** Events that one step of the projectors takes. */
const STEP_EVENTS = 50;

interface SnapshotFile {
  readonly id: string;
  readonly store: StoreId;
  readonly head: CentralHead;
  readonly pages: readonly SnapshotPageHead[];
  readonly texts: readonly string[];
  readonly unfolded: readonly DeliveredLine[];
}

export class SimSnapshots {
  readonly #seal: Seal;
  readonly #files = new Map<string, SnapshotFile>();
  /** The newest of each store. */
  readonly #newest = new Map<StoreId, SnapshotFile>();
  #count = 0;
  /** Rows of a page: few, so that there are several. */
  pageRows = 3;
  /** What the centre folds. Tests put a projector here that fails. */
  projectors: readonly Projector[] = [COUNTER_PROJECTORS[2]];

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  /** Brings the centre's own read models up to the head; a fold that fails is for the caller. */
  async project(log: CentralLog): Promise<void> {
    for (let done = false; !done;) {
      const { checkpoint, head } = await log.project(this.projectors, STEP_EVENTS);
      done = checkpoint === head;
    }
  }

  /** Makes the file of a store at the position to which the centre has folded; the one before it goes. */
  async prepare(log: CentralLog, store: StoreId): Promise<void> {
    await this.project(log);
    const view = await log.view();
    try {
      const dead = new Set((await view.unfolded(this.projectors, store)).map(({ id }) => id));
      const fold = new HeardFold(this.projectors, () => dead);
      const heard = (await log.readForStore(store, 0, EVERYTHING)).lines.filter(
        ({ position }) => position <= view.head.position,
      );
      await fold.take(heard.map(({ line, position }) => ({ event: JSON.parse(line) as never, position })));
      const tables: [string, Row<unknown>[]][] = [];
      for (const { table } of snapshotTables(this.projectors))
        tables.push([table, await fold.tables.range(table, { rowsMax: EVERYTHING.eventsMax })]);
      const judgements: Row<unknown>[] = [];
      for await (const row of view.judgementsFor(store)) judgements.push(row);
      tables.push([JUDGEMENTS_TABLE, judgements]);
      const unfolded = (await view.unfolded(this.projectors, store)).map(({ position, place, line }) => ({
        position,
        place,
        line,
      }));
      this.#keep({ store, head: view.head, unfolded, ...this.#paged(tables) });
    } finally {
      await view.close();
    }
  }

  #paged(tables: readonly [string, Row<unknown>[]][]): Pick<SnapshotFile, 'pages' | 'texts'> {
    const pages: SnapshotPageHead[] = [];
    const texts: string[] = [];
    for (const [table, rows] of tables) {
      for (let start = 0; start < rows.length; start += this.pageRows) {
        const part = rows.slice(start, start + this.pageRows);
        const text = snapshotPageText(part);
        const [firstKey, lastKey] = [part[0]?.key ?? '', part.at(-1)?.key ?? ''];
        pages.push({ table, rows: part.length, firstKey, lastKey, bytes: utf8Length(text) });
        texts.push(text);
      }
    }
    return { pages, texts };
  }

  #keep(file: Omit<SnapshotFile, 'id'>): void {
    this.#count += 1;
    const named = { ...file, id: `snapshot-${this.#count}` };
    const before = this.#newest.get(file.store);
    if (before !== undefined) this.#files.delete(before.id);
    this.#newest.set(file.store, named);
    this.#files.set(named.id, named);
  }

  /** null: there is none of what the log holds now. */
  async header(log: CentralLog, store: StoreId, device: DeviceId): Promise<SnapshotHeader | null> {
    const file = this.#newest.get(store);
    const { epoch } = await log.head();
    // A database that was copied back by hand may lie beside files that know more than it does.
    if (file === undefined || file.head.epoch !== epoch) return null;
    const { id, head, pages, unfolded } = file;
    if ((await log.hashAt(head.position)) !== head.hash) return null;
    const own = await log.snapshotOwn(device, head.position);
    return {
      id,
      store,
      cursor: sealCursor(this.#seal, { epoch, position: head.position, hash: head.hash }),
      folds: this.projectors.map(({ name, version }) => ({ name, version })),
      pages: [...pages],
      unfolded: [...unfolded],
      own: { accepted: sealMark(this.#seal, device, { epoch, ...own.accepted }), notIn: [...own.notIn] },
    };
  }

  /** null: that file is no more. */
  page(id: string, index: number): string | null {
    return this.#files.get(id)?.texts[index] ?? null;
  }
}
