// The device session's state and what screens see of it. Owns no transition: those are in device-session.ts and its
// parts.
import type { DeviceLogState, Seq } from '@streamstock/event-log';
import type { ClockMeasure } from './clock-offset.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { Offers } from './device-offers.ts';
import type { Receiving } from './device-receiving.ts';
import type { Sending } from './device-sending.ts';
import type {
  ConnectionNumber,
  DeviceEffect,
  DeviceMoment,
  DeviceSessionConfig,
  DeviceSessionView,
  DeviceTimer,
} from './device-session-types.ts';
import type { NewDevice, Restriction } from './protocol.ts';

export interface Live {
  readonly kind: 'live';
  readonly log: DeviceLogState;
  readonly epoch: string;
  readonly restriction: Restriction | null;
  readonly sending: Sending;
  /** null: this connection is sent no events. */
  readonly receiving: Receiving | null;
  /** On the way to a snapshot; null: none is needed, or this device may have none. */
  readonly renewal: Renewal | null;
  /** The last time of the centre's clock, and when it was heard, monotonic. */
  readonly heard: { readonly serverTimeMs: number; readonly atMonotonicMs: number };
  readonly ping: { readonly sentAtMs: number; readonly atMonotonicMs: number } | null;
}

/** The steps before the read models stand on a snapshot: see device-renewal.ts. */
export type Renewal =
  /** `offered`: everything held was offered; what was saved meanwhile is still on its way. */
  | { readonly step: 'pushing'; readonly offered: boolean }
  | { readonly step: 'offering'; readonly offers: Offers }
  | {
      readonly step: 'fetching';
      readonly attempt: number;
      readonly bytesHeld: number;
      readonly bytesTotal: number | null;
    }
  | { readonly step: 'waiting'; readonly attempt: number };

interface Forking {
  readonly kind: 'forking';
  readonly log: DeviceLogState;
  readonly round: number;
  readonly step: 'hashing' | 'told' | { readonly newDevice: NewDevice };
}

export type Phase =
  | { readonly kind: 'stopped' | 'waiting' | 'connecting' }
  | { readonly kind: 'reading'; readonly ticket: string }
  | { readonly kind: 'greeting'; readonly log: DeviceLogState }
  | Live
  | Forking;

export interface DeviceSessionState {
  readonly config: DeviceSessionConfig;
  readonly phase: Phase;
  readonly connection: ConnectionNumber;
  /** Attempts since the last healthy connection. */
  readonly attempt: number;
  readonly standing: DeviceSessionView['connection'];
  readonly standingSinceMs: number;
  readonly needs: DeviceSessionView['needs'];
  readonly clock: { readonly measure: ClockMeasure; readonly measuredAtMs: number } | null;
  readonly lastHeardAtMs: number | null;
  readonly unsentArmed: boolean;
  readonly unsentFault: boolean;
  /** Since when the raw clock runs undisturbed. */
  readonly clockWatch: ClockWatch | null;
  /** The watch knows the last stamp of before it began. */
  readonly clockWatchIsSet: boolean;
  /** One event a push up to this seq, also on the next connection: a damaged one is among them. 0: none. */
  readonly aloneTo: Seq;
  readonly damagedCount: number;
  /** As last told by `welcome`. */
  readonly restriction: Restriction | null;
  readonly locked: boolean;
  /** There was no snapshot for this new log: it hears everything from the first event. */
  readonly withoutSnapshot: boolean;
  /** Snapshots installed since a connection was last sent events: a second one in a row is not fetched at once. */
  readonly snapshotsInRow: number;
}

export interface DeviceStep {
  readonly state: DeviceSessionState;
  readonly effects: readonly DeviceEffect[];
}

export function startDeviceSession(config: DeviceSessionConfig): DeviceSessionState {
  return {
    config,
    phase: { kind: 'stopped' },
    connection: 0,
    attempt: 0,
    standing: 'stopped',
    standingSinceMs: 0,
    needs: null,
    clock: null,
    lastHeardAtMs: null,
    unsentArmed: false,
    unsentFault: false,
    clockWatch: null,
    clockWatchIsSet: false,
    aloneTo: 0,
    damagedCount: 0,
    restriction: null,
    locked: false,
    withoutSnapshot: false,
    snapshotsInRow: 0,
  };
}

export function stay(state: DeviceSessionState): DeviceStep {
  return { state, effects: [] };
}

export function to(state: DeviceSessionState, phase: Phase, ...effects: readonly DeviceEffect[]): DeviceStep {
  return { state: { ...state, phase }, effects };
}

export function stand(
  state: DeviceSessionState,
  standing: DeviceSessionView['connection'],
  at: DeviceMoment,
): DeviceSessionState {
  if (state.standing === standing) return state;
  return { ...state, standing, standingSinceMs: at.nowMs };
}

export const CONNECTION_TIMERS: readonly DeviceTimer[] = [
  'answer',
  'heartbeat',
  'pong',
  'push',
  'stable',
  'offers',
  'snapshot',
];

export function clear(timers: readonly DeviceTimer[]): DeviceEffect[] {
  return timers.map((timer) => ({ type: 'clearTimer', timer }));
}

/** What screens show of this session. */
export function viewOf(state: DeviceSessionState): DeviceSessionView {
  const { phase, clock } = state;
  const live = phase.kind === 'live' ? phase : null;
  const receiving = live?.receiving ?? null;
  return {
    connection: state.standing,
    connectionSinceMs: state.standingSinceMs,
    needs: state.needs,
    clock:
      clock === null
        ? null
        : {
            offsetMs: clock.measure.offsetMs,
            uncertaintyMs: clock.measure.uncertaintyMs,
            measuredAtMs: clock.measuredAtMs,
          },
    lastHeardAtMs: state.lastHeardAtMs,
    catchUp:
      receiving !== null && receiving.appliedPosition < receiving.headPosition
        ? { position: receiving.appliedPosition, headPosition: receiving.headPosition }
        : null,
    sending: live !== null && live.sending.inFlight.length > 0,
    unsentFault: state.unsentFault,
    damagedCount: state.damagedCount,
    restriction: state.restriction,
    renewal: live === null || live.renewal === null ? null : progressOf(live.renewal),
    locked: state.locked,
  };
}

function progressOf(renewal: Renewal): NonNullable<DeviceSessionView['renewal']> {
  const { step } = renewal;
  switch (step) {
    case 'pushing':
    case 'waiting':
      return { step, done: 0, total: null };
    case 'offering':
      return { step, done: renewal.offers.offered, total: null };
    case 'fetching':
      return { step, done: renewal.bytesHeld, total: renewal.bytesTotal };
  }
}
