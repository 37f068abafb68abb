// Part of the contract suite of central logs: what must not count, of a device that was revoked.
import { describe, expect, it } from 'vitest';
import { readStoredLine } from '../stored-line.ts';
import { REVOKED_EVENTS_MAX } from '../limits.ts';
import {
  enrol,
  holeOf,
  projectAll,
  readAll,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  typesOf,
} from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

export function describeRevoked(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('a revoked device', () => {
    it('has everything it pushes accepted and set aside, with whatever else is wrong with it', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({ payload: { amount: 4 } });
      await under.log.append([device.push()], testPlanner);
      await under.log.revokeDevice('till-a', START_MS + 9);
      expect(await under.log.device('till-a')).toMatchObject({ revokedAtMs: START_MS + 9, revokedAtSeq: 1 });
      device.write({}, { store: 'braga', payload: { bad: true } });
      expect(await under.log.append([device.push()], testPlanner)).toMatchObject([
        { kind: 'accepted', mark: { seq: 3 }, appended: 2 },
      ]);
      const lines = await readAll(under.log);
      const reasons = lines.map(({ line }) => readStoredLine(line).payload['reason']);
      expect(reasons.filter((reason) => reason !== undefined)).toEqual([
        'revoked-device',
        'revoked-device',
        'other-store',
        'invalid-payload',
      ]);
      await projectAll(under.log, [sumProjector()]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto', 'braga'])).toEqual([4, undefined]);
      await under.log.revokeDevice('till-a', START_MS + 10);
      expect(await under.log.device('till-a')).toMatchObject({ revokedAtMs: START_MS + 9, revokedAtSeq: 1 });
      const { writer } = await under.log.head();
      const target = device.log[1]?.event.id ?? '';
      await under.log.appendOwn(
        writer,
        [device.draft({ type: 'EventAdmitted', payload: { target, reason: 'It was ours.' } })],
        START_MS,
      );
      await projectAll(under.log, [sumProjector()]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto', 'braga'])).toEqual([5, undefined]);
    });

    it('is bounded: beyond that many more lines it is refused, what is held is answered as ever', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(2);
      await under.log.append([device.push(1, 1)], testPlanner);
      await under.log.revokeDevice('till-a', START_MS);
      const last = 1 + REVOKED_EVENTS_MAX;
      const far = new TestDevice({ device: 'till-a', store: 'porto' });
      far.log = [...device.log];
      const hashAfter = 'b'.repeat(64);
      const to = (toSeq: number) => ({ ...holeOf(device, 2, 2).hole, toSeq, hashAfter });
      const declare = (toSeq: number) => ({ ...holeOf(device, 2, 2), hole: to(toSeq) });
      expect(await under.log.append([declare(last + 1)], testPlanner)).toEqual([
        { kind: 'refused', reason: 'revoked' },
      ]);
      expect(await under.log.append([declare(last)], testPlanner)).toMatchObject([
        { kind: 'accepted', mark: { seq: last } },
      ]);
      far.head = { seq: last, hash: hashAfter, lastStamp: null };
      const [beyond] = far.writeMany(1);
      const push = { ...far.push(1, 1), firstSeq: last + 1, hashBefore: hashAfter, hashAfter: far.head.hash };
      expect(await under.log.append([{ ...push, lines: [beyond?.line ?? ''] }], testPlanner)).toEqual([
        { kind: 'refused', reason: 'revoked' },
      ]);
      expect(await under.log.append([device.push(1, 1)], testPlanner)).toMatchObject([
        { kind: 'accepted', appended: 0 },
      ]);
      expect(typesOf(await readAll(under.log))).toEqual(['ThingHappened']);
    });

    it('fills what another copy lost, also when it has brought all that is taken of it', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(4);
      const damaged = (seq: number) => holeOf(device, seq, seq, { reason: 'damaged' });
      await under.log.append([device.push(1, 1), damaged(2), device.push(3, 3)], testPlanner);
      await under.log.revokeDevice('till-a', START_MS);
      const last = 3 + REVOKED_EVENTS_MAX;
      const full = { ...damaged(4).hole, toSeq: last, hashAfter: 'b'.repeat(64) };
      const outcomes = await under.log.append([{ ...damaged(4), hole: full }, device.push(2, 2)], testPlanner);
      expect(outcomes).toMatchObject([
        { kind: 'accepted', mark: { seq: last } },
        { kind: 'accepted', mark: { seq: last }, appended: 1, filled: [damaged(2).hole] },
      ]);
      expect(typesOf(await readAll(under.log)).slice(-2)).toEqual(['ThingHappened', 'EventSetAside']);
    });

    it('is known for a clone all the same: nothing of another chain is accepted', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(1);
      const clone = device.clone();
      device.writeMany(1);
      clone.writeMany(1);
      await under.log.append([device.push()], testPlanner);
      await under.log.revokeDevice('till-a', START_MS);
      expect(await under.log.append([clone.push()], testPlanner)).toMatchObject([{ kind: 'forked' }]);
    });
  });
}
