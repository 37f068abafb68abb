// Builds the snapshot of one store: reads one committed state of the log's tables, cuts what the store holds, lets the app
// make some tables smaller, folds anew what several stores share, and writes the pages. Reads and writes only here; runs in
// a thread of its own. Does not know what any table means.
//
//   view ──▶ ready? ──▶ cut rows ─┬─▶ pages by table ──▶ file
//     │                           │
//     │      events heard ≤ P ──▶ tables folded anew
//     └── judgements that concern the store
import {
  HeardFold,
  heardTypesOf,
  isHeardScope,
  isInScope,
  isRulingType,
  JUDGEMENTS_TABLE,
  RANGE_ROWS_MAX,
  readModelVersionOf,
  readStoredLine,
  scopeKeys,
  snapshotTables,
  SNAPSHOT_UNFOLDED_MAX,
  type CentralLog,
  type CentralView,
  type EventId,
  type LoggedEvent,
  type Position,
  type Projector,
  type Row,
  type Sha256,
  type SnapshotLine,
  type SnapshotScope,
  type StoreId,
  type TableReader,
} from '@streamstock/event-log';
import { SnapshotWriter, type SnapshotRecord } from './snapshot-file.ts';
import { PagePacker } from './snapshot-pages.ts';

const HEARD_EVENTS_PER_READ = 5_000;
const HEARD_BYTES_PER_READ = 8 * 1_024 * 1_024;

/** A row of a table of the snapshot. */
export interface PreparedRow {
  readonly table: string;
  readonly row: Row<unknown>;
}

/** Tables that the app makes for a store: smaller than they are at the centre. Rows of each table come in order of their keys. */
export interface SnapshotPreparation {
  readonly tables: readonly string[];
  readonly rows: (tables: TableReader, store: StoreId, nowMs: number) => AsyncIterable<readonly PreparedRow[]>;
}

export interface SnapshotPlan {
  /** Those of devices. */
  readonly projectors: readonly Projector[];
  /** Tables in the order in which a device needs them. */
  readonly order: readonly string[];
  readonly preparation: SnapshotPreparation;
  readonly hash: Sha256;
}

export interface SnapshotTask {
  readonly id: string;
  readonly store: StoreId;
  readonly folder: string;
  readonly clock: () => number;
}

export type SnapshotBuilt =
  | { readonly kind: 'built'; readonly record: SnapshotRecord }
  /** The log is empty, or its tables are being made anew. */
  | { readonly kind: 'not-ready' };

/** Throws when a row or a bound does not let itself be kept; nothing is left on disk then. */
export async function buildSnapshot(log: CentralLog, plan: SnapshotPlan, task: SnapshotTask): Promise<SnapshotBuilt> {
  const view = await log.view();
  try {
    const position = standingOf(view, plan.projectors);
    const hash = position === null ? null : await log.hashAt(position);
    if (position === null || hash === null) return { kind: 'not-ready' };
    const writer = new SnapshotWriter(task.folder, task.id);
    try {
      return { kind: 'built', record: await write(log, view, plan, task, { position, hash, writer }) };
    } catch (error) {
      writer.abandon();
      throw error;
    }
  } finally {
    await view.close();
  }
}

interface Standing {
  readonly position: Position;
  readonly hash: string;
  readonly writer: SnapshotWriter;
}

async function write(
  log: CentralLog,
  view: CentralView,
  { projectors, order, preparation, hash: sha256 }: SnapshotPlan,
  { store, clock }: SnapshotTask,
  { position, hash, writer }: Standing,
): Promise<SnapshotRecord> {
  const startedAtMs = clock();
  const unfolded = await unfoldedBy(view, projectors, store, position);
  const pages = new Pages(writer);
  for await (const rows of preparation.rows(view.tables, store, startedAtMs)) {
    for (const { table, row } of rows) pages.add(table, row);
  }
  const heard = await foldHeard(log, projectors, store, position, unfolded);
  for (const { table, scope } of snapshotTables(projectors)) {
    if (preparation.tables.includes(table)) continue;
    const keys = scopeKeys(scope, store);
    const own = keys === null ? none() : rowsOf(view.tables, table, keys);
    const shared = isHeardScope(scope) ? rowsOf(heard.tables, table, {}) : none();
    for await (const row of merged(inScope(own, scope, store), shared)) pages.add(table, row);
  }
  for await (const row of view.judgementsFor(store)) pages.add(JUDGEMENTS_TABLE, row);
  pages.end();
  return writer.end(order, {
    store,
    epoch: view.head.epoch,
    position,
    hash,
    readModelVersion: readModelVersionOf(sha256, projectors),
    folds: projectors.map(({ name, version }) => ({ name, version })),
    unfolded: [...unfolded.values()],
    builtAtMs: startedAtMs,
    tookMs: Math.max(0, clock() - startedAtMs),
  });
}

