// Bounds of the domain (law 8). Whoever meets one refuses with a value that names it. Bounds of events as such
// (bytes, lines of a document) are event-log's.

/** The largest quantity one line may state, in the item's smallest unit: 1,000 tonnes in grams. */
export const QUANTITY_MAX = 1_000_000_000;
/** The largest amount of money one field may state, in minor units. */
export const MONEY_MINOR_UNITS_MAX = 1_000_000_000_000;
/** Digits after the decimal point of an amount or a quantity as shown. */
export const SCALE_MAX = 6;
export const NAME_CHARACTERS_MAX = 200;
export const CATEGORY_CHARACTERS_MAX = 64;
export const SKU_CHARACTERS_MAX = 64;
export const BARCODE_CHARACTERS_MAX = 64;
export const REFERENCE_CHARACTERS_MAX = 64;
export const NOTE_CHARACTERS_MAX = 200;
/** The most pieces a pack's barcode may stand for. */
export const PACK_SIZE_MAX = 100_000;
export const STORE_AREAS_MAX = 100;
/** Stores one order may come from. */
export const ORDER_PARTS_MAX = 8;
export const LEAD_TIME_DAYS_MAX = 365;
export const COVER_DAYS_MAX = 365;
/** A store may be declared silent at the earliest after a minute, at the latest after 30 days. */
export const SILENT_AFTER_MS_MIN = 60_000;
export const SILENT_AFTER_MS_MAX = 30 * 24 * 60 * 60 * 1_000;
/**
 * An uncertainty above this, and an unmeasured clock, count as this much: so far around a count another device's
 * movements can put it in doubt. Longer than a shop is expected to work without a network.
 */
export const UNCERTAINTY_MS_MAX = 7 * 24 * 60 * 60 * 1_000;
/** Bytes of an event's 128 kB that are kept free for its envelope when a document is cut into events. */
export const ENVELOPE_BYTES_RESERVE = 4 * 1_024;
/** Events one command may yield; a larger document is refused. */
export const COMMAND_EVENTS_MAX = 100;
/** Rows one page of a table scan asks for. */
export const SCAN_PAGE_ROWS = 1_000;
/** Movements an explanation lists one by one; older ones are summed in one figure. */
export const ROLL_ROWS_MAX = 500;
/** Movements just before a count that an explanation lists, so that late news can be recognised. */
export const SEEN_BY_COUNT_ROWS_MAX = 50;
/** Items or barcodes one in-memory index may hold. */
export const ITEM_INDEX_MAX = 100_000;
/** Events one in-memory book may hold: their row names stay far below 2⁵³, their slots within one array. */
export const BOOK_EVENTS_MAX = 50_000_000;
/** Shipments, transfer requests or orders from suppliers that one list holds: the newest. */
export const DOCUMENT_LIST_ROWS_MAX = 1_000;
/** Journal rows that one alert walks back at most; an alert older than that says that it began before. */
export const TRAJECTORY_ROWS_MAX = 20_000;
/** Journal rows that an alert reads first: most alerts began within them. */
export const TRAJECTORY_ROWS_FIRST = 64;
/** Reservations of one line that its trajectory knows besides those that still hold something, the newest first. */
export const TRAJECTORY_HOLDS_MAX = 1_000;
/** Below this a line with a policy is critical where the policy itself says nothing. */
export const CRITICAL_LINE_DEFAULT = 10;
/** Movements within the hour that make a depletion rapid where the policy says nothing. */
export const DEPLETION_MOVEMENTS_MIN_DEFAULT = 5;
/** Alerts of one kind about single subjects of a store (events, shipments); the rest is one alert that says how many. */
export const SUBJECT_ALERTS_MAX = 100;
/** Alerts that a digest names; the rest is in its counts. */
export const DIGEST_TOP_MAX = 10;
/** Away for longer than this, a store hears one digest instead of every alert. */
export const DIGEST_AFTER_MS = 4 * 60 * 60 * 1_000;
/** More new alerts at once than this are a digest, however short the absence. */
export const ALERTS_AT_ONCE_MAX = 5;
/** A snooze ends at the latest after this. */
export const SNOOZE_MS_MAX = 90 * 24 * 60 * 60 * 1_000;
/** Lines one page of a count's sheet holds at most. */
export const COUNT_SHEET_LINES_MAX = 1_000;
/** Lines a proposal for a cycle count names at most. */
export const CYCLE_COUNT_LINES_MAX = 500;
/** Entries of a line's cost journal that lie in one row, with the state before them. */
export const VALUE_CHUNK_ENTRIES = 16;
/** Stores that are looked at to find the fewest for an order; past it one is taken after the other, the fullest first. */
export const SOURCING_STEPS_MAX = 20_000;
/** A line's journal is kept whole for at least this long before it may be compacted into a base. */
export const HORIZON_DAYS_MIN = 35;
/** Events that stock as known at a position asks of the log at a time. */
export const KNOWN_AT_PAGE_EVENTS = 1_000;
/** A return that names no sale may belong to one of at most so many days before it. */
export const RETURN_WINDOW_DAYS = 30;
/** Days of demand that a forecast looks back on at most. */
export const DEMAND_DAYS_MAX = 731;
