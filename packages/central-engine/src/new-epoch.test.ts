import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  deriveEventId,
  type AcceptedMark,
  type CentralHead,
  type Cursor,
  type EventDraft,
} from '@streamstock/event-log';
import { enrol, START_MS, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256, openSqliteCentralLog, sealWith, type SqliteCentralLog } from '@streamstock/log-sql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReactorsStatus } from './reactors.ts';
import { forgetfulMemory, type Reactor } from './reactor.ts';
import { RawDevice } from './testing/raw-device.ts';
import { startTestCentre, type TestCentre, type TestCentreOptions } from './testing/test-centre.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
/** A poll looks again until then; what it waits for comes in milliseconds on a machine that is not busy. */
const SOON = { timeout: 20_000 };

const seal = sealWith(Buffer.alloc(32, 7));
let folder: string;
let centre: TestCentre | undefined;
let a: TestDevice;
let b: TestDevice;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-epoch-'));
  a = new TestDevice({ device: 'till-a', store: 'porto' });
  b = new TestDevice({ device: 'till-b', store: 'porto', seed: 5 });
});
afterEach(async () => {
  await centre?.stop();
  centre = undefined;
  rmSync(folder, { recursive: true });
});

const openLog = (name: string): SqliteCentralLog =>
  openSqliteCentralLog({ path: join(folder, name), mode: 'write', seal, nowMs: START_MS });

async function start(name: string, options: TestCentreOptions = {}): Promise<TestCentre> {
  return (centre = await startTestCentre({ log: openLog(name), ...options }));
}

/** What a device remembers of the centre. */
interface Remembered {
  readonly cursor: Cursor | null;
  readonly accepted: AcceptedMark | null;
}

/** Both tills have written and heard; then the file of before the last event of each is put back. */
async function rolledBack(): Promise<{ readonly a: Remembered; readonly b: Remembered }> {
  const log = openLog('log.db');
  for (const till of [a, b]) {
    await enrol(log, till);
    till.writeMany(2);
    await log.append([till.push()], testPlanner);
  }
  await log.close();
  copyFileSync(join(folder, 'log.db'), join(folder, 'old.db'));
  const running = await start('log.db');
  const remembered: Remembered[] = [];
  for (const till of [a, b]) {
    const device = await RawDevice.enter(running.url, till);
    till.writeMany(1);
    device.push(3);
    const { mark } = await device.next('accepted');
    await device.readUpTo(remembered.length === 0 ? 5 : 6);
    remembered.push({ cursor: device.cursor, accepted: mark });
    await device.leave();
  }
  await running.stop();
  centre = undefined;
  const [ofA, ofB] = remembered;
  if (ofA === undefined || ofB === undefined) throw new Error('Two tills were connected.');
  return { a: ofA, b: ofB };
}

function greet(device: RawDevice, { cursor, accepted }: Remembered): RawDevice {
  device.cursor = cursor;
  device.hello({ accepted });
  return device;
}

async function comeBack(url: string, till: TestDevice, remembered: Remembered): Promise<RawDevice> {
  return greet(await RawDevice.open(url, till), remembered);
}

describe('C7 a proof that the log was rolled back', () => {
  it('begins a new epoch once, whoever proves it; all come back to it, hand over, and hear nothing before', async () => {
    const remembered = await rolledBack();
    const { url, engine, log, reports } = await start('old.db');
    const epochs: CentralHead[] = [];
    engine.epoch$.subscribe((head) => epochs.push(head));
    const old = (await log.head()).epoch;
    // One that was live in the old epoch, and knows nothing that the log does not hold.
    const other = new TestDevice({ device: 'till-c', store: 'porto', seed: 9 });
    await enrol(log, other);
    const unaware = await RawDevice.enter(url, other);

    // Both are connected before the first of them proves it.
    const [first, second] = [await RawDevice.open(url, a), await RawDevice.open(url, b)];
    const proving = [greet(first, remembered.a), greet(second, remembered.b)];
    for (const device of [...proving, unaware]) {
      expect(await device.next('refused')).toMatchObject({ kind: 'busy', recovery: 'retry' });
      await device.closed();
    }
    await expect.poll(() => epochs.length, SOON).toBe(2);
    expect(epochs[1]).toMatchObject({ base: { position: 4 }, position: 4 });
    expect(epochs[1]?.epoch).not.toBe(old);
    expect(await log.epochs()).toMatchObject([{ cause: 'begun' }, { cause: 'rolled-back' }]);
    expect(reports.filter(({ kind }) => kind === 'epoch-began')).toHaveLength(1);

    for (const [till, before] of [
      [a, remembered.a],
      [b, remembered.b],
    ] as const) {
      const device = await comeBack(url, till, before);
      expect(await device.next('welcome')).toMatchObject({
        epoch: epochs[1]?.epoch,
        accepted: { seq: 2 },
        restriction: { kind: 'epoch', recovery: 'snapshot' },
      });
      device.push(3);
      expect((await device.next('accepted')).mark).toMatchObject({ seq: 3, epoch: epochs[1]?.epoch });
      expect(device.received.map(({ type }) => type)).not.toContain('events');
      await device.leave();
    }
    expect((await log.head()).position).toBe(6);
    expect(await log.verify()).toEqual([]);
    // The window of recent lines goes on over the change.
    const fresh = await RawDevice.enter(url, other);
    expect(await fresh.readUpTo(6)).toHaveLength(6);
  });

  it('is none when the device has no proof: that device alone is sent to a snapshot', async () => {
    const remembered = await rolledBack();
    const { url, log } = await start('old.db');
    const { cursor } = remembered.a;
    const device = await comeBack(url, a, { accepted: null, cursor: cursor && { ...cursor, mac: 'made-up' } });
    expect(await device.next('welcome')).toMatchObject({ restriction: { kind: 'cursor' } });
    expect(await log.epochs()).toHaveLength(1);
  });
});

