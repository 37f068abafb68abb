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
