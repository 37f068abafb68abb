// Part of the contract suite of central logs: rulings and whatever else the centre writes itself.
import { describe, expect, it } from 'vitest';
import { AppendRefused } from '../device-log-problems.ts';
import type { EventDraft } from '../event.ts';
import { readStoredLine } from '../stored-line.ts';
import { hybridTimeFromMs } from '../hybrid-time.ts';
import { deriveEventId } from '../id.ts';
import { OWN_EVENTS_MAX } from '../limits.ts';
import { isRuling } from '../ruling.ts';
import { sha256 } from '../sha256.ts';
import {
  enrol,
  projectAll,
  READ_ALL,
  readAll,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  typesOf,
} from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

export function describeOwnEvents(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('rulings', () => {
    it('C6 stand right behind their target, in its transaction, in the log of the centre, and the rest flows on', async () => {
      const device = till();
      await enrol(under.log, device);
      const written = device.write({}, { payload: { bad: true }, audience: ['lisboa'] }, {});
      const target = written[1]?.event;
      await under.log.append([device.push()], testPlanner);
      const lines = await readAll(under.log);
      expect(typesOf(lines)).toEqual(['ThingHappened', 'ThingHappened', 'EventSetAside', 'ThingHappened']);
      const { writer, epoch } = await under.log.head();
      const ruling = readStoredLine(lines[2]?.line ?? '');
      expect(ruling).toMatchObject({
        id: deriveEventId(sha256, `EventSetAside invalid-payload ${epoch}`, target?.id ?? ''),
        causationId: target?.id,
        store: 'porto',
        audience: ['lisboa'],
        actor: 'centre',
        payload: { target: target?.id, reason: 'invalid-payload' },
      });
      expect(lines[2]?.place).toMatchObject({ device: writer, seq: 1 });
      expect((await under.log.device(writer))?.accepted).toMatchObject({ seq: 1, hash: lines[2]?.place?.hash });
    });

    it('are stamped in order by the centre, however the pushes interleave', async () => {
      const a = till();
      const b = new TestDevice({ device: 'till-b', store: 'braga' });
      await enrol(under.log, a);
      await enrol(under.log, b);
      const bad = { payload: { bad: true } };
      a.write(bad, bad);
      b.write(bad);
      await under.log.append([a.push(), b.push(1, 1, { arrivalMs: a.nowMs - 60_000 })], testPlanner);
      a.write(bad);
      await under.log.append([a.push(3, 3, { arrivalMs: a.nowMs - 30_000 })], testPlanner);
      const rulings = (await readAll(under.log))
        .map(({ line }) => readStoredLine(line))
        .filter(({ type }) => type === 'EventSetAside');
      const stamps = rulings.map(({ recordedAt }) => recordedAt);
      expect(stamps).toHaveLength(4);
      expect(stamps).toEqual([...new Set(stamps)].sort((x, y) => x - y));
    });

    it('re-times what a wrong clock stamped, at its arrival', async () => {
      const device = till();
      await enrol(under.log, device);
      device.nowMs += 3 * 24 * 3_600_000;
      const [sale] = device.writeMany(1);
      const arrivalMs = START_MS + 60_000;
      await under.log.append([device.push(1, 1, { arrivalMs, clockOffsetMs: arrivalMs - device.nowMs })], testPlanner);
      const ruling = readStoredLine((await readAll(under.log))[1]?.line ?? '');
      expect(ruling).toMatchObject({ type: 'EventRetimed', payload: { target: sale?.event.id, uncertaintyMs: 20 } });
    });

    it("keeps a log's own order among re-timed events, also from one push to the next", async () => {
      const device = till();
      await enrol(under.log, device);
      const excursionMs = 3 * 24 * 3_600_000;
      const arrival = { arrivalMs: START_MS + 60_000, clockOffsetMs: 0 };
      // Twice the clock was far ahead, and right again in between, before the device was online.
      device.nowMs += excursionMs;
      device.writeMany(3);
      device.nowMs -= excursionMs;
      device.writeMany(1);
      device.nowMs += excursionMs;
      device.writeMany(1);
      await under.log.append([device.push(1, 2, arrival), device.push(3, 3, arrival)], testPlanner);
      await under.log.append([device.push(4, 4, arrival)], testPlanner);
      await under.reopen();
      await under.log.append([device.push(5, 5, arrival)], testPlanner);
      const effective = (await readAll(under.log))
        .map(({ line }) => readStoredLine(line))
        .filter(({ type }) => type === 'EventRetimed')
        .map(({ payload }) => payload['effectiveAt']);
      const first = hybridTimeFromMs(START_MS + 60_000);
      expect(effective).toEqual([first, first + 1, first + 2, first + 3]);
    });

    it('keeps a re-timed event behind an earlier one of its log whose stamp stood', async () => {
      const device = till();
      await enrol(under.log, device);
      const minuteMs = 60_000;
      device.nowMs += 4 * minuteMs;
      const [ahead] = device.writeMany(1);
      device.nowMs += 3 * minuteMs;
      device.writeMany(1);
      const arrival = { arrivalMs: device.nowMs - 6 * minuteMs, clockOffsetMs: 0 };
      await under.log.append([device.push(1, 1, arrival)], testPlanner);
      await under.log.append([device.push(2, 2, arrival)], testPlanner);
      const rulings = (await readAll(under.log)).map(({ line }) => readStoredLine(line)).filter(isRuling);
      expect(rulings.map(({ payload }) => payload['effectiveAt'])).toEqual([(ahead?.event.occurredAt ?? 0) + 1]);
    });

    it('keeps a "ruling" that a device wrote aside, with a place and no position, and says so', async () => {
      const honest = till();
      const hostile = new TestDevice({ device: 'till-h', store: 'porto' });
      await enrol(under.log, honest);
      await enrol(under.log, hostile);
      const [sale] = honest.write({ payload: { amount: 4 } });
      await under.log.append([honest.push()], testPlanner);
      const [voiding] = hostile.write({
        type: 'EventVoided',
        payload: { target: sale?.event.id ?? '', reason: 'mine' },
      });
      expect(await under.log.append([hostile.push()], testPlanner)).toMatchObject([
        { kind: 'accepted', mark: { seq: 1 }, appended: 0, known: 1 },
      ]);
      expect(typesOf(await readAll(under.log))).toEqual(['ThingHappened', 'EventSetAside']);
      // The ruling stands alone: what happens to come before it is not its target.
      expect(await under.log.read(0, { eventsMax: 1, bytesMax: Infinity })).toHaveLength(1);
      expect(await under.log.keptAside(10)).toMatchObject([{ id: voiding?.event.id, reason: 'ruling-of-a-device' }]);
      await projectAll(under.log, [sumProjector()]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([4]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('sets aside what a device writes for another store; the ruling reaches both stores', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({ store: 'braga' });
      await under.log.append([device.push()], testPlanner);
      for (const store of ['porto', 'braga']) {
        const { lines } = await under.log.readForStore(store, 0, READ_ALL);
        expect(typesOf(lines)).toEqual(['ThingHappened', 'EventSetAside']);
      }
      expect((await under.log.readForStore('lisboa', 0, READ_ALL)).lines).toEqual([]);
    });

    it('are written also when a device has taken the id that is derived for them', async () => {
      const device = till();
      await enrol(under.log, device);
      const target = device.newId();
      const { epoch } = await under.log.head();
      const taken = deriveEventId(sha256, `EventSetAside invalid-payload ${epoch}`, target);
      device.write({ id: taken }, { id: target, payload: { bad: true } });
      await under.log.append([device.push(1, 1)], testPlanner);
      await under.log.append([device.push(2, 2)], testPlanner);
      const lines = await readAll(under.log);
      expect(typesOf(lines)).toEqual(['ThingHappened', 'ThingHappened', 'EventSetAside']);
      expect(readStoredLine(lines[2]?.line ?? '').payload['target']).toBe(target);
    });
  });

  describe("the centre's own events", () => {
    const draftOf = (seed: number, changes: Partial<EventDraft> = {}): EventDraft =>
      new TestDevice({ device: 'head-office', store: 'porto', seed }).draft({
        store: null,
        audience: 'all',
        type: 'ItemNamed',
        ...changes,
      });

    it('are appended once: a draft whose id is known is skipped', async () => {
      const { writer } = await under.log.head();
      const drafts = [draftOf(1), draftOf(2)];
      expect(await under.log.appendOwn(writer, drafts, START_MS)).toEqual({ appended: 2, known: 0 });
      expect(await under.log.appendOwn(writer, [draftOf(3), ...drafts, draftOf(3)], START_MS + 9)).toEqual({
        appended: 1,
        known: 3,
      });
      expect(await under.log.appendOwn(writer, drafts, START_MS + 10)).toEqual({ appended: 0, known: 2 });
      const lines = await readAll(under.log);
      expect(lines.map(({ place }) => `${place?.device} ${place?.seq}`)).toEqual([
        `${writer} 1`,
        `${writer} 2`,
        `${writer} 3`,
      ]);
      expect(lines.map(({ line }) => readStoredLine(line).deviceTimeMs)).toEqual([START_MS, START_MS, START_MS + 9]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('go on where the log ended before it was opened again', async () => {
      const { writer } = await under.log.head();
      await under.log.appendOwn(writer, [draftOf(1)], START_MS);
      await under.reopen();
      await under.log.appendOwn(writer, [draftOf(2)], START_MS);
      const stamps = (await readAll(under.log)).map(({ line }) => readStoredLine(line).recordedAt);
      expect(stamps[1]).toBeGreaterThan(stamps[0] ?? Infinity);
      expect(await under.log.verify()).toEqual([]);
    });

    it('come from a writer of the centre only, within bounds', async () => {
      const device = till();
      await enrol(under.log, device);
      await expect(under.log.appendOwn('till-a', [draftOf(1)], START_MS)).rejects.toThrow(/no writer/);
      await expect(under.log.appendOwn('nobody', [draftOf(1)], START_MS)).rejects.toThrow(/no writer/);
      const { writer } = await under.log.head();
      const many = Array.from({ length: OWN_EVENTS_MAX + 1 }, () => draftOf(1));
      await expect(under.log.appendOwn(writer, many, START_MS)).rejects.toThrow(RangeError);
      const long = draftOf(2, { payload: { note: 'x'.repeat(200_000) } });
      await expect(under.log.appendOwn(writer, [draftOf(1), long], START_MS)).rejects.toThrow(AppendRefused);
      expect((await under.log.head()).position).toBe(0);
    });

    it('may be many at once', async () => {
      const { writer } = await under.log.head();
      const drafts = Array.from({ length: 1_203 }, (_, index) => draftOf(index));
      expect(await under.log.appendOwn(writer, drafts, START_MS)).toEqual({ appended: 1_203, known: 0 });
      expect(await under.log.verify()).toEqual([]);
    });

    it('can be written by further writers of a store', async () => {
      await under.log.registerDevice({
        device: 'importer-1',
        store: 'porto',
        kind: 'importer',
        label: 'Import',
        parent: null,
        enrolledAtMs: START_MS,
      });
      await under.log.appendOwn('importer-1', [draftOf(1, { store: 'porto', audience: [] })], START_MS);
      expect((await under.log.readForStore('porto', 0, READ_ALL)).lines).toHaveLength(1);
      expect((await under.log.readForStore('braga', 0, READ_ALL)).lines).toHaveLength(0);
    });
  });
}
