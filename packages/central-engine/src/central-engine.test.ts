import { MemoryCentralLog, readStoredLine } from '@streamstock/event-log';
import {
  enrol,
  readAll,
  START_MS,
  sumProjector,
  TestDevice,
  typesOf,
} from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256 } from '@streamstock/log-sql';
import { DEVICE_FRAME_BYTES_MAX } from '@streamstock/sync';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONNECTIONS_PER_DEVICE_MAX, NO_ROOM_RETRY_MS, SOCKET_PAYLOAD_BYTES_MAX } from './limits.ts';
import { newTicket, RawDevice } from './testing/raw-device.ts';
import { startTestCentre, testClock, type TestCentre, type TestCentreOptions } from './testing/test-centre.ts';

// Other work may keep the machine busy; what is waited for here comes in milliseconds otherwise.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
/** A poll looks again until then; what it waits for comes in milliseconds on a machine that is not busy. */
const SOON = { timeout: 20_000 };

let centre: TestCentre | undefined;
afterEach(async () => {
  await centre?.stop();
  centre = undefined;
});

async function start(options?: TestCentreOptions): Promise<TestCentre> {
  return (centre = await startTestCentre(options));
}

async function newTill(name: string, store: string): Promise<TestDevice> {
  const till = new TestDevice({ device: name, store });
  if (centre === undefined) throw new Error('No centre yet.');
  await enrol(centre.log, till);
  return till;
}

const TOKEN_CLOCK = () => ({
  sentAtMs: testClock(),
  steadySinceMs: null,
  heard: { serverTimeMs: testClock(), agoMs: 0 },
});

