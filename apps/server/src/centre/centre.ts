// The centre as one thing: the log, the engine that devices talk to, read models kept in step, the view of the chain, what
// devices say, the live stream. Composes them and carries news from one to the other; decides nothing itself.
import { LIVE_CHANGES_MAX, type LogEntry } from '@streamstock/api';
import {
  startCentralEngine,
  type AttachedTo,
  type Authenticate,
  type CentralEngine,
  type DeviceNews,
  type EngineReport,
  type ReactorMemory,
} from '@streamstock/central-engine';
import type { CentralLog, DeviceId, Position, Seal } from '@streamstock/event-log';
import { judgeEvent } from '@streamstock/inventory';
import { nativeSha256 } from '@streamstock/log-sql';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Directory } from '../directory/directory.ts';
import { createLiveHub, type LiveHub } from '../live/live-hub.ts';
import { ChainView } from '../read/chain-view.ts';
import { deviceView, storeHead, type KnownDevice } from '../read/freshness.ts';
import { logEntry } from '../read/log-entry.ts';
import type { Centre } from '../services.ts';
import { createDeviceReports, type DeviceReports } from './device-reports.ts';
import { watchExpiries, type Expiries } from './expiries.ts';
import type { Revocations } from './revocations.ts';
import { createRecovery, liveNow } from './recovery.ts';
import type { WriteRecorder } from './recorded-writes.ts';
import { verifyInThread } from './verify-in-thread.ts';

export interface CentreOptions {
  readonly log: CentralLog;
  /** The file that `log` keeps, for whoever reads it beside. */
  readonly logFile: string;
  /** The read models' projectors, and what they write: of the thread that writes the log, or of this one. */
  readonly recorder: WriteRecorder;
  readonly revocations: Revocations;
  /** Something was committed, or an epoch began. */
  readonly headMoved: () => void;
  readonly reactorMemory: ReactorMemory;
  readonly directory: Pick<Directory, 'reports' | 'saveReports' | 'epochNote' | 'noteResumed'>;
  readonly seal: Seal;
  /** Checks and uses up the ticket of a device that says hello. */
  readonly authenticate: Authenticate;
  readonly clock: () => number;
  readonly logger: Logger;
}

export interface RunningCentre extends Centre {
  /** Brings the read models up to the head and reads them into memory. Until then figures are not current. */
  readonly load: () => Promise<void>;
  readonly caughtUp: () => boolean;
  /** Takes over a socket that was just opened with our subprotocol. */
  readonly attach: (socket: WebSocket, from: AttachedTo) => void;
  /** Devices are asked to come back later; what they have sent is committed. */
  readonly close: () => Promise<void>;
}

export async function startCentre(options: CentreOptions): Promise<RunningCentre> {
  const { log, recorder, directory, revocations, seal, authenticate, clock, logger } = options;
  let { epoch } = await log.head();
  const view = new ChainView();
  const reports = createDeviceReports(directory);
  const heardAtMs = (device: DeviceId): number | null => reports.report(device)?.heardAtMs ?? null;
  const engine = await startCentralEngine({
    log,
    hash: nativeSha256,
    judge: judgeEvent,
    projectors: recorder.projectors,
    seal,
    authenticate,
    // A backup from before its id was made would know neither the id nor that it is removed.
    removedToo: (device) => revocations.add([device], clock()),
    clock,
    reactorMemory: options.reactorMemory,
    liveDevices: async () => await liveNow(log, heardAtMs),
  });
  const hub = createLiveHub({
    position: () => view.position,
    epoch: () => epoch,
    clock,
    events: async (after, eventsMax, bytesMax) => await newestEvents(log, after, eventsMax, bytesMax),
    devices: async (ids) => await devicesForLive(log, view, reports, ids, clock()),
    failed: (error) => logger.error({ err: error }, 'The live stream could not be fed'),
  });
  const expiries = watchExpiries({ view, clock, changed: (changes) => hub.stockChanged(changes) });
  engine.epoch$.subscribe((head) => {
    epoch = head.epoch;
    options.headMoved();
    hub.historyChanged();
  });
  engine.committed$.subscribe(options.headMoved);
  const loading = followEngine(engine, { view, reports, recorder, live: hub, logger, expiries });
  const load = async (): Promise<void> => {
    loading.done = false;
    await engine.catchUp();
    const { position, resume } = await engine.pauseProjection();
    try {
      await view.load(log.tables, position);
      expiries.passTime();
      loading.done = true;
    } finally {
      resume();
    }
    await engine.catchUp();
  };
  const readers = readAnewWhenUnsure({ log, load, loading, hub, logger });
  return {
    log,
    view,
    reports,
    live: hub,
    attach: (socket, from) => engine.attach(socket, from),
    load: readers.read,
    caughtUp: () => loading.done,
    passTime: () => expiries.passTime(),
    appendOwn: async (writer, drafts) => await engine.appendOwn(writer, drafts),
    inReadModels: async () => {
      await engine.catchUp();
    },
    behind: async () => Math.max(0, (await log.head()).position - engine.checkpoint),
    knownDevices: async () => (await log.devices()).map((record) => known(record, reports)),
    ...createRecovery({ log, engine, hub, revocations, directory, heardAtMs, clock }),
    verify: async () => await verifyInThread(options.logFile, async () => await engine.pauseProjection()),
    close: async () => {
      readers.close();
      expiries.close();
      hub.close();
      await engine.close();
      reports.close();
    },
  };
}

