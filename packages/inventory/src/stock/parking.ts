// What comes for the time before a compacted line's horizon: kept, counted, never guessed (X32). A parked entry changes no
// figure; the line shows as provisional until its journal is brought back.
import type { EventId, HybridTime, Row, Tables } from '@streamstock/event-log';
import type { EntryChange, TouchedLine } from './change-shapes.ts';
import {
  countSessionKey,
  parkedKey,
  STOCK_COUNTS_TABLE,
  STOCK_PARKED_TABLE,
  type CountSessionRow,
  type ParkedRow,
} from './stock-tables.ts';

interface Parking {
  /** The lines with what may be folded now. */
  readonly kept: readonly TouchedLine[];
  /** How many entries wait, by line key; lines without news are left out. */
  readonly parked: ReadonlyMap<string, number>;
}

/** Takes out of the lines' changes what must wait. Costs nothing while no line is compacted. */
export async function parkBeforeHorizon(tables: Tables, lines: readonly TouchedLine[]): Promise<Parking> {
  const compacted = lines.filter(({ row }) => row?.horizon !== undefined);
  if (compacted.length === 0) {
    const lost = lines.some(({ entries }) => entries.some(({ touched }) => touched));
    return { kept: lost ? lines.map(withoutLost) : lines, parked: new Map() };
  }
  const known = await knownParked(tables, compacted);
  const sessions = await compactedSessions(tables, compacted);
  const put: Row<ParkedRow>[] = [];
  const parked = new Map<string, number>();
  const kept = lines.map((line): TouchedLine => {
    const horizon = line.row?.horizon;
    const folded: EntryChange[] = [];
    for (const entry of line.entries) {
      const key = parkedKey(line.store, line.item, entry.event, entry.line);
      const waits =
        horizon !== undefined &&
        (entry.touched ||
          known.has(key) ||
          momentsOf(entry).some((at) => at < horizon) ||
          sessionKeysOf(entry).some((session) => sessions.has(session)));
      if (!waits) {
        if (!entry.touched) folded.push(entry);
        continue;
      }
      if (!known.has(key)) parked.set(line.key, (parked.get(line.key) ?? line.row?.parked ?? 0) + 1);
      put.push({ key, value: parkedRow(entry, known.get(key)) });
    }
    return { ...line, entries: folded };
  });
  if (put.length > 0) await tables.putMany(STOCK_PARKED_TABLE, put);
  return { kept, parked };
}

/**
 * Only of another store's receipts are there entries without their journal: a snapshot holds what contests turn by, and nothing
 * of those lines.
 */
function withoutLost(line: TouchedLine): TouchedLine {
  return { ...line, entries: line.entries.filter(({ touched }) => !touched) };
}

function parkedRow({ touched, after }: EntryChange, known: ParkedRow | undefined): ParkedRow {
  // What is said about a line that itself is parked is worked in when the journal comes back.
  if (touched) return known ?? { entry: null, touched: true };
  return { entry: after === null ? null : { at: after.at, value: after.value } };
}

async function knownParked(tables: Tables, lines: readonly TouchedLine[]): Promise<Map<string, ParkedRow>> {
  const keys = lines
    .filter(({ row }) => row?.provisional === true)
    .flatMap(({ store, item, entries }) => entries.map(({ event, line }) => parkedKey(store, item, event, line)));
  if (keys.length === 0) return new Map();
  const rows = await tables.getMany<ParkedRow>(STOCK_PARKED_TABLE, keys);
  return new Map(keys.flatMap((key, index) => (rows[index] === undefined ? [] : [[key, rows[index]] as const])));
}

/** Moments of an entry change, old and new. */
function momentsOf({ before, after }: EntryChange): HybridTime[] {
  return [before, after].flatMap((entry) => (entry === null ? [] : [entry.at]));
}

function sessionKeysOf({ before, after }: EntryChange): string[] {
  return [before, after].flatMap((entry) =>
    entry === null || entry.value.kind !== 'counted'
      ? []
      : [countSessionKey(entry.store, entry.item, entry.value.bucket, entry.value.session)],
  );
}

/** Sessions of these lines whose observations lie before the horizon. */
async function compactedSessions(tables: Tables, lines: readonly TouchedLine[]): Promise<Set<string>> {
  const keys = [...new Set(lines.flatMap(({ entries }) => entries.flatMap(sessionKeysOf)))];
  if (keys.length === 0) return new Set();
  const rows = await tables.getMany<CountSessionRow>(STOCK_COUNTS_TABLE, keys);
  return new Set(keys.filter((_, index) => rows[index]?.compacted === true));
}

/** The parts of a parked row's key that name the line of the document. */
export function parkedName(key: string): { readonly event: EventId; readonly line: number } {
  const [, , event = '', line = ''] = key.split('|');
  return { event, line: Number(line) };
}