describe('from device to device', () => {
  it('acknowledges a push after its commit and brings it, byte for byte, to those whom it concerns', async () => {
    const { url, engine, log } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    const b = await RawDevice.enter(url, await newTill('till-b', 'porto'));
    const c = await RawDevice.enter(url, await newTill('till-c', 'braga'));
    for (const device of [a, b, c]) device.applied(await device.next('events'));
    const committed: number[] = [];
    engine.committed$.subscribe(({ upTo }) => committed.push(upTo));

    a.log.write({ payload: { amount: 3, note: 'ü €' } }, { audience: ['braga'] }, {});
    a.push(1);
    const accepted = await a.next('accepted');
    expect(accepted.mark).toMatchObject({ seq: 3, hash: a.log.hashAt(3) });
    expect((await log.device('till-a'))?.accepted.seq).toBe(3);

    const bytes = a.log.log.map(({ line }) => line);
    expect((await b.readUpTo(3)).map(({ line }) => line)).toEqual(bytes);
    expect((await a.readUpTo(3)).map(({ line }) => line)).toEqual(bytes);
    expect((await c.readUpTo(3)).map(({ line }) => line)).toEqual([bytes[1]]);
    expect(committed).toEqual([3]);
    await engine.catchUp();
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([5]);
  });

  it('brings one tap after another as it comes, each with the next frame', async ({ annotate }) => {
    const { url } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    const b = await RawDevice.enter(url, await newTill('till-b', 'porto'));
    b.applied(await b.next('events'));
    const tookMs: number[] = [];
    for (let tap = 1; tap <= 21; tap += 1) {
      a.log.writeMany(1);
      const startedMs = performance.now();
      a.push(tap);
      expect(await b.readUpTo(tap)).toMatchObject([{ position: tap }]);
      tookMs.push(performance.now() - startedMs);
    }
    const medianMs = tookMs.toSorted((x, y) => x - y)[10] ?? Number.NaN;
    await annotate(`From device to device: ${medianMs.toFixed(1)} ms (median, loopback); the promise is 100 ms.`);
  });

  it('answers gaps, damage and repeats, and goes on', async () => {
    const { url, log } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    a.log.writeMany(6);
    a.push(3);
    expect((await a.next('resend')).mark.seq).toBe(0);
    const good = a.log.push(1, 3);
    const bent = good.lines.map((line, index) => (index === 1 ? line.slice(1) : line));
    const { hashBefore, hashAfter } = good;
    a.send({ type: 'push', firstSeq: 1, hashBefore, hashAfter, alone: false, clock: TOKEN_CLOCK() }, bent);
    expect(await a.next('damage')).toMatchObject({ seq: 2, problem: 'not-json' });
    for (const first of [1, 1, 4]) a.push(first);
    for (const seq of [6, 6, 6]) expect((await a.next('accepted')).mark.seq).toBe(seq);
    expect((await log.head()).position).toBe(6);
  });

  it('C6 sets one poison event aside, tells its maker, and the rest flows', async () => {
    const { url } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    a.log.write({}, { payload: { bad: true } }, { store: 'braga' }, {});
    a.push(1);
    expect((await a.next('accepted')).mark.seq).toBe(4);
    const lines = await a.readUpTo(6);
    expect(typesOf(lines)).toEqual([
      'ThingHappened',
      'ThingHappened',
      'EventSetAside',
      'ThingHappened',
      'EventSetAside',
      'ThingHappened',
    ]);
    expect(lines.map(({ line }) => readStoredLine(line).payload['reason']).filter(Boolean)).toEqual([
      'invalid-payload',
      'other-store',
    ]);
  });

  it('brings what the centre itself appends to those whom it concerns', async () => {
    const { url, engine, log } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    a.applied(await a.next('events'));
    const { writer } = await log.head();
    const draft = new TestDevice({ device: 'office', store: 'porto' }).draft({
      store: null,
      audience: 'all',
      type: 'ItemNamed',
    });
    expect(await engine.appendOwn(writer, [draft, draft])).toEqual({ appended: 1, known: 1 });
    expect(typesOf(await a.readUpTo(1))).toEqual(['ItemNamed']);
  });

  it('continues a device that comes back from its cursor and its accepted mark', async () => {
    const { url } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    a.log.writeMany(3);
    a.push(1);
    const { mark } = await a.next('accepted');
    await a.readUpTo(3);
    await a.leave();
    a.log.writeMany(1);
    const again = await RawDevice.open(url, a.log);
    again.hello({ accepted: mark, cursor: a.cursor });
    expect((await again.next('welcome')).accepted.seq).toBe(3);
    again.push(4);
    expect((await again.next('accepted')).mark.seq).toBe(4);
    again.cursor = a.cursor;
    expect((await again.readUpTo(4)).map(({ position }) => position)).toEqual([4]);
  });

  it('X1 gives a clone a new id; its old ticket stays good and nothing is doubled', async () => {
    const { url, log, reports } = await start();
    const original = await newTill('till-a', 'porto');
    original.writeMany(3);
    const clone = original.clone();
    const a = await RawDevice.enter(url, original);
    original.writeMany(1);
    a.push(1);
    await a.next('accepted');
    clone.writeMany(2);
    const b = await RawDevice.enter(url, clone);
    b.push(1);
    const { round, seqs } = await b.next('forked');
    const points = seqs.map((seq) => (seq > clone.log.length ? null : { seq, hash: clone.hashAt(seq) }));
    b.send({ type: 'hashes', round, points });
    const { device, parent, commonSeq } = await b.next('newDevice');
    expect({ parent, commonSeq }).toEqual({ parent: 'till-a', commonSeq: 3 });
    await b.leave();

    const repaired = new TestDevice({ device, store: 'porto' });
    for (const { line } of clone.log.slice(commonSeq)) repaired.copyIn(line);
    const c = await RawDevice.enter(url, repaired, { ticket: newTicket('till-a') });
    c.push(1);
    expect((await c.next('accepted')).mark.seq).toBe(2);
    expect((await log.head()).position).toBe(6);
    expect(await log.device(device)).toMatchObject({ parent: 'till-a', store: 'porto', kind: 'installation' });
    expect(reports).toContainEqual({ kind: 'forked', device: 'till-a', newDevice: device, commonSeq: 3 });
    expect(await log.verify()).toEqual([]);
  });
});

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

