// Part of the contract suite of central logs: what is read, browsed, and proved.
import { describe, expect, it } from 'vitest';
import type { CentralLog } from '../central-log.ts';
import { READ_EVENTS_MAX } from '../limits.ts';
import { enrol, nextTurn, READ_ALL, readAll, TestDevice, testPlanner } from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

export function describeReading(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('reading', () => {
    it('returns at most what was asked for, always one, and never an event without its rulings', async () => {
      const device = till();
      await enrol(under.log, device);
      const bad = { payload: { bad: true } };
      device.write({}, bad, {}, bad, {});
      await under.log.append([device.push()], testPlanner);
      const positions = async (after: number, eventsMax: number, bytesMax = Infinity) =>
        (await under.log.read(after, { eventsMax, bytesMax })).map(({ position }) => position);
      expect(await positions(0, 2)).toEqual([1]);
      expect(await positions(0, 3)).toEqual([1, 2, 3]);
      expect(await positions(1, 1)).toEqual([2, 3]);
      expect(await positions(3, 100)).toEqual([4, 5, 6, 7]);
      expect(await positions(0, 100, 1)).toEqual([1]);
      expect(await positions(7, 100)).toEqual([]);
      const twoLines = (await readAll(under.log)).slice(3, 4).reduce((sum, { line }) => sum + line.length + 1, 0);
      expect(await positions(3, 100, twoLines)).toEqual([4]);
      for (const eventsMax of [0, READ_EVENTS_MAX + 1])
        await expect(positions(0, eventsMax)).rejects.toThrow(RangeError);
    });

    it('finds events by id', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(3);
      await under.log.append([device.push()], testPlanner);
      const lines = await readAll(under.log);
      expect(await under.log.find([lines[2]?.id ?? '', device.newId(), lines[0]?.id ?? ''])).toEqual(
        expect.arrayContaining([lines[0], lines[2]]),
      );
      expect(await under.log.find([device.newId()])).toEqual([]);
      expect(await under.log.find([])).toEqual([]);
    });

    it('browses from the newest, filtered', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'braga' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      a.write({}, { type: 'OtherHappened' }, {});
      b.write({ audience: ['porto'] }, { type: 'OtherHappened' });
      await under.log.append([a.push(), b.push()], testPlanner);
      const positions = async (query: Omit<Parameters<CentralLog['browse']>[0], 'eventsMax'>, eventsMax = 10) =>
        (await under.log.browse({ ...query, eventsMax })).map(({ position }) => position);
      expect(await positions({})).toEqual([5, 4, 3, 2, 1]);
      expect(await positions({}, 2)).toEqual([5, 4]);
      expect(await positions({ before: 4 }, 2)).toEqual([3, 2]);
      expect(await positions({ store: 'porto' })).toEqual([3, 2, 1]);
      expect(await positions({ device: 'till-b' })).toEqual([5, 4]);
      expect(await positions({ type: 'OtherHappened' })).toEqual([5, 2]);
      expect(await positions({ type: 'OtherHappened', store: 'porto', device: 'till-a', before: 5 })).toEqual([2]);
      expect(await positions({ type: 'NeverHappened' })).toEqual([]);
      expect(await positions({ device: 'nobody' })).toEqual([]);
    });

    it('gives a store what its audience names and what its devices made, up to a point that may lie beyond', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'braga' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      a.write({}, { audience: ['braga'] }, { audience: 'all' });
      b.write({}, {}, {});
      await under.log.append([a.push(), b.push()], testPlanner);
      const heard = async (store: string, after: number, eventsMax = 100) => {
        const { lines, to } = await under.log.readForStore(store, after, { eventsMax, bytesMax: Infinity });
        expect(to.hash).toBe(await under.log.hashAt(to.position));
        return { positions: lines.map(({ position }) => position), to: to.position };
      };
      expect(await heard('porto', 0)).toEqual({ positions: [1, 2, 3], to: 6 });
      expect(await heard('porto', 3)).toEqual({ positions: [], to: 6 });
      expect(await heard('braga', 0)).toEqual({ positions: [2, 3, 4, 5, 6], to: 6 });
      expect(await heard('braga', 2, 2)).toEqual({ positions: [3, 4], to: 4 });
      expect(await heard('braga', 4, 2)).toEqual({ positions: [5, 6], to: 6 });
      expect(await heard('lisboa', 0)).toEqual({ positions: [3], to: 6 });
      expect(await heard('lisboa', 6)).toEqual({ positions: [], to: 6 });
    });

    it('pages through a store without a gap or a repetition, whatever the page size', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'braga' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      const kinds = [{}, { audience: ['braga'] }, { payload: { bad: true } }, { audience: 'all' as const }];
      for (let index = 0; index < 40; index += 1) {
        const device = index % 3 === 0 ? b : a;
        device.write(kinds[index % 4] ?? {});
        await under.log.append([device.push(device.log.length)], testPlanner);
      }
      const whole = (await under.log.readForStore('braga', 0, READ_ALL)).lines;
      expect(whole.length).toBeGreaterThan(20);
      for (const eventsMax of [1, 2, 3, 7, 100]) {
        const pages: number[] = [];
        let after = 0;
        while (after < (await under.log.head()).position) {
          const { lines, to } = await under.log.readForStore('braga', after, { eventsMax, bytesMax: Infinity });
          pages.push(...lines.map(({ position }) => position));
          expect(to.position).toBeGreaterThan(after);
          after = to.position;
        }
        expect(pages).toEqual(whole.map(({ position }) => position));
      }
    });

    it('C2 never shows a position before all that lie below it, with many writers at once', async () => {
      const devices = Array.from(
        { length: 6 },
        (_, index) => new TestDevice({ device: `till-${index}`, store: 'porto' }),
      );
      for (const device of devices) await enrol(under.log, device);
      const writing = devices.map(async (device) => {
        for (let turn = 0; turn < 15; turn += 1) {
          device.write({}, turn % 4 === 0 ? { payload: { bad: true } } : {});
          const last = device.log.length;
          await under.log.append([device.push(last - 1, last)], testPlanner);
        }
      });
      let done = false;
      const finished = Promise.all(writing).then(() => (done = true));
      const seen: number[] = [];
      const follow = async (): Promise<void> => {
        const { lines, to } = await under.log.readForStore('porto', seen.at(-1) ?? 0, {
          eventsMax: 7,
          bytesMax: Infinity,
        });
        seen.push(...lines.map(({ position }) => position));
        expect(to.position).toBe(seen.at(-1) ?? 0);
        await nextTurn();
      };
      while (!done) await follow();
      await finished;
      while ((seen.at(-1) ?? 0) < (await under.log.head()).position) await follow();
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
      expect(seen.length).toBeGreaterThanOrEqual(180);
      expect(await under.log.verify()).toEqual([]);
    });
  });

  describe('verify', () => {
    it('finds one flipped byte in any event, in both its chains', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({}, { payload: { bad: true } }, {});
      await under.log.append([device.push()], testPlanner);
      expect(await under.log.verify()).toEqual([]);
      await under.flipByte(2);
      await under.reopen();
      expect((await under.log.verify()).map(({ where }) => where)).toEqual(['position 2', 'device till-a, seq 2']);
      await under.flipByte(3);
      await under.reopen();
      expect(await under.log.verify()).toHaveLength(4);
    });
  });
}
