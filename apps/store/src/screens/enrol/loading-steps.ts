// How far a new device has come, from real counts: items first, then everything else that happened. Pure.
import type { DeviceStatus } from '@streamstock/device-engine';
import type { ProgressStepState } from '@streamstock/ui';

/** A snapshot is told in parts of a hundred, events by their number. */
const PARTS = 100;

function cameOf(
  { renewal, catchUp }: Pick<DeviceStatus, 'catchUp' | 'renewal'>,
  otherwise: number,
): { readonly position: number; readonly head: number | null } {
  if (renewal?.step === 'fetching' && renewal.total !== null && renewal.total > 0)
    return { position: Math.floor((PARTS * renewal.done) / renewal.total), head: PARTS };
  return { position: catchUp?.position ?? otherwise, head: catchUp?.head ?? null };
}

export interface LoadingView {
  readonly items: { readonly state: ProgressStepState; readonly count: number };
  readonly history: { readonly state: ProgressStepState; readonly position: number; readonly head: number | null };
  readonly caughtUp: boolean;
  /** Items are here: a sale can be made while the rest arrives. */
  readonly canSell: boolean;
}

/** `itemsFresh`: the number of items is not one of a moment ago. `headSeen`: the largest head so far, 0 before. */
export function loadingView(
  status: Pick<DeviceStatus, 'connection' | 'catchUp' | 'lastHeardAtMs' | 'renewal'>,
  items: number,
  itemsFresh: boolean,
  headSeen: number,
): LoadingView {
  const { connection, catchUp, lastHeardAtMs, renewal } = status;
  const received = connection === 'online' && catchUp === null && renewal === null && lastHeardAtMs !== null;
  const caughtUp = received && itemsFresh;
  const coming = catchUp !== null || renewal?.step === 'fetching';
  const itemsState = caughtUp ? 'done' : items > 0 || coming ? 'running' : 'waiting';
  const historyState = received ? 'done' : coming ? 'running' : 'waiting';
  return {
    items: { state: itemsState, count: items },
    history: { state: historyState, ...cameOf(status, received ? headSeen : 0) },
    caughtUp,
    canSell: items > 0,
  };
}