describe('when the disk fails', () => {
  it('C1 acknowledges nothing that is not on disk; the device comes back with it', async () => {
    let broken = false;
    const log = new MemoryCentralLog({
      epoch: 'epoch-1',
      writer: 'centre-1',
      hash: nativeSha256,
      sync: async () => {
        if (broken) throw new Error('Disk full.');
      },
    });
    const { url, reports } = await start({ log });
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    a.log.writeMany(2);
    broken = true;
    a.push(1);
    expect(await a.next('refused')).toMatchObject({ kind: 'busy', recovery: 'retry' });
    expect(a.received.map(({ type }) => type)).not.toContain('accepted');
    expect(reports).toContainEqual({ kind: 'commit-failed', detail: 'Disk full.' });
    broken = false;
    const again = await RawDevice.enter(url, a.log);
    again.push(1);
    expect((await again.next('accepted')).mark.seq).toBe(2);
    expect((await log.head()).position).toBe(2);
  });
});

describe('devices that do not read', () => {
  it('C4 let little wait in the server, and hold nobody else up', async () => {
    const { url, log, sockets } = await start({ projectors: [], local: true });
    const writer = await RawDevice.enter(url, await newTill('till-w', 'porto'));
    const note = 'x'.repeat(2_000);
    for (let part = 0; part < 40; part += 1) {
      writer.log.writeMany(100, { payload: { note } });
      writer.push(part * 100 + 1);
      await writer.next('accepted');
    }
    const stalled: RawDevice[] = [];
    for (let count = 0; count < 8; count += 1) {
      const device = await RawDevice.enter(url, await newTill(`till-${count}`, 'porto'));
      device.socket.pause();
      stalled.push(device);
    }
    const reader = await RawDevice.enter(url, await newTill('till-r', 'porto'));
    expect(await reader.readUpTo((await log.head()).position)).toHaveLength(4_000);
    writer.log.writeMany(1);
    writer.push(4_001);
    expect(await reader.readUpTo(4_001)).toHaveLength(1);
    const buffered = sockets.map(({ bufferedAmount }) => bufferedAmount);
    // They do hold the server up: what the system buffers between the ends is full.
    expect(buffered.filter((bytes) => bytes > 0)).toHaveLength(stalled.length);
    // One frame each, and what was below the low water when it was sent.
    expect(Math.max(...buffered)).toBeLessThan(420_000);
    for (const device of stalled) device.socket.resume();
    expect(await stalled[0]?.readUpTo(4_001)).toHaveLength(4_001);
  });
});

