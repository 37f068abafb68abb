// The contract suite of central logs: holds any implementation to every guarantee that central-log.ts states.
// An implementation's own test calls `describeCentralLogContract` with a way to open an empty log.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppendRefused } from '../device-append.ts';
import type { CentralLog } from '../central-log.ts';
import { centralChainStart, deviceChainStart, nextCentralHash } from '../chain.ts';
import { readStoredLine, type EventDraft } from '../event.ts';
import { hybridTimeFromMs } from '../hybrid-time.ts';
import { deriveEventId } from '../id.ts';
import { OWN_EVENTS_MAX, READ_EVENTS_MAX } from '../limits.ts';
import { isRuling } from '../ruling.ts';
import { sha256 } from '../sha256.ts';
import {
  enrol,
  nextTurn,
  projectAll,
  READ_ALL,
  readAll,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  typesOf,
} from './central-fixtures.ts';

/** One log under test. */
export interface OpenedCentralLog {
  readonly log: CentralLog;
  /** Closes the log and opens what it left on its disk. */
  reopen(): Promise<CentralLog>;
  /** Changes one character of the stored line at a position, behind the log's back; then `reopen` shows it. */
  flipByte(position: number): Promise<void>;
  dispose(): Promise<void>;
}

export function describeCentralLogContract(name: string, open: () => Promise<OpenedCentralLog>): void {
  describe(`central log contract: ${name}`, () => {
    let opened: OpenedCentralLog;
    let log: CentralLog;
    const till = () => new TestDevice({ device: 'till-a', store: 'porto' });
    beforeEach(async () => {
      opened = await open();
      ({ log } = opened);
    });
    afterEach(async () => {
      await opened.dispose();
    });

    describe('append', () => {
      it('starts empty, with its own writer registered', async () => {
        const head = await log.head();
        expect(head.position).toBe(0);
        expect(head.hash).toBe(centralChainStart(sha256, head.epoch));
        expect(await log.hashAt(0)).toBe(head.hash);
        expect(await log.hashAt(1)).toBeNull();
        expect(await log.device(head.writer)).toMatchObject({ kind: 'centre', store: null, accepted: { seq: 0 } });
        expect(await readAll(log)).toEqual([]);
      });

      it('stores the bytes unchanged and acknowledges the last line', async () => {
        const device = till();
        await enrol(log, device);
        device.write({ payload: { note: 'ü €  "quoted" \\ \u2028 😀 <b>x</b> \'; DROP TABLE events; --' } }, {}, {});
        const push = device.push();
        expect(await log.append([push], testPlanner)).toEqual([
          { kind: 'accepted', mark: { seq: 3, hash: device.hashAt(3) }, appended: 3, known: 0 },
        ]);
        const stored = await readAll(log);
        expect(stored.map(({ line }) => line)).toEqual(push.lines);
        expect(stored.map(({ place }) => place)).toEqual(device.log.map(({ place }) => place));
        expect(stored.map(({ arrivedAtMs }) => arrivedAtMs)).toEqual(Array(3).fill(push.arrival.arrivalMs));
        expect((await log.device('till-a'))?.accepted).toEqual({ seq: 3, hash: device.hashAt(3) });
      });

      it('gives gapless positions whose central hashes follow from the bytes', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(5);
        await log.append([device.push(1, 2), device.push(3, 5)], testPlanner);
        let hash = await log.hashAt(0);
        for (const [index, line] of (await readAll(log)).entries()) {
          expect(line.position).toBe(index + 1);
          hash = nextCentralHash(sha256, hash ?? '', line.id, line.line);
          expect(line.hash).toBe(hash);
          expect(await log.hashAt(index + 1)).toBe(hash);
        }
        expect(await log.head()).toMatchObject({ position: 5, hash });
      });

      it('answers a gap with the mark and writes nothing', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(4);
        await log.append([device.push(1, 1)], testPlanner);
        expect(await log.append([device.push(3, 4)], testPlanner)).toEqual([
          { kind: 'gap', mark: { seq: 1, hash: device.hashAt(1) } },
        ]);
        expect((await log.head()).position).toBe(1);
      });

      it('answers the resend of an overlap with the new mark and appends only what is new', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(6);
        await log.append([device.push(1, 4)], testPlanner);
        const mark = { seq: 6, hash: device.hashAt(6) };
        expect(await log.append([device.push(3, 6)], testPlanner)).toEqual([
          { kind: 'accepted', mark, appended: 2, known: 0 },
        ]);
        expect(await log.append([device.push(2, 3)], testPlanner)).toEqual([
          { kind: 'accepted', mark, appended: 0, known: 0 },
        ]);
        expect((await readAll(log)).map(({ line }) => line)).toEqual(device.log.map(({ line }) => line));
      });

      it('answers forked when the chain before the push, or in its overlap, is another', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(3);
        const clone = device.clone();
        device.writeMany(2);
        clone.writeMany(2);
        await log.append([device.push()], testPlanner);
        const mark = { seq: 5, hash: device.hashAt(5) };
        expect(await log.append([clone.push(5, 5)], testPlanner)).toEqual([{ kind: 'forked', mark }]);
        expect(await log.append([clone.push(3, 5)], testPlanner)).toEqual([{ kind: 'forked', mark }]);
        expect((await log.head()).position).toBe(5);
      });

      it('answers damaged for a line that is no event, naming its seq, and for lines that do not give the hash', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(4);
        await log.append([device.push(1, 1)], testPlanner);
        const good = device.push(2, 4);
        const cut = { ...good, lines: good.lines.map((line, index) => (index === 1 ? line.slice(0, -1) : line)) };
        expect(await log.append([cut], testPlanner)).toMatchObject([
          { kind: 'damaged', seq: 3, problem: { kind: 'not-json' } },
        ]);
        const changed = {
          ...good,
          lines: good.lines.map((line, index) => (index === 1 ? line.replace('"amount":1', '"amount":9') : line)),
        };
        expect(await log.append([changed], testPlanner)).toMatchObject([
          { kind: 'damaged', mark: { seq: 1 }, problem: { kind: 'hash-differs' } },
        ]);
        expect((await log.head()).position).toBe(1);
        expect(await log.append([good], testPlanner)).toMatchObject([{ kind: 'accepted', mark: { seq: 4 } }]);
      });

      it('tells the sender of an unreadable line first what is wrong with itself', async () => {
        const device = till();
        device.writeMany(2);
        const broken = { ...device.push(), lines: ['{', '}'] };
        expect(await log.append([broken], testPlanner)).toEqual([{ kind: 'refused', reason: 'unknown-device' }]);
        await enrol(log, device);
        expect(await log.append([{ ...device.push(2, 2), lines: ['{'] }], testPlanner)).toMatchObject([
          { kind: 'gap' },
        ]);
      });

      it('refuses unknown devices, and revokes the descendants of a revoked one', async () => {
        const device = till();
        device.writeMany(1);
        expect(await log.append([device.push()], testPlanner)).toEqual([{ kind: 'refused', reason: 'unknown-device' }]);
        await enrol(log, device);
        const child = new TestDevice({ device: 'till-b', store: 'porto' });
        const grandchild = new TestDevice({ device: 'till-c', store: 'porto' });
        await enrol(log, child, 'till-a');
        await enrol(log, grandchild, 'till-b');
        await log.revokeDevice('till-a', START_MS + 5);
        await log.revokeDevice('till-a', START_MS + 6);
        for (const one of [device, child, grandchild]) {
          if (one !== device) one.writeMany(1);
          expect(await log.append([one.push()], testPlanner)).toMatchObject([{ kind: 'accepted', mark: { seq: 1 } }]);
          expect(await log.device(one.device)).toMatchObject({ revokedAtMs: START_MS + 5, revokedAtSeq: 0 });
        }
        expect(typesOf(await readAll(log)).filter((type) => type === 'EventSetAside')).toHaveLength(3);
      });

      it('commits several pushes at once, each on the state the ones before it made', async () => {
        const a = till();
        const b = new TestDevice({ device: 'till-b', store: 'braga' });
        await enrol(log, a);
        await enrol(log, b);
        a.writeMany(4);
        b.writeMany(2);
        const outcomes = await log.append(
          [a.push(1, 2), b.push(), a.push(3, 4), a.push(1, 4), b.push(2, 2)],
          testPlanner,
        );
        expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'accepted']);
        expect((await readAll(log)).map(({ place }) => `${place?.device} ${place?.seq}`)).toEqual([
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
        await enrol(log, a);
        await enrol(log, b);
        a.writeMany(2);
        b.writeMany(2);
        const outcomes = await log.append(
          [a.push(2, 2), b.push(), { ...a.push(), lines: ['', ''] }, a.push()],
          testPlanner,
        );
        expect(outcomes.map(({ kind }) => kind)).toEqual(['gap', 'accepted', 'damaged', 'accepted']);
        expect((await log.head()).position).toBe(4);
      });

      it('writes nothing when the judge of the pushes fails', async () => {
        const device = till();
        await enrol(log, device);
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
        await expect(log.append([device.push(1, 1), device.push(2, 2)], failing)).rejects.toThrow('A bug.');
        expect((await log.head()).position).toBe(0);
        expect((await log.device('till-a'))?.accepted.seq).toBe(0);
        expect(await log.append([device.push()], testPlanner)).toMatchObject([{ kind: 'accepted', appended: 2 }]);
      });

      it('holds what was acknowledged after it is opened again', async () => {
        const device = till();
        await enrol(log, device);
        device.write({ payload: { bad: true } }, {});
        await log.append([device.push()], testPlanner);
        await projectAll(log, [sumProjector()]);
        const before = { head: await log.head(), lines: await readAll(log), devices: await log.devices() };
        log = await opened.reopen();
        expect({ head: await log.head(), lines: await readAll(log), devices: await log.devices() }).toEqual(before);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([1]);
        device.writeMany(1);
        expect(await log.append([device.push(3, 3)], testPlanner)).toMatchObject([
          { kind: 'accepted', mark: { seq: 3 } },
        ]);
      });
    });

    describe('identity', () => {
      it('X1 X2 gives a known id with the same bytes a place and no position', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(2);
        await log.append([device.push()], testPlanner);
        const fork = new TestDevice({ device: 'till-a2', store: 'porto' });
        const again = new TestDevice({ device: 'till-a3', store: 'porto' });
        for (const copy of [fork, again]) {
          await enrol(log, copy, 'till-a');
          for (const { line } of device.log) copy.copyIn(line);
          copy.writeMany(1);
        }
        expect(await log.append([fork.push(), again.push()], testPlanner)).toEqual([
          { kind: 'accepted', mark: { seq: 3, hash: fork.hashAt(3) }, appended: 1, known: 2 },
          { kind: 'accepted', mark: { seq: 3, hash: again.hashAt(3) }, appended: 1, known: 2 },
        ]);
        const lines = await readAll(log);
        expect(lines.map(({ place }) => place?.device)).toEqual(['till-a', 'till-a', 'till-a2', 'till-a3']);
        expect(await log.deviceHashesAt('till-a2', [0, 1, 3, 4])).toEqual([
          { seq: 0, hash: deviceChainStart(sha256, 'till-a2') },
          { seq: 1, hash: fork.hashAt(1) },
          { seq: 3, hash: fork.hashAt(3) },
          null,
        ]);
        expect(await log.keptAside(10)).toEqual([]);
        expect(await log.verify()).toEqual([]);
      });

      it('keeps a known id with other bytes aside, and the rest of the push goes on', async () => {
        const a = till();
        const b = new TestDevice({ device: 'till-b', store: 'porto' });
        await enrol(log, a);
        await enrol(log, b);
        const [first] = a.write({ payload: { amount: 1 } });
        const id = first?.event.id ?? '';
        b.write({}, { id, payload: { amount: 2 } }, {});
        await log.append([a.push()], testPlanner);
        const push = b.push();
        expect(await log.append([push], testPlanner)).toMatchObject([
          { kind: 'accepted', mark: { seq: 3 }, appended: 2, known: 1 },
        ]);
        expect((await readAll(log)).filter((line) => line.id === id).map(({ line }) => line)).toEqual([first?.line]);
        expect(await log.keptAside(10)).toEqual([
          {
            id,
            line: push.lines[1],
            place: b.log[1]?.place,
            reason: 'other-bytes',
            arrivedAtMs: push.arrival.arrivalMs,
          },
        ]);
        log = await opened.reopen();
        expect(await log.keptAside(10)).toHaveLength(1);
        expect(await log.verify()).toEqual([]);
      });

      it('knows ids that were appended earlier in the same transaction', async () => {
        const a = till();
        const b = new TestDevice({ device: 'till-b', store: 'porto' });
        await enrol(log, a);
        await enrol(log, b);
        const [first] = a.writeMany(1);
        b.copyIn(first?.line ?? '');
        b.write({ id: first?.event.id ?? '', payload: { amount: 7 } });
        const outcomes = await log.append([a.push(), b.push()], testPlanner);
        expect(outcomes).toMatchObject([
          { appended: 1, known: 0 },
          { appended: 0, known: 2 },
        ]);
        expect((await log.head()).position).toBe(1);
        expect(await log.keptAside(10)).toHaveLength(1);
      });

      it('lists what is kept aside from the latest, as much as asked for', async () => {
        const a = till();
        const b = new TestDevice({ device: 'till-b', store: 'porto' });
        await enrol(log, a);
        await enrol(log, b);
        const ids = a.writeMany(3).map(({ event }) => event.id);
        await log.append([a.push()], testPlanner);
        b.write(...ids.map((id) => ({ id, payload: { amount: 5 } })));
        await log.append([b.push()], testPlanner);
        expect((await log.keptAside(2)).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      });

      it('never registers a device id twice, and finds devices by id', async () => {
        const device = till();
        await enrol(log, device);
        await expect(enrol(log, device)).rejects.toThrow(/registered/);
        await expect(log.revokeDevice('nobody', START_MS)).rejects.toThrow(/nobody/);
        expect(await log.device('nobody')).toBeNull();
        expect(await log.deviceHashesAt('nobody', [0, 1])).toEqual([null, null]);
        expect((await log.devices()).map((record) => record.device).sort()).toEqual(
          ['till-a', (await log.head()).writer].sort(),
        );
        expect(await log.device('till-a')).toEqual({
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

    describe('rulings', () => {
      it('C6 stand right behind their target, in its transaction, in the log of the centre, and the rest flows on', async () => {
        const device = till();
        await enrol(log, device);
        const written = device.write({}, { payload: { bad: true }, audience: ['lisboa'] }, {});
        const target = written[1]?.event;
        await log.append([device.push()], testPlanner);
        const lines = await readAll(log);
        expect(typesOf(lines)).toEqual(['ThingHappened', 'ThingHappened', 'EventSetAside', 'ThingHappened']);
        const { writer, epoch } = await log.head();
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
        expect((await log.device(writer))?.accepted).toMatchObject({ seq: 1, hash: lines[2]?.place?.hash });
      });

      it('are stamped in order by the centre, however the pushes interleave', async () => {
        const a = till();
        const b = new TestDevice({ device: 'till-b', store: 'braga' });
        await enrol(log, a);
        await enrol(log, b);
        const bad = { payload: { bad: true } };
        a.write(bad, bad);
        b.write(bad);
        await log.append([a.push(), b.push(1, 1, { arrivalMs: a.nowMs - 60_000 })], testPlanner);
        a.write(bad);
        await log.append([a.push(3, 3, { arrivalMs: a.nowMs - 30_000 })], testPlanner);
        const rulings = (await readAll(log))
          .map(({ line }) => readStoredLine(line))
          .filter(({ type }) => type === 'EventSetAside');
        const stamps = rulings.map(({ recordedAt }) => recordedAt);
        expect(stamps).toHaveLength(4);
        expect(stamps).toEqual([...new Set(stamps)].sort((x, y) => x - y));
      });

      it('re-times what a wrong clock stamped, at its arrival', async () => {
        const device = till();
        await enrol(log, device);
        device.nowMs += 3 * 24 * 3_600_000;
        const [sale] = device.writeMany(1);
        const arrivalMs = START_MS + 60_000;
        await log.append([device.push(1, 1, { arrivalMs, clockOffsetMs: arrivalMs - device.nowMs })], testPlanner);
        const ruling = readStoredLine((await readAll(log))[1]?.line ?? '');
        expect(ruling).toMatchObject({ type: 'EventRetimed', payload: { target: sale?.event.id, uncertaintyMs: 20 } });
      });

      it("keeps a log's own order among re-timed events, also from one push to the next", async () => {
        const device = till();
        await enrol(log, device);
        const excursionMs = 3 * 24 * 3_600_000;
        const arrival = { arrivalMs: START_MS + 60_000, clockOffsetMs: 0 };
        // Twice the clock was far ahead, and right again in between, before the device was online.
        device.nowMs += excursionMs;
        device.writeMany(3);
        device.nowMs -= excursionMs;
        device.writeMany(1);
        device.nowMs += excursionMs;
        device.writeMany(1);
        await log.append([device.push(1, 2, arrival), device.push(3, 3, arrival)], testPlanner);
        await log.append([device.push(4, 4, arrival)], testPlanner);
        log = await opened.reopen();
        await log.append([device.push(5, 5, arrival)], testPlanner);
        const effective = (await readAll(log))
          .map(({ line }) => readStoredLine(line))
          .filter(({ type }) => type === 'EventRetimed')
          .map(({ payload }) => payload['effectiveAt']);
        const first = hybridTimeFromMs(START_MS + 60_000);
        expect(effective).toEqual([first, first + 1, first + 2, first + 3]);
      });

      it('keeps a re-timed event behind an earlier one of its log whose stamp stood', async () => {
        const device = till();
        await enrol(log, device);
        const minuteMs = 60_000;
        device.nowMs += 4 * minuteMs;
        const [ahead] = device.writeMany(1);
        device.nowMs += 3 * minuteMs;
        device.writeMany(1);
        const arrival = { arrivalMs: device.nowMs - 6 * minuteMs, clockOffsetMs: 0 };
        await log.append([device.push(1, 1, arrival)], testPlanner);
        await log.append([device.push(2, 2, arrival)], testPlanner);
        const rulings = (await readAll(log)).map(({ line }) => readStoredLine(line)).filter(isRuling);
        expect(rulings.map(({ payload }) => payload['effectiveAt'])).toEqual([(ahead?.event.occurredAt ?? 0) + 1]);
      });

      it('keeps a "ruling" that a device wrote aside, with a place and no position, and says so', async () => {
        const honest = till();
        const hostile = new TestDevice({ device: 'till-h', store: 'porto' });
        await enrol(log, honest);
        await enrol(log, hostile);
        const [sale] = honest.write({ payload: { amount: 4 } });
        await log.append([honest.push()], testPlanner);
        const [voiding] = hostile.write({
          type: 'EventVoided',
          payload: { target: sale?.event.id ?? '', reason: 'mine' },
        });
        expect(await log.append([hostile.push()], testPlanner)).toMatchObject([
          { kind: 'accepted', mark: { seq: 1 }, appended: 0, known: 1 },
        ]);
        expect(typesOf(await readAll(log))).toEqual(['ThingHappened', 'EventSetAside']);
        expect(await log.keptAside(10)).toMatchObject([{ id: voiding?.event.id, reason: 'ruling-of-a-device' }]);
        await projectAll(log, [sumProjector()]);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([4]);
        expect(await log.verify()).toEqual([]);
      });

      it('sets aside what a device writes for another store; the ruling reaches both stores', async () => {
        const device = till();
        await enrol(log, device);
        device.write({ store: 'braga' });
        await log.append([device.push()], testPlanner);
        for (const store of ['porto', 'braga']) {
          const { lines } = await log.readForStore(store, 0, READ_ALL);
          expect(typesOf(lines)).toEqual(['ThingHappened', 'EventSetAside']);
        }
        expect((await log.readForStore('lisboa', 0, READ_ALL)).lines).toEqual([]);
      });

      it('are written also when a device has taken the id that is derived for them', async () => {
        const device = till();
        await enrol(log, device);
        const target = device.newId();
        const { epoch } = await log.head();
        const taken = deriveEventId(sha256, `EventSetAside invalid-payload ${epoch}`, target);
        device.write({ id: taken }, { id: target, payload: { bad: true } });
        await log.append([device.push(1, 1)], testPlanner);
        await log.append([device.push(2, 2)], testPlanner);
        const lines = await readAll(log);
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
        const { writer } = await log.head();
        const drafts = [draftOf(1), draftOf(2)];
        expect(await log.appendOwn(writer, drafts, START_MS)).toEqual({ appended: 2, known: 0 });
        expect(await log.appendOwn(writer, [draftOf(3), ...drafts, draftOf(3)], START_MS + 9)).toEqual({
          appended: 1,
          known: 3,
        });
        expect(await log.appendOwn(writer, drafts, START_MS + 10)).toEqual({ appended: 0, known: 2 });
        const lines = await readAll(log);
        expect(lines.map(({ place }) => `${place?.device} ${place?.seq}`)).toEqual([
          `${writer} 1`,
          `${writer} 2`,
          `${writer} 3`,
        ]);
        expect(lines.map(({ line }) => readStoredLine(line).deviceTimeMs)).toEqual([START_MS, START_MS, START_MS + 9]);
        expect(await log.verify()).toEqual([]);
      });

      it('go on where the log ended before it was opened again', async () => {
        const { writer } = await log.head();
        await log.appendOwn(writer, [draftOf(1)], START_MS);
        log = await opened.reopen();
        await log.appendOwn(writer, [draftOf(2)], START_MS);
        const stamps = (await readAll(log)).map(({ line }) => readStoredLine(line).recordedAt);
        expect(stamps[1]).toBeGreaterThan(stamps[0] ?? Infinity);
        expect(await log.verify()).toEqual([]);
      });

      it('come from a writer of the centre only, within bounds', async () => {
        const device = till();
        await enrol(log, device);
        await expect(log.appendOwn('till-a', [draftOf(1)], START_MS)).rejects.toThrow(/no writer/);
        await expect(log.appendOwn('nobody', [draftOf(1)], START_MS)).rejects.toThrow(/no writer/);
        const { writer } = await log.head();
        const many = Array.from({ length: OWN_EVENTS_MAX + 1 }, () => draftOf(1));
        await expect(log.appendOwn(writer, many, START_MS)).rejects.toThrow(RangeError);
        const long = draftOf(2, { payload: { note: 'x'.repeat(200_000) } });
        await expect(log.appendOwn(writer, [draftOf(1), long], START_MS)).rejects.toThrow(AppendRefused);
        expect((await log.head()).position).toBe(0);
      });

      it('may be many at once', async () => {
        const { writer } = await log.head();
        const drafts = Array.from({ length: 1_203 }, (_, index) => draftOf(index));
        expect(await log.appendOwn(writer, drafts, START_MS)).toEqual({ appended: 1_203, known: 0 });
        expect(await log.verify()).toEqual([]);
      });

      it('can be written by further writers of a store', async () => {
        await log.registerDevice({
          device: 'importer-1',
          store: 'porto',
          kind: 'importer',
          label: 'Import',
          parent: null,
          enrolledAtMs: START_MS,
        });
        await log.appendOwn('importer-1', [draftOf(1, { store: 'porto', audience: [] })], START_MS);
        expect((await log.readForStore('porto', 0, READ_ALL)).lines).toHaveLength(1);
        expect((await log.readForStore('braga', 0, READ_ALL)).lines).toHaveLength(0);
      });
    });

    describe('reading', () => {
      it('returns at most what was asked for, always one, and never an event without its rulings', async () => {
        const device = till();
        await enrol(log, device);
        const bad = { payload: { bad: true } };
        device.write({}, bad, {}, bad, {});
        await log.append([device.push()], testPlanner);
        const positions = async (after: number, eventsMax: number, bytesMax = Infinity) =>
          (await log.read(after, { eventsMax, bytesMax })).map(({ position }) => position);
        expect(await positions(0, 2)).toEqual([1]);
        expect(await positions(0, 3)).toEqual([1, 2, 3]);
        expect(await positions(1, 1)).toEqual([2, 3]);
        expect(await positions(3, 100)).toEqual([4, 5, 6, 7]);
        expect(await positions(0, 100, 1)).toEqual([1]);
        expect(await positions(7, 100)).toEqual([]);
        const twoLines = (await readAll(log)).slice(3, 4).reduce((sum, { line }) => sum + line.length + 1, 0);
        expect(await positions(3, 100, twoLines)).toEqual([4]);
        for (const eventsMax of [0, READ_EVENTS_MAX + 1])
          await expect(positions(0, eventsMax)).rejects.toThrow(RangeError);
      });

      it('finds events by id', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(3);
        await log.append([device.push()], testPlanner);
        const lines = await readAll(log);
        expect(await log.find([lines[2]?.id ?? '', device.newId(), lines[0]?.id ?? ''])).toEqual(
          expect.arrayContaining([lines[0], lines[2]]),
        );
        expect(await log.find([device.newId()])).toEqual([]);
        expect(await log.find([])).toEqual([]);
      });

      it('browses from the newest, filtered', async () => {
        const a = till();
        const b = new TestDevice({ device: 'till-b', store: 'braga' });
        await enrol(log, a);
        await enrol(log, b);
        a.write({}, { type: 'OtherHappened' }, {});
        b.write({ audience: ['porto'] }, { type: 'OtherHappened' });
        await log.append([a.push(), b.push()], testPlanner);
        const positions = async (query: Omit<Parameters<CentralLog['browse']>[0], 'eventsMax'>, eventsMax = 10) =>
          (await log.browse({ ...query, eventsMax })).map(({ position }) => position);
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
        await enrol(log, a);
        await enrol(log, b);
        a.write({}, { audience: ['braga'] }, { audience: 'all' });
        b.write({}, {}, {});
        await log.append([a.push(), b.push()], testPlanner);
        const heard = async (store: string, after: number, eventsMax = 100) => {
          const { lines, to } = await log.readForStore(store, after, { eventsMax, bytesMax: Infinity });
          expect(to.hash).toBe(await log.hashAt(to.position));
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
        await enrol(log, a);
        await enrol(log, b);
        const kinds = [{}, { audience: ['braga'] }, { payload: { bad: true } }, { audience: 'all' as const }];
        for (let index = 0; index < 40; index += 1) {
          const device = index % 3 === 0 ? b : a;
          device.write(kinds[index % 4] ?? {});
          await log.append([device.push(device.log.length)], testPlanner);
        }
        const whole = (await log.readForStore('braga', 0, READ_ALL)).lines;
        expect(whole.length).toBeGreaterThan(20);
        for (const eventsMax of [1, 2, 3, 7, 100]) {
          const pages: number[] = [];
          let after = 0;
          while (after < (await log.head()).position) {
            const { lines, to } = await log.readForStore('braga', after, { eventsMax, bytesMax: Infinity });
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
        for (const device of devices) await enrol(log, device);
        const writing = devices.map(async (device) => {
          for (let turn = 0; turn < 15; turn += 1) {
            device.write({}, turn % 4 === 0 ? { payload: { bad: true } } : {});
            const last = device.log.length;
            await log.append([device.push(last - 1, last)], testPlanner);
          }
        });
        let done = false;
        const finished = Promise.all(writing).then(() => (done = true));
        const seen: number[] = [];
        const follow = async (): Promise<void> => {
          const { lines, to } = await log.readForStore('porto', seen.at(-1) ?? 0, { eventsMax: 7, bytesMax: Infinity });
          seen.push(...lines.map(({ position }) => position));
          expect(to.position).toBe(seen.at(-1) ?? 0);
          await nextTurn();
        };
        while (!done) await follow();
        await finished;
        while ((seen.at(-1) ?? 0) < (await log.head()).position) await follow();
        expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
        expect(seen.length).toBeGreaterThanOrEqual(180);
        expect(await log.verify()).toEqual([]);
      });
    });

    describe('projecting', () => {
      it('brings tables up to the head in steps, together with the checkpoint', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(10);
        await log.append([device.push()], testPlanner);
        const projector = sumProjector();
        expect(await log.project([projector], 4)).toEqual({ checkpoint: 4, head: 10 });
        expect(await log.tables.getMany('sum-by-store', ['porto', 'braga'])).toEqual([4, undefined]);
        log = await opened.reopen();
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([4]);
        expect(await log.project([projector], 4)).toEqual({ checkpoint: 8, head: 10 });
        expect(await log.project([projector], 4)).toEqual({ checkpoint: 10, head: 10 });
        expect(await log.project([projector], 4)).toEqual({ checkpoint: 10, head: 10 });
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([10]);
        expect(await log.tables.range('sum-counted', { rowsMax: 100 })).toHaveLength(10);
      });

      it('works rulings in, before or after their target was folded, and gives an event with its rulings', async () => {
        const device = till();
        await enrol(log, device);
        const [first] = device.write({ payload: { amount: 5 } }, { payload: { amount: 3, bad: true } });
        await log.append([device.push()], testPlanner);
        expect(await log.project([sumProjector()], 1)).toEqual({ checkpoint: 1, head: 3 });
        expect(await log.project([sumProjector()], 1)).toEqual({ checkpoint: 3, head: 3 });
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([5]);
        const { writer } = await log.head();
        const voided = device.draft({
          type: 'EventVoided',
          payload: { target: first?.event.id ?? '', reason: 'a test' },
        });
        await log.appendOwn(writer, [voided], START_MS);
        const admitted = device.draft({
          type: 'EventAdmitted',
          payload: { target: device.log[1]?.event.id ?? '', reason: 'a test' },
        });
        await log.appendOwn(writer, [admitted], START_MS);
        await projectAll(log, [sumProjector()]);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([3]);
      });

      it('works in rulings that stand before their target', async () => {
        const device = till();
        await enrol(log, device);
        const [first, second] = device.write({ payload: { amount: 5 } }, { payload: { amount: 3 } });
        const { writer } = await log.head();
        const voiding = (target: string) =>
          device.draft({ type: 'EventVoided', payload: { target, reason: 'a test' } });
        await log.appendOwn(writer, [voiding(first?.event.id ?? '')], START_MS);
        await log.append([device.push()], testPlanner);
        await projectAll(log, [sumProjector()], 1);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([3]);
        expect((await log.tables.range('sum-counted', { rowsMax: 9 })).map(({ key }) => key)).toEqual([
          second?.event.id,
        ]);
      });

      it('writes nothing of a step whose projector fails', async () => {
        const device = till();
        await enrol(log, device);
        device.write({}, {}, { payload: { amount: 1, poison: true } });
        await log.append([device.push()], testPlanner);
        const failing = sumProjector(1, { failsOn: ({ event }) => event.payload['poison'] === true });
        await expect(log.project([sumProjector(1, { name: 'other' }), failing], 100)).rejects.toThrow('can not fold');
        expect(await log.tables.range('other-by-store', { rowsMax: 10 })).toEqual([]);
        expect(await log.tables.range('sum-by-store', { rowsMax: 10 })).toEqual([]);
        expect(await log.project([failing], 2)).toEqual({ checkpoint: 2, head: 3 });
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
      });

      it('empties and refills the tables of a projector whose version changed, and of no other', async () => {
        const device = till();
        await enrol(log, device);
        device.write({}, { payload: { amount: 1, bad: true } }, {});
        await log.append([device.push()], testPlanner);
        const other = sumProjector(1, { name: 'other' });
        await projectAll(log, [sumProjector(), other]);
        const doubling = {
          ...sumProjector(2),
          project: async (...[tables, changes]: Parameters<typeof other.project>) => {
            const doubled = changes.map((change) => ({
              ...change,
              event: { ...change.event, payload: { amount: 2 } },
            }));
            await sumProjector().project(tables, doubled);
          },
        };
        expect(await log.project([doubling, other], 2)).toEqual({ checkpoint: 1, head: 4 });
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
        expect(await log.tables.getMany('other-by-store', ['porto'])).toEqual([2]);
        await projectAll(log, [doubling, other], 2);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([4]);
        expect(await log.tables.range('sum-counted', { rowsMax: 10 })).toHaveLength(2);
        expect(await log.tables.getMany('other-by-store', ['porto'])).toEqual([2]);
        device.writeMany(1);
        await log.append([device.push(4)], testPlanner);
        await projectAll(log, [doubling, other]);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([6]);
        expect(await log.tables.getMany('other-by-store', ['porto'])).toEqual([3]);
      });

      it('goes on without a dead letter in its own projector only, until the version rises', async () => {
        const device = till();
        await enrol(log, device);
        const written = device.write({}, { payload: { amount: 10, poison: true } }, {});
        await log.append([device.push()], testPlanner);
        const failing = sumProjector(1, { failsOn: ({ event }) => event.payload['poison'] === true });
        const other = sumProjector(1, { name: 'other' });
        await expect(log.project([failing], 10)).rejects.toThrow('can not fold');
        await log.deadLetter(failing, 2, 'This projector can not fold that.', START_MS);
        await projectAll(log, [failing, other]);
        expect(await log.deadLetters()).toEqual([
          {
            projector: 'sum',
            version: 1,
            position: 2,
            id: written[1]?.event.id,
            problem: 'This projector can not fold that.',
            atMs: START_MS,
          },
        ]);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
        expect(await log.tables.getMany('other-by-store', ['porto'])).toEqual([12]);
        const { writer } = await log.head();
        await log.appendOwn(
          writer,
          [device.draft({ type: 'EventVoided', payload: { target: written[1]?.event.id ?? '', reason: 'x' } })],
          START_MS,
        );
        log = await opened.reopen();
        await projectAll(log, [failing, other]);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
        expect(await log.tables.getMany('other-by-store', ['porto'])).toEqual([2]);
        const stillFailing = { ...failing, version: 2 };
        await expect(log.project([stillFailing], 10)).rejects.toThrow('can not fold');
        await log.deadLetter(stillFailing, 2, 'Nor can this.', START_MS);
        await projectAll(log, [stillFailing, other]);
        expect((await log.deadLetters()).map(({ version }) => version)).toEqual([2]);
        await projectAll(log, [sumProjector(3), other]);
        expect(await log.deadLetters()).toEqual([]);
        expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
      });

      it('reads tables in key order, from either end, also while a projector writes them', async () => {
        const device = till();
        await enrol(log, device);
        device.writeMany(1);
        await log.append([device.push()], testPlanner);
        const keys = ['a', 'a|', 'a|1', 'a}', 'B', '~', ' x', '0000000000000010', '0000000000000009', 'a|2'];
        const value = { text: 'ü😀', list: [1, null, { deep: true }], zero: 0, empty: '' };
        const seenInside: string[][] = [];
        await log.project(
          [
            {
              name: 'keys',
              version: 1,
              tables: ['keys'],
              project: async (tables) => {
                await tables.putMany(
                  'keys',
                  keys.map((key) => ({ key, value })),
                );
                await tables.deleteMany('keys', ['B', 'never there']);
                await tables.putMany('keys', [{ key: 'a|1', value: 'changed' }]);
                seenInside.push((await tables.range('keys', { from: 'a', to: 'b', rowsMax: 3 })).map(({ key }) => key));
                seenInside.push((await tables.range('keys', { rowsMax: 2, reverse: true })).map(({ key }) => key));
              },
            },
          ],
          10,
        );
        const sorted = keys.filter((key) => key !== 'B').sort();
        expect(seenInside).toEqual([
          ['a', 'a|', 'a|1'],
          ['~', 'a}'],
        ]);
        const rangeKeys = async (range: Parameters<typeof log.tables.range>[1]) =>
          (await log.tables.range('keys', range)).map(({ key }) => key);
        expect(await rangeKeys({ rowsMax: 100 })).toEqual(sorted);
        expect(await rangeKeys({ rowsMax: 100, reverse: true })).toEqual([...sorted].reverse());
        expect(await rangeKeys({ from: 'a|', to: 'a}', rowsMax: 100 })).toEqual(['a|', 'a|1', 'a|2']);
        expect(await rangeKeys({ from: 'a|', to: 'a}', rowsMax: 2, reverse: true })).toEqual(['a|2', 'a|1']);
        expect(await log.tables.getMany('keys', ['a|1', 'B', 'a', 'a'])).toEqual(['changed', undefined, value, value]);
        expect(await log.tables.getMany('no such table', ['a'])).toEqual([undefined]);
        await expect(rangeKeys({ rowsMax: 10_001 })).rejects.toThrow(RangeError);
      });
    });

    describe('verify', () => {
      it('finds one flipped byte in any event, in both its chains', async () => {
        const device = till();
        await enrol(log, device);
        device.write({}, { payload: { bad: true } }, {});
        await log.append([device.push()], testPlanner);
        expect(await log.verify()).toEqual([]);
        await opened.flipByte(2);
        log = await opened.reopen();
        expect((await log.verify()).map(({ where }) => where)).toEqual(['position 2', 'device till-a, seq 2']);
        await opened.flipByte(3);
        log = await opened.reopen();
        expect(await log.verify()).toHaveLength(4);
      });
    });
  });
}
