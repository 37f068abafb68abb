// What the application answers while its figures are still being read in.
import { describe, expect, test } from 'vitest';
import { pino } from 'pino';
import type { Services } from '../services.ts';
import { sessionCookie } from './access.ts';
import { createApp } from './app.ts';
import { createGuessGuard, guessLimits } from './rate-limits.ts';

const key = { id: 'k', name: 'key' };
// Only what is asked for before the figures are there.
const services = {
  logger: pino({ level: 'silent' }),
  clock: () => 0,
  directory: { apiKey: () => key, hasAdmin: () => true },
  cookie: sessionCookie('00000000', false),
  guards: { bearer: createGuessGuard(guessLimits.bearer) },
  centre: { log: { head: async () => ({ epoch: 'e', position: 7 }) }, behind: async () => 5 },
} as unknown as Services;

async function ask(path: string, caughtUp: boolean) {
  const app = createApp({
    services,
    storeDist: '/nowhere',
    adminDist: '/nowhere',
    publicUrl: null,
    caughtUp: () => caughtUp,
  });
  const answer = await app.request(path, { headers: { authorization: 'Bearer ssk_x' } }, { incoming: { socket: {} } });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

describe('while the figures are read in', () => {
  test.each(['/readyz', '/api/v1/stock', '/api/v1/stores', '/api/v1/devices', '/api/v1/items', '/api/v1/live'])(
    '%s says when to come back',
    async (path) => {
      const { status, retryAfter, body } = await ask(path, false);
      expect([status, retryAfter]).toEqual([503, '1']);
      expect(body['detail']).toMatch(/Nothing is lost/);
    },
  );

  test('what needs no figures works: health, who am I, whether setup is needed', async () => {
    expect(await ask('/healthz', false)).toMatchObject({ status: 200, body: { position: 7 } });
    expect(await ask('/api/v1/session', false)).toMatchObject({ status: 200, body: { name: 'key' } });
    expect(await ask('/api/v1/setup', false)).toMatchObject({ status: 200, body: { needed: false } });
  });
});
