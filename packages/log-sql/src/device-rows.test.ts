import { enrol, holeOf, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, expect, it } from 'vitest';
import { openReader } from './connection.ts';
import { DeviceRows } from './device-rows.ts';
import type { SqliteCentralLog } from './sqlite-central-log.ts';
import { useLogFile } from './testing/log-file.ts';

/** More than two blocks hold. */
const OWN_EVENTS = 600;

const file = useLogFile();
let log: SqliteCentralLog;
beforeEach(() => {
  log = file.open();
});

it('a walk over seqs behind a position stops soon after its bound, and never hides that there are more', async () => {
  const device = new TestDevice({ device: 'till-a', store: 'porto' });
  const twin = new TestDevice({ device: 'till-b', store: 'porto' });
  const copy = new TestDevice({ device: 'till-c', store: 'porto' });
  for (const one of [device, twin, copy]) await enrol(log, one);
  for (let from = 1; from <= OWN_EVENTS; from += 300) {
    device.writeMany(300);
    await log.append([device.push(from)], testPlanner);
  }
  // The twin's first places are the last two; the four before them are first the other's.
  for (const { line } of device.log.slice(0, 4)) for (const one of [twin, copy]) one.copyIn(line);
  twin.writeMany(2);
  await log.append([twin.push(), copy.push()], testPlanner);
  const reader = openReader(file.path);
  const rows = new DeviceRows(reader);
  const behind = (of: string, position: number, seqsMax: number) =>
    rows.seqsBehind(rows.find(of)?.number ?? -1, position, seqsMax);
  const seqs = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  expect(behind('till-a', 0, OWN_EVENTS)).toEqual(seqs(1, OWN_EVENTS));
  expect(behind('till-a', 590, 10)).toEqual(seqs(591, OWN_EVENTS));
  expect(behind('till-b', 0, 6)).toEqual(seqs(1, 6));
  for (const seqsMax of [3, 4, 5]) expect(behind('till-b', 0, seqsMax).length).toBeGreaterThan(seqsMax);
  expect(behind('till-c', 0, 4)).toEqual(seqs(1, 4));
  expect(behind('till-c', 0, 3).length).toBeGreaterThan(3);
  // The bound lies on the edge of a block, where a walk might end too soon.
  for (const seqsMax of [1, 87, 88, 89, 343, 344, 345, 599]) {
    const found = behind('till-a', 0, seqsMax).length;
    expect(found).toBeGreaterThan(seqsMax);
    expect(found).toBeLessThanOrEqual(seqsMax + 257);
  }
  reader.close();
});

it('says how many holes the log of one device has', async () => {
  const device = new TestDevice({ device: 'till-a', store: 'porto' });
  const other = new TestDevice({ device: 'till-b', store: 'porto' });
  for (const one of [device, other]) await enrol(log, one);
  device.writeMany(3);
  await log.append([holeOf(device, 1, 1), holeOf(device, 2, 3)], testPlanner);
  const reader = openReader(file.path);
  const rows = new DeviceRows(reader);
  const holes = ['till-a', 'till-b', 'nobody'].map((one) => rows.holeCount(rows.find(one)?.number ?? -1));
  expect(holes).toEqual([2, 0, 0]);
  reader.close();
});

it('a hole leaves the time of the last event as it is: later ones are judged by it', async () => {
  const device = new TestDevice({ device: 'till-a', store: 'porto' });
  await enrol(log, device);
  device.writeMany(3);
  await log.append([device.push(1, 1)], testPlanner);
  const reader = openReader(file.path);
  const lastStamp = () => new DeviceRows(reader).find('till-a')?.lastStamp;
  const before = lastStamp();
  expect(before).toBeGreaterThan(0);
  await log.append([holeOf(device, 2, 2)], testPlanner);
  expect(lastStamp()).toBe(before);
  reader.close();
});
