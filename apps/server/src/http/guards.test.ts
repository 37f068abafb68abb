// Small guards of their own: addresses as keys, origins, what the log keeps out, configuration.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { createLogger } from '../logging.ts';
import { isOwnOrigin } from './access.ts';
import { addressKey, createGuessGuard, createUseGuard } from './rate-limits.ts';

describe('addresses', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('guessing', () => {
  const limit = { perKeyMax: 2, overallMax: 5, windowS: 60 };
  test('is counted per key, given back by a success, and bounded over all keys', async () => {
    const guard = createGuessGuard(limit);
    await guard.attempt('a');
    await guard.attempt('a');
    await expect(guard.attempt('a')).rejects.toMatchObject({ problem: { status: 429 } });
    await guard.succeeded('a');
    await guard.attempt('a');
    await guard.attempt('b');
    await guard.attempt('c');
    await guard.attempt('d');
    await expect(guard.attempt('e')).rejects.toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) as string },
    });
  });
});

test('who is stopped by the address counts against no account and not against all', async () => {
  const guard = createGuessGuard({ perKeyMax: 2, overallMax: 4, windowS: 60 });
  await guard.attempt('address', 'x');
  await guard.attempt('address', 'y');
  for (let more = 0; more < 5; more += 1) await expect(guard.attempt('address', 'victim')).rejects.toBeDefined();
  await guard.attempt('other', 'victim');
  await guard.attempt('other', 'victim');
  await expect(guard.attempt('third', 'z')).rejects.toBeDefined();
});

test('uses are counted per key, and whoever has none left is told how long to wait', async () => {
  const use = createUseGuard({ usesMax: 2, windowS: 60 });
  await use('till-1');
  await use('till-1');
  await expect(use('till-1')).rejects.toMatchObject({
    problem: { status: 429, detail: expect.stringContaining('Nothing is lost') as string },
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) as string },
  });
  await use('till-2');
});

describe('origins', () => {
  test.each([
    ['http://127.0.0.1:8787', '127.0.0.1:8787', null, true],
    ['https://stock.example.org', 'stock.example.org', null, true],
    ['https://stock.example.org', '10.0.0.5:8787', 'https://stock.example.org', true],
    ['http://127.0.0.1:8788', '127.0.0.1:8787', null, false],
    ['https://evil.example', 'stock.example.org', 'https://stock.example.org', false],
    ['null', 'null', null, false],
    ['file://', '', null, false],
    ['https://stock.example.org', undefined, null, false],
  ])('%s at %s (public: %s): %s', (origin, host, publicUrl, own) => {
    expect(isOwnOrigin(origin, host, publicUrl)).toBe(own);
  });
});

describe('configuration', () => {
  const root = readConfig({}, '/anywhere');
  test('without any: this machine only, the data folder of the repository', () => {
    expect(root).toMatchObject({ port: 8787, host: '127.0.0.1', tls: null, publicUrl: null, logLevel: 'info' });
    expect(root.dataFolder).toMatch(/\/data$/);
    expect(root.dataFolder).not.toContain('/anywhere');
    expect(readConfig({ PORT: '', HOST: '' }, '/x')).toMatchObject({ port: 8787, host: '127.0.0.1' });
  });
  test('a relative data folder counts from where the person stands', () => {
    expect(readConfig({ STREAMSTOCK_DATA: 'shop', INIT_CWD: '/home/ana' }, '/x').dataFolder).toBe('/home/ana/shop');
    expect(readConfig({ STREAMSTOCK_DATA: 'shop' }, '/x').dataFolder).toBe('/x/shop');
    expect(readConfig({ STREAMSTOCK_DATA: '/srv/shop', INIT_CWD: '/home/ana' }, '/x').dataFolder).toBe('/srv/shop');
  });
  test.each([
    [{ PORT: '99999' }, /PORT must be a number/],
    [{ HOST: 'a b' }, /HOST must be a host name/],
    [{ TLS_CERT: 'gone.pem', TLS_KEY: 'gone.key' }, /TLS_CERT there is no such file; TLS_KEY there is no such file/],
    [{ TLS_CERT: import.meta.filename }, /TLS_CERT and TLS_KEY belong together/],
    [{ STREAMSTOCK_LOG: 'loud' }, /STREAMSTOCK_LOG must be one of silent/],
    [{ STREAMSTOCK_URL: 'https://stock.example.org/path' }, /STREAMSTOCK_URL must be an origin/],
    [{ STREAMSTOCK_URL: 'stock.example.org' }, /STREAMSTOCK_URL must be an origin/],
  ])('%o is refused by name', (environment, words) => {
    expect(() => readConfig(environment, '/x')).toThrow(words);
  });
  test('a public address is kept without the slash', () => {
    expect(readConfig({ STREAMSTOCK_URL: 'https://stock.example.org/' }, '/x').publicUrl).toBe(
      'https://stock.example.org',
    );
  });
});

test('the log keeps secrets out, should one ever be passed', () => {
  let written = '';
  const sink = { write: (line: string) => void (written += line) };
  const logger = createLogger('debug', sink);
  const secret = 'ssk_very-secret';
  logger.info(
    {
      apiKey: secret,
      headers: { authorization: secret, cookie: secret, 'set-cookie': secret },
      request: { body: { password: secret, ticket: secret } },
    },
    'x',
  );
  logger.error({ err: Object.assign(new Error('disk'), { code: 'ENOSPC' }) }, 'y');
  expect(written).not.toContain(secret);
  expect(written).toContain('ENOSPC');
});
