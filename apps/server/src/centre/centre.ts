// The centre as one thing: the log, its read models kept in step, the view of the chain, what devices say, the live stream.
// Composes them and carries news from one to the other; decides nothing itself.
import { LIVE_CHANGES_MAX, type LogEntry } from '@streamstock/api';
import type { CentralLog, DeviceId, Position } from '@streamstock/event-log';
import { centralProjectors } from '@streamstock/inventory';
import type { Logger } from 'pino';
import type { Directory } from '../directory/directory.ts';
import { createLiveHub } from '../live/live-hub.ts';
import { CHAIN_VIEW_TABLES, ChainView } from '../read/chain-view.ts';
import { deviceView, storeHead, type KnownDevice } from '../read/freshness.ts';
import type { Centre } from '../services.ts';
import { createDeviceReports, type DeviceReports } from './device-reports.ts';
import { ProjectionDriver } from './projection-driver.ts';
import { recordWrites, type RecordedWrite } from './recorded-writes.ts';
import { verifyLog } from './verify-log.ts';

export interface CentreOptions {
  readonly log: CentralLog;
  readonly directory: Pick<Directory, 'reports' | 'saveReports'>;
  readonly clock: () => number;
  readonly logger: Logger;
}

export interface RunningCentre extends Centre {
  /** Reads the read models into memory and brings them up to the head. Until then figures are not current. */
  readonly start: () => Promise<void>;
  readonly caughtUp: () => boolean;
  /** Someone has appended: fold it and tell screens. Never rejects. */
  readonly headMoved: () => void;
  readonly close: () => Promise<void>;
}

export function createCentre({ log, directory, clock, logger }: CentreOptions): RunningCentre {
  const view = new ChainView();
  const reports = createDeviceReports(directory);
  const recorder = recordWrites(centralProjectors, CHAIN_VIEW_TABLES);
  let loaded = false;
  let epoch = '';

  const live = createLiveHub({
    position: () => view.position,
    epoch: () => epoch,
    clock,
    events: async (after, eventsMax, bytesMax) => await newestEvents(log, after, eventsMax, bytesMax),
    devices: async (ids) => await devicesForLive(log, view, reports, ids, clock()),
    failed: (error) => logger.error({ err: error }, 'The live stream could not be fed'),
  });
  const stepped = (writes: readonly RecordedWrite[], checkpoint: Position): void => {
    if (loaded) live.stockChanged(view.apply(writes, checkpoint));
  };
  const driver = new ProjectionDriver({
    log,
    recorder,
    clock,
    stepped,
    failed: (error, left) => {
      if (left === null) logger.warn({ err: error }, 'A read model could not be brought up to date and is tried again');
      else
        logger.error({ err: error, ...left }, 'A read model goes on without one event: it waits in the dead letters');
    },
  });
  const headMoved = (): void => {
    live.logMoved();
    driver
      .catchUp()
      .catch((error: unknown) => logger.error({ err: error }, 'The read models could not be brought up to date'));
  };
  reports.observe((device) => live.deviceChanged(device));

  return {
    log,
    view,
    reports,
    live,
    start: async () => {
      epoch = (await log.head()).epoch;
      await driver.catchUp();
      const { position, resume } = await driver.pause();
      try {
        await view.load(log.tables, position);
        loaded = true;
      } finally {
        resume();
      }
      await driver.catchUp();
    },
    caughtUp: () => loaded,
    headMoved,
    appended: async () => {
      live.logMoved();
      await driver.catchUp();
    },
    behind: async () => (await log.head()).position - driver.checkpoint,
    knownDevices: async () => (await log.devices()).map((record) => known(record, reports)),
    verify: async () =>
      await verifyLog({ log, projectors: centralProjectors, clock, pauseProjection: async () => await driver.pause() }),
    close: async () => {
      live.close();
      await driver.close();
      reports.close();
    },
  };
}

function known(record: KnownDevice['record'], reports: DeviceReports): KnownDevice {
  return { record, report: reports.report(record.device), connected: reports.isConnected(record.device) };
}

async function devicesForLive(
  log: CentralLog,
  view: ChainView,
  reports: DeviceReports,
  ids: readonly DeviceId[],
  nowMs: number,
) {
  const wanted = new Set(ids.slice(0, LIVE_CHANGES_MAX));
  const all = (await log.devices()).map((record) => known(record, reports));
  return {
    devices: all.filter(({ record }) => wanted.has(record.device)).map(deviceView),
    stores: view.stores().map((store) => storeHead(store, all, nowMs)),
  };
}

/** The newest events above `after`, oldest first, within the bounds. */
async function newestEvents(
  log: CentralLog,
  after: Position,
  eventsMax: number,
  bytesMax: number,
): Promise<{ readonly events: readonly LogEntry[]; readonly omitted: number }> {
  const { position: head } = await log.head();
  const newest = await log.browse({ eventsMax: Math.min(eventsMax, head - after) || 1, before: head + 1 });
  const events: LogEntry[] = [];
  let bytes = 0;
  for (const { position, place, hash, arrivedAtMs, line } of newest) {
    bytes += line.length;
    if (position <= after || (bytes > bytesMax && events.length > 0)) break;
    events.unshift({ position, place, hash, arrivedAtMs, line });
  }
  return { events, omitted: events[0] === undefined ? 0 : events[0].position - after - 1 };
}
