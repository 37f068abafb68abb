// Bounds of the wire and of the two sessions (law 8). Whoever meets a bound answers as protocol.md says, never by
// growing. The size of one event is event-log's bound (EVENT_BYTES_MAX, 128 KiB); every bound here leaves room for such
// an event.

const KIBIBYTE = 1_024;
const SECOND_MS = 1_000;

/** Events in one `push`. */
export const PUSH_EVENTS_MAX = 500;
/**
 * Bytes of the event lines of one `push`, UTF-8, line breaks counted: two events of the largest size would not fit, one
 * always does.
 */
export const PUSH_BYTES_MAX = 256 * KIBIBYTE;
/** Pushes a device may have sent without an answer. */
export const PUSHES_IN_FLIGHT_MAX = 4;
/**
 * Pushes of one connection that wait for their commit: a device that rewinds has one more window on the way, no more.
 */
export const APPENDS_PENDING_MAX = 2 * PUSHES_IN_FLIGHT_MAX;

/** Events in one `events` frame. */
export const EVENTS_FRAME_EVENTS_MAX = 500;
/** Bytes of the event lines of one `events` frame, UTF-8, line breaks counted. */
export const EVENTS_FRAME_BYTES_MAX = 256 * KIBIBYTE;
/** The first frame to a device that is behind; the next may hold twice as much with every `applied`. */
export const EVENTS_FRAME_BYTES_FIRST = 32 * KIBIBYTE;
/** `events` frames the centre may have sent that the device has not reported as applied. */
export const EVENTS_FRAMES_OUTSTANDING_MAX = 4;

/** Header line of a frame that the centre sends: 500 places with 500 different devices take about 87 kB. */
export const CENTRE_HEADER_BYTES_MAX = 96 * KIBIBYTE;
/** Header line of a frame that a device sends: an offer of 500 ids takes about 20 kB. */
export const DEVICE_HEADER_BYTES_MAX = 24 * KIBIBYTE;
/** A whole frame that the centre sends: what a client must be able to take. */
export const CENTRE_FRAME_BYTES_MAX = CENTRE_HEADER_BYTES_MAX + EVENTS_FRAME_BYTES_MAX;
/** A whole frame that a device sends: the centre's `maxPayload`. */
export const DEVICE_FRAME_BYTES_MAX = DEVICE_HEADER_BYTES_MAX + PUSH_BYTES_MAX;

/** Seqs whose hashes are asked for in one round of the search for two chains' last common point. */
export const FORK_PROBES_MAX = 16;
/**
 * Rounds of that search: 16 probes a round narrow 2⁵³ seqs down in 13; more means that the other side does not play by
 * the rules.
 */
export const FORK_ROUNDS_MAX = 16;

/** New ids that one installation is given for forks within a day; past it the repair waits, and nothing is lost. */
export const FORKS_PER_DEVICE_DAY_MAX = 20;
/** How long such a device is asked to wait. */
export const FORKS_RETRY_AFTER_MS = 1_800 * SECOND_MS;

/** Holes that one `welcome` names, the earliest first: about 60 kB. The next one names what is left. */
export const HOLES_NAMED_MAX = 500;
/** Pushes that try to fill one hole on one connection; the next connection begins anew. */
export const FILL_TRIES_MAX = 2;

/** Ids in one `offer`, and in the `want` that answers it. */
export const OFFER_IDS_MAX = 500;
/** Offers on one connection: ten million events. What a device holds beyond is not offered, and it says so. */
export const OFFER_ROUNDS_MAX = 20_000;

export const TICKET_CHARACTERS_MAX = 512;
export const VERSION_CHARACTERS_MAX = 64;
/** Words for people in `refused` and `damage`. */
export const MESSAGE_CHARACTERS_MAX = 500;

/** Bytes that wait in one connection's socket at the centre; past it the engine closes: that client does not read. */
export const CONNECTION_OUTPUT_BYTES_MAX = 4 * CENTRE_FRAME_BYTES_MAX;

/** From wanting a connection to an open socket, the ticket included. */
export const CONNECT_TIMEOUT_MS = 20 * SECOND_MS;
/** From the opened socket to `hello` (centre), and from `hello` to its answer (device). */
export const HELLO_TIMEOUT_MS = 10 * SECOND_MS;
/** A device sends `status` and `ping` this often. */
export const HEARTBEAT_INTERVAL_MS = 30 * SECOND_MS;
/** A `ping` without its `pong` for this long: the connection is dead. */
export const PONG_TIMEOUT_MS = 10 * SECOND_MS;
/** The centre looks this often; a device that said nothing since the last look is gone. */
export const SILENCE_CHECK_MS = 75 * SECOND_MS;
/** A push that is not answered for this long: the connection is dead. */
export const PUSH_TIMEOUT_MS = 20 * SECOND_MS;
/** A step of a fork's repair that the other side does not answer for this long: the connection is dead. */
export const FORK_STEP_TIMEOUT_MS = 20 * SECOND_MS;
/** An `offer` or `resupply` that is not answered for this long: the connection is dead. */
export const OFFERS_TIMEOUT_MS = 20 * SECOND_MS;
/** A snapshot that makes no progress for this long: the connection is given up, what was fetched stays. */
export const SNAPSHOT_STALL_MS = 120 * SECOND_MS;
/** Unsent events, a live connection, and nothing accepted for this long: a fault that the app reports itself. */
export const UNSENT_FAULT_AFTER_MS = 60 * SECOND_MS;
/** An idle device is moved past what does not concern it at most this often. */
export const IDLE_ADVANCE_AFTER_MS = 5 * SECOND_MS;

/** Waits between attempts to connect: from the first, doubling, to the longest; half of each wait is random. */
export const RETRY_DELAY_MIN_MS = 500;
export const RETRY_DELAY_MAX_MS = 30 * SECOND_MS;
/**
 * After a refusal that only a person can lift (update, revoked): asked again this often, so that a lifted one is
 * noticed.
 */
export const RETRY_REFUSED_DELAY_MS = 300 * SECOND_MS;
/** A clock that went this much apart from the monotonic one, beyond drift, has been set. */
export const CLOCK_SET_TOLERANCE_MS = 2 * SECOND_MS;
/** Both clocks are compared with where they stood at most this long ago. */
export const CLOCK_WATCH_ANEW_AFTER_MS = 3_600 * SECOND_MS;
/** A connection that lasted this long after `welcome` counts as healthy: the next wait is the shortest again. */
export const CONNECTION_STABLE_AFTER_MS = 10 * SECOND_MS;
