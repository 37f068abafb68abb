// The live stream of head office over real HTTP: what it tells, and what it does with readers that are slow or too many.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LiveMessage } from '@streamstock/api';
import { SESSION_IDLE_MS } from './directory/directory.ts';
import { liveText, QUEUE_BYTES_MAX, Subscriber } from './live/subscriber.ts';
import { createLiveHub, SUBSCRIBERS_MAX } from './live/live-hub.ts';
import { readLive, type LiveReader } from './testing/live-reader.ts';
import { TestDevice } from './testing/test-device.ts';
import { browser, setUp, startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  server = await startTestServer();
  admin = await setUp(server);
});
afterEach(async () => {
  await server.stop();
});

const asAdmin = () => ({ cookie: [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ') });
const asProgram = () => ({ authorization: `Bearer ${admin.apiKey}` });
const of = <N extends LiveMessage['name']>(reader: LiveReader, name: N) =>
  reader.messages.filter((message): message is Extract<LiveMessage, { name: N }> => message.name === name);

async function newDevice(): Promise<TestDevice> {
  const { code } = await admin.client.createPairingCode({ params: { store: admin.store.id } });
  return new TestDevice(server.url, await browser(server.url).client.enrol({ body: { code, label: 'till 1' } }));
}

test('a sale is told as figure, as event and as word of its device; together with what was read before nothing is missed', async () => {
  const reader = await readLive(server.url, asAdmin());
  await expect.poll(() => of(reader, 'hello')).toHaveLength(1);
  const { position: from, epoch } = of(reader, 'hello')[0]?.data ?? { position: -1, epoch: '' };
  expect(epoch).toBe((await admin.client.health()).epoch);
  const device = await newDevice();
  await device.connect();
  await device.receives('oat', 10);
  await expect.poll(() => of(reader, 'log')).toHaveLength(1);
  await device.sells('oat', 3);
  await expect
    .poll(() =>
      of(reader, 'stock')
        .flatMap(({ data }) => data.changes)
        .at(-1),
    )
    .toEqual({ store: admin.store.id, item: 'oat', onHand: 7, available: 7, recount: false });
  await expect
    .poll(() =>
      of(reader, 'log')
        .flatMap(({ data }) => data.events)
        .map(({ position }) => position),
    )
    .toEqual([from + 1, from + 2]);
  await expect
    .poll(() => of(reader, 'devices').at(-1)?.data)
    .toMatchObject({ devices: [{ connected: true, label: 'till 1' }], stores: [{ devicesConnected: 1 }] });
  const last = of(reader, 'stock').at(-1)?.data.position ?? 0;
  expect((await admin.client.stock()).position).toBe(last);
  reader.close();
});

test('an import larger than a message is told by number, and figures that are too many by "read again"', async () => {
  const reader = await readLive(server.url, asProgram());
  await expect.poll(() => of(reader, 'hello')).toHaveLength(1);
  const drafts = Array.from({ length: 1_200 }, (_, index) => ({
    id: `019a0000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    type: 'StockReceived',
    schemaVersion: 1,
    store: admin.store.id,
    audience: [],
    actor: 'import',
    payload: { document: `d${index}`, lines: [{ item: `i${index}`, quantity: 1 }] },
  }));
  await admin.client.importBatches({ body: { source: 't', batches: [{ store: admin.store.id, drafts }] } });
  const { position } = await admin.client.health();
  await expect.poll(() => of(reader, 'log').at(-1)?.data.events.at(-1)?.position).toBe(position);
  const told = of(reader, 'log').reduce((sum, { data }) => sum + data.events.length + data.omitted, 0);
  expect(told).toBe(1_200);
  expect(of(reader, 'log').some(({ data }) => data.omitted > 0)).toBe(true);
  // Every line is named, or the reader is told that there were too many.
  const isTold = () =>
    of(reader, 'resync').length > 0 ||
    new Set(of(reader, 'stock').flatMap(({ data }) => data.changes.map(({ item }) => item))).size === 1_200;
  await expect.poll(isTold).toBe(true);
  reader.close();
});

test('a reader that leaves is forgotten; too many are refused with a problem', async () => {
  const { live } = server.server.centre;
  const reader = await readLive(server.url, asAdmin());
  expect(live.subscribers).toBe(1);
  reader.close();
  await expect.poll(() => live.subscribers).toBe(0);
  const streams = Array.from({ length: SUBSCRIBERS_MAX }, () => live.subscribe(() => true));
  expect(streams.every((stream) => stream !== null)).toBe(true);
  const refused = await fetch(`${server.url}/api/v1/live`, { headers: asAdmin() });
  expect(await refused.json()).toMatchObject({ status: 429 });
  await Promise.all(streams.map(async (stream) => await stream?.cancel()));
  expect(live.subscribers).toBe(0);
});

test('a stopped server ends the stream', async () => {
  const reader = await readLive(server.url, asAdmin());
  await server.server.stop();
  // One that is only cut off in the end rejects.
  await expect(reader.ended).resolves.toBeUndefined();
});

test('a session that has ended is not kept alive by its stream', async () => {
  const reader = await readLive(server.url, asAdmin());
  server.pass(SESSION_IDLE_MS + 1);
  await expect(admin.client.session()).rejects.toMatchObject({ kind: 'not-signed-in' });
  reader.close();
});

test('whoever may not read any more is let go at the next heartbeat; the others hear that it is alive', async () => {
  let allowed = true;
  const sources = {
    position: () => 0,
    epoch: () => 'e',
    clock: () => 0,
    events: () => Promise.reject(new Error('not asked')),
    devices: () => Promise.reject(new Error('not asked')),
    failed: () => {},
  };
  const hub = createLiveHub(sources, 20);
  const [kept, ended] = [hub.subscribe(() => true), hub.subscribe(() => allowed)];
  if (kept === null || ended === null) throw new Error('There is room for two.');
  allowed = false;
  const texts: string[] = [];
  for await (const chunk of ended) texts.push(new TextDecoder().decode(chunk));
  expect(texts).toHaveLength(1);
  expect(hub.subscribers).toBe(1);
  const reader = kept.getReader();
  await reader.read();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe(': still here\n\n');
  hub.close();
});

describe('a slow reader', () => {
  const note = (position: number): LiveMessage => ({ name: 'resync', data: { position } });

  test('keeps at most its queue, and is told to read again as soon as it has room', async () => {
    let position = 0;
    const subscriber = new Subscriber(
      () => liveText(note(position)),
      () => {},
    );
    const filler = `: ${'x'.repeat(64 * 1024)}\n\n`;
    let sent = 0;
    while (subscriber.send(filler)) sent += 1;
    expect(sent).toBe(Math.floor(QUEUE_BYTES_MAX / filler.length));
    for (position = 1; position < 50; position += 1) expect(subscriber.send(liveText(note(position)))).toBe(false);
    const reader = subscriber.stream.getReader();
    const decoder = new TextDecoder();
    const texts: string[] = [];
    for (let read = 0; read <= sent; read += 1) texts.push(decoder.decode((await reader.read()).value));
    expect(texts.filter((text) => text === filler)).toHaveLength(sent);
    expect(texts.at(-1)).toBe(liveText(note(50)));
    expect(subscriber.send('data: again\n\n')).toBe(true);
    expect(decoder.decode((await reader.read()).value)).toBe('data: again\n\n');
  });

  test('is gone once it has gone', async () => {
    let ended = 0;
    const subscriber = new Subscriber(
      () => '',
      () => (ended += 1),
    );
    await subscriber.stream.cancel();
    expect(ended).toBe(1);
    expect(subscriber.send('data: x\n\n')).toBe(false);
    subscriber.close();
    expect(ended).toBe(1);
  });
});

test('a device that is revoked is told, with the word that the history is another', async () => {
  const device = await newDevice();
  const reader = await readLive(server.url, asProgram());
  await expect.poll(() => of(reader, 'hello')).toHaveLength(1);
  await admin.client.revokeDevice({ params: { device: device.identity.device } });
  await expect
    .poll(() => of(reader, 'devices').flatMap(({ data }) => data.devices))
    .toContainEqual(
      expect.objectContaining({ device: device.identity.device, revokedAtMs: expect.any(Number) as number }),
    );
  const { epoch } = await admin.client.health();
  // What changed at one time may be told in two messages.
  await expect.poll(() => of(reader, 'history')).toContainEqual({ name: 'history', data: { epoch } });
  reader.close();
});