describe('many at a time', () => {
  it('C2 nobody misses a committed event, whatever commits beside and at the same time', async () => {
    const { url, engine, log } = await start({ projectors: [sumProjector()] });
    const stores = ['porto', 'braga', 'faro'];
    const writers: RawDevice[] = [];
    for (let index = 0; index < 6; index += 1)
      writers.push(await RawDevice.enter(url, await newTill(`till-w${index}`, stores[index % 3] ?? '')));
    const readers: RawDevice[] = [];
    for (const store of stores) readers.push(await RawDevice.enter(url, await newTill(`till-r-${store}`, store)));
    const office = new TestDevice({ device: 'office', store: 'porto' });
    const { writer } = await log.head();
    const own = async () => {
      for (let count = 0; count < 20; count += 1)
        await engine.appendOwn(writer, [office.draft({ store: null, audience: 'all' }), office.draft()]);
    };
    const pushing = writers.map(async (device, index) => {
      for (let count = 0; count < 20; count += 1) {
        const from = device.log.log.length + 1;
        device.log.writeMany(1 + ((index + count) % 4), count % 5 === 0 ? { payload: { bad: true } } : {});
        device.push(from);
        // Some wait for each answer, some have several pushes in flight.
        if (index % 2 === 0) await device.next('accepted');
        else if (count % 4 === 3) for (let answer = 0; answer < 4; answer += 1) await device.next('accepted');
      }
    });
    const heard = readers.map(() => new Map<number, string>());
    const reading = readers.map(async (device, index) => {
      while (heard[index]!.size === 0 || (device.cursor?.position ?? 0) < finished) {
        const frame = await device.next('events');
        for (const [at, position] of frame.positions.entries()) {
          expect(heard[index]!.has(position)).toBe(false);
          heard[index]!.set(position, frame.rawLines[at] ?? '');
        }
        device.applied(frame);
      }
    });
    let finished = Infinity;
    await Promise.all([own(), ...pushing]);
    await engine.catchUp();
    // One more for all: everyone is told of the end.
    await engine.appendOwn(writer, [office.draft({ store: null, audience: 'all' })]);
    finished = (await log.head()).position;
    await Promise.all(reading);
    for (const [index, store] of stores.entries()) {
      const { lines } = await log.readForStore(store, 0, { eventsMax: 10_000, bytesMax: Infinity });
      expect([...heard[index]!]).toEqual(lines.map(({ position, line }) => [position, line]));
    }
    expect(await log.verify()).toEqual([]);
  });

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
    await centre?.stop();
    const { url: again } = await start({ bounds: { connectionsPerAddressMax: 2 } });
    const tills = await Promise.all(['till-e', 'till-f', 'till-g'].map(async (name) => await newTill(name, 'porto')));
    const [first, second, over] = tills;
    const entered = await RawDevice.enter(again, first!);
    await RawDevice.enter(again, second!);
    const refused = await RawDevice.open(again, over!);
    expect(await refused.next('refused')).toMatchObject({ kind: 'busy', retryAfterMs: NO_ROOM_RETRY_MS });
    await entered.leave();
    await expect.poll(() => centre?.engine.connections, SOON).toBe(1);
    await RawDevice.enter(again, over!);
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

describe('starting and stopping', () => {
  it('brings read models up to the head by itself when it starts', async () => {
    const log = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1', hash: nativeSha256 });
    const draft = new TestDevice({ device: 'office', store: 'porto' }).draft({ payload: { amount: 9 } });
    await log.appendOwn('centre-1', [draft], START_MS);
    const { engine } = await start({ log });
    await expect.poll(() => engine.checkpoint, SOON).toBe(1);
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([9]);
  });

  it('asks everyone to come back, commits what waits, and ends', async () => {
    const { url, engine, log } = await start();
    const a = await RawDevice.enter(url, await newTill('till-a', 'porto'));
    const b = await RawDevice.enter(url, await newTill('till-b', 'porto'));
    a.log.writeMany(1);
    a.push(1);
    await expect.poll(async () => (await log.head()).position, SOON).toBe(1);
    await engine.close();
    for (const device of [a, b]) {
      expect(await device.next('refused')).toMatchObject({ kind: 'busy', recovery: 'retry' });
      expect(await device.closed()).toBe(1_000);
    }
    expect(engine.connections).toBe(0);
    expect(await readAll(log)).toHaveLength(1);
  });

  it('holds the read models still while it is asked to', async () => {
    const { engine, log } = await start({ projectors: [sumProjector()] });
    const draft = (seed: number) =>
      new TestDevice({ device: 'office', store: 'porto', seed }).draft({ payload: { amount: 1 } });
    const { writer } = await log.head();
    await engine.appendOwn(writer, [draft(1)]);
    await engine.catchUp();
    const { position, resume } = await engine.pauseProjection();
    expect(position).toBe(1);
    await engine.appendOwn(writer, [draft(2)]);
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([1]);
    resume();
    await engine.catchUp();
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
  });
});
