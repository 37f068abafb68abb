// Part of the contract suite of central logs: read models and dead letters.
import { describe, expect, it } from 'vitest';
import { enrol, projectAll, START_MS, sumProjector, testPlanner } from './central-fixtures.ts';
import { logUnderTest, till, type OpenCentralLog } from './log-under-test.ts';

export function describeProjecting(open: OpenCentralLog): void {
  const under = logUnderTest(open);

  describe('projecting', () => {
    it('brings tables up to the head in steps, together with the checkpoint', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(10);
      await under.log.append([device.push()], testPlanner);
      const projector = sumProjector();
      expect(await under.log.project([projector], 4)).toEqual({ checkpoint: 4, head: 10 });
      expect(await under.log.tables.getMany('sum-by-store', ['porto', 'braga'])).toEqual([4, undefined]);
      await under.reopen();
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([4]);
      expect(await under.log.project([projector], 4)).toEqual({ checkpoint: 8, head: 10 });
      expect(await under.log.project([projector], 4)).toEqual({ checkpoint: 10, head: 10 });
      expect(await under.log.project([projector], 4)).toEqual({ checkpoint: 10, head: 10 });
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([10]);
      expect(await under.log.tables.range('sum-counted', { rowsMax: 100 })).toHaveLength(10);
    });

    it('works rulings in, before or after their target was folded, and gives an event with its rulings', async () => {
      const device = till();
      await enrol(under.log, device);
      const [first] = device.write({ payload: { amount: 5 } }, { payload: { amount: 3, bad: true } });
      await under.log.append([device.push()], testPlanner);
      expect(await under.log.project([sumProjector()], 1)).toEqual({ checkpoint: 1, head: 3 });
      expect(await under.log.project([sumProjector()], 1)).toEqual({ checkpoint: 3, head: 3 });
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([5]);
      const { writer } = await under.log.head();
      const voided = device.draft({
        type: 'EventVoided',
        payload: { target: first?.event.id ?? '', reason: 'a test' },
      });
      await under.log.appendOwn(writer, [voided], START_MS);
      const admitted = device.draft({
        type: 'EventAdmitted',
        payload: { target: device.log[1]?.event.id ?? '', reason: 'a test' },
      });
      await under.log.appendOwn(writer, [admitted], START_MS);
      await projectAll(under.log, [sumProjector()]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([3]);
    });

    it('works in rulings that stand before their target', async () => {
      const device = till();
      await enrol(under.log, device);
      const [first, second] = device.write({ payload: { amount: 5 } }, { payload: { amount: 3 } });
      const { writer } = await under.log.head();
      const voiding = (target: string) => device.draft({ type: 'EventVoided', payload: { target, reason: 'a test' } });
      await under.log.appendOwn(writer, [voiding(first?.event.id ?? '')], START_MS);
      await under.log.append([device.push()], testPlanner);
      await projectAll(under.log, [sumProjector()], 1);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([3]);
      expect((await under.log.tables.range('sum-counted', { rowsMax: 9 })).map(({ key }) => key)).toEqual([
        second?.event.id,
      ]);
    });

    it('writes nothing of a step whose projector fails', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({}, {}, { payload: { amount: 1, poison: true } });
      await under.log.append([device.push()], testPlanner);
      const failing = sumProjector(1, { failsOn: ({ event }) => event.payload['poison'] === true });
      await expect(under.log.project([sumProjector(1, { name: 'other' }), failing], 100)).rejects.toThrow(
        'can not fold',
      );
      expect(await under.log.tables.range('other-by-store', { rowsMax: 10 })).toEqual([]);
      expect(await under.log.tables.range('sum-by-store', { rowsMax: 10 })).toEqual([]);
      expect(await under.log.project([failing], 2)).toEqual({ checkpoint: 2, head: 3 });
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
    });

    it('empties and refills the tables of a projector whose version changed, and of no other', async () => {
      const device = till();
      await enrol(under.log, device);
      device.write({}, { payload: { amount: 1, bad: true } }, {});
      await under.log.append([device.push()], testPlanner);
      const other = sumProjector(1, { name: 'other' });
      await projectAll(under.log, [sumProjector(), other]);
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
      expect(await under.log.project([doubling, other], 2)).toEqual({ checkpoint: 1, head: 4 });
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
      expect(await under.log.tables.getMany('other-by-store', ['porto'])).toEqual([2]);
      await projectAll(under.log, [doubling, other], 2);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([4]);
      expect(await under.log.tables.range('sum-counted', { rowsMax: 10 })).toHaveLength(2);
      expect(await under.log.tables.getMany('other-by-store', ['porto'])).toEqual([2]);
      device.writeMany(1);
      await under.log.append([device.push(4)], testPlanner);
      await projectAll(under.log, [doubling, other]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([6]);
      expect(await under.log.tables.getMany('other-by-store', ['porto'])).toEqual([3]);
    });

    it('goes on without a dead letter in its own projector only, until the version rises', async () => {
      const device = till();
      await enrol(under.log, device);
      const written = device.write({}, { payload: { amount: 10, poison: true } }, {});
      await under.log.append([device.push()], testPlanner);
      const failing = sumProjector(1, { failsOn: ({ event }) => event.payload['poison'] === true });
      const other = sumProjector(1, { name: 'other' });
      await expect(under.log.project([failing], 10)).rejects.toThrow('can not fold');
      await under.log.deadLetter(failing, 2, 'This projector can not fold that.', START_MS);
      await projectAll(under.log, [failing, other]);
      expect(await under.log.deadLetters()).toEqual([
        {
          projector: 'sum',
          version: 1,
          position: 2,
          id: written[1]?.event.id,
          problem: 'This projector can not fold that.',
          atMs: START_MS,
        },
      ]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
      expect(await under.log.tables.getMany('other-by-store', ['porto'])).toEqual([12]);
      const { writer } = await under.log.head();
      await under.log.appendOwn(
        writer,
        [device.draft({ type: 'EventVoided', payload: { target: written[1]?.event.id ?? '', reason: 'x' } })],
        START_MS,
      );
      await under.reopen();
      await projectAll(under.log, [failing, other]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
      expect(await under.log.tables.getMany('other-by-store', ['porto'])).toEqual([2]);
      const stillFailing = { ...failing, version: 2 };
      await expect(under.log.project([stillFailing], 10)).rejects.toThrow('can not fold');
      await under.log.deadLetter(stillFailing, 2, 'Nor can this.', START_MS);
      await projectAll(under.log, [stillFailing, other]);
      expect((await under.log.deadLetters()).map(({ version }) => version)).toEqual([2]);
      await projectAll(under.log, [sumProjector(3), other]);
      expect(await under.log.deadLetters()).toEqual([]);
      expect(await under.log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
    });

    it('X18 goes on without what a dead ruling is about, also where it was folded before: stored is what folding anew gives', async () => {
      const device = till();
      await enrol(under.log, device);
      const [, target] = device.write({}, { payload: { amount: 10 } }, {});
      await under.log.append([device.push()], testPlanner);
      const failing = sumProjector(1, { failsOn: ({ before, after }) => before !== null && after === null });
      const other = sumProjector(1, { name: 'other' });
      await projectAll(under.log, [failing, other]);
      const { writer } = await under.log.head();
      await under.log.appendOwn(
        writer,
        [device.draft({ type: 'EventVoided', payload: { target: target?.event.id ?? '', reason: 'x' } })],
        START_MS,
      );
      await expect(under.log.project([failing], 10)).rejects.toThrow('can not fold');
      await under.log.deadLetter(failing, 4, 'This projector can not take that back.', START_MS);
      await projectAll(under.log, [failing, other]);
      const view = await under.log.view();
      const without = await view.unfolded([failing]);
      await view.close();
      expect(without.map(({ position }) => position)).toEqual([2, 4]);
      const sums = async () => [
        ...(await under.log.tables.getMany('sum-by-store', ['porto'])),
        ...(await under.log.tables.getMany('other-by-store', ['porto'])),
      ];
      expect(await sums()).toEqual([2, 2]);
      device.writeMany(1);
      await under.log.append([device.push(4)], testPlanner);
      await under.reopen();
      await projectAll(under.log, [failing, other]);
      expect(await sums()).toEqual([3, 3]);
      expect(await under.log.deadLetters()).toMatchObject([{ projector: 'sum', version: 1, position: 4 }]);
    });

    it('reads tables in key order, from either end, also while a projector writes them', async () => {
      const device = till();
      await enrol(under.log, device);
      device.writeMany(1);
      await under.log.append([device.push()], testPlanner);
      const keys = ['a', 'a|', 'a|1', 'a}', 'B', '~', ' x', '0000000000000010', '0000000000000009', 'a|2'];
      const value = { text: 'ü😀', list: [1, null, { deep: true }], zero: 0, empty: '' };
      const seenInside: string[][] = [];
      await under.log.project(
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
      const rangeKeys = async (range: Parameters<typeof under.log.tables.range>[1]) =>
        (await under.log.tables.range('keys', range)).map(({ key }) => key);
      expect(await rangeKeys({ rowsMax: 100 })).toEqual(sorted);
      expect(await rangeKeys({ rowsMax: 100, reverse: true })).toEqual([...sorted].reverse());
      expect(await rangeKeys({ from: 'a|', to: 'a}', rowsMax: 100 })).toEqual(['a|', 'a|1', 'a|2']);
      expect(await rangeKeys({ from: 'a|', to: 'a}', rowsMax: 2, reverse: true })).toEqual(['a|2', 'a|1']);
      expect(await under.log.tables.getMany('keys', ['a|1', 'B', 'a', 'a'])).toEqual([
        'changed',
        undefined,
        value,
        value,
      ]);
      expect(await under.log.tables.getMany('no such table', ['a'])).toEqual([undefined]);
      await expect(rangeKeys({ rowsMax: 10_001 })).rejects.toThrow(RangeError);
    });
  });
}
