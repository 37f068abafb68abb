// The engine with real sockets: who is let in, how much one of many may take, who is cut, what is known of each device.
import { enrol, START_MS, TestDevice, typesOf } from '@streamstock/event-log/testing/central-fixtures';
import { DEVICE_FRAME_BYTES_MAX } from '@streamstock/sync';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONNECTIONS_PER_DEVICE_MAX, NO_ROOM_RETRY_MS, SOCKET_PAYLOAD_BYTES_MAX } from './limits.ts';
import { newTicket, RawDevice } from './testing/raw-device.ts';
import { CentreUnderTest, testClock, type TestCentreOptions } from './testing/test-centre.ts';

// Other work may keep the machine busy; what is waited for here comes in milliseconds otherwise.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
/** A poll looks again until then; what it waits for comes in milliseconds on a machine that is not busy. */
const SOON = { timeout: 20_000 };

const under = new CentreUnderTest();
const start = async (options?: TestCentreOptions) => await under.start(options);
const newTill = async (name: string, store: string) => await under.newTill(name, store);
afterEach(async () => await under.stop());

describe('at the door', () => {
  it.each([
    ['no JSON', 'bad-frame', (device: RawDevice) => device.socket.send('{')],
    ['bytes instead of text', 'bad-frame', (device: RawDevice) => device.socket.send(Buffer.from('{}'))],
    ['an unknown message', 'unknown-message', (device: RawDevice) => device.socket.send('{"type":"drop","lines":0}')],
    ['another version', 'version', (device: RawDevice) => device.hello({ protocol: 99 })],
    ['a push before hello', 'out-of-turn', (device: RawDevice) => device.push(1)],
    ["another device's ticket", 'unauthorised', (device: RawDevice) => device.hello({ ticket: newTicket('till-x') })],
    ['another store', 'unauthorised', (device: RawDevice) => device.hello({ store: 'braga' })],
    [
      'an unknown device',
      'unauthorised',
      (device: RawDevice) => device.hello({ device: 'till-x', ticket: newTicket('till-x') }),
    ],
    [
      'a frame that is too large',
      'too-large',
      (device: RawDevice) => device.socket.send('x'.repeat(DEVICE_FRAME_BYTES_MAX + 1)),
    ],
  ])('refuses %s with words and one recovery, and closes', async (_, kind, act) => {
    const { url, reports } = await start();
    const till = await newTill('till-a', 'porto');
    till.writeMany(1);
    const device = await RawDevice.open(url, till);
    act(device);
    expect(await device.next('refused')).toMatchObject({ kind });
    expect(await device.closed()).toBe(1_000);
    expect(reports).toMatchObject([{ kind: 'refused', refusal: kind }]);
  });

  it('refuses a ticket that was used before', async () => {
    const { url } = await start();
    const till = await newTill('till-a', 'porto');
    const ticket = newTicket('till-a');
    await RawDevice.enter(url, till, { ticket });
    const second = await RawDevice.open(url, till);
    second.hello({ ticket });
    expect(await second.next('refused')).toMatchObject({ kind: 'unauthorised', recovery: 'new-ticket' });
  });

  it('cuts a socket whose frame is far too large', async () => {
    const { url } = await start();
    const device = await RawDevice.open(url, await newTill('till-a', 'porto'));
    device.socket.send('x'.repeat(SOCKET_PAYLOAD_BYTES_MAX + 1));
    expect(await device.closed()).toBe(1_009);
  });

  it('tells a device to come back when there is no room, and lets it in when there is', async () => {
    const { url, engine } = await start({ bounds: { connectionsMax: 1 } });
    const till = await newTill('till-a', 'porto');
    const first = await RawDevice.enter(url, till);
    const second = await RawDevice.open(url, await newTill('till-b', 'porto'));
    expect(await second.next('refused')).toMatchObject({ kind: 'busy', recovery: 'retry' });
    await second.closed();
    await first.leave();
    await expect.poll(() => engine.connections, SOON).toBe(0);
    await RawDevice.enter(url, second.log);
  });

  it('keeps few connections of one device: the oldest goes', async () => {
    const { url } = await start();
    const till = await newTill('till-a', 'porto');
    const devices: RawDevice[] = [];
    for (let count = 0; count <= CONNECTIONS_PER_DEVICE_MAX; count += 1) devices.push(await RawDevice.enter(url, till));
    expect(await devices[0]?.closed()).toBe(1_006);
    expect(devices.slice(1).map(({ closeCode }) => closeCode)).toEqual(Array(CONNECTIONS_PER_DEVICE_MAX).fill(null));
  });

  it('ends the connections of a revoked device and of what descends from it', async () => {
    const { url, engine, log } = await start();
    const parent = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    const child = new TestDevice({ device: 'till-b', store: 'porto' });
    await enrol(log, child, 'till-a');
    const descendant = await RawDevice.enter(url, child);
    const other = await RawDevice.enter(url, await newTill('till-c', 'porto'));
    await engine.revokeDevice('till-a');
    for (const device of [parent, descendant]) {
      expect(await device.next('refused')).toMatchObject({ kind: 'revoked' });
      await device.closed();
    }
    expect(other.closeCode).toBeNull();
  });
});

