// What the steps of the stock fold hand to each other: documents → entries of lines → lines. Shapes only.
import type { EventId, HybridTime } from '@streamstock/event-log';
import type { LineEntry } from './line-entry.ts';
import type { Gates } from './session-gates.ts';
import type { ReversalRow, StockLineRow, Trade } from './stock-tables.ts';

/** A document before or after a batch. */
export interface DocumentState {
  readonly at: HybridTime;
  /** One per line. Of a document that an earlier batch brought, null where the journal does not hold the line any more. */
  readonly lines: readonly (LineEntry | null)[];
  /** One per line: it is not reversed. */
  readonly unreversed: readonly boolean[];
}

/** What a batch changes about one document; null where its event did not or does not count. */
export interface DocumentChange {
  readonly id: EventId;
  readonly store: string;
  /** Item of each line. */
  readonly items: readonly string[];
  readonly contest: string | null;
  readonly trade: Trade | null;
  readonly before: DocumentState | null;
  readonly after: DocumentState | null;
}

/** Reversals before and after a batch, by `reversalKey`. */
export interface Reversals {
  readonly before: ReadonlyMap<string, ReversalRow>;
  readonly after: ReadonlyMap<string, ReversalRow>;
}

/** What a batch says about documents; where it says nothing, rows keep what they say themselves. */
export interface Said {
  readonly reversals: Reversals;
  readonly gates: Gates;
}

/** One line of one document before and after a batch. */
export interface EntryChange {
  readonly event: EventId;
  /** 0-based line of the document. */
  readonly line: number;
  readonly before: LineEntry | null;
  readonly after: LineEntry | null;
  /** Something is said about a line that the journal does not hold any more. */
  readonly touched: boolean;
}

/** Everything a batch says about one stock line, with its row as it stands. */
export interface TouchedLine {
  readonly key: string;
  readonly store: string;
  readonly item: string;
  readonly row: StockLineRow | null;
  readonly entries: readonly EntryChange[];
}

/** Counting rows that a batch adds to and takes from one line, each in (time, id, line) order. */
export interface LineChange {
  readonly store: string;
  readonly item: string;
  readonly row: StockLineRow | null;
  readonly added: readonly LineEntry[];
  readonly removed: readonly LineEntry[];
  /** Entries that wait for the journal before the horizon. */
  readonly parked: number;
}
