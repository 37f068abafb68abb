// The history of one line, fetched when it is wanted: a device that began with a snapshot holds old movements as one figure. Wanted
// by a person who asks why, or because news came for that time: then the line is provisional until its journal is here.
import { Journal, snapshotPaths, type Fetch } from '@streamstock/api';
import type { DeviceEngine } from '@streamstock/device-engine';
import type { DeviceId, Row, TableReader } from '@streamstock/event-log';
import { restoreJournal, STOCK_PARKED_TABLE, type JournalValue } from '@streamstock/inventory';
import { HISTORY_FETCHES_MAX, type HistoryOutcome } from './line-histories.ts';

export interface HistoryParts {
  readonly engine: Pick<DeviceEngine, 'appliedPosition' | 'repair' | 'tables'>;
  readonly fetch: Fetch;
  readonly credential: string;
  readonly device: DeviceId;
}

const OK_STATUS = 200;
const TRY_LATER_STATUS: readonly number[] = [429, 503];

/** Fetches the line's journal and lets it stand where its base stood. Nothing changes unless all of it came. */
export async function fetchHistory(parts: HistoryParts, store: string, item: string): Promise<HistoryOutcome> {
  const { engine, fetch, credential, device } = parts;
  let rows: readonly Row<JournalValue>[];
  try {
    const path = snapshotPaths.journal(device, item, await engine.appliedPosition());
    const answer = await fetch(path, {
      method: 'GET',
      headers: { authorization: `Bearer ${credential}` },
      credentials: 'same-origin',
    });
    if (answer.status !== OK_STATUS) return TRY_LATER_STATUS.includes(answer.status) ? 'later' : 'none';
    const journal = Journal.safeParse(JSON.parse(await answer.text()));
    if (!journal.success) return 'none';
    // Values are the domain's own: written by this server's projector of the same version.
    rows = journal.data.rows as readonly Row<JournalValue>[];
  } catch {
    return 'unreachable';
  }
  await engine.repair((tables) => restoreJournal(tables, store, item, rows));
  return 'fetched';
}

/** Items of lines for which news waits that can not be folded without their journal; a bounded number. */
export async function itemsWithParkedNews(tables: TableReader, store: string): Promise<string[]> {
  const rows = await tables.range(STOCK_PARKED_TABLE, {
    from: `${store}|`,
    to: `${store}}`,
    rowsMax: HISTORY_FETCHES_MAX * PARKED_ROWS_PER_LINE,
  });
  const items = new Set(rows.map(({ key }) => key.split('|')[1] ?? ''));
  return [...items].slice(0, HISTORY_FETCHES_MAX);
}

/** A line rarely has more news waiting. */
const PARKED_ROWS_PER_LINE = 8;