describe('one of many', () => {
  it('one device with much to push does not hold up another', async () => {
    const { url } = await start({ projectors: [] });
    const busy = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    const quick = await RawDevice.enter(url, await newTill('till-b', 'porto'));
    for (let part = 0; part < 8; part += 1) busy.log.writeMany(500);
    quick.log.writeMany(1);
    for (let part = 0; part < 8; part += 1) busy.push(part * 500 + 1, (part + 1) * 500);
    quick.push(1);
    await quick.next('accepted');
    // Everything of the other stood in line before it, or was on its way.
    expect(busy.received.filter(({ type }) => type === 'accepted').length).toBeLessThan(8);
  });

  it('a device that pushes more often than it may is sent away with the time to wait; another is not', async () => {
    const nowMs = testClock();
    const { url, log } = await start({ bounds: { pushesPerDevicePerSecondMax: 2 }, clock: () => nowMs });
    const hasty = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    const calm = await RawDevice.enter(url, await newTill('till-b', 'porto'));
    hasty.log.writeMany(6);
    for (let seq = 1; seq <= 6; seq += 1) hasty.push(seq, seq);
    const refused = await hasty.next('refused');
    expect(refused).toMatchObject({ kind: 'busy', recovery: 'retry' });
    expect(refused.retryAfterMs).toBe(500);
    calm.log.writeMany(1);
    calm.push(1);
    await calm.next('accepted');
    // What it sent before is kept; the rest is in its outbox.
    await expect.poll(async () => (await log.device('till-a'))?.accepted.seq, SOON).toBe(4);
  });

  it('one address, and one store, can not take all the room', async () => {
    const { url } = await start({ bounds: { connectionsPerStoreMax: 2 } });
    for (const name of ['till-a', 'till-b']) await RawDevice.enter(url, await newTill(name, 'porto'));
    const third = await RawDevice.open(url, await newTill('till-c', 'porto'));
    third.hello();
    expect(await third.next('refused')).toMatchObject({ kind: 'busy', retryAfterMs: NO_ROOM_RETRY_MS });
    await RawDevice.enter(url, await newTill('till-d', 'braga'));
    await under.stop();
    const { url: again, engine } = await start({ bounds: { connectionsPerAddressMax: 2 } });
    const tills = await Promise.all(['till-e', 'till-f', 'till-g'].map(async (name) => await newTill(name, 'porto')));
    const [first, second, over] = tills;
    const entered = await RawDevice.enter(again, first!);
    await RawDevice.enter(again, second!);
    const refused = await RawDevice.open(again, over!);
    expect(await refused.next('refused')).toMatchObject({ kind: 'busy', retryAfterMs: NO_ROOM_RETRY_MS });
    await entered.leave();
    await expect.poll(() => engine.connections, SOON).toBe(1);
    await RawDevice.enter(again, over!);
  });
});

