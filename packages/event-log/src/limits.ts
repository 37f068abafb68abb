// Bounds of the vocabulary (law 8). Whoever meets a bound refuses with a value or an error that names it.
// Wire bounds (frames, outstanding messages) live in `sync`; these hold wherever an event is kept.

/** An event's serialised bytes, UTF-8. Checked before "Saved": a longer document becomes several events. */
export const EVENT_BYTES_MAX = 128 * 1024;
/** Lines in one document (one event). */
export const DOCUMENT_LINES_MAX = 1_000;
/** Stores an event names in its audience besides its own. */
export const AUDIENCE_STORES_MAX = 8;
/** Events one commit on a device may append. */
export const APPEND_EVENTS_MAX = 500;
/** Entries of an event's `meta`, and the length of each value. */
export const META_ENTRIES_MAX = 8;
export const META_VALUE_CHARACTERS_MAX = 200;
/** Rows one `Tables.range` call may return. */
export const RANGE_ROWS_MAX = 10_000;
/** A clock step back up to this is not followed: stamps go on from the last one. Also how far off a clock may be unremarked. */
export const CLOCK_TOLERANCE_MS = 5 * 60 * 1_000;
/** Length of a reason written into a ruling. */
export const REASON_CHARACTERS_MAX = 500;
/** Length of what is noted of a projector that threw. */
export const PROBLEM_CHARACTERS_MAX = 500;
/** Events one `CentralLog.appendOwn` takes. */
export const OWN_EVENTS_MAX = 10_000;
/** Events one read of the central log returns. */
export const READ_EVENTS_MAX = 10_000;
/** Rulings written with one event; together they are one group, never read apart. */
export const RULINGS_PER_EVENT_MAX = 8;
/** Faults one `verify` reports before it stops. */
export const CHAIN_FAULTS_MAX = 100;
/**
 * Events that a revoked device may still push, all set aside; then it is refused, and keeps the rest. A push that passes it is refused
 * whole. What fills a hole in front of the mark is not counted.
 */
export const REVOKED_EVENTS_MAX = 10_000;
/**
 * Holes in one device's log. A disk that spoils more is not one to go on with: the device must be paired again, and its
 * new log begins without them.
 */
export const HOLES_PER_DEVICE_MAX = 1_000;
/** Different lines kept that were handed back and refused. Past it they are refused and counted as before, not kept. */
export const REFUSED_LINES_MAX = 1_000;
/** Ids one `CentralLog.unknownOf` answers, and lines one resupply holds. */
export const RESUPPLY_EVENTS_MAX = 500;
/** Views of one central log that may be open at a time: each keeps the disk from reusing what was written since. */
export const VIEWS_OPEN_MAX = 4;
/** Said where nothing is known of how far a time may be off: more than all the time that a stamp can hold (140 years). */
export const UNCERTAINTY_UNBOUNDED_MS = 140 * 366 * 24 * 3_600 * 1_000;
/** How much faster or slower than true time a clock runs that nobody sets: 100 ms in 1,000 s. */
export const CLOCK_DRIFT_MAX = 1e-4;
