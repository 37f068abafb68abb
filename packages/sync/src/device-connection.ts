// The life of a device's connections: making one, letting it go, waiting, being refused. Every way out of a connection
// ends here, and every one of them leads to a next attempt (S1). Pure; part of the device session.
import { jittered, retryDelayMs } from './back-off.ts';
import type {
  ConnectFailure,
  DeviceEffect,
  DeviceMoment,
  DeviceReport,
  DeviceSessionView,
} from './device-session-types.ts';
import { clear, CONNECTION_TIMERS, stand, to, type DeviceSessionState, type DeviceStep } from './device-state.ts';
import { encodeFrame } from './frame.ts';
import { CONNECT_TIMEOUT_MS, HELLO_TIMEOUT_MS, RETRY_REFUSED_DELAY_MS } from './limits.ts';
import { PROTOCOL_VERSION, type Refused } from './protocol.ts';
import type { DeviceLogState } from '@streamstock/event-log';
import { unsentSettled } from './device-unsent.ts';

export function connect(state: DeviceSessionState, effects: readonly DeviceEffect[]): DeviceStep {
  const connection = state.connection + 1;
  return to(
    { ...state, connection },
    { kind: 'connecting' },
    ...effects,
    { type: 'connect', connection },
    { type: 'setTimer', timer: 'answer', afterMs: CONNECT_TIMEOUT_MS },
  );
}

interface Wait {
  readonly standing: 'offline' | 'waiting' | 'needsYou';
  readonly needs: DeviceSessionView['needs'];
  readonly delayMs: number;
}

function waitAnd(
  state: DeviceSessionState,
  wait: Wait,
  at: DeviceMoment,
  effects: readonly DeviceEffect[],
): DeviceStep {
  const stood = stand({ ...state, needs: wait.needs, attempt: state.attempt + 1 }, wait.standing, at);
  return to(
    stood,
    { kind: 'waiting' },
    ...effects,
    ...clear(CONNECTION_TIMERS),
    { type: 'close', connection: state.connection },
    { type: 'setTimer', timer: 'retry', afterMs: wait.delayMs },
  );
}

/** S1, S2: lets the connection go and comes back after the back-off. A need that only a person can meet stays shown. */
export function drop(state: DeviceSessionState, at: DeviceMoment, report?: DeviceReport): DeviceStep {
  const effects: DeviceEffect[] = report === undefined ? [] : [{ type: 'report', report }];
  const standing = state.needs === null ? 'offline' : 'needsYou';
  return waitAnd(state, { standing, needs: state.needs, delayMs: retryDelayMs(state.attempt, at.random) }, at, effects);
}

export function stop(state: DeviceSessionState, at: DeviceMoment): DeviceStep {
  const idle: DeviceSessionState = {
    ...stand(state, 'stopped', at),
    needs: null,
    attempt: 0,
    unsentArmed: false,
    unsentFault: false,
    aloneTo: 0,
    restriction: null,
    locked: false,
    withoutSnapshot: false,
    snapshotsInRow: 0,
  };
  const timers = clear([...CONNECTION_TIMERS, 'retry', 'unsent']);
  return to(idle, { kind: 'stopped' }, ...timers, { type: 'close', connection: state.connection });
}

const CONNECT_REFUSALS = {
  unauthorised: { recovery: 'enrol', message: 'The server does not know this device any more. Enrol it again.' },
  revoked: { recovery: 'enrol', message: 'This device was removed. Enrol it again.' },
  update: { recovery: 'update', message: 'This app is too old for the server. Update it.' },
} as const;

