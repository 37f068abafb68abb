// Reading count sessions: what was opened, how far each part is, and whether it is in effect. Owns no state.
import { keyPrefix, type HybridTime, type TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { sessionKey } from '../stock/stock-tables.ts';
import {
  COUNT_PARTS_TABLE,
  COUNT_SESSIONS_TABLE,
  waitsForClose,
  type CountPartRow,
  type CountSessionsRow,
  type SessionOpening,
} from './count-tables.ts';

/** What one counter counted in one area. */
export interface CountPart extends CountPartRow {
  readonly area: string;
  readonly counter: string;
}

export interface CountSession extends CountSessionsRow {
  readonly store: string;
  readonly session: string;
  /** The opening that counts: the earliest; null: nobody opened it (or that is still on its way). */
  readonly opening: SessionOpening | null;
  /** Opened and not closed. */
  readonly open: boolean;
  /** Its counts change nothing until it is closed: it has several areas. */
  readonly waits: boolean;
  readonly closedAt: HybridTime | null;
  /** By area and counter. */
  readonly parts: readonly CountPart[];
}

function sessionOf(
  store: string,
  session: string,
  row: CountSessionsRow | undefined,
  parts: readonly CountPart[],
): CountSession {
  const known = row ?? { opened: [], closed: [], reviews: [] };
  const opening = known.opened[0] ?? null;
  return {
    ...known,
    store,
    session,
    opening,
    open: opening !== null && known.closed.length === 0,
    waits: waitsForClose(row),
    closedAt: known.closed[0]?.at ?? null,
    parts,
  };
}

async function partsOf(reader: TableReader, ...prefix: readonly string[]): Promise<Map<string, CountPart[]>> {
  const parts = new Map<string, CountPart[]>();
  await scan<CountPartRow>(reader, COUNT_PARTS_TABLE, keyPrefix(...prefix), ({ key, value }) => {
    const [, session = '', area = '', counter = ''] = key.split('|');
    const own = parts.get(session) ?? [];
    own.push({ area, counter, ...value });
    parts.set(session, own);
  });
  return parts;
}

/** One session; undefined where nothing is known of it. A count that nobody opened has parts and no opening. */
export async function readCountSession(
  reader: TableReader,
  store: string,
  session: string,
): Promise<CountSession | undefined> {
  const [row] = await reader.getMany<CountSessionsRow>(COUNT_SESSIONS_TABLE, [sessionKey(store, session)]);
  const parts = (await partsOf(reader, store, session)).get(session) ?? [];
  return row === undefined && parts.length === 0 ? undefined : sessionOf(store, session, row, parts);
}

/** The sessions of a store that were opened, closed or reviewed, the newest first. `open`: only those that are, or are not. */
export async function listCountSessions(
  reader: TableReader,
  store: string,
  filter: { readonly open?: boolean } = {},
): Promise<CountSession[]> {
  const rows = new Map<string, CountSessionsRow>();
  await scan<CountSessionsRow>(reader, COUNT_SESSIONS_TABLE, keyPrefix(store), ({ key, value }) => {
    rows.set(key.split('|')[1] ?? '', value);
  });
  // All parts of the store in one walk, or those of the few sessions that are open.
  const all = filter.open === true ? null : await partsOf(reader, store);
  const sessions: CountSession[] = [];
  for (const [session, row] of rows) {
    const bare = sessionOf(store, session, row, []);
    if (filter.open !== undefined && bare.open !== filter.open) continue;
    const parts = (all ?? (await partsOf(reader, store, session))).get(session) ?? [];
    sessions.push({ ...bare, parts });
  }
  const begun = ({ opened, closed, reviews }: CountSession): HybridTime =>
    (opened[0] ?? closed[0] ?? reviews[0])?.at ?? 0;
  return sessions.sort((a, b) => begun(b) - begun(a) || (a.session < b.session ? -1 : 1));
}
