// Default deny: every route that is mounted is walked, whoever mounted it. And what foreign pages can not do.
import { LIVE_PATH, routes, type Route } from '@streamstock/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from './http/app.ts';
import { OPENAPI_PATH } from './http/openapi.ts';
import type { Services } from './services.ts';
import { browser, setUp, startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
let credential: string;
beforeAll(async () => {
  server = await startTestServer({ built: true });
  admin = await setUp(server);
  ({ credential } = await browser(server.url).client.enrol({ body: { code: admin.pairingCode.code, label: 'till' } }));
});
afterAll(async () => {
  await server.stop();
});

/** What anybody may call, by design. A route that is not here and not for devices must be closed. */
const OPEN = new Set([
  'GET /healthz',
  'GET /readyz',
  'GET /api/v1/setup',
  'POST /api/v1/setup',
  'POST /api/v1/session',
  'POST /api/v1/enrolments',
]);
const FOR_DEVICES = new Set(['POST /api/v1/tickets']);
/** Static files and the way to them. */
const PAGES = /^(?:GET|ALL) \/(?:$|store|admin|\*$)/;

/** Everything Hono would route to, from its own table. */
function mounted(): string[] {
  // Only the routing table is looked at; nothing of the services is used while mounting.
  const nothing = new Proxy(() => nothing, { get: () => nothing }) as unknown as Services;
  const app = createApp({
    services: nothing,
    storeDist: '/nowhere',
    adminDist: '/nowhere',
    publicUrl: null,
    caughtUp: () => true,
  });
  return [...new Set(app.routes.map(({ method, path }) => `${method} ${path}`))].filter(
    (route) => route !== 'ALL /api/*' && route !== 'ALL /sync/*',
  );
}

/** What devices fetch beside the socket: a device gets further, to what it is told there. */
const isSync = (route: string): boolean => route.includes(' /sync/');
const sync = mounted().filter(isSync);
const closed = mounted().filter(
  (route) => !OPEN.has(route) && !FOR_DEVICES.has(route) && !PAGES.test(route) && !isSync(route),
);

async function call(
  route: string,
  headers: Record<string, string>,
): Promise<{ status: number; kind: string; type: string | null }> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/:[a-z]+/g, 'x');
  const hasBody = method === 'POST';
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { body: '{}' } : {}),
    signal: AbortSignal.timeout(5_000),
  });
  const type = answer.headers.get('content-type');
  const body = type?.startsWith('text/event-stream') === true ? '' : await answer.text();
  const problem = body.startsWith('{') ? (JSON.parse(body) as { type?: string }) : {};
  return { status: answer.status, kind: problem.type?.split(':').at(-1) ?? '', type };
}

describe('default deny', () => {
  test('the walk sees every route of the contract, the live stream and the API description', () => {
    const all: Route[] = Object.values(routes);
    const office = all.filter(({ access }) => access === 'office').map(({ method, path }) => `${method} ${path}`);
    expect(closed).toEqual(expect.arrayContaining(office));
    expect(closed).toContain(`GET ${LIVE_PATH}`);
    expect(closed).toContain(`GET ${OPENAPI_PATH}`);
    expect(closed.length).toBeGreaterThanOrEqual(14);
  });

  test.each(closed)('%s is closed without proof, with a wrong key, a wrong cookie and to a device', async (route) => {
    const cookieName = [...admin.cookies.keys()][0] ?? '';
    const strangers: [Record<string, string>, number, string][] = [
      [{}, 401, 'not-signed-in'],
      [{ authorization: 'Bearer ssk_wrong' }, 401, 'not-signed-in'],
      [{ authorization: 'Basic YTpi' }, 401, 'not-signed-in'],
      [{ cookie: `${cookieName}=sss_wrong`, origin: server.url }, 401, 'not-signed-in'],
      [{ authorization: `Bearer ${credential}` }, 403, 'not-allowed'],
    ];
    for (const [headers, status, kind] of strangers) {
      expect(await call(route, headers)).toMatchObject({ status, kind, type: 'application/problem+json' });
    }
  });

  test.each(sync)('%s is closed to everybody but devices, and to a revoked one', async (route) => {
    expect(await call(route, {})).toMatchObject({ status: 401, kind: 'not-signed-in' });
    expect(await call(route, { authorization: 'Bearer ssd_wrong' })).toMatchObject({ status: 401 });
    expect(await call(route, { authorization: `Bearer ${admin.apiKey}` })).toMatchObject({ status: 403 });
    expect(await call(route, { authorization: `Bearer ${credential}` })).not.toMatchObject({ status: 403 });
    const { code } = await admin.client.createPairingCode({ params: { store: admin.store.id } });
    const lost = await browser(server.url).client.enrol({ body: { code, label: 'lost' } });
    await admin.client.revokeDevice({ params: { device: lost.device } });
    const revoked = await call(route, { authorization: `Bearer ${lost.credential}` });
    expect(revoked).toMatchObject({ status: 403, kind: 'revoked' });
  });

  test.each([...FOR_DEVICES])('%s is closed to everybody but devices', async (route) => {
    expect(await call(route, {})).toMatchObject({ status: 401 });
    expect(await call(route, { authorization: `Bearer ${admin.apiKey}` })).toMatchObject({ status: 403 });
    expect(await call(route, { authorization: `Bearer ${credential}` })).toMatchObject({ status: 201 });
  });

  test.each([
    'GET /api/v1/later',
    'POST /api/v1/stock',
    'DELETE /api/v1/stores',
    'GET /api/v1/setup/',
    'GET /api/v1/%73tores',
  ])('%s is closed although no such route is mounted', async (route) => {
    expect(await call(route, {})).toMatchObject({ status: 401, kind: 'not-signed-in' });
  });

  test('the contract is open exactly where this test says', () => {
    const open = Object.values(routes).filter(({ access }) => access === 'anyone');
    expect(new Set(open.map(({ method, path }) => `${method} ${path}`))).toEqual(OPEN);
  });
});

describe('foreign pages', () => {
  const session = () => [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  test.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])(
    'a write from %s is refused, session or not',
    async (origin) => {
      for (const headers of [{ origin }, { origin, cookie: session() }]) {
        expect(await call('POST /api/v1/session', headers as Record<string, string>)).toMatchObject({
          status: 403,
          kind: 'foreign-origin',
        });
        expect(await call('POST /api/v1/stores', headers as Record<string, string>)).toMatchObject({
          status: 403,
          kind: 'foreign-origin',
        });
      }
    },
  );

  test('a write with a session but without an origin is refused; a program with a key needs none', async () => {
    expect(await call('POST /api/v1/verify', { cookie: session() })).toMatchObject({
      status: 403,
      kind: 'foreign-origin',
    });
    expect(await call('POST /api/v1/verify', { cookie: session(), origin: server.url })).toMatchObject({ status: 200 });
    expect(await call('POST /api/v1/verify', { authorization: `Bearer ${admin.apiKey}` })).toMatchObject({
      status: 200,
    });
  });

  test('no other origin is ever allowed to read', async () => {
    const answer = await fetch(`${server.url}/api/v1/setup`, { headers: { origin: 'https://evil.example' } });
    await answer.text();
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });
});
