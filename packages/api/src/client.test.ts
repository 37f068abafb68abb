// The client against a scripted `fetch`, its port. The server's tests run it against real HTTP.
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createApiClient, pathOf, type Fetch } from './client.ts';
import { ApiProblem, problemType } from './problem.ts';
import { routes } from './routes.ts';
import type { StoreList } from './stores.ts';

interface Sent {
  readonly url: string;
  readonly init: Parameters<Fetch>[1];
}

function scripted(status: number, body: string): { readonly fetch: Fetch; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch: Fetch = async (url, init) => {
    sent.push({ url, init });
    return { status, headers: { get: () => null }, text: async () => body };
  };
  return { fetch, sent };
}

const health = { status: 'ok', epoch: 'e1', position: 7 };

describe('what is sent', () => {
  test('parameters, query and body go where the route has them', async () => {
    const { fetch, sent } = scripted(201, JSON.stringify({ code: 'ABCD-EFGH', expiresAtMs: 1, url: 'u' }));
    await createApiClient({ baseUrl: 'http://h', fetch }).createPairingCode({ params: { store: 's1' } });
    expect(sent[0]?.url).toBe('http://h/api/v1/stores/s1/pairing-codes');
    expect(sent[0]?.init).toMatchObject({ method: 'POST', credentials: 'same-origin' });
    expect(sent[0]?.init.body).toBeUndefined();
  });

  test('a body is JSON and says so; a key is a bearer token and never in the URL', async () => {
    const { fetch, sent } = scripted(200, JSON.stringify({ appended: 1, known: 0, position: 1 }));
    await createApiClient({ baseUrl: '', fetch, apiKey: 'secret' }).importBatches({
      body: { source: 'f', batches: [] },
    });
    expect(sent[0]?.init.headers).toMatchObject({ authorization: 'Bearer secret', 'content-type': 'application/json' });
    expect(sent[0]?.url).not.toContain('secret');
  });

  test('values are encoded, absent ones left out, a missing parameter is a bug', () => {
    expect(pathOf(routes.itemStory, { params: { store: 'a/b', item: '?' } })).toBe('/api/v1/stock/a%2Fb/%3F');
    expect(pathOf(routes.events, { query: { before: 5, store: undefined, type: 'A&B' } })).toBe(
      '/api/v1/events?before=5&type=A%26B',
    );
    expect(() => pathOf(routes.itemStory, { params: { store: 's' } })).toThrow(/needs "item"/);
  });
});

describe('what comes back', () => {
  test('the promised answer, typed; unknown fields of a newer server are dropped', async () => {
    const { fetch } = scripted(200, JSON.stringify({ ...health, later: 1 }));
    const answer = await createApiClient({ baseUrl: '', fetch }).health();
    expect(answer).toEqual(health);
    expectTypeOf(answer.position).toBeNumber();
    expectTypeOf<Awaited<ReturnType<ReturnType<typeof createApiClient>['stores']>>>().toEqualTypeOf<StoreList>();
  });

  test('no content', async () => {
    const { fetch } = scripted(204, '');
    expect(await createApiClient({ baseUrl: '', fetch }).signOut()).toBeUndefined();
  });

  test('a problem is thrown with its kind and remedy', async () => {
    const problem = {
      type: problemType('not-signed-in'),
      title: 't',
      status: 401,
      detail: 'No session.',
      remedy: 'Sign in.',
    };
    const { fetch } = scripted(401, JSON.stringify(problem));
    const thrown = await createApiClient({ baseUrl: '', fetch })
      .session()
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ApiProblem);
    expect(thrown).toMatchObject({ kind: 'not-signed-in', problem, message: 'No session. Sign in.' });
  });

  test.each([
    ['an answer that breaks its schema', 200, JSON.stringify({ status: 'ok', epoch: 'e1', position: -1 })],
    ['a page of a proxy', 200, '<html>'],
    ['a status without a problem', 502, 'Bad gateway'],
    ['another success than promised', 201, JSON.stringify(health)],
  ])('%s is a bad answer, never taken for a good one', async (_, status, body) => {
    const { fetch } = scripted(status, body);
    await expect(createApiClient({ baseUrl: '', fetch }).health()).rejects.toMatchObject({
      kind: 'bad-answer',
      problem: { status },
    });
  });

  test('no answer at all', async () => {
    const cause = new TypeError('fetch failed');
    const client = createApiClient({ baseUrl: '', fetch: () => Promise.reject(cause) });
    await expect(client.health()).rejects.toMatchObject({ kind: 'unreachable', cause });
  });
});
