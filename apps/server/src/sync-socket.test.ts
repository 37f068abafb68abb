// The door of /sync with real sockets: who gets in, tickets, hostile frames, and a sale from a device to head office's figures.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SUBPROTOCOL } from '@streamstock/sync';
import { WebSocket, type ClientOptions } from 'ws';
import { TICKET_LIFE_MS } from './directory/tickets.ts';
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

async function newDevice(label = 'till'): Promise<TestDevice> {
  const { code } = await admin.client.createPairingCode({ params: { store: admin.store.id } });
  return new TestDevice(server.url, await browser(server.url).client.enrol({ body: { code, label } }));
}

/** The status that an upgrade request is answered with; 101 = it became a socket. */
function upgrade(path: string, protocols: string[], options: ClientOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, protocols, options);
    socket.once('open', () => {
      expect(socket.protocol).toBe(SUBPROTOCOL);
      expect(socket.extensions).toBe('');
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (request, answer) => {
      expect(answer.headers['content-type']).toBe('application/problem+json');
      resolve(answer.statusCode ?? 0);
      request.destroy();
    });
    socket.once('error', reject);
  });
}

describe('who gets a socket', () => {
  test('our pages and programs without an origin, with our subprotocol; without compression, whatever is offered', async () => {
    expect(await upgrade('/sync', [SUBPROTOCOL], { origin: server.url })).toBe(101);
    expect(await upgrade('/sync', [SUBPROTOCOL], { perMessageDeflate: true })).toBe(101);
    expect(await upgrade('/sync', ['other', SUBPROTOCOL])).toBe(101);
  });
  test.each(['https://evil.example', 'http://127.0.0.1:1', 'null'])('not a page of %s', async (origin) => {
    expect(await upgrade('/sync', [SUBPROTOCOL], { origin })).toBe(403);
  });
  test('not without the subprotocol, and not elsewhere', async () => {
    expect(await upgrade('/sync', [])).toBe(400);
    expect(await upgrade('/sync', ['streamstock.v0'])).toBe(400);
    expect(await upgrade('/api/v1/live', [SUBPROTOCOL])).toBe(404);
    expect(await upgrade('/', [SUBPROTOCOL])).toBe(404);
  });
});

describe('tickets', () => {
  test('work once', async () => {
    const device = await newDevice();
    const ticket = await device.ticket();
    expect(await device.connect(ticket)).toMatchObject({ type: 'welcome' });
    device.cut();
    expect(await device.connect(ticket)).toMatchObject({
      type: 'refused',
      kind: 'unauthorised',
      recovery: 'new-ticket',
    });
  });

  test('work for thirty seconds', async () => {
    const device = await newDevice();
    const ticket = await device.ticket();
    server.pass(TICKET_LIFE_MS + 1);
    expect(await device.connect(ticket)).toMatchObject({ type: 'refused', kind: 'unauthorised' });
  });

  test('work for the device they were given to', async () => {
    const [one, other] = [await newDevice('one'), await newDevice('other')];
    expect(await one.connect(await other.ticket())).toMatchObject({ type: 'refused', kind: 'unauthorised' });
    expect(await one.connect('sst_made-up')).toMatchObject({ type: 'refused', kind: 'unauthorised' });
  });
});

