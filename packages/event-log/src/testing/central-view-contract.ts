// Part of the contract suite of central logs: what a snapshot is made of, and what a device that starts from one needs.
import { describe, expect, it } from 'vitest';
import type { CentralView } from '../central-log.ts';
import { serialiseEvent, type EventDraft } from '../event.ts';
import { readStoredLine } from '../stored-line.ts';
import { VIEWS_OPEN_MAX } from '../limits.ts';
import { sealEvent } from '../own-seal.ts';
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
  testSeal,
  typesOf,
} from './central-fixtures.ts';
import { logUnderTest, otherTill, till, type OpenCentralLog } from './log-under-test.ts';

const ALL_ROWS = { rowsMax: 100 };

async function judgedIn(view: CentralView, store: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of view.judgementsFor(store)) keys.push(key);
  return keys;
}

function inOrder(...ids: readonly (string | undefined)[]): string[] {
  return ids.filter((id) => id !== undefined).sort();
}

function rulingOn(device: TestDevice, type: string, target: string | undefined): EventDraft {
  return device.draft({ type, payload: { target: target ?? '', reason: 'a test' } });
}

export function describeViews(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('a view', () => {
    it('is of one state: events, read models and progress stand still in it while the log goes on', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(3);
      await under.log.append([device.push()], testPlanner);
      await projectAll(under.log, [sumProjector()]);
      const head = await under.log.head();
      const view = await under.log.view();
      const before = { sums: await view.tables.range('sum-by-store', ALL_ROWS), progress: view.progress };
      device.writeMany(2);
      await under.log.append([device.push(4)], testPlanner);
      await projectAll(under.log, [sumProjector()]);
      await under.log.beginEpoch({ cause: 'restored', nowMs: START_MS });
      expect(view.head).toEqual(head);
      expect(before).toEqual({
        sums: [{ key: 'porto', value: 3 }],
        progress: [{ name: 'sum', version: 1, checkpoint: 3, judgedTo: 3 }],
      });
      expect(await view.tables.range('sum-by-store', ALL_ROWS)).toEqual(before.sums);
      expect(await view.tables.range('sum-counted', ALL_ROWS)).toHaveLength(3);
      const later = await under.log.view();
      expect(await later.tables.range('sum-by-store', ALL_ROWS)).toEqual([{ key: 'porto', value: 5 }]);
      await view.close();
      await later.close();
    });

    it('is given to a few at a time, and to the next when one is closed', async () => {
      const views: CentralView[] = [];
      while (views.length < VIEWS_OPEN_MAX) views.push(await under.log.view());
      await expect(under.log.view()).rejects.toThrow(RangeError);
      await views[0]?.close();
      await views[0]?.close();
      views.push(await under.log.view());
      await expect(under.log.view()).rejects.toThrow(RangeError);
      for (const view of views) await view.close();
    });

    it('says of a store what is ruled about what it hears of, and about what nobody holds yet', async () => {
      const a = till();
      const b = otherTill();
      await enrol(under.log, a);
      await enrol(under.log, b);
      const bad = { payload: { bad: true } };
      const written = [...a.write(bad, { ...bad, audience: ['braga'] }), ...b.write(bad, { ...bad, store: 'porto' })];
      await under.log.append([a.push(), b.push()], testPlanner);
      const { writer } = await under.log.head();
      const nobodys = a.newId();
      await under.log.appendOwn(writer, [rulingOn(a, 'EventVoided', nobodys)], START_MS);
      await projectAll(under.log, [sumProjector()]);
      const view = await under.log.view();
      const [own, shared, others, elsewhere] = written.map(({ event }) => event.id);
      expect(await judgedIn(view, 'porto')).toEqual(inOrder(own, shared, elsewhere, nobodys));
      expect(await judgedIn(view, 'braga')).toEqual(inOrder(shared, others, elsewhere, nobodys));
      expect(await judgedIn(view, 'lisboa')).toEqual([nobodys]);
      const [row] = await view.tables.getMany('judgements', [own ?? '']);
      const values: unknown[] = [];
      for await (const { key, value } of view.judgementsFor('porto')) if (key === own) values.push(value);
      expect(values).toEqual([row]);
      await view.close();
    });

    it('X18 lists what projectors go on without, also for one store', async () => {
      const a = till();
      const b = otherTill();
      await enrol(under.log, a);
      await enrol(under.log, b);
      a.write({}, { payload: { poison: true, bad: true } });
      b.write({}, { payload: { poison: true } });
      await under.log.append([a.push(), b.push()], testPlanner);
      const failing = sumProjector(1, { failsOn: ({ event }) => event.payload['poison'] === true });
      const other = sumProjector(1, { name: 'other' });
      await under.log.deadLetter(failing, 5, 'Not that.', START_MS);
      await under.log.deadLetter(failing, 2, 'Nor that.', START_MS);
      await projectAll(under.log, [failing, other]);
      const view = await under.log.view();
      const positions = async (...asked: Parameters<CentralView['unfolded']>) =>
        (await view.unfolded(...asked)).map(({ position }) => position);
      expect(await positions([failing, other])).toEqual([2, 3, 5]);
      expect(await positions([failing], 'porto')).toEqual([2, 3]);
      expect(await positions([failing], 'braga')).toEqual([5]);
      expect(await positions([other])).toEqual([]);
      expect(await positions([sumProjector(2)])).toEqual([]);
      expect((await view.unfolded([failing]))[0]).toEqual((await readAll(under.log))[1]);
      expect(view.deadLetters).toEqual(await under.log.deadLetters());
      expect(view.deadLetters).toHaveLength(2);
      await view.close();
    });
  });

  describe('a device that starts from a snapshot', () => {
    it('hears which of its own lines are not in it', async () => {
      const device = till();
      const twin = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, device);
      await enrol(under.log, twin);
      const [, second] = device.writeMany(2);
      twin.copyIn(second?.line ?? '');
      const [again] = twin.writeMany(1);
      device.write({ id: second?.event.id ?? '', payload: { amount: 3 } });
      device.copyIn(again?.line ?? '');
      device.writeMany(1);
      // Positions 1 (till-a 1), 2 (till-b 1 and till-a 2), 3 (till-b 2 and till-a 4), 4 (till-a 5); till-a 3 has none.
      await under.log.append([device.push(1, 1), twin.push(), device.push(2)], testPlanner);
      const accepted = { seq: 5, hash: device.hashAt(5) };
      const notIn = async (position: number) => await under.log.snapshotOwn('till-a', position);
      expect(await notIn(0)).toEqual({ accepted, notIn: [1, 2, 4, 5] });
      expect(await notIn(1)).toEqual({ accepted, notIn: [2, 4, 5] });
      expect(await notIn(2)).toEqual({ accepted, notIn: [4, 5] });
      expect(await notIn(3)).toEqual({ accepted, notIn: [5] });
      expect(await notIn(4)).toEqual({ accepted, notIn: [] });
      await expect(under.log.snapshotOwn('nobody', 0)).rejects.toThrow(/nobody/);
    });

    it('X9 hears of its own lines also where another device handed them back', async () => {
      const device = till();
      const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
      await enrol(under.log, device);
      await enrol(under.log, supplier);
      device.writeMany(3);
      await under.log.append([resupplyOf(supplier, [device.log[1]?.line ?? '']), device.push()], testPlanner);
      expect((await under.log.snapshotOwn('till-a', 0)).notIn).toEqual([1, 2, 3]);
      expect((await under.log.snapshotOwn('till-a', 1)).notIn).toEqual([1, 3]);
    });

    it('X15 X18 gets the earlier event that a ruling is about along with the ruling', async () => {
      const device = till();
      await enrol(under.log, device);
      const [first, bad, shared] = device.write({}, { payload: { bad: true } }, { audience: 'all' });
      await under.log.append([device.push()], testPlanner);
      const { position } = await under.log.head();
      const { writer } = await under.log.head();
      const admitted = rulingOn(device, 'EventAdmitted', bad?.event.id);
      const voided = rulingOn(device, 'EventVoided', first?.event.id);
      const voidedToo = rulingOn(device, 'EventVoided', first?.event.id);
      const voidedForAll = rulingOn(device, 'EventVoided', shared?.event.id);
      await under.log.appendOwn(writer, [admitted, voided, voidedToo, voidedForAll], START_MS);
      const { lines, companions } = await under.log.readForStore('porto', position, READ_ALL);
      expect(typesOf(lines)).toEqual(['EventAdmitted', 'EventVoided', 'EventVoided', 'EventVoided']);
      expect(inOrder(...companions.map(({ id }) => id))).toEqual(
        inOrder(first?.event.id, bad?.event.id, shared?.event.id),
      );
      expect(companions[0]).toEqual((await under.log.find([companions[0]?.id ?? '']))[0]);
      // What the same read brings anyway is no companion.
      expect((await under.log.readForStore('porto', 0, READ_ALL)).companions).toEqual([]);
      const partly = await under.log.readForStore('porto', 1, READ_ALL);
      expect(partly.companions.map(({ id }) => id)).toEqual([first?.event.id]);
    });

    it('gets companions within the bound of the read, and nothing of what its store does not hear of', async () => {
      const device = till();
      const stranger = otherTill();
      await enrol(under.log, device);
      await enrol(under.log, stranger);
      const long = { payload: { note: 'x'.repeat(2_000) } };
      const targets = device.write(long, long, long, long);
      const [secret] = stranger.writeMany(1);
      await under.log.append([device.push(), stranger.push()], testPlanner);
      const { position, writer } = await under.log.head();
      const drafts = targets.map(({ event }) => rulingOn(device, 'EventVoided', event.id));
      await under.log.appendOwn(writer, drafts, START_MS);
      const page = async (after: number) =>
        await under.log.readForStore('porto', after, { eventsMax: 100, bytesMax: 6_000 });
      const first = await page(position);
      expect([first.lines.length, first.companions.length]).toEqual([2, 2]);
      expect(first.to.position).toBe(position + 2);
      expect(first.to.hash).toBe(await under.log.hashAt(position + 2));
      const second = await page(first.to.position);
      expect([second.lines.length, second.companions.length]).toEqual([2, 2]);
      const one = await under.log.readForStore('porto', position, { eventsMax: 100, bytesMax: 1 });
      expect([one.lines.length, one.companions.length]).toEqual([1, 1]);
      // A ruling of an earlier epoch that reaches further than its target does in this one.
      const { position: later } = await under.log.head();
      const [ruling] = device.write(rulingOn(device, 'EventVoided', secret?.event.id));
      const sealed = ruling === undefined ? '' : serialiseEvent(sealEvent(testSeal, readStoredLine(ruling.line)));
      await under.log.append([resupplyOf(device, [sealed])], testPlanner);
      expect((await under.log.readForStore('porto', later, READ_ALL)).lines).toHaveLength(1);
      expect((await under.log.readForStore('porto', later, READ_ALL)).companions).toEqual([]);
    });
  });

  describe('whoever hears of an event', () => {
    it('hears of every ruling about it: those of the machinery and those of a person, whatever its envelope says', async () => {
      const device = till();
      await enrol(under.log, device);
      const many = Array.from({ length: 8 }, (_, index) => `shop-${index}`);
      const written = device.write(
        { payload: { bad: true } },
        { payload: { bad: true }, store: 'braga', audience: ['lisboa'] },
        { payload: { bad: true }, store: null, audience: [] },
        { payload: { bad: true }, store: 'braga', audience: many },
        { payload: { bad: true }, audience: 'all' },
      );
      await under.log.append([device.push()], testPlanner);
      const { writer } = await under.log.head();
      for (const { event } of written) {
        const draft = { ...rulingOn(device, 'EventAdmitted', event.id), store: null, audience: [] };
        await under.log.appendOwn(writer, [draft], START_MS);
      }
      const all = await readAll(under.log);
      for (const store of ['porto', 'braga', 'lisboa', 'shop-7', 'evora']) {
        const heard = new Set((await under.log.readForStore(store, 0, READ_ALL)).lines.map(({ id }) => id));
        for (const { event } of written) {
          if (!heard.has(event.id)) continue;
          const about = all.filter(({ line }) => line.includes(`"target":"${event.id}"`));
          expect(about.length).toBeGreaterThanOrEqual(2);
          expect(about.every(({ id }) => heard.has(id))).toBe(true);
        }
        expect(heard.has(written[4]?.event.id ?? '')).toBe(true);
      }
    });
  });
}
