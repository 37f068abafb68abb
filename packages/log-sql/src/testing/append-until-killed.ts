// Run as its own process by the crash test: appends to a log for ever, in groups, and prints each acknowledged mark after
// its promise resolved. It is killed in the middle.
import { writeSync } from 'node:fs';
import { enrol, TestDevice, testPlanner, testSeal } from '@streamstock/event-log/testing/central-fixtures';
import { openSqliteCentralLog } from '../sqlite-central-log.ts';

const [path = '', round = '0'] = process.argv.slice(2);
const log = openSqliteCentralLog({ path, mode: 'write', seal: testSeal, nowMs: Date.now() });
const devices = ['a', 'b', 'c'].map(
  (name) => new TestDevice({ device: `till-${round}-${name}`, store: 'porto', seed: Number(round) * 100 + 1 }),
);
for (const device of devices) await enrol(log, device);
for (;;) {
  const pushes = devices.map((device) => {
    device.write({}, { payload: { bad: true } }, {});
    return device.push(device.log.length - 2);
  });
  for (const [index, outcome] of (await log.append(pushes, testPlanner)).entries()) {
    if (outcome.kind !== 'accepted') throw new Error(`Not accepted: ${outcome.kind}`);
    // Straight to the pipe: what is printed is what was promised.
    writeSync(1, `${devices[index]?.device} ${outcome.mark.seq} ${outcome.mark.hash}\n`);
  }
}
