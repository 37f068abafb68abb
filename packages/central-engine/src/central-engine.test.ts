// The engine with real sockets: what goes from device to device, what a failing disk does, how it starts and stops.
import { MemoryCentralLog, readStoredLine } from '@streamstock/event-log';
import { readAll, START_MS, sumProjector, TestDevice, typesOf } from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256 } from '@streamstock/log-sql';
import { afterEach, describe, expect, it, vi } from 'vitest';
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
