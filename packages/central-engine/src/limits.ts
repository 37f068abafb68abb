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

/** How much of the centre one device, one store, one address and all of them together may take. */
export interface EngineBounds {
  /** Connections at a time; past it a device is told to come back. Each takes a file: see `docs/operations.md`. */
  readonly connectionsMax: number;
  /** Devices of a shop share an address; so do all of a chain behind one proxy, which then is not counted. */
  readonly connectionsPerAddressMax: number;
  readonly connectionsPerStoreMax: number;
  /** The oldest goes. More than one is a socket that died unseen, or a clone. */
  readonly connectionsPerDeviceMax: number;
  /** A device that comes back from a month offline pushes 500 events at a time: it is far below this. */
  readonly pushesPerDevicePerSecondMax: number;
  readonly pushesPerStorePerSecondMax: number;
}

export const CONNECTIONS_MAX = 12_000;
export const CONNECTIONS_PER_DEVICE_MAX = 4;
export const ENGINE_BOUNDS: EngineBounds = {
  connectionsMax: CONNECTIONS_MAX,
  connectionsPerAddressMax: 1_000,
  connectionsPerStoreMax: 500,
  connectionsPerDeviceMax: CONNECTIONS_PER_DEVICE_MAX,
  pushesPerDevicePerSecondMax: 4_000,
  pushesPerStorePerSecondMax: 16_000,
};
/** An unused allowance of pushes is worth this long of them. */
export const ALLOWANCE_SPAN_MS = 2_000;
/** Devices, and stores, whose allowance is remembered; who is forgotten starts with a full one. */
export const ALLOWANCES_MAX = 20_000;
/** A device that is turned away for want of room comes back after this. */
export const NO_ROOM_RETRY_MS = 10_000;

/** The window of recent lines: devices that keep up are served from it. Seconds of trade, not minutes. */
export const RECENT_LINES_MAX = 20_000;
export const RECENT_BYTES_MAX = 16 * 1_024 * 1_024;
/** Stores of which it is remembered where they heard of something last. */
export const RECENT_STORES_MAX = 20_000;
/** Connections whom a commit does not concern hear of the new head within this. */
export const IDLE_TELL_MS = 1_000;
/** Connections that are told of a commit in one turn of the event loop: each may be sent a frame in it. */
export const TELL_CONNECTIONS_PER_TURN = 100;

/** How often the timers of all connections are looked at; theirs are of seconds. */
export const TIMER_TICK_MS = 250;
/** Timers that fire in one turn of the event loop: each may send a frame in it. */
export const TIMERS_FIRED_PER_TURN = 100;

/** Bytes that wait in one socket for a peer that does not read: past it the socket is cut. */
export const SOCKET_BUFFERED_BYTES_MAX = 1_024 * 1_024;

/** More than this waits in a socket: nothing more is read from the log for it until that has gone out. */
export const SOCKET_LOW_WATER_BYTES = 64 * 1_024;

/**
 * Lines that one transaction takes from the waiting submissions (one always): between these bounds, as many as are
 * committed in about `GROUP_AIM_MS`, for who comes next waits for them.
 */
export const GROUP_EVENTS_MIN = 250;
export const GROUP_EVENTS_MAX = 2_000;
export const GROUP_AIM_MS = 30;
/** After the last submission: read models stand back so long, for it seldom comes alone. No longer: what they put off they fold
 * later in one go, beside which devices hear of each other half as late again. */
export const BUSY_FOR_MS = 4;
/** Bytes of submissions that wait for their commit; past it one is refused as busy. */
export const WAITING_BYTES_MAX = 64 * 1_024 * 1_024;

/** Up to so many committed events are looked at for whom they concern; more concern everyone. */
export const AUDIENCE_EVENTS_MAX = 64;

/** Devices whose last word is kept; past it those that are away longest are forgotten until they speak again. */
export const DEVICE_STATUSES_MAX = 20_000;
/** Forks that are followed back from a device to the one its ticket was given to. */
export const FORKS_FOLLOWED_MAX = 1_000;

/** How long `close` waits for the sockets to say goodbye. */
export const CLOSE_TIMEOUT_MS = 2_000;

/** What a reactor is read of the log at once. */
export const REACTOR_READ_EVENTS_MAX = 200;
export const REACTOR_READ_BYTES_MAX = 512 * 1_024;
/** After a restore a reactor is given again so many events from before the cut: a copy may lack answers of that age. */
export const REACTOR_AGAIN_EVENTS_MAX = 10_000;
/** Devices that reactors wait for after a restore; more are not named, the operator decides. */
export const AWAITED_DEVICES_MAX = 20_000;
