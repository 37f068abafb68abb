// Hostile and broken requests: bounds hold, every refusal is a problem that says what to do, nothing is echoed.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX, problemKind, PROBLEM_MEDIA_TYPE, type Problem } from '@streamstock/api';
import {
  HEADER_BYTES_MAX,
  HEADERS_MAX,
  HEADERS_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
  createHttpServer,
} from './http/http-server.ts';
import { browser, program, setUp, startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await setUp(server);
});
afterAll(async () => {
  await server.stop();
});

async function post(path: string, body: string | Uint8Array | ReadableStream, headers: Record<string, string> = {}) {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.apiKey}`, 'content-type': 'application/json', ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
  expect(answer.headers.get('content-type')).toBe(PROBLEM_MEDIA_TYPE);
  const problem = (await answer.json()) as Problem;
  expect(problem.status).toBe(answer.status);
  expect(problem.remedy).toMatch(/\w/);
  return { ...problem, kind: problemKind(problem) };
}

/** Sends bytes as they are and returns what comes back until the server closes. */
function raw(bytes: string, waitMs = 2_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(waitMs, () => {
      socket.destroy();
    });
  });
}

describe('bodies', () => {
  test('too large: refused by its announced size, and by its real one', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(BODY_BYTES_MAX) });
    expect(await post('/api/v1/stores', large)).toMatchObject({ kind: 'body-too-large', status: 413 });
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(16_384).fill(0x20)),
    });
    expect(await post('/api/v1/stores', endless)).toMatchObject({ kind: 'body-too-large' });
  });

  test.each([
    ['no JSON', '{"name":'],
    ['an empty body', ''],
    ['bad UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['deep JSON', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['another shape', '[]'],
    ['a field too long', JSON.stringify({ name: 'x'.repeat(10_000), currency: 'EUR', timeZone: 'Europe/Lisbon' })],
    ['another type', JSON.stringify({ name: 7, currency: 'EUR', timeZone: 'Europe/Lisbon' })],
  ])('%s is a bad request that changes nothing and repeats nothing', async (_, body) => {
    const problem = await post('/api/v1/stores', body);
    expect(problem).toMatchObject({ kind: 'bad-request', status: 400 });
    expect(JSON.stringify(problem)).not.toContain('xxx');
    expect((await admin.client.stores()).stores).toHaveLength(1);
  });

  test('JSON that is nested too deeply is refused before it is taken apart, also where anything may stand', async () => {
    const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
    const draft = `{"id":"019a0000-0000-7000-8000-000000000001","type":"StockSold","schemaVersion":1,"store":"s","audience":[],"actor":"a","payload":${deep}}`;
    const problem = await post(
      '/api/v1/imports/batches',
      `{"source":"x","batches":[{"store":"s","drafts":[${draft}]}]}`,
    );
    expect(problem.detail).toMatch(/nested too deeply/);
  });

  test('brackets in a text are text', async () => {
    const name = `Till "[{\\[{"${'[{'.repeat(40)}`;
    expect(await admin.client.openStore({ body: { name, currency: 'EUR', timeZone: 'UTC' } })).toMatchObject({ name });
  });

  test('a form is no JSON: pages can send forms to other sites', async () => {
    expect(
      await post('/api/v1/stores', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }),
    ).toMatchObject({ kind: 'unsupported-media-type' });
    expect(await post('/api/v1/stores', '{}', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });

  test('names of prototypes are only names', async () => {
    const problem = await post(
      '/api/v1/stores',
      '{"__proto__":{"name":"x"},"constructor":1,"currency":"EUR","timeZone":"UTC"}',
    );
    expect(problem).toMatchObject({ kind: 'bad-request', fields: [{ path: 'name' }] });
  });
});

describe('addresses', () => {
  test('queries and parameters are checked', async () => {
    await expect(admin.client.events({ query: { limit: 501 } })).rejects.toMatchObject({
      kind: 'bad-request',
      problem: { fields: [{ path: 'limit' }] },
    });
    await expect(admin.client.events({ query: { type: "x' OR 1=1 --" } })).rejects.toMatchObject({
      kind: 'bad-request',
    });
    await expect(admin.client.stock({ query: { at: 'yesterday' } })).rejects.toMatchObject({
      kind: 'bad-request',
      problem: { fields: [{ path: 'at' }] },
    });
    await expect(admin.client.stock({ query: { at: '2999-01-01T00:00:00Z' } })).rejects.toMatchObject({
      kind: 'bad-request',
    });
    await expect(admin.client.itemStory({ params: { store: '../x', item: 'y' } })).rejects.toMatchObject({
      kind: 'bad-request',
    });
    await expect(admin.client.itemStory({ params: { store: admin.store.id, item: 'nothing' } })).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  test('an unknown address and an unknown method are problems too', async () => {
    const ask = async (method: string, path: string) => {
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${admin.apiKey}` },
      });
      return (await answer.json()) as Problem;
    };
    expect(await ask('GET', '/api/v1/nothing')).toMatchObject({ status: 404 });
    expect(await ask('PUT', '/api/v1/stores')).toMatchObject({ status: 405, remedy: 'Use GET or POST.' });
    expect(await ask('GET', '/wp-login.php')).toMatchObject({ status: 404 });
  });
});

