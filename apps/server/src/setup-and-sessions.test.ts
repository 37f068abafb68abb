// Setup, sign-in and sessions, over real HTTP.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from './directory/directory.ts';
import { guessLimits } from './http/rate-limits.ts';
import { ADMIN, browser, program, setUp, startTestServer, STORE, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server.stop();
});

const kind = (expected: string) => ({ kind: expected });

describe('setup', () => {
  test('is needed once, makes admin, store, key and code, and signs in', async () => {
    const anyone = browser(server.url);
    expect(await anyone.client.setupState()).toEqual({ needed: true });
    const admin = await setUp(server);
    expect(admin.store).toMatchObject(STORE);
    expect(admin.pairingCode.code).toMatch(/^[A-Y]{4}-[A-Y]{4}$/);
    expect(admin.pairingCode.url).toBe(`${server.url}/store/#code=${admin.pairingCode.code}`);
    expect(await anyone.client.setupState()).toEqual({ needed: false });
    expect(await admin.client.session()).toMatchObject({ kind: 'admin', name: ADMIN.name, email: ADMIN.email });
    expect(await program(server.url, admin.apiKey).session()).toMatchObject({ kind: 'api-key', email: null });
    expect((await admin.client.stores()).stores.map(({ name }) => name)).toEqual([STORE.name]);
    expect(server.server.setupUrl()).toBeNull();
  });

  test('works once only, also with the right token', async () => {
    const token = server.setupToken();
    await setUp(server);
    const second = browser(server.url).client.setUp({
      body: { token, admin: { ...ADMIN, email: 'eve@example.org' }, store: STORE },
    });
    await expect(second).rejects.toMatchObject(kind('setup-done'));
  });

  test('of several at the same moment one gets through, and one store is opened', async () => {
    const body = { token: server.setupToken(), admin: ADMIN, store: STORE };
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, async () => await browser(server.url).client.setUp({ body })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await (await signedIn()).stores()).stores).toEqual([expect.objectContaining(STORE)]);
  });

  test('needs the token, and guessing it is limited', async () => {
    const attempt = () =>
      browser(server.url).client.setUp({ body: { token: 'ssu_guess', admin: ADMIN, store: STORE } });
    for (let tries = 0; tries < guessLimits.setup.perKeyMax; tries += 1)
      await expect(attempt()).rejects.toMatchObject(kind('wrong-credentials'));
    await expect(attempt()).rejects.toMatchObject({ kind: 'too-many-requests', problem: { status: 429 } });
    expect(await browser(server.url).client.setupState()).toEqual({ needed: true });
  });

  test('a time zone nobody knows and a weak password are refused at the field, before anything is written', async () => {
    const token = server.setupToken();
    const setup = (admin: typeof ADMIN | { name: string; email: string; password: string }, timeZone: string) =>
      browser(server.url).client.setUp({ body: { token, admin, store: { ...STORE, timeZone } } });
    await expect(setup(ADMIN, 'Europe/Nowhere')).rejects.toMatchObject({
      kind: 'bad-request',
      problem: { fields: [{ path: 'store.timeZone' }] },
    });
    await expect(setup({ ...ADMIN, password: 'short' }, STORE.timeZone)).rejects.toMatchObject({
      problem: { fields: [{ path: 'admin.password' }] },
    });
    expect(await browser(server.url).client.setupState()).toEqual({ needed: true });
    expect((await browser(server.url).client.health()).position).toBe(0);
  });

  test('a restart without an admin prints a new link; the old one is dead', async () => {
    const old = server.setupToken();
    await server.server.stop();
    const again = await startTestServer({ dataFolder: server.dataFolder });
    expect(again.setupToken()).not.toBe(old);
    await expect(
      browser(again.url).client.setUp({ body: { token: old, admin: ADMIN, store: STORE } }),
    ).rejects.toMatchObject(kind('wrong-credentials'));
    await again.stop();
  });
});

async function signedIn() {
  const admin = browser(server.url);
  await admin.client.signIn({ body: { email: ADMIN.email, password: ADMIN.password } });
  return admin.client;
}

