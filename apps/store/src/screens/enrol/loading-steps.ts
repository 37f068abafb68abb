// How far a new device has come: items first, then stock, then everything else that happened; in counts where events come one by one,
// in bytes where a snapshot comes. Pure.
import type { DeviceStatus } from '@streamstock/device-engine';
import type { ProgressStepState } from '@streamstock/ui';

export interface Came {
  readonly done: number;
  readonly total: number | null;
}

export interface LoadingView {
  readonly items: { readonly state: ProgressStepState; readonly count: number; readonly bytes: Came | null };
  readonly stock: { readonly state: ProgressStepState; readonly events: Came | null };
  readonly history: { readonly state: ProgressStepState; readonly events: number; readonly bytes: Came | null };
  readonly caughtUp: boolean;
  /** Items and what is known of their stock are here: a sale can be made while the rest arrives. */
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
  const fetching = renewal?.step === 'fetching';
  const bytes = fetching && renewal.total !== null ? { done: renewal.done, total: renewal.total } : null;
  const canSell = items > 0;
  const base = { caughtUp: received && itemsFresh, canSell };
  if (received) {
    return {
      ...base,
      items: { state: itemsFresh ? 'done' : 'running', count: items, bytes: null },
      stock: { state: 'done', events: null },
      history: { state: 'done', events: headSeen, bytes: null },
    };
  }
  // Event by event: items and stock come mixed, oldest first.
  if (catchUp !== null) {
    const events = { done: catchUp.position, total: catchUp.head };
    return {
      ...base,
      items: { state: 'running', count: items, bytes: null },
      stock: { state: 'running', events },
      history: { state: 'waiting', events: 0, bytes: null },
    };
  }
  // A snapshot brings items and stock first.
  return {
    ...base,
    items: { state: canSell ? 'done' : fetching ? 'running' : 'waiting', count: items, bytes: canSell ? null : bytes },
    stock: { state: canSell ? 'done' : 'waiting', events: null },
    history: { state: canSell ? 'running' : 'waiting', events: 0, bytes: canSell ? bytes : null },
  };
}
