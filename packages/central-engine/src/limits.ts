// Bounds of the central engine (law 8). Past each of them a connection is told to come back, or is closed: nothing that a
// device saved is lost by that, it is still in its outbox.
import {
  DEVICE_FRAME_BYTES_MAX,
  EVENTS_FRAMES_OUTSTANDING_MAX,
  PUSH_BYTES_MAX,
  PUSH_EVENTS_MAX,
  PUSHES_IN_FLIGHT_MAX,
  type WireLimits,
} from '@streamstock/sync';

/** What every connection is told in `welcome`. */
export const WIRE_LIMITS: WireLimits = {
  pushEventsMax: PUSH_EVENTS_MAX,
  pushBytesMax: PUSH_BYTES_MAX,
  pushesInFlightMax: PUSHES_IN_FLIGHT_MAX,
  eventsFramesOutstandingMax: EVENTS_FRAMES_OUTSTANDING_MAX,
};

/** `maxPayload` for the socket server: a little more than a frame may have, so that one that is too large is answered with words. */
export const SOCKET_PAYLOAD_BYTES_MAX = DEVICE_FRAME_BYTES_MAX + 64 * 1_024;

/** Connections at a time. */
export const CONNECTIONS_MAX = 5_000;
/** Connections of one device at a time; the oldest goes. More than one is a socket that died unseen, or a clone. */
export const CONNECTIONS_PER_DEVICE_MAX = 4;
/** Bytes that wait in one socket for a peer that does not read: past it the socket is cut. */
export const SOCKET_BUFFERED_BYTES_MAX = 1_024 * 1_024;

/** More than this waits in a socket: nothing more is read from the log for it until that has gone out. */
export const SOCKET_LOW_WATER_BYTES = 64 * 1_024;

/** Lines that one transaction takes from the waiting pushes (one push always): a commit holds the event loop. */
export const GROUP_EVENTS_MAX = 500;
/** Bytes of pushes that wait for their commit; past it a push is refused as busy. */
export const WAITING_BYTES_MAX = 64 * 1_024 * 1_024;

/** Up to so many committed events are looked at for whom they concern; more concern everyone. */
export const AUDIENCE_EVENTS_MAX = 64;

/** Devices whose last word is kept; past it those that are away longest are forgotten until they speak again. */
export const DEVICE_STATUSES_MAX = 20_000;
/** Forks that are followed back from a device to the one its ticket was given to. */
export const FORKS_FOLLOWED_MAX = 1_000;

/** How long `close` waits for the sockets to say goodbye. */
export const CLOSE_TIMEOUT_MS = 2_000;
