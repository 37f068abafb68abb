// Bounds of the HTTP contract (law 8). The server refuses past them with a problem that names the bound; clients check
// forms against the same schemas. Bounds of events themselves live in event-log.

/** Characters of a name a person gives to a store, a device or an account. */
export const NAME_CHARACTERS_MAX = 120;
/** Characters of an item's name: as many as the event holds. */
export const ITEM_NAME_CHARACTERS_MAX = 200;
/** Characters of an e-mail address (RFC 5321). */
export const EMAIL_CHARACTERS_MAX = 254;
/** Characters of a password: long pass phrases fit, hashing cost stays bounded. */
export const PASSWORD_CHARACTERS_MIN = 10;
export const PASSWORD_CHARACTERS_MAX = 200;
/** Characters of a secret handed over once (tokens, keys, credentials, tickets). */
export const SECRET_CHARACTERS_MAX = 200;
/** Characters of any explanatory text the server answers with. */
export const TEXT_CHARACTERS_MAX = 2_000;

/** Stores of one chain, as far as one answer lists them. */
export const STORES_MAX = 1_000;
/** Devices one answer lists. */
export const DEVICES_MAX = 10_000;
/** Epochs, holes and refused events one answer lists, the latest first. */
export const EPOCHS_MAX = 100;
export const HOLES_MAX = 500;
export const REFUSED_MAX = 100;
/** Items of the catalogue, as far as the matrix lists them. */
export const ITEMS_MAX = 200_000;
/** Items on one page of the catalogue. */
export const ITEMS_PAGE_MAX = 1_000;
/** Barcodes listed with one item. */
export const BARCODES_PER_ITEM_MAX = 100;
/** Events on one page of the log, and looked at for one page when a filter hits rarely. */
export const EVENTS_PAGE_MAX = 500;
export const EVENTS_SCANNED_MAX = 5_000;
/** Lines of one till roll or journal of a story; older ones are summed or left out. */
export const STORY_LINES_MAX = 1_000;
/** Stock lines that one live message names; past it the subscriber is told to read again. */
export const LIVE_CHANGES_MAX = 1_000;
/** Events one import request carries, over all its stores. */
export const IMPORT_EVENTS_MAX = 2_000;
/** Faults one verification lists; the rest is told by number. */
export const VERIFY_FAULTS_MAX = 100;

/** Bytes of a request body: ordinary routes, and an import batch. */
export const BODY_BYTES_MAX = 64 * 1024;
export const IMPORT_BODY_BYTES_MAX = 8 * 1024 * 1024;