describe('devices that do not read', () => {
  const NOTE = 'x'.repeat(2_000);
  /** Four megabytes in one store: more than the system buffers on the way to all of them. */
  const past = async (url: string): Promise<RawDevice> => {
    const writer = await RawDevice.enter(url, await newTill('till-w', 'porto'));
    for (let part = 0; part < 20; part += 1) {
      writer.log.writeMany(100, { payload: { note: NOTE } });
      writer.push(part * 100 + 1);
      await writer.next('accepted');
    }
    return writer;
  };

  it('C4 have nothing waiting for them in the server, who never read at all, and hold nobody else up', async () => {
    const { url, log, sockets } = await start({ projectors: [], local: true });
    const writer = await past(url);
    const stalled: RawDevice[] = [];
    for (let count = 0; count < 8; count += 1) {
      const device = await RawDevice.enter(url, await newTill(`till-${count}`, 'porto'));
      device.socket.pause();
      stalled.push(device);
    }
    const reader = await RawDevice.enter(url, await newTill('till-r', 'porto'));
    expect(await reader.readUpTo((await log.head()).position)).toHaveLength(2_000);
    writer.log.writeMany(1);
    writer.push(2_001);
    expect(await reader.readUpTo(2_001)).toHaveLength(1);
    expect(Math.max(...sockets.map(({ bufferedAmount }) => bufferedAmount))).toBe(0);
    for (const device of stalled) device.socket.resume();
    expect(await stalled[0]?.readUpTo(2_001)).toHaveLength(2_001);
  });

  it('C4 have little waiting for them in the server, who stop in the middle, and hold nobody else up', async () => {
    const { url, log, sockets } = await start({ projectors: [], local: true });
    await past(url);
    const { position } = await log.head();
    const stopped: RawDevice[] = [];
    for (let count = 0; count < 8; count += 1) {
      const device = await RawDevice.enter(url, await newTill(`till-${count}`, 'porto'));
      await device.readUpTo(400);
      device.socket.pause();
      stopped.push(device);
    }
    const reader = await RawDevice.enter(url, await newTill('till-r', 'porto'));
    expect(await reader.readUpTo(position)).toHaveLength(2_000);
    const buffered = sockets.map(({ bufferedAmount }) => bufferedAmount);
    // They do hold the server up: what the system buffers between the ends is full.
    expect(buffered.filter((bytes) => bytes > 0)).toHaveLength(stopped.length);
    // One frame each, and what was below the low water when it was sent.
    expect(Math.max(...buffered)).toBeLessThan(420_000);
    for (const device of stopped) device.socket.resume();
    await stopped[0]?.readUpTo(position);
    expect(stopped[0]?.cursor?.position).toBe(position);
  });
});

describe('a removed device', () => {
  it('C9 comes back to push what it saved, all of it set aside, and hears nothing', async () => {
    const { url, engine } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    const b = await RawDevice.enter(url, await newTill('till-b', 'porto'));
    a.log.writeMany(1);
    a.push(1);
    await a.next('accepted');
    await engine.revokeDevice('till-a');
    expect(await a.next('refused')).toMatchObject({ kind: 'revoked' });
    a.log.writeMany(2);
    const again = await RawDevice.open(url, a.log);
    again.hello();
    expect(await again.next('welcome')).toMatchObject({ restriction: { kind: 'revoked' }, accepted: { seq: 1 } });
    again.push(2);
    expect((await again.next('accepted')).mark.seq).toBe(3);
    const lines = await b.readUpTo(5);
    expect(typesOf(lines).filter((type) => type === 'EventSetAside')).toHaveLength(2);
    expect(again.received.map(({ type }) => type)).not.toContain('events');
  });
});

describe('what head office sees', () => {
  it('keeps the last word of each device, while it is connected and after', async () => {
    const { url, engine } = await start();
    const changes: (number | null)[] = [];
    engine.deviceStatus$.subscribe(({ connectedSinceMs }) => changes.push(connectedSinceMs));
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    a.applied(await a.next('events'));
    const status = {
      unsent: 2,
      oldestUnsentAgeMs: 5_000,
      lastWriteAtMs: START_MS,
      needsAttention: 0,
      storage: null,
      clockOffsetMs: -40,
      unsentFault: false,
      appVersion: '1.0.1',
    };
    a.send({ type: 'status', ...status });
    await expect.poll(() => engine.deviceStatuses()[0]?.report?.unsent, SOON).toBe(2);
    expect(engine.deviceStatuses()).toMatchObject([
      { device: 'till-a', store: 'porto', appVersion: '1.0.1', appliedPosition: 0, report: status },
    ]);
    expect(engine.deviceStatuses()[0]?.connectedSinceMs).toBeGreaterThan(START_MS);
    await a.leave();
    await expect.poll(() => engine.deviceStatuses()[0]?.connectedSinceMs, SOON).toBeNull();
    expect(engine.deviceStatuses()[0]?.report).toMatchObject(status);
    expect(changes.at(-1)).toBeNull();
  });

  it('does not call a device away while its newer connection lives', async () => {
    const { url, engine } = await start();
    const till = await newTill('till-a', 'porto');
    const old = await RawDevice.enter(url, till);
    await RawDevice.enter(url, till);
    await old.leave();
    await expect.poll(() => engine.connections, SOON).toBe(1);
    expect(engine.deviceStatuses()[0]?.connectedSinceMs).not.toBeNull();
  });
});
