// The device session's state and what screens see of it. Owns no transition: those are in device-session.ts and its
// parts.
import type { DeviceLogState } from '@streamstock/event-log';
import type { ClockMeasure } from './clock-offset.ts';
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
import type { NewDevice } from './protocol.ts';

export interface Live {
  readonly kind: 'live';
  readonly log: DeviceLogState;
  readonly epoch: string;
  readonly sending: Sending;
  readonly receiving: Receiving;
  /** The last time of the centre's clock, and when it was heard, monotonic. */
  readonly heard: { readonly serverTimeMs: number; readonly atMonotonicMs: number };
  readonly ping: { readonly sentAtMs: number; readonly atMonotonicMs: number } | null;
}

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
  readonly damagedSeq: number | null;
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
    damagedSeq: null,
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

export const CONNECTION_TIMERS: readonly DeviceTimer[] = ['answer', 'heartbeat', 'pong', 'push', 'stable'];

export function clear(timers: readonly DeviceTimer[]): DeviceEffect[] {
  return timers.map((timer) => ({ type: 'clearTimer', timer }));
}

/** What screens show of this session. */
export function viewOf(state: DeviceSessionState): DeviceSessionView {
  const { phase, clock } = state;
  const live = phase.kind === 'live' ? phase : null;
  const behind = live !== null && live.receiving.appliedPosition < live.receiving.headPosition;
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
      live !== null && behind
        ? { position: live.receiving.appliedPosition, headPosition: live.receiving.headPosition }
        : null,
    sending: live !== null && live.sending.inFlight.length > 0,
    unsentFault: state.unsentFault,
    damagedSeq: state.damagedSeq,
  };
}