export function onConnectFailed(state: DeviceSessionState, failure: ConnectFailure, at: DeviceMoment): DeviceStep {
  // Without a network nothing can be accepted: that is no fault of sending.
  const { state: calm, effects } = unsentSettled(state);
  switch (failure.kind) {
    case 'unreachable':
      return waitAnd(
        calm,
        { standing: 'offline', needs: null, delayMs: retryDelayMs(state.attempt, at.random) },
        at,
        effects,
      );
    case 'busy': {
      const delayMs = Math.max(failure.retryAfterMs ?? 0, retryDelayMs(state.attempt, at.random));
      return waitAnd(calm, { standing: 'waiting', needs: null, delayMs }, at, effects);
    }
    case 'refused': {
      const needs = { kind: failure.refusal, ...CONNECT_REFUSALS[failure.refusal] };
      if (failure.refusal === 'revoked') return lock(state, needs.message, at);
      return waitAnd(
        calm,
        { standing: 'needsYou', needs, delayMs: jittered(RETRY_REFUSED_DELAY_MS, at.random) },
        at,
        effects,
      );
    }
  }
}

export function onRefused(state: DeviceSessionState, refused: Refused, at: DeviceMoment): DeviceStep {
  const { kind, recovery, message, retryAfterMs } = refused;
  const report: DeviceEffect = { type: 'report', report: { kind: 'refused', refusal: kind, recovery, message } };
  const backOffMs = Math.max(retryAfterMs ?? 0, retryDelayMs(state.attempt, at.random));
  switch (recovery) {
    case 'retry':
    case 'new-ticket':
      return waitAnd(
        state,
        { standing: kind === 'busy' ? 'waiting' : 'offline', needs: null, delayMs: backOffMs },
        at,
        [report],
      );
    case 'update':
    case 'enrol':
    case 'snapshot': {
      if (kind === 'revoked') {
        const locked = lock(state, message, at);
        return { state: locked.state, effects: [report, ...locked.effects] };
      }
      const delayMs = Math.max(retryAfterMs ?? 0, jittered(RETRY_REFUSED_DELAY_MS, at.random));
      return waitAnd(state, { standing: 'needsYou', needs: { kind, recovery, message }, delayMs }, at, [report]);
    }
  }
}

/** Whether events can be folded on what this log holds; otherwise a snapshot comes first. */
export function wantsEvents(state: DeviceSessionState, log: DeviceLogState): boolean {
  return !log.needsSnapshot && (log.cursor !== null || state.withoutSnapshot);
}

export function hello(
  state: DeviceSessionState,
  ticket: string,
  log: DeviceLogState | null,
  at: DeviceMoment,
): DeviceStep {
  if (log === null) {
    const needs = { kind: 'unauthorised', recovery: 'enrol', message: 'This device is not enrolled.' } as const;
    return waitAnd(
      state,
      { standing: 'needsYou', needs, delayMs: jittered(RETRY_REFUSED_DELAY_MS, at.random) },
      at,
      [],
    );
  }
  const { device, store } = log.identity;
  const text = encodeFrame({
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    ticket,
    device,
    store,
    cursor: log.cursor,
    head: log.head,
    accepted: log.accepted,
    receive: wantsEvents(state, log),
    appVersion: state.config.appVersion,
    readModelVersion: state.config.readModelVersion,
    deviceTimeMs: at.nowMs,
  });
  return to(
    state,
    { kind: 'greeting', log },
    { type: 'send', connection: state.connection, text },
    { type: 'setTimer', timer: 'answer', afterMs: HELLO_TIMEOUT_MS },
  );
}

/** Removed, and nothing more of it will be taken: asked again now and then, in case something else was saved since. */
export function lock(before: DeviceSessionState, message: string, at: DeviceMoment): DeviceStep {
  const { state, effects } = unsentSettled(before);
  const device = 'log' in before.phase ? before.phase.log.identity.device : null;
  const report: DeviceEffect = { type: 'report', report: { kind: 'locked', device } };
  const needs = { kind: 'revoked', recovery: 'enrol', message } as const;
  return waitAnd(
    { ...state, locked: true },
    { standing: 'needsYou', needs, delayMs: jittered(RETRY_REFUSED_DELAY_MS, at.random) },
    at,
    before.locked ? effects : [...effects, report],
  );
}

export function broken(state: DeviceSessionState, at: DeviceMoment, detail: string): DeviceStep {
  return drop(state, at, { kind: 'bad-frame', detail });
}
