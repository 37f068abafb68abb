// Part of the contract suite of central logs: what devices hand back after a restore.
import { describe, expect, it } from 'vitest';
import type { CentralLog, StoredLine } from '../central-log.ts';
import { utf8Length } from '../event-line.ts';
import { readStoredLine } from '../stored-line.ts';
import { REFUSED_LINES_MAX, RESUPPLY_EVENTS_MAX } from '../limits.ts';
import { sha256 } from '../sha256.ts';
import {
  enrol,
  projectAll,
  READ_ALL,
  readAll,
  resupplyOf,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  typesOf,
} from './central-fixtures.ts';
import { logUnderTest, otherTill, till, type OpenCentralLog } from './log-under-test.ts';

export function describeResupply(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  /** What another centre with these devices stored of their events before it was lost. */
  async function lostHistory(...devices: readonly TestDevice[]): Promise<readonly StoredLine[]> {
    const opened = await open();
    const { log: lost } = opened;
    for (const device of devices) await enrol(lost, device);
    await lost.append(
      devices.map((device) => device.push()),
      testPlanner,
    );
    const lines = await readAll(lost);
    await opened.dispose();
    return lines;
  }

  async function sums(log: CentralLog): Promise<unknown[]> {
    await projectAll(log, [sumProjector()]);
    return await log.tables.getMany('sum-by-store', ['porto', 'braga']);
  }

  const named = (line: string) => ({ sum: sha256(line), bytes: utf8Length(line) });

  const linesOf = (device: TestDevice) => device.log.map(({ line }) => line);

  describe('resupply', () => {
    it("X9 gives back what the supplier's store made, with a position and no place, and says who brought it", async () => {
      const dead = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, dead);
      await enrol(under.log, supplier);
      dead.writeMany(2);
      await under.log.beginEpoch({ cause: 'restored', nowMs: START_MS });
      expect(await under.log.append([resupplyOf(supplier, linesOf(dead))], testPlanner)).toEqual([
        { kind: 'resupplied', appended: 2, known: 0, refused: 0 },
      ]);
      const stored = await readAll(under.log);
      expect(stored.map(({ line }) => line)).toEqual(linesOf(dead));
      expect(stored).toMatchObject([
        { position: 1, place: null, resuppliedBy: 'till-b', arrivedAtMs: supplier.arrival().arrivalMs },
        { position: 2, place: null, resuppliedBy: 'till-b' },
      ]);
      expect(await sums(under.log)).toEqual([2, undefined]);
      expect((await under.log.device('till-a'))?.accepted.seq).toBe(0);
      expect(await under.log.find([stored[0]?.id ?? ''])).toEqual([stored[0]]);
      expect(await under.log.browse({ device: 'till-a', eventsMax: 9 })).toEqual([]);
      expect(await under.log.browse({ store: 'porto', eventsMax: 9 })).toHaveLength(2);
      await under.reopen();
      expect(await readAll(under.log)).toEqual(stored);
      expect(await under.log.verify()).toEqual([]);
    });

    it("is filled by the maker's push, which folds nothing twice", async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      maker.writeMany(3);
      await under.log.append([resupplyOf(supplier, linesOf(maker).slice(1, 2))], testPlanner);
      expect(await under.log.append([maker.push()], testPlanner)).toEqual([
        { kind: 'accepted', mark: { seq: 3, hash: maker.hashAt(3) }, appended: 2, known: 1 },
      ]);
      await under.reopen();
      const stored = await readAll(under.log);
      expect(typesOf(stored)).toEqual(Array(3).fill('ThingHappened'));
      expect(stored.map(({ place }) => place)).toEqual([1, 0, 2].map((index) => maker.log[index]?.place));
      expect(stored.map(({ resuppliedBy }) => resuppliedBy)).toEqual(['till-b', undefined, undefined]);
      expect(await under.log.browse({ device: 'till-a', eventsMax: 9 })).toHaveLength(3);
      expect(await sums(under.log)).toEqual([3, undefined]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('is filled also within one transaction, and once', async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      const fork = new TestDevice({ device: 'till-a2', store: 'porto' });
      for (const device of [maker, supplier]) await enrol(under.log, device);
      await enrol(under.log, fork, 'till-a');
      maker.writeMany(1);
      maker.copyIn(maker.log[0]?.line ?? '');
      fork.copyIn(maker.log[0]?.line ?? '');
      const outcomes = await under.log.append(
        [resupplyOf(supplier, linesOf(maker)), maker.push(), fork.push()],
        testPlanner,
      );
      expect(outcomes).toMatchObject([
        { kind: 'resupplied', appended: 1 },
        { kind: 'accepted', appended: 0, known: 2 },
        { kind: 'accepted', appended: 0, known: 1 },
      ]);
      expect(await readAll(under.log)).toMatchObject([{ place: maker.log[0]?.place, resuppliedBy: 'till-b' }]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('keeps the bytes of what it refuses, each once, where an operator sees them', async () => {
      const maker = till();
      const supplier = otherTill();
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      const [sale, forged] = maker.write({}, { type: 'EventVoided', payload: { target: 'x', reason: 'r' } });
      await under.log.append([maker.push(1, 1)], testPlanner);
      const [line, unsealed] = [sale?.line ?? '', forged?.line ?? ''];
      const other = line.replace('"amount":1', '"amount":2');
      expect(other).not.toBe(line);
      const handed = [resupplyOf(supplier, ['{"no":"event"}', line, other, unsealed, other])];
      const outcome = { kind: 'resupplied', appended: 0, known: 1, refused: 4 };
      expect(await under.log.append(handed, testPlanner)).toEqual([outcome]);
      expect(await under.log.append(handed, testPlanner)).toEqual([outcome]);
      const seen = { supplier: 'till-b', atMs: supplier.arrival().arrivalMs };
      const kept = [
        { ...seen, id: forged?.event.id, reason: 'unsealed-ruling', ...named(unsealed) },
        { ...seen, id: sale?.event.id, reason: 'other-bytes', ...named(other) },
        { ...seen, id: null, reason: 'unreadable', ...named('{"no":"event"}') },
      ];
      expect(await under.log.refusedLines(9)).toEqual(kept);
      expect(await under.log.refusedLines(1)).toEqual(kept.slice(0, 1));
      expect(await under.log.refusedLines(9, 1)).toEqual(kept.slice(1));
      expect(await under.log.refusedLines(1, 1)).toEqual(kept.slice(1, 2));
      expect(await under.log.refusedLines(9, 3)).toEqual([]);
      expect(await under.log.notTakenCount()).toBe(3);
      await under.reopen();
      expect(await under.log.refusedLines(9)).toEqual(kept);
      for (const bytes of ['{"no":"event"}', other, unsealed])
        expect(await under.log.refusedLine(named(bytes).sum)).toBe(bytes);
      expect(await under.log.refusedLine(named(line).sum)).toBeNull();
      expect(await under.log.verify()).toEqual([]);
    });

    it('keeps the first lines that it refuses, up to a bound, and goes on answering', async () => {
      const supplier = otherTill();
      await enrol(under.log, supplier);
      const junk = Array.from({ length: REFUSED_LINES_MAX + 10 }, (_, index) => `junk ${index}`);
      for (let start = 0; start < junk.length; start += RESUPPLY_EVENTS_MAX) {
        const part = junk.slice(start, start + RESUPPLY_EVENTS_MAX);
        expect(await under.log.append([resupplyOf(supplier, part)], testPlanner)).toMatchObject([
          { refused: part.length },
        ]);
      }
      const kept = await under.log.refusedLines(9_999);
      const first = junk.slice(0, REFUSED_LINES_MAX).reverse();
      expect(kept.map(({ sum, bytes }) => ({ sum, bytes }))).toEqual(first.map(named));
    });

    it('sets aside what another store made until its maker pushes it', async () => {
      const maker = till();
      const supplier = otherTill();
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      const [sale] = maker.write({ audience: ['braga'] });
      await under.log.append([resupplyOf(supplier, linesOf(maker))], testPlanner);
      expect(typesOf(await readAll(under.log))).toEqual(['ThingHappened', 'EventSetAside']);
      expect(readStoredLine((await readAll(under.log))[1]?.line ?? '').payload).toMatchObject({
        target: sale?.event.id,
        reason: 'resupplied',
      });
      expect(await sums(under.log)).toEqual([undefined, undefined]);
      await under.log.append([maker.push()], testPlanner);
      expect(typesOf(await readAll(under.log))).toEqual(['ThingHappened', 'EventSetAside', 'EventAdmitted']);
      expect(await under.log.read(0, { eventsMax: 2, bytesMax: Infinity })).toHaveLength(2);
      expect(await sums(under.log)).toEqual([1, undefined]);
      for (const store of ['porto', 'braga'])
        expect(typesOf((await under.log.readForStore(store, 0, READ_ALL)).lines)).toHaveLength(3);
      expect(await under.log.verify()).toEqual([]);
    });

    it('is ruled on where it is held: in the store of who handed it back too, also by a person later', async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-e', store: 'evora' });
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      const [sale] = maker.writeMany(1);
      await under.log.append([resupplyOf(supplier, linesOf(maker))], testPlanner);
      await under.log.append([maker.push()], testPlanner);
      const { writer } = await under.log.head();
      const payload = { target: sale?.event.id ?? '', reason: 'a test' };
      await under.log.appendOwn(writer, [maker.draft({ type: 'EventVoided', payload })], START_MS);
      for (const store of ['porto', 'evora']) {
        const { lines } = await under.log.readForStore(store, 0, READ_ALL);
        expect(typesOf(lines)).toEqual(['ThingHappened', 'EventSetAside', 'EventAdmitted', 'EventVoided']);
      }
      expect((await under.log.readForStore('braga', 0, READ_ALL)).lines).toEqual([]);
    });

    it('stands as it counted when its maker was revoked', async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      maker.writeMany(1);
      await under.log.append([resupplyOf(supplier, linesOf(maker))], testPlanner);
      await under.log.revokeDevice('till-a', START_MS);
      expect(await under.log.append([maker.push()], testPlanner)).toMatchObject([{ kind: 'accepted', known: 1 }]);
      expect(typesOf(await readAll(under.log))).toEqual(['ThingHappened']);
      expect(await sums(under.log)).toEqual([1, undefined]);
    });

    it('admits nothing that has another fault, and nothing that only a person may judge', async () => {
      const maker = till();
      const revoked = new TestDevice({ device: 'till-r', store: 'porto' });
      const supplier = otherTill();
      for (const device of [maker, revoked, supplier]) await enrol(under.log, device);
      maker.write({ payload: { bad: true, amount: 5 } });
      revoked.writeMany(1);
      await under.log.append([resupplyOf(supplier, [...linesOf(maker), ...linesOf(revoked)])], testPlanner);
      await under.log.revokeDevice('till-r', START_MS);
      await under.log.append([maker.push(), revoked.push()], testPlanner);
      expect(typesOf(await readAll(under.log))).not.toContain('EventAdmitted');
      expect(await sums(under.log)).toEqual([undefined, undefined]);
    });

    it('re-times by the clock of the maker, once it pushes', async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      maker.nowMs += 3 * 24 * 3_600_000;
      const [sale] = maker.writeMany(1);
      await under.log.append([resupplyOf(supplier, linesOf(maker))], testPlanner);
      const arrivalMs = START_MS + 60_000;
      await under.log.append([maker.push(1, 1, { arrivalMs, clockOffsetMs: arrivalMs - maker.nowMs })], testPlanner);
      const lines = await readAll(under.log);
      expect(typesOf(lines)).toEqual(['ThingHappened', 'EventRetimed']);
      await projectAll(under.log, [sumProjector()]);
      const { effectiveAt } = readStoredLine(lines[1]?.line ?? '').payload;
      expect(await under.log.tables.getMany('sum-counted', [sale?.event.id ?? ''])).toEqual([effectiveAt]);
    });

    it('takes nothing from another store, whoever pushes its bytes', async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      const stranger = new TestDevice({ device: 'till-s', store: 'braga' });
      for (const device of [maker, supplier, stranger]) await enrol(under.log, device);
      maker.writeMany(1);
      stranger.copyIn(maker.log[0]?.line ?? '');
      await under.log.append([resupplyOf(supplier, linesOf(maker)), stranger.push()], testPlanner);
      expect(await readAll(under.log)).toMatchObject([{ place: null }]);
      expect(await sums(under.log)).toEqual([1, undefined]);
      await under.log.append([maker.push()], testPlanner);
      expect(await readAll(under.log)).toMatchObject([{ place: maker.log[0]?.place }]);
      expect(await under.log.verify()).toEqual([]);
    });

    it("believes the centre's own events by their seal alone, rulings and others", async () => {
      const maker = till();
      maker.write({ payload: { amount: 4, bad: true } }, { payload: { amount: 2 } });
      const [, setAside] = await lostHistory(maker);
      const supplier = otherTill();
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      await under.log.beginEpoch({ cause: 'restored', nowMs: START_MS });
      const bent = (line: string) => line.replace('It says so itself.', 'It says so itself!');
      const spaced = (line: string) => line.replace('{', '{ ');
      const rulingLine = setAside?.line ?? '';
      expect(
        await under.log.append([resupplyOf(supplier, [bent(rulingLine), spaced(rulingLine), rulingLine])], testPlanner),
      ).toEqual([{ kind: 'resupplied', appended: 1, known: 0, refused: 2 }]);
      expect(await readAll(under.log)).toMatchObject([{ line: rulingLine, place: null }]);
      await under.log.append([maker.push()], testPlanner);
      // The restored centre ruled as well; both stand, and say the same.
      expect(typesOf(await readAll(under.log)).filter((type) => type === 'EventSetAside')).toHaveLength(2);
      expect(await sums(under.log)).toEqual([2, undefined]);
    });

    it("gives nobody a place in what the centre wrote, also not who pushes the centre's bytes", async () => {
      const hostile = till();
      const opened = await open();
      const { log: lost } = opened;
      const { writer } = await lost.head();
      await lost.appendOwn(writer, [hostile.draft({ type: 'OrderConfirmed' })], START_MS);
      const [confirmed] = await readAll(lost);
      await opened.dispose();
      await enrol(under.log, hostile);
      hostile.copyIn(confirmed?.line ?? '');
      await under.log.append([resupplyOf(hostile, [confirmed?.line ?? '']), hostile.push()], testPlanner);
      expect(await readAll(under.log)).toMatchObject([{ id: confirmed?.id, place: null }]);
    });

    it('counts what is known already, and refuses what is no event, other bytes, and a ruling of nobody', async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      const [first] = maker.writeMany(1);
      await under.log.append([maker.push()], testPlanner);
      const other = (first?.line ?? '').replace('"amount":1', '"amount":9');
      const [ruling] = supplier.write({ type: 'EventVoided', payload: { target: first?.event.id ?? '', reason: '' } });
      const lines = [first?.line ?? '', other, '{', ruling?.line ?? '', first?.line ?? ''];
      expect(await under.log.append([resupplyOf(supplier, lines)], testPlanner)).toEqual([
        { kind: 'resupplied', appended: 0, known: 2, refused: 3 },
      ]);
      expect((await under.log.head()).position).toBe(1);
      supplier.writeMany(1);
      const twice = supplier.log[1]?.line ?? '';
      const changed = twice.replace('"amount":1', '"amount":9');
      expect(await under.log.append([resupplyOf(supplier, [twice, twice, changed])], testPlanner)).toEqual([
        { kind: 'resupplied', appended: 1, known: 1, refused: 1 },
      ]);
    });

    it("keeps the maker's true bytes aside, in their place, where altered ones were handed back first: nothing counts twice", async () => {
      const maker = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, maker);
      await enrol(under.log, supplier);
      const [sale] = maker.write({ payload: { amount: 1 } }, {});
      const { line = '', place } = sale ?? {};
      const altered = line.replace('"amount":1', '"amount":9');
      await under.log.append([resupplyOf(supplier, [altered])], testPlanner);
      // Its log is accepted as it is, and goes on.
      expect(await under.log.append([maker.push()], testPlanner)).toEqual([
        { kind: 'accepted', mark: { seq: 2, hash: maker.hashAt(2) }, appended: 1, known: 1 },
      ]);
      expect(await readAll(under.log)).toMatchObject([
        { line: altered, place: null, resuppliedBy: 'till-b' },
        { line: maker.log[1]?.line, place: maker.log[1]?.place },
      ]);
      expect(await sums(under.log)).toEqual([10, undefined]);
      await under.reopen();
      expect(await under.log.keptAside(10)).toMatchObject([{ id: sale?.event.id, line, place, reason: 'other-bytes' }]);
      expect(await under.log.verify()).toEqual([]);
      // Whoever finds it can take the altered ones out of every figure; handed back once more, the true ones are still known.
      const { writer } = await under.log.head();
      const payload = { target: sale?.event.id ?? '', reason: 'Its bytes are not those of its maker.' };
      await under.log.appendOwn(writer, [maker.draft({ type: 'EventVoided', payload })], START_MS);
      expect(await sums(under.log)).toEqual([1, undefined]);
      expect(await under.log.append([resupplyOf(supplier, [line])], testPlanner)).toMatchObject([{ refused: 1 }]);
    });

    it('judges what it brings like any push, and is taken from an unrevoked device only, within bounds', async () => {
      const supplier = till();
      supplier.write({ payload: { amount: 4, bad: true } }, {});
      const resupply = resupplyOf(supplier, linesOf(supplier));
      expect(await under.log.append([resupply], testPlanner)).toEqual([{ kind: 'refused', reason: 'unknown-device' }]);
      await enrol(under.log, supplier);
      const many = { ...resupply, lines: Array<string>(RESUPPLY_EVENTS_MAX + 1).fill('{}') };
      await expect(under.log.append([many], testPlanner)).rejects.toThrow(RangeError);
      await under.log.append([resupply], testPlanner);
      expect(await sums(under.log)).toEqual([1, undefined]);
      // Its push is judged again, and says nothing twice.
      await under.log.append([supplier.push()], testPlanner);
      expect(typesOf(await readAll(under.log)).filter((type) => type === 'EventSetAside')).toHaveLength(1);
      await under.log.revokeDevice('till-a', START_MS);
      expect(await under.log.append([resupply], testPlanner)).toEqual([{ kind: 'refused', reason: 'revoked' }]);
    });

    it('X3 knows what was handed back when a clone of its maker appends it again', async () => {
      const maker = till();
      maker.writeMany(2);
      const clone = new TestDevice({ device: 'till-a2', store: 'porto' });
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      for (const device of [maker, supplier]) await enrol(under.log, device);
      await enrol(under.log, clone, 'till-a');
      await under.log.append([maker.push(1, 1), resupplyOf(supplier, linesOf(maker))], testPlanner);
      clone.copyIn(maker.log[1]?.line ?? '');
      await under.log.append([clone.push(), maker.push(2, 2)], testPlanner);
      expect((await under.log.head()).position).toBe(2);
      expect(await sums(under.log)).toEqual([2, undefined]);
      expect(await under.log.verify()).toEqual([]);
    });

    it('is asked for what has no position', async () => {
      const device = till();
      await enrol(under.log, device);
      const ids = device.writeMany(3).map(({ event }) => event.id);
      await under.log.append([device.push(1, 1), resupplyOf(device, linesOf(device).slice(2))], testPlanner);
      expect(await under.log.unknownOf([...ids].reverse())).toEqual([ids[1]]);
      expect(await under.log.unknownOf([])).toEqual([]);
      const many = Array.from({ length: RESUPPLY_EVENTS_MAX + 1 }, () => device.newId());
      await expect(under.log.unknownOf(many)).rejects.toThrow(RangeError);
    });
  });
}
