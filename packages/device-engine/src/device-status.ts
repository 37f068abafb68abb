// Puts what the parts know together into the one status that screens show. Pure.
import type { DeviceLogSummary } from '@streamstock/event-log';
import type { DeviceSessionView } from '@streamstock/sync';
import type { DeviceFault, DeviceStatus, StorageFigures } from './device-engine.ts';

export interface StatusSources {
  readonly log: DeviceLogSummary | null;
  /** Of the tab that sends. */
  readonly view: DeviceSessionView;
  readonly isSender: boolean;
  readonly storage: StorageFigures | null;
  /** Of a new device's first snapshot only some rows are shown yet. */
  readonly isShownInPart: boolean;
  /** Removed and emptied, as kept on disk. */
  readonly locked: boolean;
  /** What went wrong with this device's data, or null. */
  readonly storageFault: DeviceFault | null;
}

/** What is said of the connection before what holds it is here: a device that belongs to a store is about to connect. */
export function beforeSession(log: DeviceLogSummary | null, sinceMs: number): DeviceSessionView {
  return {
    connection: log === null ? 'stopped' : 'connecting',
    connectionSinceMs: sinceMs,
    needs: null,
    clock: null,
    lastHeardAtMs: null,
    catchUp: null,
    sending: false,
    unsentFault: false,
    damagedCount: 0,
    restriction: null,
    renewal: null,
    locked: false,
  };
}

export function deviceStatus({
  log,
  view,
  isSender,
  storage,
  isShownInPart,
  locked,
  storageFault,
}: StatusSources): DeviceStatus {
  const { catchUp } = view;
  return {
    enrolled: log?.identity ?? null,
    connection: view.connection === 'stopped' ? 'offline' : view.connection,
    connectionSinceMs: view.connectionSinceMs,
    needs: view.needs,
    unsentCount: log?.pending.events ?? 0,
    oldestUnsentAtMs: log?.pending.oldestRecordedAtMs ?? null,
    needsAttentionCount: log?.needsAttention ?? 0,
    parkedCount: log?.parked ?? 0,
    restriction: view.restriction,
    renewal: view.renewal,
    figuresIncomplete: isShownInPart || (log?.needsSnapshot ?? false),
    locked,
    clockOffsetMs: view.clock === null ? null : Math.round(view.clock.offsetMs),
    lastHeardAtMs: view.lastHeardAtMs,
    catchUp: catchUp === null ? null : { position: catchUp.position, head: catchUp.headPosition },
    storage,
    sending: view.sending,
    isSender,
    fault: storageFault ?? sendingFault(view),
  };
}

/** This tab sends, is connected, caught up, and nothing is unsent. */
export function isIdle({ isSender, connection, restriction, catchUp, renewal, unsentCount }: DeviceStatus): boolean {
  const settled = restriction === null && catchUp === null && renewal === null;
  return isSender && connection === 'online' && settled && unsentCount === 0;
}

function sendingFault(view: DeviceSessionView): DeviceFault | null {
  if (view.unsentFault) {
    const detail =
      'There is a connection, but nothing was accepted for a minute. Everything is safe on this device and is tried again.';
    return { kind: 'unsent', detail };
  }
  return null;
}
