// The centre's index from what an event is about to its position: rulings and reversals by the event they name, receipts by
// the parcel they receive, openings and closings by their session. With the positions of an item's own events it finds
// everything that can change that item's lines, without reading the log. Needs positions, so it runs at the centre only.
import {
  isRulingType,
  keyPrefix,
  rulingTarget,
  sortableNumber,
  tableKey,
  type Change,
  type Event,
  type Position,
  type Projector,
  type TableReader,
  type Tables,
} from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { scan } from '../scan.ts';
import { contestKey } from './receipt-contest.ts';

/** Key: link|position; the value says nothing more. */
export const EVENT_LINKS_TABLE = 'event-links';

/** What an event can change the standing of, or have its own standing changed by. */
export type EventLink = string;

const aboutEvent = (id: string): EventLink => tableKey('event', id);
const aboutSession = (store: string, session: string): EventLink => tableKey('session', store, session);

/** What an event says something about. */
export function linksFrom(event: Event): readonly EventLink[] {
  if (isRulingType(event.type)) {
    const target = rulingTarget(event);
    return target === undefined ? [] : [aboutEvent(target)];
  }
  const parsed = parsePayload(event);
  if (!parsed.ok || event.store === null) return [];
  switch (parsed.type) {
    case 'EntryReversed':
      return [aboutEvent(parsed.payload.target)];
    case 'TransferReceived':
      return [tableKey('receipt', contestKey(parsed.payload))];
    case 'CountOpened':
    case 'CountClosed':
      return [aboutSession(event.store, parsed.payload.session)];
    default:
      return [];
  }
}

/** Where to look for what is said about an event. */
export function linksTo(event: Event): readonly EventLink[] {
  if (isRulingType(event.type)) return [];
  const parsed = parsePayload(event);
  const own = aboutEvent(event.id);
  if (!parsed.ok || event.store === null) return [own];
  if (parsed.type === 'StockCounted') return [own, aboutSession(event.store, parsed.payload.session)];
  if (parsed.type === 'TransferReceived') return [own, tableKey('receipt', contestKey(parsed.payload))];
  return [own];
}

export const eventLinksProjector: Projector = {
  name: 'event-links',
  version: 1,
  tables: [EVENT_LINKS_TABLE],
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    // Whether it counts is no matter: writing a row again changes nothing.
    const rows = changes.flatMap(({ event, position }) =>
      position === undefined
        ? []
        : linksFrom(event).map((link) => ({ key: tableKey(link, sortableNumber(position)), value: {} })),
    );
    if (rows.length > 0) await tables.putMany(EVENT_LINKS_TABLE, rows);
  },
};

/** Positions up to `until` of the events that say something about a link. */
export async function linkedPositions(reader: TableReader, link: EventLink, until: Position): Promise<Position[]> {
  const positions: Position[] = [];
  const range = { from: keyPrefix(link).from, to: tableKey(link, sortableNumber(until + 1)) };
  await scan(reader, EVENT_LINKS_TABLE, range, ({ key }) => void positions.push(Number(key.slice(link.length + 1))));
  return positions;
}
