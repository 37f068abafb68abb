import { MemoryCentralLog, type CommittedEntry, type EventDraft, type StoredLine } from '@streamstock/event-log';
import { enrol, seededRandom, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, describe, expect, it } from 'vitest';
import { RecentLines } from './recent-lines.ts';

const LIMIT = { eventsMax: 100, bytesMax: Infinity };
const STORES = ['porto', 'braga', 'faro'];

/** A log with rulings, events for several stores and for all; and its lines as a follower is told of them. */
async function grownLog(): Promise<{ readonly log: MemoryCentralLog; readonly entries: readonly CommittedEntry[] }> {
  const log = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1' });
  const random = seededRandom(7);
  const devices = STORES.map((store, index) => new TestDevice({ device: `till-${index}`, store }));
  for (const device of devices) await enrol(log, device);
  for (let round = 0; round < 60; round += 1) {
    const device = devices[Math.floor(random() * 3)]!;
    const from = device.log.length + 1;
    const changes = Array.from({ length: 1 + Math.floor(random() * 3) }, (): Partial<EventDraft> => ({
      payload: { bad: random() < 0.2 },
      ...(random() < 0.2 ? { audience: ['faro'] } : {}),
      ...(random() < 0.1 ? { audience: 'all' } : {}),
    }));
    device.write(...changes);
    await log.append([device.push(from)], testPlanner);
  }
  const lines = await log.read(0, { eventsMax: 1_000, bytesMax: Infinity });
  return { log, entries: await Promise.all(lines.map(async (line) => await entryOf(log, line, lines))) };
}

/** What a follower is told of a line: here found out by asking for whom the log reads it. */
async function entryOf(log: MemoryCentralLog, line: StoredLine, all: readonly StoredLine[]): Promise<CommittedEntry> {
  const event = JSON.parse(line.line) as CommittedEntry['event'];
  const heardBy: string[] = [];
  for (const store of STORES) {
    const { lines } = await log.readForStore(store, 0, { eventsMax: 1_000, bytesMax: Infinity });
    if (lines.some(({ id }) => id === line.id)) heardBy.push(store);
  }
  const target = event.payload['target'];
  const opensGroup = !all.some(({ id, position }) => id === target && position < line.position);
  return { ...line, event, audience: heardBy.length === STORES.length ? 'all' : heardBy, opensGroup };
}

describe('the window of recent lines', () => {
  let log: MemoryCentralLog;
  let entries: readonly CommittedEntry[];
  beforeEach(async () => {
    ({ log, entries } = await grownLog());
  });

  it('answers nothing after it was forgotten, until it is told of more; then of that alone', () => {
    const window = new RecentLines();
    const half = entries.findIndex(({ opensGroup }, index) => index > entries.length / 2 && opensGroup);
    window.add(entries.slice(0, half));
    expect(window.read('porto', half, LIMIT)).not.toBeNull();
    window.forget();
    for (let after = 0; after <= half; after += 1) expect(window.read('porto', after, LIMIT)).toBeNull();
    window.add(entries.slice(half));
    expect(window.read('porto', half - 1, LIMIT)).toBeNull();
    expect(window.read('porto', entries.length, LIMIT)).toMatchObject({ lines: [], to: { position: entries.length } });
  });

  it('gives what the log itself gives, for every store, point and limit, or nothing', async () => {
    const window = new RecentLines(80, Infinity);
    window.add(entries);
    let answered = 0;
    for (const store of STORES) {
      for (let after = 0; after <= entries.length; after += 1) {
        for (const limit of [LIMIT, { eventsMax: 2, bytesMax: Infinity }, { eventsMax: 50, bytesMax: 900 }]) {
          const given = window.read(store, after, limit);
          if (given === null) continue;
          answered += 1;
          expect(given).toEqual(await log.readForStore(store, after, limit));
        }
      }
      expect(window.read(store, entries.length - 81, LIMIT)).toBeNull();
      expect(window.read(store, entries.length - 79, LIMIT)).not.toBeNull();
    }
    expect(answered).toBeGreaterThan(3 * 3 * 60);
  });

  it('is bounded in lines and in bytes', () => {
    const few = new RecentLines(10, Infinity);
    const small = new RecentLines(Infinity, 1_000);
    for (const window of [few, small]) window.add(entries);
    const head = entries.length;
    expect(few.read('porto', head - 11, LIMIT)).toBeNull();
    expect(few.read('porto', head - 10, LIMIT)).not.toBeNull();
    const bytes = (last: number) => entries.slice(head - last).reduce((sum, { line }) => sum + line.length + 1, 0);
    const held = Array.from({ length: 20 }, (_, last) => last).filter((last) => bytes(last) <= 1_000).length - 1;
    expect(small.read('porto', head - held, LIMIT)).not.toBeNull();
    expect(small.read('porto', head - held - 1, LIMIT)).toBeNull();
  });

  it('knows of a store that heard of nothing, however long ago the device was there', () => {
    const window = new RecentLines(10, Infinity);
    window.add(entries.map((entry) => ({ ...entry, audience: entry.position === 20 ? 'all' : ['braga'] })));
    const { position, hash } = entries.at(-1)!;
    for (let after = 20; after < position; after += 1)
      expect(window.read('porto', after, LIMIT)).toEqual({ lines: [], companions: [], to: { position, hash } });
    expect(window.read('porto', 19, LIMIT)).toBeNull();
    expect(window.read('braga', 20, LIMIT)).toBeNull();
    const gap = { ...entries[0]!, position: position + 5 };
    window.add([gap]);
    expect(window.read('porto', 20, LIMIT)).toBeNull();
  });

  it('remembers a bounded number of stores', () => {
    const window = new RecentLines(10, Infinity, 2);
    const nth = (index: number) => ({ ...entries[index]!, audience: [`store-${index % 3}`] });
    window.add([...entries.keys()].slice(0, 2).map(nth));
    expect(window.read('porto', 0, LIMIT)).not.toBeNull();
    window.add([...entries.keys()].slice(2, 40).map(nth));
    expect(window.read('porto', 0, LIMIT)).toBeNull();
    expect(window.read('porto', 40, LIMIT)).not.toBeNull();
  });

  it('hands all who stand at one point the same object, until something is added', () => {
    const window = new RecentLines();
    window.add(entries.slice(0, 50));
    const first = window.read('porto', 40, LIMIT);
    expect(window.read('porto', 40, { ...LIMIT })).toBe(first);
    expect(window.read('porto', 41, LIMIT)).not.toBe(first);
    window.add(entries.slice(50));
    expect(window.read('porto', 40, LIMIT)?.to.position).toBe(entries.length);
  });

  it('forgets what lies before a gap', () => {
    const window = new RecentLines();
    window.add(entries.slice(0, 20));
    window.add(entries.slice(30, 40));
    expect(window.read('porto', 15, LIMIT)).toBeNull();
    expect(window.read('porto', 30, LIMIT)).not.toBeNull();
  });

  it('leaves to the log what needs more than the line: a missing place, a ruling about an earlier event', () => {
    const [first, second] = entries;
    if (first === undefined || second === undefined) throw new Error('The log has grown.');
    const late = {
      ...second,
      audience: 'all',
      opensGroup: true,
      event: { ...second.event, type: 'EventAdmitted' },
    } as const;
    const handedBack = { ...second, audience: 'all', place: null } as const;
    for (const entry of [late, handedBack]) {
      const window = new RecentLines();
      window.add([first, entry]);
      expect(window.read('porto', 0, LIMIT)).toBeNull();
      expect(window.read('porto', second.position, LIMIT)).not.toBeNull();
    }
  });
});