/** Answers every `ThingHappened` with one event of the centre's own. */
function answering(seen: string[]): Reactor {
  return {
    name: 'answering',
    react: async (event) => {
      if (event.type !== 'ThingHappened') return [];
      seen.push(event.id);
      const answer: EventDraft = {
        id: deriveEventId(nativeSha256, 'answer', event.id),
        type: 'ThingAnswered',
        schemaVersion: 1,
        store: event.store,
        audience: [],
        actor: 'centre',
        causationId: event.id,
        payload: {},
      };
      return [answer];
    },
  };
}

describe('reactors after a new epoch', () => {
  it('X13 stand still until the devices that were live are back', async () => {
    const remembered = await rolledBack();
    const seen: string[] = [];
    const { url, engine, log } = await start('old.db', { reactors: [answering(seen)] });
    const statuses: ReactorsStatus[] = [];
    engine.reactors$.subscribe((status) => statuses.push(status));
    expect(statuses).toMatchObject([{ state: 'running', waitingFor: [] }]);

    const proof = await comeBack(url, a, remembered.a);
    await proof.closed();
    await expect.poll(() => statuses.at(-1), SOON).toMatchObject({ state: 'paused', waitingFor: ['till-a', 'till-b'] });
    for (const [till, before] of [
      [a, remembered.a],
      [b, remembered.b],
    ] as const) {
      const restricted = await comeBack(url, till, before);
      await restricted.next('welcome');
      restricted.push(3);
      await restricted.next('accepted');
      await engine.catchUp();
      // Pushed, but not back: it has not handed over what it holds of others.
      expect(seen).toEqual([]);
      expect(statuses.at(-1)?.waitingFor).toContain(till.device);
      await restricted.leave();
      const { epoch, position, hash } = await log.head();
      const forged = await comeBack(url, till, { accepted: null, cursor: { epoch, position, hash, mac: 'forged' } });
      expect(await forged.next('welcome')).toMatchObject({ restriction: { kind: 'cursor' } });
      expect(statuses.at(-1)?.waitingFor).toContain(till.device);
      const mac = seal(`cursor\n${epoch}\n${position}\n${hash}`);
      await comeBack(url, till, { accepted: null, cursor: { epoch, position, hash, mac } });
    }
    await expect.poll(() => statuses.at(-1), SOON).toMatchObject({ state: 'running', waitingFor: [] });
    const third = [a, b].map(({ log: lines }) => lines[2]?.event.id);
    await expect.poll(() => seen, SOON).toEqual(third);
    await expect.poll(async () => (await log.head()).position, SOON).toBe(8);
  });

  it('go on at the word of the operator, and after a restart without asking again', async () => {
    const remembered = await rolledBack();
    const seen: string[] = [];
    const reactorMemory = forgetfulMemory();
    const first = await start('old.db', { reactors: [answering(seen)], reactorMemory });
    const states: string[] = [];
    first.engine.reactors$.subscribe(({ state }) => states.push(state));
    await (await comeBack(first.url, a, remembered.a)).closed();
    await expect.poll(() => states.at(-1), SOON).toBe('paused');
    const restricted = await comeBack(first.url, a, remembered.a);
    await restricted.next('welcome');
    restricted.push(3);
    await restricted.next('accepted');
    await first.stop();

    const second = await start('old.db', { reactors: [answering(seen)], reactorMemory });
    second.engine.reactors$.subscribe(({ state }) => states.push(state));
    expect(states.at(-1)).toBe('paused');
    await second.engine.catchUp();
    expect(seen).toEqual([]);
    second.engine.resumeReactors();
    await expect.poll(() => seen, SOON).toEqual([a.log[2]?.event.id]);
    await second.stop();

    const third = await start('old.db', { reactors: [answering(seen)], reactorMemory });
    third.engine.reactors$.subscribe(({ state }) => states.push(state));
    expect(states.at(-1)).toBe('running');
  });

  it('does not wait for a device that is revoked', async () => {
    const remembered = await rolledBack();
    const { url, engine } = await start('old.db', { reactors: [answering([])] });
    const waiting: (readonly string[])[] = [];
    engine.reactors$.subscribe(({ waitingFor }) => waiting.push(waitingFor));
    await (await comeBack(url, a, remembered.a)).closed();
    await expect.poll(() => waiting.at(-1), SOON).toEqual(['till-a', 'till-b']);
    await engine.revokeDevice('till-b');
    expect(waiting.at(-1)).toEqual(['till-a']);
  });
});