/** Where all of these projectors stand together with the judgements; null: nowhere, or at the beginning. */
function standingOf(view: CentralView, projectors: readonly Projector[]): Position | null {
  const standing = new Map(view.progress.map((one) => [one.name, one]));
  const positions = new Set(
    projectors.map(({ name, version }) => {
      const one = standing.get(name);
      return one !== undefined && one.version === version && one.judgedTo === one.checkpoint ? one.checkpoint : 0;
    }),
  );
  const [position] = positions;
  return position === undefined || position === 0 || positions.size > 1 ? null : position;
}

/** What the store hears of and some projector goes on without, with those projectors. */
async function unfoldedBy(
  view: CentralView,
  projectors: readonly Projector[],
  store: StoreId,
  position: Position,
): Promise<Map<EventId, SnapshotLine>> {
  const lines = new Map<EventId, SnapshotLine>();
  for (const projector of projectors) {
    for (const { id, line, position: at, place } of await view.unfolded([projector], store)) {
      if (at > position) continue;
      const others = lines.get(id)?.projectors ?? [];
      lines.set(id, { position: at, place, line, projectors: [...others, projector.name] });
    }
  }
  if (lines.size > SNAPSHOT_UNFOLDED_MAX) {
    throw new Error(
      `${lines.size} dead letters concern store ${store}; a snapshot lists at most ${SNAPSHOT_UNFOLDED_MAX}.`,
    );
  }
  return new Map([...lines].toSorted(([, a], [, b]) => a.position - b.position));
}

/** Positions are for ever: what is read beside the view is what the view would show. */
async function foldHeard(
  log: CentralLog,
  projectors: readonly Projector[],
  store: StoreId,
  position: Position,
  unfolded: ReadonlyMap<EventId, SnapshotLine>,
): Promise<HeardFold> {
  const fold = new HeardFold(projectors, ({ name }) => {
    const dead = [...unfolded].filter(([, line]) => line.projectors?.includes(name) === true);
    return new Set(dead.map(([id]) => id));
  });
  const types = heardTypesOf(projectors);
  const limit = { eventsMax: HEARD_EVENTS_PER_READ, bytesMax: HEARD_BYTES_PER_READ };
  for (let after = 0; after < position;) {
    const { lines, to } = await log.readForStore(store, after, limit);
    const events = lines.flatMap((stored): LoggedEvent[] => {
      if (stored.position > position || !mayConcern(stored.line, types)) return [];
      return [{ event: readStoredLine(stored.line), position: stored.position }];
    });
    await fold.take(events);
    if (to.position <= after) break;
    after = to.position;
  }
  return fold;
}

/** How every maker of ours begins a line. */
const TYPE_AT_FRONT = /^\{"id":"[^"\\]{1,64}","type":"([A-Za-z]{3,64})"/;

/** Spares most lines the parsing. A line that begins otherwise, or may say its type twice, is parsed. */
function mayConcern(line: string, types: ReadonlySet<string>): boolean {
  const type = TYPE_AT_FRONT.exec(line)?.[1];
  if (type === undefined || types.has(type) || isRulingType(type)) return true;
  return line.indexOf('"type"') !== line.lastIndexOf('"type"') || line.includes('\\u');
}

async function* rowsOf(
  reader: TableReader,
  table: string,
  { from, to }: { readonly from?: string; readonly to?: string },
): AsyncGenerator<Row<unknown>> {
  for (let next = from; ;) {
    const range = { ...(next === undefined ? {} : { from: next }), ...(to === undefined ? {} : { to }) };
    const rows = await reader.range<unknown>(table, { ...range, rowsMax: RANGE_ROWS_MAX });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < RANGE_ROWS_MAX) return;
    // The least key after it: keys hold no character below the space.
    next = `${last.key} `;
  }
}

async function* none(): AsyncGenerator<Row<unknown>> {}

async function* inScope(
  rows: AsyncIterable<Row<unknown>>,
  scope: SnapshotScope,
  store: StoreId,
): AsyncGenerator<Row<unknown>> {
  for await (const row of rows) if (isInScope(scope, row, store)) yield row;
}

/** Both in the order of their keys; of two rows with one key the first's. */
async function* merged(
  first: AsyncIterator<Row<unknown>>,
  second: AsyncIterator<Row<unknown>>,
): AsyncGenerator<Row<unknown>> {
  let one = await first.next();
  let other = await second.next();
  while (one.done !== true || other.done !== true) {
    if (one.done === true || (other.done !== true && other.value.key < one.value.key)) {
      if (other.done === true) return;
      yield other.value;
      other = await second.next();
      continue;
    }
    if (other.done !== true && other.value.key === one.value.key) other = await second.next();
    yield one.value;
    one = await first.next();
  }
}

class Pages {
  readonly #writer: SnapshotWriter;
  readonly #packers = new Map<string, PagePacker>();

  constructor(writer: SnapshotWriter) {
    this.#writer = writer;
  }

  add(table: string, row: Row<unknown>): void {
    let packer = this.#packers.get(table);
    if (packer === undefined) {
      packer = new PagePacker(table, (page) => this.#writer.add(page));
      this.#packers.set(table, packer);
    }
    packer.add(row);
  }

  end(): void {
    for (const packer of this.#packers.values()) packer.end();
  }
}
