// The last step of a renewal: the snapshot. The engine fetches and installs it; here is when, what its failures mean, and
// that the next attempt always comes. Pure; part of the device session.
//
//   fetching ──installed──▶ a new connection, with the snapshot's cursor
//      ▲  └──unreachable, busy, none, update──▶ waiting ──timer──┘      (pushing goes on meanwhile)
//      └──no progress, refused──▶ the connection is let go; what was staged stays
import type { InstallOutcome } from '@streamstock/event-log';
import { jittered, retryDelayMs } from './back-off.ts';
import { connect, drop } from './device-connection.ts';
import type { DeviceEffect, DeviceMoment, SnapshotFailure } from './device-session-types.ts';
import {
  clear,
  CONNECTION_TIMERS,
  stand,
  stay,
  to,
  type DeviceSessionState,
  type DeviceStep,
  type Live,
} from './device-state.ts';
import { RETRY_REFUSED_DELAY_MS, SNAPSHOT_STALL_MS } from './limits.ts';

const STALL_WATCH: DeviceEffect = { type: 'setTimer', timer: 'snapshot', afterMs: SNAPSHOT_STALL_MS };

export function fetchSnapshot(state: DeviceSessionState, live: Live, attempt: number): DeviceStep {
  const { connection } = state;
  return to(
    state,
    { ...live, renewal: { step: 'fetching', attempt, bytesHeld: 0, bytesTotal: null } },
    { type: 'fetchSnapshot', connection, epoch: live.epoch, over: live.log.cursor },
    STALL_WATCH,
  );
}

export function onSnapshotTimer(state: DeviceSessionState, at: DeviceMoment): DeviceStep {
  const { phase } = state;
  if (phase.kind !== 'live') return stay(state);
  if (phase.renewal?.step === 'fetching') return drop(state, at, { kind: 'snapshot-failed', failure: 'unreachable' });
  return phase.renewal?.step === 'waiting' ? fetchSnapshot(state, phase, phase.renewal.attempt) : stay(state);
}

export function onSnapshotProgress(state: DeviceSessionState, bytesHeld: number, bytesTotal: number): DeviceStep {
  const { phase } = state;
  if (phase.kind !== 'live' || phase.renewal?.step !== 'fetching') return stay(state);
  return to(state, { ...phase, renewal: { ...phase.renewal, bytesHeld, bytesTotal } }, STALL_WATCH);
}

export function onSnapshotInstalled(state: DeviceSessionState, outcome: InstallOutcome, at: DeviceMoment): DeviceStep {
  const { phase, connection, snapshotsInRow } = state;
  if (phase.kind !== 'live' || phase.renewal?.step !== 'fetching') return stay(state);
  const next: DeviceSessionState = { ...state, needs: null, snapshotsInRow: snapshotsInRow + 1 };
  // The log changed under it, or the centre took the last one for nothing: not at once again.
  if (outcome === 'stale' || snapshotsInRow > 0) return drop(next, at);
  return connect(next, [...clear(CONNECTION_TIMERS), { type: 'close', connection }]);
}

export function onSnapshotFailed(state: DeviceSessionState, failure: SnapshotFailure, at: DeviceMoment): DeviceStep {
  const { phase, connection } = state;
  if (phase.kind !== 'live' || phase.renewal?.step !== 'fetching') return stay(state);
  const report = { kind: 'snapshot-failed', failure: failure.kind } as const;
  const { attempt } = phase.renewal;
  const backOffMs = retryDelayMs(attempt, at.random);
  switch (failure.kind) {
    case 'refused':
      // Hello tells what is the matter.
      return drop(state, at, report);
    case 'none':
      if (isNew(phase)) {
        // A centre without snapshots: a new log hears everything from the first event instead.
        const effects: DeviceEffect[] = [{ type: 'report', report }, ...clear(CONNECTION_TIMERS)];
        return connect({ ...state, withoutSnapshot: true }, [...effects, { type: 'close', connection }]);
      }
      return wait(state, phase, backOffMs, [{ type: 'report', report }]);
    case 'unreachable':
      return wait(state, phase, backOffMs, [{ type: 'report', report }]);
    case 'busy':
      return wait(state, phase, Math.max(failure.retryAfterMs ?? 0, backOffMs), [{ type: 'report', report }]);
    case 'update': {
      const needs = { kind: 'update', recovery: 'update', message: TOO_OLD } as const;
      const delayMs = jittered(RETRY_REFUSED_DELAY_MS, at.random);
      return wait(stand({ ...state, needs }, 'needsYou', at), phase, delayMs, [{ type: 'report', report }]);
    }
  }
}

const TOO_OLD = 'This app is too old to take in the stock as the server has it. What is saved here goes on being sent.';

function isNew({ log }: Live): boolean {
  return log.cursor === null && log.base === null && !log.needsSnapshot;
}

function wait(state: DeviceSessionState, live: Live, delayMs: number, effects: readonly DeviceEffect[]): DeviceStep {
  const attempt = live.renewal?.step === 'fetching' ? live.renewal.attempt + 1 : 0;
  return to(state, { ...live, renewal: { step: 'waiting', attempt } }, ...effects, {
    type: 'setTimer',
    timer: 'snapshot',
    afterMs: delayMs,
  });
}
