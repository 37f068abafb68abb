// A fork's repair as the device sees it: it tells hashes until the centre knows the common point, takes the new id in
// one transaction of its log, and comes back under it. Pure; part of the device session.
import type { DeviceLogState } from '@streamstock/event-log';
import { broken, connect } from './device-connection.ts';
import type { DeviceEffect, DeviceMoment } from './device-session-types.ts';
import { clear, CONNECTION_TIMERS, stay, to, type DeviceSessionState, type DeviceStep } from './device-state.ts';
import { FORK_STEP_TIMEOUT_MS } from './limits.ts';
import type { Forked, NewDevice } from './protocol.ts';

/** Nothing but the repair goes on. */
const IDLE_TIMERS = CONNECTION_TIMERS.filter((timer) => timer !== 'answer');

export function onForked(
  state: DeviceSessionState,
  log: DeviceLogState,
  message: Forked,
  at: DeviceMoment,
): DeviceStep {
  const { phase, connection } = state;
  const round = phase.kind === 'forking' ? phase.round : 0;
  // Said before: the answer is on its way.
  if (message.round <= round) return stay(state);
  if (message.round !== round + 1 || (phase.kind === 'forking' && phase.step !== 'told'))
    return broken(state, at, 'Rounds of a fork out of order.');
  return to(
    state,
    { kind: 'forking', log, round: message.round, step: 'hashing' },
    ...clear(IDLE_TIMERS),
    { type: 'setTimer', timer: 'answer', afterMs: FORK_STEP_TIMEOUT_MS },
    { type: 'readHashes', connection, seqs: message.seqs },
  );
}

/** Also without a question before it: where nothing can be common, there is nothing to ask. */
export function onNewDevice(
  state: DeviceSessionState,
  log: DeviceLogState,
  message: NewDevice,
  at: DeviceMoment,
): DeviceStep {
  const { phase, connection } = state;
  if (phase.kind === 'forking' && typeof phase.step === 'object') return stay(state);
  const { device } = log.identity;
  if (message.parent !== device || message.device === device) return broken(state, at, 'A new id for another device.');
  const round = phase.kind === 'forking' ? phase.round : 0;
  return to(state, { kind: 'forking', log, round, step: { newDevice: message } }, ...clear(CONNECTION_TIMERS), {
    type: 'rechain',
    connection,
    from: device,
    commonSeq: message.commonSeq,
    device: message.device,
  });
}

export function onRechained(state: DeviceSessionState): DeviceStep {
  const { phase, connection } = state;
  if (phase.kind !== 'forking' || typeof phase.step !== 'object') return stay(state);
  const { device, parent, commonSeq } = phase.step.newDevice;
  const report: DeviceEffect = { type: 'report', report: { kind: 'forked', commonSeq, from: parent, to: device } };
  // What could not be sent under the old id is tried anew under the new one.
  return connect({ ...state, aloneTo: 0 }, [report, { type: 'close', connection }]);
}
