// Part of the contract suite of central logs: epochs, and the seal of what the centre writes in them.
import { describe, expect, it } from 'vitest';
import type { CentralLog } from '../central-log.ts';
import { centralChainOn, centralChainStart, nextCentralHash } from '../chain.ts';
import type { EventDraft } from '../event.ts';
import { readStoredLine } from '../stored-line.ts';
import { isSealedEvent } from '../own-seal.ts';
import { isRuling } from '../ruling.ts';
import { sha256 } from '../sha256.ts';
import {
  enrol,
  projectAll,
  readAll,
  resupplyOf,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  testSeal,
  typesOf,
} from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

const nextOf = (name: string) => ({ epoch: name, writer: `centre-of-${name}`, nowMs: START_MS + 60_000 });

const draftOf = (seed: number): EventDraft =>
  new TestDevice({ device: 'head-office', store: 'porto', seed }).draft({
    store: null,
    audience: 'all',
    type: 'ItemNamed',
  });

async function hashesOf(log: CentralLog): Promise<(string | null)[]> {
  const { position } = await log.head();
  const hashes: (string | null)[] = [];
  for (let at = 0; at <= position; at += 1) hashes.push(await log.hashAt(at));
  return hashes;
}

export function describeEpochs(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('epochs', () => {
    it('begin with the log', async () => {
      const { epoch, writer, base } = await under.log.head();
      expect(base).toEqual({ position: 0, hash: centralChainStart(sha256, epoch) });
      expect(await under.log.epochs()).toMatchObject([{ epoch, writer, cause: 'begun', base }]);
    });

    it('go on at the head: positions and hashes before it stay, the next hash is of no other epoch', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(3);
      await under.log.append([device.push()], testPlanner);
      const before = { head: await under.log.head(), hashes: await hashesOf(under.log) };
      const head = await under.log.beginEpoch({ cause: 'restored', ...nextOf('second') });
      const base = { position: 3, hash: before.head.hash };
      expect(head).toEqual({ epoch: 'second', writer: 'centre-of-second', base, ...base });
      expect(await under.log.head()).toEqual(head);
      expect(await hashesOf(under.log)).toEqual(before.hashes);
      expect(await under.log.verify()).toEqual([]);

      device.writeMany(2);
      await under.log.append([device.push(4)], testPlanner);
      const [, , , fourth, fifth] = await readAll(under.log);
      const link = centralChainOn(sha256, 'second', base);
      expect(fourth?.hash).toBe(nextCentralHash(sha256, link, fourth?.id ?? '', fourth?.line ?? ''));
      expect(fifth?.hash).toBe(nextCentralHash(sha256, fourth?.hash ?? '', fifth?.id ?? '', fifth?.line ?? ''));
      expect((await hashesOf(under.log)).slice(0, 4)).toEqual(before.hashes);
      await under.reopen();
      expect(await under.log.head()).toMatchObject({ epoch: 'second', base, position: 5 });
      expect(await under.log.verify()).toEqual([]);
      expect(
        (await under.log.epochs()).map(({ epoch, cause, beganAtMs }) => [epoch, cause, beganAtMs]).slice(1),
      ).toEqual([['second', 'restored', START_MS + 60_000]]);
    });

    it('may begin several times at one place, and in an empty log', async () => {
      const device = till();
      await enrol(under.log, device);
      const start = await under.log.hashAt(0);
      await under.log.beginEpoch({ cause: 'restored', ...nextOf('second') });
      await under.log.beginEpoch({ cause: 'rolled-back', ...nextOf('third') });
      expect(await under.log.hashAt(0)).toBe(start);
      device.writeMany(1);
      await under.log.append([device.push()], testPlanner);
      const [first] = await readAll(under.log);
      const link = centralChainOn(sha256, 'third', { position: 0, hash: start ?? '' });
      expect(first?.hash).toBe(nextCentralHash(sha256, link, first?.id ?? '', first?.line ?? ''));
      await under.log.beginEpoch({ cause: 'rolled-back', ...nextOf('fourth') });
      device.writeMany(1);
      await under.log.append([device.push(2)], testPlanner);
      await under.reopen();
      expect((await under.log.epochs()).map(({ base }) => base.position)).toEqual([0, 0, 0, 1]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('have ids that are used once, made up when none is given', async () => {
      const { epoch, writer } = await under.log.head();
      const second = await under.log.beginEpoch({ cause: 'restored', nowMs: START_MS });
      const third = await under.log.beginEpoch({ cause: 'restored', nowMs: START_MS + 1 });
      expect(new Set([epoch, second.epoch, third.epoch]).size).toBe(3);
      expect(new Set([writer, second.writer, third.writer]).size).toBe(3);
      const again = { cause: 'restored', nowMs: START_MS } as const;
      await expect(under.log.beginEpoch({ ...again, epoch })).rejects.toThrow(/epoch/);
      await expect(under.log.beginEpoch({ ...again, writer })).rejects.toThrow(/registered/);
      expect(await under.log.head()).toEqual(third);
      expect(await under.log.epochs()).toHaveLength(3);
    });

    it('X8 never write on in the logs of the centre that an earlier one had', async () => {
      const first = await under.log.head();
      await under.log.registerDevice({
        device: 'importer-1',
        store: 'porto',
        kind: 'importer',
        label: 'Import',
        parent: null,
        enrolledAtMs: START_MS,
      });
      const device = till();
      await enrol(under.log, device);
      await under.log.appendOwn(first.writer, [draftOf(1)], START_MS);
      const { writer } = await under.log.beginEpoch({ cause: 'restored', ...nextOf('second') });
      for (const earlier of [first.writer, 'importer-1'])
        await expect(under.log.appendOwn(earlier, [draftOf(2)], START_MS)).rejects.toThrow(/earlier epoch/);
      await under.log.appendOwn(writer, [draftOf(2)], START_MS);
      device.write({ payload: { bad: true } });
      expect(await under.log.append([device.push()], testPlanner)).toMatchObject([{ kind: 'accepted' }]);
      expect((await readAll(under.log)).map(({ place }) => `${place?.device} ${place?.seq}`)).toEqual([
        `${first.writer} 1`,
        `${writer} 1`,
        'till-a 1',
        `${writer} 2`,
      ]);
      expect((await under.log.device('till-a'))?.revokedAtMs).toBeNull();
      expect(await under.log.verify()).toEqual([]);
    });

    it('X16 rule on one event under ids of their own: of both re-timings the least counts', async () => {
      const device = till();
      await enrol(under.log, device);
      device.nowMs += 3 * 24 * 3_600_000;
      const [sale] = device.writeMany(1);
      const arrivalMs = START_MS + 60_000;
      const early = { arrivalMs, clockOffsetMs: arrivalMs - device.nowMs };
      const lost = (await open()).log;
      await enrol(lost, device);
      await lost.append([device.push(1, 1, early)], testPlanner);
      const rulingOfOld = (await readAll(lost))[1];
      await lost.close();

      await under.log.beginEpoch({ cause: 'restored', ...nextOf('second') });
      const lateMs = arrivalMs + 4 * 24 * 3_600_000;
      await under.log.append([device.push(1, 1, { arrivalMs: lateMs, clockOffsetMs: 600_000 })], testPlanner);
      await under.log.append([resupplyOf(device, [rulingOfOld?.line ?? ''])], testPlanner);
      const rulings = (await readAll(under.log)).filter(({ line }) => isRuling(readStoredLine(line)));
      expect(new Set(rulings.map(({ id }) => id)).size).toBe(2);
      await projectAll(under.log, [sumProjector()]);
      const effectiveAt = readStoredLine(rulingOfOld?.line ?? '').payload['effectiveAt'];
      expect(await under.log.tables.getMany('sum-counted', [sale?.event.id ?? ''])).toEqual([effectiveAt]);
    });
  });

  describe("the seal of the centre's own events", () => {
    it('stands on rulings and on whatever else it writes, beside what their meta says, and on nothing of a device', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({ payload: { bad: true } }, { meta: { seal: 'x', note: 'y' } });
      await under.log.append([device.push()], testPlanner);
      const { writer } = await under.log.head();
      await under.log.appendOwn(writer, [draftOf(1), { ...draftOf(2), meta: { source: 'a file' } }], START_MS);
      const lines = await readAll(under.log);
      const sealed = lines.filter(({ line }) => isSealedEvent(testSeal, readStoredLine(line)));
      expect(typesOf(sealed)).toEqual(['EventSetAside', 'ItemNamed', 'ItemNamed']);
      expect(readStoredLine(sealed[2]?.line ?? '').meta).toMatchObject({ source: 'a file' });
      expect(await under.log.verify()).toEqual([]);
    });
  });
}