describe('text is text', () => {
  test('SQL in a name is stored as it is; markup in a label comes back as it is; markup in a store name is refused in words', async () => {
    const name = `Robert'); DROP TABLE admins;-- "ß漢`;
    const store = await admin.client.openStore({ body: { name, currency: 'EUR', timeZone: 'UTC' } });
    expect(store.name).toBe(name);
    expect((await admin.client.stores()).stores.map((one) => one.name)).toContain(name);
    const { code } = await admin.client.createPairingCode({ params: { store: store.store } });
    const label = '<img src=x onerror=alert(1)>';
    await browser(server.url).client.enrol({ body: { code, label } });
    expect((await admin.client.devices()).devices.map((device) => device.label)).toContain(label);
    await expect(
      admin.client.openStore({ body: { name: '<b>x</b>', currency: 'EUR', timeZone: 'UTC' } }),
    ).rejects.toMatchObject({ kind: 'refused' });
    expect(await admin.client.session()).toMatchObject({ kind: 'admin' });
  });
});

describe('below HTTP', () => {
  test('time-outs and bounds are set, and looked at often enough', () => {
    const bare = createHttpServer(() => new Response('x'), null);
    expect(bare).toMatchObject({
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: 30_000,
      maxHeadersCount: HEADERS_MAX,
      timeout: 120_000,
    });
    expect(HEADERS_TIMEOUT_MS).toBeLessThan(REQUEST_TIMEOUT_MS);
    bare.close();
  });

  test('headers that never end, or are too large, or not of this protocol, end the connection', async () => {
    expect(await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\nx-a: ${'a'.repeat(HEADER_BYTES_MAX)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(await raw('GET /healthz HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw('\u0000\u0001\u0002\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await raw(
        'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('2,000 headers do no harm', async () => {
    const headers = Array.from({ length: 2_000 }, (_, index) => `a${index}: 1\r\n`).join('');
    expect(await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`)).toMatch(
      /^HTTP\/1\.1 (?:200|431) /,
    );
    expect(await program(server.url).health()).toMatchObject({ status: 'ok' });
  });
});

describe('revoking and resuming', () => {
  const long = 'x'.repeat(65);
  test.each([
    ['/api/v1/devices/%00/revocation', 400],
    ["/api/v1/devices/'%20OR%201=1--/revocation", 400],
    ['/api/v1/devices/%3Cscript%3E/revocation', 400],
    [`/api/v1/devices/${long}/revocation`, 400],
    ['/api/v1/devices/..%2f..%2fseal.key/revocation', 400],
    ['/api/v1/devices/nobody/revocation', 404],
    [`/api/v1/history/epochs/${long}/resumption`, 400],
    ['/api/v1/history/epochs/%7B%7D/resumption', 400],
    ['/api/v1/history/epochs/epoch-0/resumption', 404],
  ])('%s is refused with %i, and nothing is echoed', async (path, status) => {
    const problem = await post(path, '{}');
    expect(problem.status).toBe(status);
    expect(JSON.stringify(problem)).not.toMatch(/script|OR 1|seal\.key|xxxx/);
    expect((await admin.client.devices()).devices.every(({ revokedAtMs }) => revokedAtMs === null)).toBe(true);
  });

  test.each([
    ['0'.repeat(64), 404],
    ['A'.repeat(64), 400],
    ['..%2fdirectory.sqlite', 400],
    ['%00', 400],
  ])('no bytes are kept under %s: %i, and nothing is echoed', async (sum, status) => {
    const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${server.url}/api/v1/history/refused/${sum}`, { headers: { cookie } });
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toMatch(/AAAA|0000|directory/);
  });

  test('a page of another site revokes nobody', async () => {
    const foreign = browser(server.url, 'https://evil.example');
    for (const [name, value] of admin.cookies) foreign.cookies.set(name, value);
    await expect(foreign.client.revokeDevice({ params: { device: 'x' } })).rejects.toMatchObject({
      kind: 'foreign-origin',
    });
  });
});
