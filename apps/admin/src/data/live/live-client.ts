// Keeps one connection to the live stream and hands on what it says. Owns the connection and its one timer; every
// decision is the state machine's (live-session.ts). Knows message names and shapes, not what anyone does with them.
import { LIVE_PATH, parseLiveMessage, type LiveMessage } from '@streamstock/api';
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { liveStart, stepLive, type LiveEffect, type LiveInput, type LiveState } from './live-session.ts';
import { createSseParser } from './sse-parser.ts';

export interface LiveClientOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
}

export interface LiveClient {
  readonly state$: Observable<LiveState>;
  /** In the order of the stream. A message this version does not know is handed on as `resync`: read again. */
  readonly messages$: Observable<LiveMessage>;
  readonly state: () => LiveState;
  /** Connects, unless it is running. */
  readonly start: () => void;
  readonly stop: () => void;
  /** A hint that trying now may work (the network is back, the page is looked at again). */
  readonly nudge: () => void;
}

export function createLiveClient(options: LiveClientOptions): LiveClient {
  const state$ = new BehaviorSubject<LiveState>(liveStart);
  const messages$ = new Subject<LiveMessage>();
  let connection: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const step = (input: LiveInput): void => {
    const next = stepLive(state$.value, input);
    // The effects first: whoever hears of the new state may call in at once.
    for (const effect of next.effects) run(effect);
    if (next.state !== state$.value) state$.next(next.state);
  };

  const run = (effect: LiveEffect): void => {
    switch (effect.kind) {
      case 'connect':
        connection = new AbortController();
        void listen(connection.signal);
        return;
      case 'disconnect':
        connection?.abort();
        connection = undefined;
        return;
      case 'set-timer':
        clearTimeout(timer);
        timer = setTimeout(() => step({ kind: 'timer', nowMs: options.clock() }), effect.delayMs);
        return;
      case 'clear-timer':
        clearTimeout(timer);
        timer = undefined;
    }
  };

  const listen = async (signal: AbortSignal): Promise<void> => {
    let signedOut = false;
    try {
      const answer = await options.fetch(LIVE_PATH, {
        headers: { accept: 'text/event-stream' },
        credentials: 'same-origin',
        cache: 'no-store',
        signal,
      });
      signedOut = answer.status === 401;
      if (answer.ok && answer.body !== null) await read(answer.body, signal);
      else await answer.body?.cancel();
    } catch {
      // No answer, a broken stream, a message past its bound, or we hung up: each is a loss, told below.
    }
    if (!signal.aborted) step({ kind: 'lost', nowMs: options.clock(), signedOut, random: options.random() });
  };

  const read = async (body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> => {
    const parser = createSseParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const chunk = await reader.read();
      if (signal.aborted || chunk.done) return;
      step({ kind: 'heard', nowMs: options.clock() });
      for (const raw of parser.push(decoder.decode(chunk.value, { stream: true }))) {
        const message = parseLiveMessage(raw.name, raw.data);
        if (message?.name === 'hello') step({ kind: 'hello', nowMs: options.clock() });
        messages$.next(message ?? { name: 'resync', data: { position: 0 } });
        if (signal.aborted) return;
      }
    }
  };

  return {
    state$,
    messages$,
    state: () => state$.value,
    start: () => step({ kind: 'start', nowMs: options.clock() }),
    stop: () => step({ kind: 'stop', nowMs: options.clock() }),
    nudge: () => step({ kind: 'nudge', nowMs: options.clock() }),
  };
}
