// The central engine: the pure sessions of `sync` over real sockets and timers, group commit, and projectors that follow the
// log. Puts the parts together and owns who is connected; each part owns its one thing (socket, timers, state, storage).
//
// A push goes: socket ▶ session ▶ group commit ▶ on disk ▶ `accepted` ▶ committed$ ▶ other sessions hear ▶ read models ▶ projected$
import { deviceChainStart, pushPlanner } from '@streamstock/event-log';
import type {
  CentralLog,
  DeviceId,
  EventDraft,
  Judge,
  Position,
  Projector,
  Seal,
  Sha256,
} from '@streamstock/event-log';
import type { CentralReport, CentralSessionConfig, WireLimits } from '@streamstock/sync';
import { Subject, type Observable } from 'rxjs';
import type { WebSocket } from 'ws';
import { Connection, type ConnectionObserver } from './connection.ts';
import { DeviceStatuses, type DeviceNews, type DeviceStatus } from './device-statuses.ts';
import { GroupCommit, messageOf } from './group-commit.ts';
import { CLOSE_TIMEOUT_MS, CONNECTIONS_MAX, CONNECTIONS_PER_DEVICE_MAX, WIRE_LIMITS } from './limits.ts';
import { answerFromLog, type Authenticate } from './log-answers.ts';
import { concernedStores } from './news.ts';
import { ProjectionLoop, type ProjectionProblem } from './projection-loop.ts';
import { SessionTimers } from './session-timers.ts';
import { SocketLink } from './socket-link.ts';

export interface CentralEngineOptions {
  /** Open for writing, and nobody's else. The engine does not close it. */
  readonly log: CentralLog;
  /** The hash of the log's chains. */
  readonly hash: Sha256;
  readonly judge: Judge;
  readonly projectors: readonly Projector[];
  readonly seal: Seal;
  readonly authenticate: Authenticate;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly limits?: WireLimits;
  readonly connectionsMax?: number;
}

/** Positions after `after` up to `upTo` are committed and visible. */
export interface Committed {
  readonly after: Position;
  readonly upTo: Position;
}

export interface Projected {
  readonly checkpoint: Position;
  readonly head: Position;
}

/** What the operator should hear of. */
export type EngineReport =
  | CentralReport
  | ({ readonly kind: 'projection' } & ProjectionProblem)
  /** A bug ended one connection; the device comes back. */
  | { readonly kind: 'session-broken'; readonly device: DeviceId | null; readonly detail: string }
  /** Nothing of the commit was written; the devices come back with it. */
  | { readonly kind: 'commit-failed'; readonly detail: string };

/** Starts to follow a log; then sockets can be attached. */
export async function startCentralEngine(options: CentralEngineOptions): Promise<CentralEngine> {
  const { position } = await options.log.head();
  return new CentralEngine(options, position);
}

export class CentralEngine {
  readonly #options: CentralEngineOptions;
  readonly #config: CentralSessionConfig;
  readonly #commits: GroupCommit;
  readonly #projection: ProjectionLoop;
  readonly #statuses: DeviceStatuses;
  readonly #connections = new Set<Connection>();
  readonly #committed = new Subject<Committed>();
  readonly #projected = new Subject<Projected>();
  readonly #reports = new Subject<EngineReport>();
  /** Everything up to here was told. */
  #told: Position;
  #telling: Promise<void> = Promise.resolve();
  #closing = false;

