// The connection to the live stream as a pure state machine: when to connect, when to call it lost, when to try again.
// Owns no socket, timer or clock; live-client.ts runs its effects.
//
//            start                  hello
//   idle ────────────▶ connecting ────────▶ live
//    ▲                  ▲       │             │
//    │ stop      timer, │  lost │             │ lost, or silent too long
//    │ (any)     nudge  │       ▼             ▼
//    └──────────────── waiting ◀──────────────┘
//                       any state, refused for want of a session ──▶ signed-out ──start──▶ connecting
//
// Invariants
// 1. There is at most one connection and one timer.
// 2. Nothing is called live before its `hello`: only then does the server promise that everything follows by itself.
// 3. It never gives up by itself: every loss leads to another attempt, later and later up to a bound, with jitter.
// 4. A connection from which nothing is heard for `silenceMs` is lost (a cut cable tells nobody).
// 5. An attempt counts as good, and the delay starts small again, only after `settledAfterMs` of being live.

/** The server sends a heartbeat at least this often (half of it, to be safe against one late beat). */
export const silenceMs = 40_000;
export const retryDelayMinMs = 500;
export const retryDelayMaxMs = 30_000;
export const settledAfterMs = 10_000;

export type LiveState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'connecting' | 'live' | 'waiting';
      /** Attempts since it last was settled; 0 = the first. */
      readonly attempt: number;
      /** When this state began. */
      readonly sinceMs: number;
      /** When anything was last heard on this connection. */
      readonly heardAtMs: number;
      /** When live was lost; null = never was live yet, or is live now. */
      readonly lostAtMs: number | null;
    }
  | { readonly kind: 'signed-out' };

export type LiveInput =
  | { readonly kind: 'start' | 'stop' | 'heard' | 'hello' | 'timer' | 'nudge'; readonly nowMs: number }
  /** The connection could not be made or ended. `signedOut`: the server asks who we are. `random`: 0 ≤ x < 1. */
  | { readonly kind: 'lost'; readonly nowMs: number; readonly signedOut: boolean; readonly random: number };

export type LiveEffect =
  | { readonly kind: 'connect' | 'disconnect' | 'clear-timer' }
  | { readonly kind: 'set-timer'; readonly delayMs: number };

export interface LiveStep {
  readonly state: LiveState;
  readonly effects: readonly LiveEffect[];
}

export const liveStart: LiveState = { kind: 'idle' };

const CONNECT: readonly LiveEffect[] = [{ kind: 'connect' }, { kind: 'set-timer', delayMs: silenceMs }];
const QUIT: readonly LiveEffect[] = [{ kind: 'disconnect' }, { kind: 'clear-timer' }];

/** The delay before attempt n: doubled each time, jittered over its upper half so that a thousand pages spread out. */
export function retryDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(retryDelayMaxMs, retryDelayMinMs * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

export function stepLive(state: LiveState, input: LiveInput): LiveStep {
  if (input.kind === 'stop') return { state: liveStart, effects: state.kind === 'idle' ? [] : QUIT };
  if (state.kind === 'idle' || state.kind === 'signed-out') {
    if (input.kind !== 'start') return { state, effects: [] };
    const fresh = { attempt: 0, sinceMs: input.nowMs, heardAtMs: input.nowMs, lostAtMs: null };
    return { state: { kind: 'connecting', ...fresh }, effects: CONNECT };
  }
  switch (input.kind) {
    case 'start':
      return { state, effects: [] };
    case 'heard':
      return { state: { ...state, heardAtMs: input.nowMs }, effects: [] };
    case 'hello':
      if (state.kind === 'waiting') return { state, effects: [] };
      return {
        state: { ...state, kind: 'live', sinceMs: input.nowMs, heardAtMs: input.nowMs, lostAtMs: null },
        effects: [],
      };
    case 'lost':
      return lost(state, input);
    case 'timer':
      return state.kind === 'waiting' ? reconnect(state, input.nowMs) : checkSilence(state, input.nowMs);
    case 'nudge':
      return state.kind === 'waiting' ? reconnect(state, input.nowMs) : { state, effects: [] };
  }
}

type Running = Extract<LiveState, { readonly attempt: number }>;

function lost(state: Running, input: Extract<LiveInput, { readonly kind: 'lost' }>): LiveStep {
  if (input.signedOut) return { state: { kind: 'signed-out' }, effects: QUIT };
  if (state.kind === 'waiting') return { state, effects: [] };
  const settled = state.kind === 'live' && input.nowMs - state.sinceMs >= settledAfterMs;
  const attempt = settled ? 0 : state.attempt + 1;
  const lostAtMs = state.kind === 'live' ? input.nowMs : state.lostAtMs;
  return {
    state: { ...state, kind: 'waiting', attempt, sinceMs: input.nowMs, lostAtMs },
    effects: [{ kind: 'disconnect' }, { kind: 'set-timer', delayMs: retryDelayMs(attempt, input.random) }],
  };
}

function reconnect(state: Running, nowMs: number): LiveStep {
  return { state: { ...state, kind: 'connecting', sinceMs: nowMs, heardAtMs: nowMs }, effects: CONNECT };
}

function checkSilence(state: Running, nowMs: number): LiveStep {
  const quietMs = nowMs - state.heardAtMs;
  if (quietMs < silenceMs) return { state, effects: [{ kind: 'set-timer', delayMs: silenceMs - quietMs }] };
  // Half the ceiling: a silent connection was waited for long enough already.
  return lost(state, { kind: 'lost', nowMs, signedOut: false, random: 0 });
}