describe('sign-in', () => {
  test('the right password, whatever the capitals of the address; the wrong one tells nothing about who exists', async () => {
    await setUp(server);
    const visitor = browser(server.url);
    await expect(
      visitor.client.signIn({ body: { email: ADMIN.email, password: 'wrong password' } }),
    ).rejects.toMatchObject(kind('wrong-credentials'));
    await expect(
      visitor.client.signIn({ body: { email: 'nobody@example.org', password: ADMIN.password } }),
    ).rejects.toMatchObject(kind('wrong-credentials'));
    expect(
      await visitor.client.signIn({ body: { email: ADMIN.email.toUpperCase(), password: ADMIN.password } }),
    ).toMatchObject({ name: ADMIN.name });
  });

  test('guessing is limited, also with many at the same moment, and the right password does not help then', async () => {
    await setUp(server);
    const max = guessLimits.signIn.perKeyMax;
    const guesses = await Promise.allSettled(
      Array.from({ length: max + 5 }, () =>
        browser(server.url).client.signIn({ body: { email: ADMIN.email, password: 'wrong password' } }),
      ),
    );
    const kinds = guesses.map((guess) =>
      guess.status === 'rejected' ? (guess.reason as { kind: string }).kind : 'in',
    );
    expect(kinds.filter((found) => found === 'wrong-credentials')).toHaveLength(max);
    expect(kinds.filter((found) => found === 'too-many-requests')).toHaveLength(5);
    await expect(signedIn()).rejects.toMatchObject(kind('too-many-requests'));
  });

  test('the cookie: http-only, same site, for the whole host; secure as soon as people come over TLS', async () => {
    const cookieOf = async (url: string) => {
      const answer = await fetch(`${url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: ADMIN.email, password: ADMIN.password }),
      });
      await answer.text();
      return answer.headers.getSetCookie()[0] ?? '';
    };
    await setUp(server);
    const plain = await cookieOf(server.url);
    expect(plain).toMatch(/^streamstock-session-[0-9a-f]{8}=sss_[\w-]{43};/);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(plain).toContain(attribute);
    expect(plain).not.toContain('Secure');
    await server.server.stop();
    const proxied = await startTestServer({
      dataFolder: server.dataFolder,
      config: { publicUrl: 'https://stock.example.org' },
    });
    const secure = await cookieOf(proxied.url);
    expect(secure).toMatch(/^__Host-streamstock-session-/);
    expect(secure).toContain('Secure');
    await proxied.stop();
  });

  test('an unused session ends, a used one is kept, and no session lives for ever', async () => {
    const used = await setUp(server);
    const unused = await signedIn();
    let lifeMs = 0;
    const useFor = async (untilMs: number): Promise<void> => {
      for (; lifeMs < untilMs; lifeMs += SESSION_IDLE_MS / 2) {
        server.pass(SESSION_IDLE_MS / 2);
        await used.client.session();
      }
    };
    await useFor(SESSION_LIFE_MS - SESSION_IDLE_MS);
    await expect(unused.session()).rejects.toMatchObject(kind('not-signed-in'));
    await expect(useFor(SESSION_LIFE_MS + SESSION_IDLE_MS)).rejects.toMatchObject(kind('not-signed-in'));
    expect(lifeMs).toBeGreaterThanOrEqual(SESSION_LIFE_MS - SESSION_IDLE_MS);
  });

  test('sign-out ends it at the server, not only in the browser', async () => {
    const admin = await setUp(server);
    const stolen = browser(server.url);
    for (const [name, value] of admin.cookies) stolen.cookies.set(name, value);
    await admin.client.signOut();
    expect(admin.cookies.size).toBe(0);
    await expect(stolen.client.session()).rejects.toMatchObject(kind('not-signed-in'));
  });

  test('a session survives a restart', async () => {
    const admin = await setUp(server);
    await server.server.stop();
    const again = await startTestServer({ dataFolder: server.dataFolder });
    const back = browser(again.url);
    for (const [name, value] of admin.cookies) back.cookies.set(name, value);
    expect(await back.client.session()).toMatchObject({ email: ADMIN.email });
    await again.stop();
  });
});

describe('secrets', () => {
  test('none is in the log or in the databases, whatever happens', async () => {
    const token = server.setupToken();
    const admin = await setUp(server);
    const device = await browser(server.url).client.enrol({ body: { code: admin.pairingCode.code, label: 'till 1' } });
    const { ticket } = await program(server.url, device.credential).createTicket();
    await expect(program(server.url, 'ssk_wrong').stores()).rejects.toMatchObject(kind('not-signed-in'));
    await server.server.stop();
    const files = ['directory.sqlite', 'log.sqlite', 'lock.json'].flatMap((name) =>
      readIfThere(join(server.dataFolder, name)),
    );
    const session = [...admin.cookies.values()][0] ?? '';
    for (const secret of [
      token,
      admin.apiKey,
      admin.pairingCode.code,
      device.credential,
      ticket,
      session,
      ADMIN.password,
      'ssk_wrong',
    ]) {
      expect(server.logged()).not.toContain(secret);
      for (const file of files) expect(file).not.toContain(secret);
    }
    expect(server.logged()).toContain('/api/v1/enrolments');
    expect(files.join('')).toContain('$argon2id$');
  });
});

function readIfThere(file: string): string[] {
  try {
    return [readFileSync(file, 'latin1')];
  } catch {
    return [];
  }
}
