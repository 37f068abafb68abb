// Part of the contract suite of central logs: known ids, kept-aside lines, and the registry of devices.
import { describe, expect, it } from 'vitest';
import { deviceChainStart } from '../chain.ts';
import { sha256 } from '../sha256.ts';
import { enrol, readAll, START_MS, TestDevice, testPlanner } from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

export function describeIdentity(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('identity', () => {
    it('X1 X2 gives a known id with the same bytes a place and no position', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(2);
      await under.log.append([device.push()], testPlanner);
      const fork = new TestDevice({ device: 'till-a2', store: 'porto' });
      const again = new TestDevice({ device: 'till-a3', store: 'porto' });
      for (const copy of [fork, again]) {
        await enrol(under.log, copy, 'till-a');
        for (const { line } of device.log) copy.copyIn(line);
        copy.writeMany(1);
      }
      expect(await under.log.append([fork.push(), again.push()], testPlanner)).toEqual([
        { kind: 'accepted', mark: { seq: 3, hash: fork.hashAt(3) }, appended: 1, known: 2 },
        { kind: 'accepted', mark: { seq: 3, hash: again.hashAt(3) }, appended: 1, known: 2 },
      ]);
      const lines = await readAll(under.log);
      expect(lines.map(({ place }) => place?.device)).toEqual(['till-a', 'till-a', 'till-a2', 'till-a3']);
      expect(await under.log.deviceHashesAt('till-a2', [0, 1, 3, 4])).toEqual([
        { seq: 0, hash: deviceChainStart(sha256, 'till-a2') },
        { seq: 1, hash: fork.hashAt(1) },
        { seq: 3, hash: fork.hashAt(3) },
        null,
      ]);
      expect(await under.log.keptAside(10)).toEqual([]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('keeps a known id with other bytes aside, and the rest of the push goes on', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      const [first] = a.write({ payload: { amount: 1 } });
      const id = first?.event.id ?? '';
      b.write({}, { id, payload: { amount: 2 } }, {});
      await under.log.append([a.push()], testPlanner);
      const push = b.push();
      expect(await under.log.append([push], testPlanner)).toMatchObject([
        { kind: 'accepted', mark: { seq: 3 }, appended: 2, known: 1 },
      ]);
      expect((await readAll(under.log)).filter((line) => line.id === id).map(({ line }) => line)).toEqual([
        first?.line,
      ]);
      expect(await under.log.keptAside(10)).toEqual([
        {
          id,
          line: push.lines[1],
          place: b.log[1]?.place,
          reason: 'other-bytes',
          arrivedAtMs: push.arrival.arrivalMs,
        },
      ]);
      await under.reopen();
      expect(await under.log.keptAside(10)).toHaveLength(1);
      expect(await under.log.verify()).toEqual([]);
    });

    it('knows ids that were appended earlier in the same transaction', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      const [first] = a.writeMany(1);
      b.copyIn(first?.line ?? '');
      b.write({ id: first?.event.id ?? '', payload: { amount: 7 } });
      const outcomes = await under.log.append([a.push(), b.push()], testPlanner);
      expect(outcomes).toMatchObject([
        { appended: 1, known: 0 },
        { appended: 0, known: 2 },
      ]);
      expect((await under.log.head()).position).toBe(1);
      expect(await under.log.keptAside(10)).toHaveLength(1);
    });

    it('lists what is kept aside from the latest, as much as asked for', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      const ids = a.writeMany(3).map(({ event }) => event.id);
      await under.log.append([a.push()], testPlanner);
      b.write(...ids.map((id) => ({ id, payload: { amount: 5 } })));
      await under.log.append([b.push()], testPlanner);
      expect((await under.log.keptAside(2)).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      expect((await under.log.keptAside(2, 1)).map(({ id }) => id)).toEqual([ids[1], ids[0]]);
      expect(await under.log.keptAside(2, 3)).toEqual([]);
      expect(await under.log.notTakenCount()).toBe(3);
    });

    it('never registers a device id twice, and finds devices by id', async () => {
      const device = till();
      await enrol(under.log, device);
      await expect(enrol(under.log, device)).rejects.toThrow(/registered/);
      await expect(under.log.revokeDevice('nobody', START_MS)).rejects.toThrow(/nobody/);
      expect(await under.log.device('nobody')).toBeNull();
      expect(await under.log.deviceHashesAt('nobody', [0, 1])).toEqual([null, null]);
      expect((await under.log.devices()).map((record) => record.device).sort()).toEqual(
        ['till-a', (await under.log.head()).writer].sort(),
      );
      expect(await under.log.device('till-a')).toEqual({
        device: 'till-a',
        store: 'porto',
        kind: 'installation',
        label: 'Till till-a',
        parent: null,
        enrolledAtMs: START_MS,
        revokedAtMs: null,
        revokedAtSeq: null,
        accepted: { seq: 0, hash: deviceChainStart(sha256, 'till-a') },
      });
    });
  });
}
