// Blocks of positions: what looks for few events skips blocks, and must not skip what came to stand in one late.
import { enrol, resupplyOf, START_MS, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { expect, it } from 'vitest';
import { useLogFile } from './testing/log-file.ts';

/** More than one block holds. */
const EVENTS_BETWEEN = 300;

const file = useLogFile();

it('X9 an event that was handed back is found by its maker once that has pushed it, however much came between', async () => {
  const log = file.open();
  const maker = new TestDevice({ device: 'till-a', store: 'porto' });
  const supplier = new TestDevice({ device: 'till-b', store: 'porto' });
  for (const device of [maker, supplier]) await enrol(log, device);
  await log.beginEpoch({ cause: 'restored', nowMs: START_MS });
  maker.write({});
  await log.append(
    [
      resupplyOf(
        supplier,
        maker.log.map(({ line }) => line),
      ),
    ],
    testPlanner,
  );
  supplier.writeMany(EVENTS_BETWEEN);
  await log.append([supplier.push()], testPlanner);
  const ofMaker = async () => (await log.browse({ device: 'till-a', eventsMax: 9 })).map(({ position }) => position);
  expect(await ofMaker()).toEqual([]);
  await log.append([maker.push()], testPlanner);
  expect(await ofMaker()).toEqual([1]);
  expect((await log.snapshotOwn('till-a', 0)).notIn).toEqual([1]);
  expect(await log.verify()).toEqual([]);
});
