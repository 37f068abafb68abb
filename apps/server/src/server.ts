// The server: opens the data folder, puts the parts together, listens, and stops in order. The only place that knows all of
// them. Nothing here prints; `serve` does.
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Logger } from 'pino';
import type { ServerConfig } from './config.ts';
import { startCentre, type RunningCentre } from './centre/centre.ts';
import { authenticateWith } from './centre/ticket-office.ts';
import { keepHead } from './centre/head-file.ts';
import { fileMemory } from './centre/reactor-notes.ts';
import { logThread } from './centre/log-thread.ts';
import { openLog } from './centre/open-log.ts';
import { dataFiles, folderTakenMessage, lockDataFolder, type FolderLock } from './data-folder.ts';
import { openDirectory, type Directory } from './directory/directory.ts';
import { createSetupToken, type SetupToken } from './directory/setup-token.ts';
import { createTickets, type Tickets } from './directory/tickets.ts';
import { sessionCookie } from './http/access.ts';
import { createApp } from './http/app.ts';
import { remoteAddress, type AppContext } from './http/environment.ts';
import { createHttpServer, listen, stopListening } from './http/http-server.ts';
import { addressKey, createGuessGuard, createUseGuard, guessLimits, ticketLimits } from './http/rate-limits.ts';
import { openSyncDoor } from './http/sync-socket.ts';
import { openKeys, type Keys } from './secrets.ts';
import type { Services } from './services.ts';
import { openSnapshots, type Snapshots } from './snapshot/snapshots.ts';

const HEAD_FILE_FAILED =
  'The file that says how far the log is can not be written. Nothing is lost; only an old copy put back by hand could go unnoticed.';

/** Another process works in the data folder; the message says who and what to do. */
class FolderTaken extends Error {
  override readonly name = 'FolderTaken';
}

export interface RunningServer {
  /** Where it listens, for this machine. */
  readonly url: string;
  /** The one-time setup link; null once there is an admin. */
  readonly setupUrl: () => string | null;
  /** Resolves when figures are current. */
  readonly ready: Promise<void>;
  /** The centre, for whoever seeds or watches it in this process. */
  readonly centre: RunningCentre;
  readonly directory: Directory;
  /** Stops taking connections, finishes what runs, closes everything. A repeat waits for the same. */
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly clock?: () => number;
}

/** Resolves when it listens. Throws `FolderTaken`, or an error that says what the operator can do. */
export async function startServer({ config, logger, clock = Date.now }: ServerOptions): Promise<RunningServer> {
  const outcome = lockDataFolder(config.dataFolder, 'server');
  if (!outcome.ok) throw new FolderTaken(folderTakenMessage(config.dataFolder, outcome.holder, 'another server'));
  const undo: (() => void | Promise<void>)[] = [() => outcome.lock.release()];
  try {
    return await startIn(outcome.lock, { config, logger, clock }, undo);
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
}

async function startIn(
  lock: FolderLock,
  options: Required<ServerOptions>,
  undo: (() => void | Promise<void>)[],
): Promise<RunningServer> {
  const { config, logger, clock } = options;
  const files = dataFiles(config.dataFolder);
  const keys = openKeys(files.key);
  const { thread, recorder } = logThread(files);
  const { log, revocations, news } = await openLog(files, keys.seal, clock(), thread);
  undo.push(async () => await log.close());
  for (const { kind, alarm, text } of news) logger[alarm ? 'error' : 'info']({ kind }, text);
  const directory = openDirectory(files.directory, keys);
  undo.push(() => directory.close());
  const head = keepHead(files.head, log, (error) => logger.warn({ err: error }, HEAD_FILE_FAILED));
  undo.push(async () => await head.close());
  const tickets = createTickets(keys);
  const { log: logFile, snapshots: folder } = files;
  const snapshots = openSnapshots({ log, logFile, folder, seal: keys.seal, clock, logger });
  undo.push(async () => await snapshots.close());
  const centre = await startCentre({
    log,
    logFile: files.log,
    recorder,
    revocations,
    reactorMemory: fileMemory(files.reactors),
    headMoved: () => head.moved(),
    directory,
    seal: keys.seal,
    authenticate: authenticateWith({ tickets, log, revocations, clock }),
    clock,
    logger,
  });
  let url = '';
  const setup = createSetupHolder(directory, keys);
  const services = createServices(options, { keys, directory, tickets, centre, snapshots, setup, url: () => url });
  const { storeDist, adminDist, publicUrl } = config;
  const app = createApp({ services, storeDist, adminDist, publicUrl, caughtUp: centre.caughtUp });
  const server = createHttpServer(app.fetch, config.tls);
  const door = openSyncDoor(server, publicUrl, (socket, from) => centre.attach(socket, from));
  undo.push(async () => {
    // No new connections; screens and devices are sent off, what they sent is committed; then whoever is left is cut.
    const stopped = stopListening(server);
    await centre.close();
    door.close();
    await stopped;
  });
  const port = await listen(server, config.host, config.port);
  url = addressOf(config, port);
  lock.announce(url);
  logger.info({ url, dataFolder: config.dataFolder }, 'The server listens');
  const ready = centre.load();
  ready.catch((error: unknown) => logger.fatal({ err: error }, 'The read models could not be read'));
  let stopping: Promise<void> | undefined;
  return {
    url,
    setupUrl: () => setup.url(config.publicUrl ?? url),
    ready,
    centre,
    directory,
    stop: () => (stopping ??= stopAll(undo, server, logger)),
  };
}

/** In the reverse order of starting; every step is taken even when one before it fails. */
async function stopAll(undo: readonly (() => void | Promise<void>)[], server: Server, logger: Logger): Promise<void> {
  logger.info({ listening: server.listening }, 'The server stops');
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
      logger.error({ err: error }, 'Something could not be closed in order');
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'The server did not stop in order. What was acknowledged is safe.');
}

