// Pages, nonces, security headers, caching and compression of the two web apps.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ built: true });
});
afterAll(async () => {
  await server.stop();
});

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${server.url}${path}`, { headers, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** `fetch` tidies paths up before it sends them; this does not. */
function raw(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const nonceOf = (html: string) => /content="([^"]+)"/.exec(html)?.[1] ?? '';

describe.each(['store', 'admin'])('%s', (app) => {
  test.each([`/${app}/`, `/${app}/index.html`, `/${app}/any/place`, `/${app}/items/85123A`])(
    '%s%s is the page, with its own nonce in page and policy',
    async (path) => {
      const [first, second] = [await get(path), await get(path)];
      expect(first.status).toBe(200);
      expect(first.headers.get('content-type')).toMatch(/^text\/html/);
      const policy = first.headers.get('content-security-policy') ?? '';
      expect(nonceOf(first.text)).toMatch(/^[\w+/=]{20,}$/);
      expect(policy).toContain(`style-src 'self' 'nonce-${nonceOf(first.text)}';`);
      expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src /);
      expect(policy).not.toContain('unsafe-inline');
      expect(first.text).not.toContain('%CSP_NONCE%');
      expect(nonceOf(second.text)).not.toBe(nonceOf(first.text));
      expect(first.headers.get('cache-control')).toBe('no-cache');
    },
  );

  test('built assets are kept for good, and compressed', async () => {
    const path = `/${app}/assets/app-1a2b3c.js`;
    const plain = await get(path, { 'accept-encoding': 'identity' });
    expect(plain).toMatchObject({ status: 200 });
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toMatch(/javascript/);
    expect(plain.headers.get('x-content-type-options')).toBe('nosniff');
    const packed = await get(path, { 'accept-encoding': 'gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.text).toBe(plain.text);
  });

  test('a missing asset is a 404, never the page, and is not kept', async () => {
    for (const path of [
      `/${app}/assets/gone-000000.js`,
      `/${app}/assets/gone`,
      `/${app}/sw-old.js`,
      `/${app}/deep/picture.png`,
    ]) {
      const missing = await get(path);
      expect(missing.status).toBe(404);
      expect(missing.text).not.toContain('<html');
      expect(missing.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('the service worker is asked for anew each time', async () => {
    expect((await get(`/${app}/sw.js`)).headers.get('cache-control')).toBe('no-cache');
  });

  test('the way in without the slash', async () => {
    const answer = await get(`/${app}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `/${app}/`]);
  });

  test.each([
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    'assets/..%2f..%2fsecret.txt',
    'assets/%2e%2e/%2e%2e/secret.txt',
    '..%5csecret.txt',
    '%252e%252e/secret.txt',
  ])('nothing outside of the app is served: %s', async (path) => {
    writeFileSync(join(dirname(server.config.storeDist), 'secret.txt'), 'TOP SECRET');
    const answer = await raw(`/${app}/${path}`);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:404|400) /);
    expect(answer).not.toContain('TOP SECRET');
  });
});

test('every answer carries the security headers, whatever it is', async () => {
  const paths = [
    '/healthz',
    '/api/v1/setup',
    '/api/v1/stores',
    '/nothing',
    '/store/',
    '/store/assets/app-1a2b3c.js',
    '/store/assets/gone.js',
  ];
  for (const path of paths) {
    const { headers } = await get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test('the root leads to the admin view', async () => {
  const answer = await get('/');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/admin/']);
});

test('an app that is not built yet says what to do, and is served as soon as it is', async () => {
  const bare = await startTestServer({ config: { storeDist: `/nowhere-${randomBytes(4).toString('hex')}` } });
  const answer = await fetch(`${bare.url}/store/`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toMatch(/not built yet.*all data is safe.*run build/s);
  expect(await (await fetch(`${bare.url}/store/assets/x.js`)).text()).not.toContain('<html');
  await bare.stop();
});