describe('hostile frames', () => {
  test('a frame larger than any of ours is cut off, and nobody else notices', async () => {
    const [hostile, honest] = [await newDevice('hostile'), await newDevice('honest')];
    await hostile.connect();
    await honest.connect();
    const closed = hostile.closed();
    hostile.sendRaw('x'.repeat(1024 * 1024));
    expect(await closed).toBe(1009);
    expect(await honest.sells('i1', 1)).toMatchObject({ type: 'accepted' });
  });

  test.each(['', '{', '[]', '{"type":"hello"}', '{"type":"push","lines":2}\n{}'])(
    '%s instead of a hello is refused in words',
    async (text) => {
      const device = await newDevice();
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/sync`, SUBPROTOCOL);
      const answer = new Promise<string>((resolve) =>
        socket.once('message', (data: Buffer) => resolve(data.toString())),
      );
      socket.once('open', () => socket.send(text));
      expect(JSON.parse(await answer)).toMatchObject({ type: 'refused' });
      expect(await device.connect()).toMatchObject({ type: 'welcome' });
    },
  );

  test("another store's event is kept, set aside, and moves nothing", async () => {
    const device = await newDevice();
    await device.connect();
    const other = await admin.client.openStore({ body: { name: 'Braga', currency: 'EUR', timeZone: 'Europe/Lisbon' } });
    const answer = await device.push([
      {
        id: '019a0000-0000-7000-8000-000000000001',
        type: 'StockSold',
        schemaVersion: 1,
        store: other.store,
        audience: [],
        actor: 'ana',
        payload: { document: 'd', lines: [{ item: 'i1', quantity: 5, unitPrice: null }] },
      },
    ]);
    expect(answer).toMatchObject({ type: 'accepted' });
    await server.server.centre.inReadModels();
    expect((await admin.client.stock()).onHand.flat().every((figure) => figure === null)).toBe(true);
    const { events } = await admin.client.events();
    expect(events.map(({ line }) => (JSON.parse(line) as { type: string }).type)).toContain('EventSetAside');
  });
});

test('a sale on a device is in the matrix, in the story, in the log and on the device list', async () => {
  const device = await newDevice('till 1');
  expect(await device.connect()).toMatchObject({ type: 'welcome' });
  expect(await device.receives('i1', 20)).toMatchObject({ type: 'accepted' });
  expect(await device.sells('i1', 3)).toMatchObject({ type: 'accepted' });
  device.status(2, 60_000);
  await server.server.centre.inReadModels();
  const matrix = await admin.client.stock();
  expect(matrix.onHand).toEqual([[17]]);
  expect(matrix.items[0]?.[0]).toBe('i1');
  const story = await admin.client.itemStory({ params: { store: admin.store.id, item: 'i1' } });
  expect(story).toMatchObject({ total: 17, line: { onHand: 17 }, baseline: null });
  expect(story.movements.map(({ type, change, onHand }) => [type, change, onHand])).toEqual([
    ['StockReceived', 20, 20],
    ['StockSold', -3, 17],
  ]);
  const { events } = await admin.client.events({ query: { item: 'i1' } });
  expect(events.map(({ place }) => place?.device)).toEqual([device.identity.device, device.identity.device]);
  await expect
    .poll(async () => (await admin.client.devices()).devices.find((one) => one.device === device.identity.device))
    .toMatchObject({
      connected: true,
      acceptedSeq: 2,
      report: { unsent: 2, appVersion: '1.0.0', storage: { persisted: true } },
    });
  const [store] = (await admin.client.stores()).stores;
  expect(store).toMatchObject({ devices: 1, devicesConnected: 1, freshness: { unsent: 2, silent: false } });
  expect(Date.now() - (store?.freshness.asOfMs ?? 0)).toBeGreaterThanOrEqual(60_000);
  device.cut();
  await expect.poll(async () => (await admin.client.stores()).stores[0]?.devicesConnected).toBe(0);
});

test('what a device said survives a restart of the server', async () => {
  const device = await newDevice();
  await device.connect();
  await device.sells('i1', 1);
  device.status(7, 120_000);
  await expect.poll(async () => (await admin.client.stores()).stores[0]?.freshness.unsent).toBe(7);
  await server.server.stop();
  const again = await startTestServer({ dataFolder: server.dataFolder });
  const back = browser(again.url);
  for (const [name, value] of admin.cookies) back.cookies.set(name, value);
  expect((await back.client.stores()).stores[0]).toMatchObject({ devicesConnected: 0, freshness: { unsent: 7 } });
  expect((await back.client.stock()).onHand).toEqual([[-1]]);
  await again.stop();
});

test('a server that stops says goodbye: what was sent is acknowledged, and the device is asked to come back', async () => {
  const device = await newDevice();
  await device.connect();
  const [answer] = await Promise.all([device.sells('i1', 1), server.server.stop()]);
  expect(['accepted', 'refused']).toContain(answer.type);
  expect(await device.next(({ type }) => type === 'refused')).toMatchObject({ kind: 'busy', recovery: 'retry' });
});