interface SetupHolder {
  token(): SetupToken | undefined;
  done(): void;
  /** The secret stands behind `#`: browsers do not send it, so no server or proxy log holds it. */
  url(origin: string): string | null;
}

function createSetupHolder(directory: Directory, keys: Keys): SetupHolder {
  let token = directory.hasAdmin() ? undefined : createSetupToken(keys);
  return {
    token: () => token,
    done: () => {
      token = undefined;
    },
    url: (origin) => (token === undefined ? null : `${origin}/admin/setup#token=${token.secret}`),
  };
}

interface Parts {
  readonly keys: Keys;
  readonly directory: Directory;
  readonly tickets: Tickets;
  readonly centre: RunningCentre;
  readonly snapshots: Snapshots;
  readonly setup: SetupHolder;
  readonly url: () => string;
}

function createServices(
  { config, logger, clock }: Required<ServerOptions>,
  { keys, directory, tickets, centre, snapshots, setup, url }: Parts,
): Services {
  const secure = config.tls !== null || config.publicUrl?.startsWith('https:') === true;
  return {
    logger,
    clock,
    directory,
    centre,
    snapshots,
    tickets,
    cookie: sessionCookie(keys.instance, secure),
    guards: {
      signIn: createGuessGuard(guessLimits.signIn),
      setup: createGuessGuard(guessLimits.setup),
      pairing: createGuessGuard(guessLimits.pairing),
      bearer: createGuessGuard(guessLimits.bearer),
      tickets: {
        device: createUseGuard(ticketLimits.device),
        store: createUseGuard(ticketLimits.store),
        address: createUseGuard(ticketLimits.address),
      },
    },
    setupToken: () => setup.token(),
    setupDone: () => setup.done(),
    addressKeyOf: (context) => (config.publicUrl === null ? addressKey(remoteAddress(context)) : null),
    originFor: (context) => config.publicUrl ?? askedOrigin(context, config) ?? url(),
  };
}

/** The address the caller used: a phone reaches the server under another name than the server itself. */
function askedOrigin(context: AppContext, { tls }: ServerConfig): string | undefined {
  const host = context.req.header('host') ?? '';
  return /^[0-9A-Za-z.:[\]-]{1,255}$/.test(host) ? `${tls === null ? 'http' : 'https'}://${host}` : undefined;
}

function addressOf({ host, tls }: ServerConfig, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`;
}