interface Reading {
  readonly log: CentralLog;
  readonly load: () => Promise<void>;
  readonly loading: { done: boolean };
  readonly hub: LiveHub;
  readonly logger: Logger;
}

/**
 * What projectors noted of a step is lost with the thread that folded it: then the view is read anew, and until it is, figures are
 * refused. One reading at a time.
 */
function readAnewWhenUnsure({ log, load, loading, hub, logger }: Reading): {
  readonly read: () => Promise<void>;
  readonly close: () => void;
} {
  let reading = Promise.resolve();
  const read = async (): Promise<void> => {
    const mine = reading.then(load);
    reading = mine.catch(() => {});
    await mine;
  };
  const readAnew = async (): Promise<void> => {
    logger.error(
      'The thread that writes the log ended by itself and was begun anew: figures are read again from the log',
    );
    try {
      await read();
      hub.startAfresh();
    } catch (error) {
      logger.fatal({ err: error }, 'The read models could not be read again: figures are refused until a restart');
    }
  };
  const unfollow = log.follow?.((lines) => {
    if (lines !== null) return;
    loading.done = false;
    void readAnew();
  });
  return { read, close: () => unfollow?.() };
}

interface Followers {
  readonly view: ChainView;
  readonly reports: DeviceReports;
  readonly recorder: WriteRecorder;
  readonly live: LiveHub;
  readonly logger: Logger;
  readonly expiries: Expiries;
}

/** What the engine tells goes to whoever keeps account of it. `done`: the view is loaded and follows from then on. */
function followEngine(
  engine: CentralEngine,
  { view, reports, recorder, live, logger, expiries }: Followers,
): { done: boolean } {
  const loading = { done: false };
  engine.projected$.subscribe(({ checkpoint }) => {
    const writes = recorder.take();
    if (!loading.done) return;
    live.stockChanged(view.apply(writes, checkpoint));
    expiries.passTime();
  });
  engine.committed$.subscribe(() => live.logMoved());
  engine.deviceNews$.subscribe((news) => noteDevice(reports, news));
  engine.reports$.subscribe((report) => {
    // A step that failed was not written: what it was about to write is no news.
    if (report.kind === 'projection') recorder.forget();
    if (report.kind === 'hole' || report.kind === 'hole-filled') live.historyChanged();
    logReport(logger, report);
  });
  reports.observe((device) => live.deviceChanged(device));
  return loading;
}

function noteDevice(reports: DeviceReports, news: DeviceNews): void {
  const { device, atMs } = news;
  switch (news.kind) {
    case 'connected':
      reports.connected(device, news.appVersion, atMs);
      return;
    case 'disconnected':
      reports.disconnected(device);
      return;
    case 'heard':
      reports.heard(device, atMs);
      return;
    case 'status':
      reports.status(device, news.status, atMs);
      return;
    case 'applied':
      reports.applied(device, news.position, atMs);
      return;
  }
}

function logReport(logger: Logger, report: EngineReport): void {
  switch (report.kind) {
    case 'refused':
      logger.debug(report, 'A connection was refused');
      return;
    case 'forked':
      logger.info(report, 'A device was cloned or restored from a copy and goes on under a new name');
      return;
    case 'damage':
      logger.warn(report, 'A device sent an event whose bytes do not fit its chain; it is kept there for a person');
      return;
    case 'centre-behind':
      logger.error(
        report,
        'A device knows history that this server does not hold: was an old copy of the data folder put back?',
      );
      return;
    case 'epoch-began':
      logger.error(
        report,
        'A new epoch has begun: devices bring back what they hold, and automatic work waits for them. The admin view shows who is back.',
      );
      return;
    case 'hole':
      logger.warn(report, 'A stretch of a device log is missing: neither its device nor this server holds it');
      return;
    case 'hole-filled':
      logger.info(report, 'What was missing of a device log has come in after all, from a copy of its disk');
      return;
    case 'resupplied':
      logger.info(report, 'A device has handed back what it held');
      return;
    case 'reactor':
      if (report.leftOut) logger.error(report, 'Automatic work goes on without one event');
      else logger.warn(report, 'Automatic work on an event failed and is tried again');
      return;
    case 'projection':
      if (report.leftOut) logger.error(report, 'A read model goes on without one event; it waits in the dead letters');
      else logger.warn(report, 'A read model could not be brought up to date and is tried again');
      return;
    case 'session-broken':
      logger.error(report, 'A connection ended by a fault of this server; the device comes back, nothing is lost');
      return;
    case 'commit-failed':
      logger.error(
        report,
        'A commit failed: nothing of it was written, and nothing of it was acknowledged. Is the disk full?',
      );
      return;
  }
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
  const newest =
    head <= after ? [] : await log.browse({ eventsMax: Math.min(eventsMax, head - after), before: head + 1 });
  const events: LogEntry[] = [];
  let bytes = 0;
  for (const stored of newest) {
    bytes += stored.line.length;
    if (stored.position <= after || (bytes > bytesMax && events.length > 0)) break;
    events.unshift(logEntry(stored));
  }
  return { events, omitted: events[0] === undefined ? 0 : events[0].position - after - 1 };
}
