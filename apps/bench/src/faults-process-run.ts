// One data folder of the process tier: devices write all the time, the server is killed at random moments and started again.
//
// 1. After every kill the log holds every device at least as far as was ever said, with the same chain hash.
// 2. At the end every saved event is in the log exactly once, the chains are whole, and every device has everything.
import { openSqliteCentralLog, type SqliteCentralLog } from '@streamstock/log-sql';
import { seededRandom } from '@streamstock/event-log/testing/central-fixtures';
import { LoadDevice } from './faults-process-devices.ts';
import type { KillableServer } from './faults-process-servers.ts';

const DEVICES = 4;
/** A device's pause between two commits, at most: a busier device only makes the machine slower, not the race tighter. */
const PAUSE_MS_MAX = 40;
/** A server lives so long after it acknowledged something again, at most. */
const LIFE_MS_MAX = 200;
/** Devices are back within this; on a machine with time to spare it takes some 50 ms. */
const BACK_WITHIN_MS = 15_000;
const LOOK_AGAIN_MS = 5;
/** One kill in so many strikes while the server starts, or recovers from the one before. */
const KILL_AT_START_EVERY = 8;
const START_MS_MAX = 250;
const CONVERGED_WITHIN_MS = 30_000;
const READ_EVENTS = 10_000;

export interface KillRun {
  readonly kills: number;
  readonly saved: number;
  /** Acknowledged before some kill. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly problems: readonly string[];
}

export async function runKills(
  server: KillableServer,
  kills: number,
  seed: number,
  killed: () => void = () => undefined,
): Promise<KillRun> {
  const devices: LoadDevice[] = [];
  const problems: string[] = [];
  let acknowledged = 0;
  try {
    await server.start();
    for (const identity of await server.enrol(DEVICES)) devices.push(await LoadDevice.open(identity, server.url));
    const random = seededRandom(seed);
    for (const device of devices) device.write(random, PAUSE_MS_MAX);
    let done = 0;
    for (let kill = 1; kill <= kills && problems.length === 0; kill += 1) {
      const atStart = kill % KILL_AT_START_EVERY === 0;
      if (atStart) await killWhileStarting(server, random() * START_MS_MAX);
      else {
        const isBack = await untilAcknowledged(devices);
        if (!isBack)
          problems.push(`no device was back within ${BACK_WITHIN_MS} ms; ${server.complaints().slice(-300)}`);
        await sleep(random() * LIFE_MS_MAX);
        await server.kill();
      }
      acknowledged = acknowledgedBy(devices);
      const promised = devices.map((device) => ({ device, mark: device.acknowledged }));
      // Before any device can send again what was lost.
      problems.push(...(await withLog(server, async (log) => await brokenPromises(log, promised))));
      done = kill;
      killed();
      await server.start();
      for (const device of devices) device.engine.tryNow();
    }
    for (const device of devices) await device.stop();
    problems.push(...(await checkConverged(server, devices)));
    const atTheEnd = await withLog(server, async (log) => await checkLog(log, devices));
    problems.push(...atTheEnd.problems);
    const saved = devices.reduce((sum, device) => sum + device.saved.length, 0);
    return { kills: done, saved, acknowledged, lost: atTheEnd.lost, problems };
  } finally {
    for (const device of devices) {
      await device.stop().catch(() => undefined);
      await device.engine.close();
    }
    await server.dispose();
  }
}

const acknowledgedBy = (devices: readonly LoadDevice[]): number =>
  devices.reduce((sum, { acknowledged }) => sum + (acknowledged?.seq ?? 0), 0);

/** Whether the server acknowledges something again. */
async function untilAcknowledged(devices: readonly LoadDevice[]): Promise<boolean> {
  const before = acknowledgedBy(devices);
  const deadlineMs = performance.now() + BACK_WITHIN_MS;
  while (acknowledgedBy(devices) === before) {
    if (performance.now() > deadlineMs) return false;
    await sleep(LOOK_AGAIN_MS);
  }
  return true;
}

async function killWhileStarting(server: KillableServer, afterMs: number): Promise<void> {
  await server.kill();
  const starting = server.start();
  await sleep(afterMs);
  await server.kill();
  await starting;
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** As it lies there, also beside a running server. */
async function withLog<Result>(
  server: KillableServer,
  use: (log: SqliteCentralLog) => Promise<Result>,
): Promise<Result> {
  const log = openSqliteCentralLog({ path: server.logFile, mode: 'read', nowMs: Date.now() });
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

async function brokenPromises(
  log: SqliteCentralLog,
  promised: readonly { readonly device: LoadDevice; readonly mark: LoadDevice['acknowledged'] }[],
): Promise<string[]> {
  const broken: string[] = [];
  for (const { device, mark } of promised) {
    if (mark === null) continue;
    const [held] = await log.deviceHashesAt(device.identity.device, [mark.seq]);
    if (held?.hash === mark.hash) continue;
    broken.push(`${device.identity.device}: accepted up to ${mark.seq} was said, and it is not held`);
  }
  return broken;
}

async function checkConverged(server: KillableServer, devices: readonly LoadDevice[]): Promise<string[]> {
  const problems: string[] = [];
  const totalOf = (store: string) =>
    devices.reduce((sum, device) => sum + (device.identity.store === store ? device.saved.length : 0), 0);
  for (const device of devices) {
    device.engine.tryNow();
    try {
      await device.converged(totalOf(device.identity.store), CONVERGED_WITHIN_MS);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const status = await currentStatus(device);
      problems.push(
        `${device.identity.device} did not converge: ${why}; ${status}; the server said ${server.complaints().slice(-300)}`,
      );
    }
  }
  return problems;
}

async function currentStatus({ engine }: LoadDevice): Promise<string> {
  return await new Promise((resolve) => {
    engine.status$
      .subscribe(({ connection, unsentCount, needs, fault }) =>
        resolve(JSON.stringify({ connection, unsentCount, needs, fault })),
      )
      .unsubscribe();
  });
}

async function checkLog(
  log: SqliteCentralLog,
  devices: readonly LoadDevice[],
): Promise<{ readonly lost: number; readonly problems: string[] }> {
  const problems: string[] = [];
  const times = new Map<string, number>();
  let after = 0;
  for (;;) {
    const page = await log.read(after, { eventsMax: READ_EVENTS, bytesMax: Number.POSITIVE_INFINITY });
    if (page.length === 0) break;
    for (const { id, position } of page) {
      if (position !== after + 1) problems.push(`position ${after + 1} is missing`);
      after = position;
      times.set(id, (times.get(id) ?? 0) + 1);
    }
  }
  let lost = 0;
  for (const { identity, saved } of devices) {
    const gone = saved.filter((id) => times.get(id) === undefined).length;
    const doubled = saved.filter((id) => (times.get(id) ?? 0) > 1).length;
    lost += gone;
    if (gone > 0) problems.push(`${gone} events of ${identity.device} are lost`);
    if (doubled > 0) problems.push(`${doubled} events of ${identity.device} are there more than once`);
  }
  const epochs = await log.epochs();
  if (epochs.length > 1) problems.push('the server took itself for rolled back');
  const faults = await log.verify();
  if (faults.length > 0) problems.push(`the chains are not whole: ${JSON.stringify(faults.slice(0, 3))}`);
  return { lost, problems };
}
