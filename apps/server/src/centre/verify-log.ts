// The proof that nothing was lost or bent: hash chains recomputed from the stored bytes, and the whole log folded again beside
// the stored read models (law 5). Paced, so that the server goes on serving meanwhile. Used by the route and the CLI.
import { isDeepStrictEqual } from 'node:util';
import { VERIFY_FAULTS_MAX, type Verification } from '@streamstock/api';
import {
  deadIdsOf,
  JUDGEMENTS_TABLE,
  MemoryTables,
  projectBatch,
  readStoredLine,
  type CentralLog,
  type EventId,
  type Position,
  type Projector,
  type Row,
  type StoredLine,
  type TableReader,
} from '@streamstock/event-log';
import { createPace } from '../read/breathe.ts';

/** Events folded in one go: as many as take about this long, within the bounds. */
const FOLD_MS = 8;
const FOLD_EVENTS_FIRST = 20;
const FOLD_EVENTS_MAX = 500;
const FOLD_BYTES_MAX = 256 * 1024;
const COMPARE_ROWS = 500;

export interface VerifyOptions {
  readonly log: CentralLog;
  readonly projectors: readonly Projector[];
  readonly clock: () => number;
  /** Where the read models stand; they stay there until `resume`. */
  readonly pauseProjection: () => Promise<{ readonly position: Position; readonly resume: () => void }>;
}

/** Never throws for what it finds; throws when the log can not be read at all. */
export async function verifyLog({ log, projectors, clock, pauseProjection }: VerifyOptions): Promise<Verification> {
  const startedAtMs = clock();
  const chainFaults = await log.verify();
  const refold = await startRefold(log, projectors);
  // Most of the work while everything goes on; only the rest and the comparison hold the read models still.
  await refold.upTo((await log.head()).position);
  const { position, resume } = await pauseProjection();
  try {
    await refold.upTo(position);
    const readModels = await compareTables(log.tables, refold.tables, tablesOf(projectors));
    return {
      intact: chainFaults.length === 0 && readModels.differences === 0,
      position,
      tookMs: Math.max(0, clock() - startedAtMs),
      chains: {
        faults: chainFaults.length,
        first: chainFaults.slice(0, VERIFY_FAULTS_MAX).map(({ where, detail }) => ({ where, detail })),
      },
      readModels,
    };
  } finally {
    resume();
  }
}

function tablesOf(projectors: readonly Projector[]): readonly string[] {
  return [...new Set([...projectors.flatMap(({ tables }) => tables), JUDGEMENTS_TABLE])];
}

interface Refold {
  readonly tables: MemoryTables;
  upTo(position: Position): Promise<void>;
}

/** Folds the log into tables of its own. What a projector goes on without is left out here too. */
async function startRefold(log: CentralLog, projectors: readonly Projector[]): Promise<Refold> {
  const tables = new MemoryTables();
  const fed = await withoutDeadLetters(log, projectors);
  const pace = createPace();
  let folded: Position = 0;
  let eventsMax = FOLD_EVENTS_FIRST;
  const upTo = async (position: Position): Promise<void> => {
    while (folded < position) {
      const page = (await log.read(folded, { eventsMax, bytesMax: FOLD_BYTES_MAX })).filter(
        (line) => line.position <= position,
      );
      const last = page.at(-1);
      if (last === undefined) throw new Error(`The log ends at ${folded}, its read models are at ${position}.`);
      const before = folded;
      const startedMs = performance.now();
      await projectBatch(tables, page.map(loggedEvent), fed, async (ids) =>
        (await log.find(ids)).filter((line) => line.position <= before).map(loggedEvent),
      );
      folded = last.position;
      const aimed = (eventsMax * FOLD_MS) / Math.max(1, performance.now() - startedMs);
      eventsMax = Math.max(1, Math.min(FOLD_EVENTS_MAX, eventsMax * 2, Math.round(aimed)));
      await pace();
    }
  };
  return { tables, upTo };
}

function loggedEvent({ line, position }: StoredLine) {
  return { event: readStoredLine(line), position };
}

async function withoutDeadLetters(log: CentralLog, projectors: readonly Projector[]): Promise<readonly Projector[]> {
  const letters = await log.deadLetters();
  if (letters.length === 0) return projectors;
  const lines = new Map(
    (await log.find(letters.map(({ id }) => id))).map((line) => [line.id, readStoredLine(line.line)]),
  );
  return projectors.map((projector) => {
    const own = letters.filter((letter) => letter.projector === projector.name);
    const dead = new Set<EventId>(own.flatMap(({ id }) => lines.get(id) ?? []).flatMap(deadIdsOf));
    if (dead.size === 0) return projector;
    return {
      ...projector,
      project: async (tables, changes) =>
        await projector.project(
          tables,
          changes.filter(({ event }) => !dead.has(event.id)),
        ),
    };
  });
}

type TableDifference = Verification['readModels']['first'][number];

/** Walks both sides of each table in key order. */
async function compareTables(
  stored: TableReader,
  rebuilt: TableReader,
  tables: readonly string[],
): Promise<Verification['readModels']> {
  const first: TableDifference[] = [];
  const pace = createPace();
  let rows = 0;
  let differences = 0;
  for (const table of tables) {
    const left = walk(stored, table);
    const right = walk(rebuilt, table);
    let [a, b] = [await left.next(), await right.next()];
    while (a.done !== true || b.done !== true) {
      const [storedRow, rebuiltRow] = [a.done === true ? undefined : a.value, b.done === true ? undefined : b.value];
      const order = compareKeys(storedRow, rebuiltRow);
      const detail =
        order < 0
          ? 'is stored, but the log does not give it'
          : order > 0
            ? 'follows from the log, but is not stored'
            : differs(storedRow, rebuiltRow);
      rows += 1;
      if (detail !== undefined) {
        differences += 1;
        if (first.length < VERIFY_FAULTS_MAX)
          first.push({ table, key: (order <= 0 ? storedRow : rebuiltRow)?.key ?? '', detail });
      }
      if (order <= 0) a = await left.next();
      if (order >= 0) b = await right.next();
      await pace();
    }
  }
  return { rows, differences, first };
}

async function* walk(reader: TableReader, table: string): AsyncGenerator<Row, undefined> {
  let from: string | undefined;
  for (;;) {
    const page = await reader.range(table, { ...(from === undefined ? {} : { from }), rowsMax: COMPARE_ROWS });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < COMPARE_ROWS) return undefined;
    from = `${last.key} `;
  }
}

function compareKeys(a: Row | undefined, b: Row | undefined): number {
  if (a === undefined) return b === undefined ? 0 : 1;
  if (b === undefined) return -1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Stored rows went through JSON; a rebuilt one does the same before the two are held against each other. */
function differs(stored: Row | undefined, rebuilt: Row | undefined): string | undefined {
  const again: unknown = JSON.parse(JSON.stringify(rebuilt?.value ?? null));
  return isDeepStrictEqual(JSON.parse(JSON.stringify(stored?.value ?? null)), again)
    ? undefined
    : 'differs from what the log gives';
}
