// Part of the contract suite of central logs: what `append` does with pushes.
import { describe, expect, it } from 'vitest';
import { centralChainStart, nextCentralHash } from '../chain.ts';
import { sha256 } from '../sha256.ts';
import {
  enrol,
  projectAll,
  readAll,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  typesOf,
} from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

export function describeAppending(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('append', () => {
    it('starts empty, with its own writer registered', async () => {
      const head = await under.log.head();
      expect(head.position).toBe(0);
      expect(head.hash).toBe(centralChainStart(sha256, head.epoch));
      expect(await under.log.hashAt(0)).toBe(head.hash);
      expect(await under.log.hashAt(1)).toBeNull();
      expect(await under.log.device(head.writer)).toMatchObject({ kind: 'centre', store: null, accepted: { seq: 0 } });
      expect(await readAll(under.log)).toEqual([]);
    });

    it('stores the bytes unchanged and acknowledges the last line', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({ payload: { note: 'ü €  "quoted" \\ \u2028 😀 <b>x</b> \'; DROP TABLE events; --' } }, {}, {});
      const push = device.push();
      expect(await under.log.append([push], testPlanner)).toEqual([
        { kind: 'accepted', mark: { seq: 3, hash: device.hashAt(3) }, appended: 3, known: 0 },
      ]);
      const stored = await readAll(under.log);
      expect(stored.map(({ line }) => line)).toEqual(push.lines);
      expect(stored.map(({ place }) => place)).toEqual(device.log.map(({ place }) => place));
      expect(stored.map(({ arrivedAtMs }) => arrivedAtMs)).toEqual(Array(3).fill(push.arrival.arrivalMs));
      expect((await under.log.device('till-a'))?.accepted).toEqual({ seq: 3, hash: device.hashAt(3) });
    });

    it('gives gapless positions whose central hashes follow from the bytes', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(5);
      await under.log.append([device.push(1, 2), device.push(3, 5)], testPlanner);
      let hash = await under.log.hashAt(0);
      for (const [index, line] of (await readAll(under.log)).entries()) {
        expect(line.position).toBe(index + 1);
        hash = nextCentralHash(sha256, hash ?? '', line.id, line.line);
        expect(line.hash).toBe(hash);
        expect(await under.log.hashAt(index + 1)).toBe(hash);
      }
      expect(await under.log.head()).toMatchObject({ position: 5, hash });
    });

    it('answers a gap with the mark and writes nothing', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(4);
      await under.log.append([device.push(1, 1)], testPlanner);
      expect(await under.log.append([device.push(3, 4)], testPlanner)).toEqual([
        { kind: 'gap', mark: { seq: 1, hash: device.hashAt(1) } },
      ]);
      expect((await under.log.head()).position).toBe(1);
    });

    it('answers the resend of an overlap with the new mark and appends only what is new', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(6);
      await under.log.append([device.push(1, 4)], testPlanner);
      const mark = { seq: 6, hash: device.hashAt(6) };
      expect(await under.log.append([device.push(3, 6)], testPlanner)).toEqual([
        { kind: 'accepted', mark, appended: 2, known: 0 },
      ]);
      expect(await under.log.append([device.push(2, 3)], testPlanner)).toEqual([
        { kind: 'accepted', mark, appended: 0, known: 0 },
      ]);
      expect((await readAll(under.log)).map(({ line }) => line)).toEqual(device.log.map(({ line }) => line));
    });

    it('answers forked when the chain before the push, or in its overlap, is another', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(3);
      const clone = device.clone();
      device.writeMany(2);
      clone.writeMany(2);
      await under.log.append([device.push()], testPlanner);
      const mark = { seq: 5, hash: device.hashAt(5) };
      expect(await under.log.append([clone.push(5, 5)], testPlanner)).toEqual([{ kind: 'forked', mark }]);
      expect(await under.log.append([clone.push(3, 5)], testPlanner)).toEqual([{ kind: 'forked', mark }]);
      expect((await under.log.head()).position).toBe(5);
    });

    it('answers damaged for a line that is no event, naming its seq, and for lines that do not give the hash', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(4);
      await under.log.append([device.push(1, 1)], testPlanner);
      const good = device.push(2, 4);
      const cut = { ...good, lines: good.lines.map((line, index) => (index === 1 ? line.slice(0, -1) : line)) };
      expect(await under.log.append([cut], testPlanner)).toMatchObject([
        { kind: 'damaged', seq: 3, problem: { kind: 'not-json' } },
      ]);
      const changed = {
        ...good,
        lines: good.lines.map((line, index) => (index === 1 ? line.replace('"amount":1', '"amount":9') : line)),
      };
      expect(await under.log.append([changed], testPlanner)).toMatchObject([
        { kind: 'damaged', mark: { seq: 1 }, problem: { kind: 'hash-differs' } },
      ]);
      expect((await under.log.head()).position).toBe(1);
      expect(await under.log.append([good], testPlanner)).toMatchObject([{ kind: 'accepted', mark: { seq: 4 } }]);
    });

    it('tells the sender of an unreadable line first what is wrong with itself', async () => {
      const device = till();
      device.writeMany(2);
      const broken = { ...device.push(), lines: ['{', '}'] };
      expect(await under.log.append([broken], testPlanner)).toEqual([{ kind: 'refused', reason: 'unknown-device' }]);
      await enrol(under.log, device);
      expect(await under.log.append([{ ...device.push(2, 2), lines: ['{'] }], testPlanner)).toMatchObject([
        { kind: 'gap' },
      ]);
    });

    it('refuses unknown devices, and revokes the descendants of a revoked one', async () => {
      const device = till();
      device.writeMany(1);
      expect(await under.log.append([device.push()], testPlanner)).toEqual([
        { kind: 'refused', reason: 'unknown-device' },
      ]);
      await enrol(under.log, device);
      const child = new TestDevice({ device: 'till-b', store: 'porto' });
      const grandchild = new TestDevice({ device: 'till-c', store: 'porto' });
      await enrol(under.log, child, 'till-a');
      await enrol(under.log, grandchild, 'till-b');
      await under.log.revokeDevice('till-a', START_MS + 5);
      await under.log.revokeDevice('till-a', START_MS + 6);
      for (const one of [device, child, grandchild]) {
        if (one !== device) one.writeMany(1);
        expect(await under.log.append([one.push()], testPlanner)).toMatchObject([
          { kind: 'accepted', mark: { seq: 1 } },
        ]);
        expect(await under.log.device(one.device)).toMatchObject({ revokedAtMs: START_MS + 5, revokedAtSeq: 0 });
      }
      expect(typesOf(await readAll(under.log)).filter((type) => type === 'EventSetAside')).toHaveLength(3);
    });

    it('commits several pushes at once, each on the state the ones before it made', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'braga' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      a.writeMany(4);
      b.writeMany(2);
      const outcomes = await under.log.append(
        [a.push(1, 2), b.push(), a.push(3, 4), a.push(1, 4), b.push(2, 2)],
        testPlanner,
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'accepted']);
      expect((await readAll(under.log)).map(({ place }) => `${place?.device} ${place?.seq}`)).toEqual([
        'till-a 1',
        'till-a 2',
        'till-b 1',
        'till-b 2',
        'till-a 3',
        'till-a 4',
      ]);
    });

    it('lets one bad push of a group fail alone', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'braga' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      a.writeMany(2);
      b.writeMany(2);
      const outcomes = await under.log.append(
        [a.push(2, 2), b.push(), { ...a.push(), lines: ['', ''] }, a.push()],
        testPlanner,
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual(['gap', 'accepted', 'damaged', 'accepted']);
      expect((await under.log.head()).position).toBe(4);
    });

    it('writes nothing when the judge of the pushes fails', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(2);
      let calls = 0;
      const failing: typeof testPlanner = {
        ...testPlanner,
        push: (push, lines, context) => {
          calls += 1;
          if (calls === 2) throw new Error('A bug.');
          return testPlanner.push(push, lines, context);
        },
      };
      await expect(under.log.append([device.push(1, 1), device.push(2, 2)], failing)).rejects.toThrow('A bug.');
      expect((await under.log.head()).position).toBe(0);
      expect((await under.log.device('till-a'))?.accepted.seq).toBe(0);
      expect(await under.log.append([device.push()], testPlanner)).toMatchObject([{ kind: 'accepted', appended: 2 }]);
    });

    it('holds what was acknowledged after it is opened again', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({ payload: { bad: true } }, {});
      await under.log.append([device.push()], testPlanner);
      await projectAll(under.log, [sumProjector()]);
      const before = {
        head: await under.log.head(),
        lines: await readAll(under.log),
        devices: await under.log.devices(),
      };
      await under.reopen();
      expect({
        head: await under.log.head(),
        lines: await readAll(under.log),
        devices: await under.log.devices(),
      }).toEqual(before);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([1]);
      device.writeMany(1);
      expect(await under.log.append([device.push(3, 3)], testPlanner)).toMatchObject([
        { kind: 'accepted', mark: { seq: 3 } },
      ]);
    });
  });
}