  /** Made by `startCentralEngine`. `told`: what is in the log already is nobody's news. */
  constructor(options: CentralEngineOptions, told: Position) {
    const { log, hash, judge, seal, clock, projectors } = options;
    this.#options = options;
    this.#told = told;
    this.#config = { seal, limits: options.limits ?? WIRE_LIMITS };
    this.#statuses = new DeviceStatuses(clock);
    this.#commits = new GroupCommit({
      log,
      plan: pushPlanner(hash, (device) => deviceChainStart(hash, device), judge, seal),
      committed: async () => await this.headMoved(),
      failed: (error) => this.#reports.next({ kind: 'commit-failed', detail: messageOf(error) }),
    });
    this.#projection = new ProjectionLoop({
      log,
      projectors,
      clock,
      stepped: (step) => this.#projected.next(step),
      failed: (problem) => this.#reports.next({ kind: 'projection', ...problem }),
    });
    this.#projection.poke();
  }

  /** After every commit, in order, once its devices have their answers. */
  get committed$(): Observable<Committed> {
    return this.#committed;
  }

  /** After every step of the read models. */
  get projected$(): Observable<Projected> {
    return this.#projected;
  }

  get deviceStatus$(): Observable<DeviceStatus> {
    return this.#statuses.changes$;
  }

  get deviceNews$(): Observable<DeviceNews> {
    return this.#statuses.news$;
  }

  get reports$(): Observable<EngineReport> {
    return this.#reports;
  }

  /** Devices that were heard since the start. */
  deviceStatuses(): readonly DeviceStatus[] {
    return this.#statuses.all();
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Where the read models stand. */
  get checkpoint(): Position {
    return this.#projection.checkpoint;
  }

  /** Takes over a socket that was just opened with subprotocol `streamstock.v1`. */
  attach(socket: WebSocket): void {
    const { log, authenticate, clock, connectionsMax = CONNECTIONS_MAX } = this.#options;
    const connection = new Connection({
      config: this.#config,
      clock,
      link: (owner) =>
        new SocketLink(socket, {
          text: (text) => owner.step({ type: 'frame', text }),
          badFrame: (kind, detail) => owner.step({ type: 'badFrame', kind, detail }),
          closed: () => owner.step({ type: 'closed' }),
        }),
      timers: (fire) => new SessionTimers(fire),
      submit: (push, answer) => this.#commits.submit(push, answer),
      ask: async (effect) => await answerFromLog({ log, authenticate, clock }, effect),
      observer: this.#observer,
    });
    const full = this.#connections.size >= connectionsMax;
    this.#connections.add(connection);
    connection.step({ type: 'opened' });
    if (full || this.#closing) connection.step(DISMISSED_BUSY);
  }

  /** Events of the centre's own, on disk when it resolves; known ids are skipped. Devices and read models hear of them. */
  async appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs = this.#options.clock(),
  ): Promise<{ readonly appended: number; readonly known: number }> {
    const result = await this.#options.log.appendOwn(writer, drafts, nowMs);
    await this.headMoved();
    return result;
  }

  /** To be called after appends that went past the engine. */
  async headMoved(): Promise<void> {
    const telling = this.#telling.then(async () => await this.#tell());
    this.#telling = telling.catch(() => {});
    await telling;
  }

  /** Revokes a device and its descendants, and ends their connections. */
  async revokeDevice(device: DeviceId): Promise<void> {
    const { log, clock } = this.#options;
    await log.revokeDevice(device, clock());
    for (const connection of this.#connections) {
      if (connection.device === null) continue;
      const record = await log.device(connection.device);
      if (record?.revokedAtMs !== null) connection.step(DISMISSED_REVOKED);
    }
  }

  /** Resolves when the read models hold everything that is committed now. */
  async catchUp(): Promise<Position> {
    return await this.#projection.catchUp();
  }

  /** Holds the read models still, for a comparison with the log. */
  async pauseProjection(): Promise<{ readonly position: Position; readonly resume: () => void }> {
    return await this.#projection.pause();
  }

  /** Asks every device to come back later, commits what waits, lets the sockets say goodbye. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const connection of this.#connections) connection.step(DISMISSED_BUSY);
    await this.#commits.idle();
    await this.#telling;
    await this.#projection.close();
    await this.#goodbye();
    this.#committed.complete();
    this.#projected.complete();
    this.#statuses.close();
    this.#reports.complete();
  }

  readonly #observer: ConnectionObserver = {
    greeted: (connection, hello) => {
      this.#statuses.connected(hello);
      const same = [...this.#connections].filter(({ device }) => device === hello.device);
      for (const oldest of same.slice(0, Math.max(0, same.length - CONNECTIONS_PER_DEVICE_MAX))) {
        if (oldest !== connection) oldest.cut();
      }
    },
    heard: (device) => this.#statuses.heard(device),
    status: (device, status) => this.#statuses.status(device, status),
    applied: (device, position) => this.#statuses.applied(device, position),
    report: (report) => this.#reports.next(report),
    broken: (device, detail) => this.#reports.next({ kind: 'session-broken', device, detail }),
    closed: (connection) => {
      this.#connections.delete(connection);
      if (connection.device !== null) this.#statuses.disconnected(connection.device);
      if (this.#connections.size === 0) this.#allGone();
    },
  };
  #allGone: () => void = () => {};

  async #tell(): Promise<void> {
    const { log } = this.#options;
    const { position } = await log.head();
    const after = this.#told;
    if (position <= after) return;
    this.#told = position;
    this.#committed.next({ after, upTo: position });
    const concerned = await concernedStores(log, after, position);
    for (const connection of this.#connections) {
      const { store } = connection;
      const inAudience = concerned === 'all' || store === null || concerned.has(store);
      connection.step({ type: 'headMoved', position, inAudience });
    }
    this.#projection.poke();
  }

  async #goodbye(): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        for (const connection of this.#connections) connection.cut();
      }, CLOSE_TIMEOUT_MS);
      this.#allGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const DISMISSED_BUSY = {
  type: 'dismiss',
  kind: 'busy',
  message: 'The centre has no room right now. Nothing is lost; the device comes back by itself.',
  retryAfterMs: null,
} as const;

const DISMISSED_REVOKED = {
  type: 'dismiss',
  kind: 'revoked',
  message: 'This device was removed. Enrol it again.',
  retryAfterMs: null,
} as const;
