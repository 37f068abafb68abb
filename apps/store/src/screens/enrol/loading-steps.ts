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

/** `itemsFresh`: the number of items is not one of a moment ago. `headSeen`: the largest head so far, 0 before. */
export function loadingView(
  status: Pick<DeviceStatus, 'connection' | 'catchUp' | 'lastHeardAtMs'>,
  items: number,
  itemsFresh: boolean,
  headSeen: number,
): LoadingView {
  const { connection, catchUp, lastHeardAtMs } = status;
  const received = connection === 'online' && catchUp === null && lastHeardAtMs !== null;
  const caughtUp = received && itemsFresh;
  const itemsState = caughtUp ? 'done' : items > 0 || catchUp !== null ? 'running' : 'waiting';
  const historyState = received ? 'done' : catchUp === null ? 'waiting' : 'running';
  return {
    items: { state: itemsState, count: items },
    history: {
      state: historyState,
      position: catchUp?.position ?? (received ? headSeen : 0),
      head: catchUp?.head ?? null,
    },
    caughtUp,
    canSell: items > 0,
  };
}
