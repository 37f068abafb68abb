// How far a new device has come, from real counts: items first, then everything else that happened. Pure.
import type { DeviceStatus } from '@streamstock/device-engine';
import type { ProgressStepState } from '@streamstock/ui';

export interface LoadingView {
  readonly items: { readonly state: ProgressStepState; readonly count: number };
  readonly history: { readonly state: ProgressStepState; readonly position: number; readonly head: number | null };
  readonly caughtUp: boolean;
  /** Items are here: a sale can be made while the rest arrives. */
  readonly canSell: boolean;
}

export function loadingView(status: Pick<DeviceStatus, 'connection' | 'catchUp' | 'lastHeardAtMs'>, items: number): LoadingView {
  const { connection, catchUp, lastHeardAtMs } = status;
  const caughtUp = connection === 'online' && catchUp === null && lastHeardAtMs !== null;
  const itemsState = caughtUp ? 'done' : items > 0 || catchUp !== null ? 'running' : 'waiting';
  const historyState = caughtUp ? 'done' : catchUp === null ? 'waiting' : 'running';
  return {
    items: { state: itemsState, count: items },
    history: { state: historyState, position: catchUp?.position ?? 0, head: catchUp?.head ?? null },
    caughtUp,
    canSell: items > 0,
  };
}
