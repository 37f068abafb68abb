// The live stream of head office, as Server-Sent Events.
import { LIVE_PATH } from '@streamstock/api';
import type { Hono } from 'hono';
import type { AppEnvironment, Caller } from '../http/environment.ts';
import { HttpProblem } from '../http/problems.ts';
import type { Services } from '../services.ts';

const RETRY_MS = 10_000;

export function mountLive(app: Hono<AppEnvironment>, { centre, directory, clock }: Services): void {
  // A session that ends closes its stream; the heartbeat asks.
  const stillAllowed = (caller: Caller): (() => boolean) =>
    caller.kind === 'admin' ? () => directory.hasSession(caller.sessionSecret, clock()) : () => true;
  app.get(LIVE_PATH, (context) => {
    const stream = centre.live.subscribe(stillAllowed(context.get('caller')));
    if (stream === null) {
      throw new HttpProblem(
        'too-many-requests',
        'Too many screens watch at once.',
        'Close one that is not needed; figures can still be read.',
        { retryAfterMs: RETRY_MS },
      );
    }
    return context.body(stream, 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
  });
}
