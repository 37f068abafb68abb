// One item as the centre knew it at a position, through indexes: the cost is that of the item's own story, not of the log.
//
//   item ──item-events──► its documents ──event-links──► rulings, reversals, openings, closings, receipts of one parcel
//                              ▲                                                  │
//                              └───────────── and what is said about those ◄──────┘     until nothing is new
import {
  sortableNumber,
  tableKey,
  keyPrefix,
  type Event,
  type Position,
  type TableReader,
} from '@streamstock/event-log';
import { ITEM_EVENTS_TABLE } from '../catalogue/item-events.ts';
import { KNOWN_AT_PAGE_EVENTS } from '../limits.ts';
import { scan } from '../scan.ts';
import { linkedPositions, linksTo, type EventLink } from './event-links.ts';
import { knownStock, type KnownStock } from './known-at.ts';
import { LineBook } from './line-book.ts';

/** The events at these positions of the central log, in any order. Every position exists. */
export type ReadEventsAt = (positions: readonly Position[]) => Promise<readonly Event[]>;

/**
 * What `knownAt` says of one item (in one store). `reader` has the tables of `itemEventsProjector` and
 * `eventLinksProjector`, folded at least up to `position`.
 */
export async function itemKnownAt(
  reader: TableReader,
  readEvents: ReadEventsAt,
  position: Position,
  filter: { readonly item: string; readonly store?: string },
): Promise<KnownStock> {
  const book = new LineBook();
  const read = new Set<Position>();
  const followed = new Set<EventLink>();
  let next = await itemPositions(reader, filter.item, position);
  while (next.length > 0) {
    for (const found of next) read.add(found);
    const links = new Set<EventLink>();
    for (let from = 0; from < next.length; from += KNOWN_AT_PAGE_EVENTS) {
      for (const event of await readEvents(next.slice(from, from + KNOWN_AT_PAGE_EVENTS))) {
        book.read(event);
        for (const link of linksTo(event)) if (!followed.has(link)) links.add(link);
      }
    }
    const found = new Set<Position>();
    for (const link of links) {
      followed.add(link);
      for (const linked of await linkedPositions(reader, link, position)) if (!read.has(linked)) found.add(linked);
    }
    next = [...found];
  }
  return knownStock(book, position, filter);
}

async function itemPositions(reader: TableReader, item: string, until: Position): Promise<Position[]> {
  const positions: Position[] = [];
  const range = { from: keyPrefix(item).from, to: tableKey(item, sortableNumber(until + 1)) };
  await scan(reader, ITEM_EVENTS_TABLE, range, ({ key }) => void positions.push(Number(key.slice(item.length + 1))));
  return positions;
}
