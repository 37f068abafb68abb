// The central engine: the pure sessions of `sync` over real sockets and timers, group commit, projectors that follow the log
// and reactors that follow them. Puts the parts together and owns the epoch's change; each part owns its one thing (who is
// connected, who is told, the window of recent lines, sockets, timers, storage).
//
// A push goes: socket ▶ session ▶ allowance ▶ group commit ▶ on disk ▶ `accepted` ▶ committed$ ▶ other sessions hear ▶ read
// models ▶ projected$ ▶ reactors
import { deviceChainStart, isSealedCursor, pushPlanner } from '@streamstock/event-log';
import type {
  CentralHead,
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
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import type { WebSocket } from 'ws';
import { Connection, type ConnectionObserver } from './connection.ts';
import { Connections, type Address } from './connections.ts';
import { DeviceStatuses, type DeviceNews, type DeviceStatus } from './device-statuses.ts';
import { GroupCommit, messageOf } from './group-commit.ts';
import { CLOSE_TIMEOUT_MS, ENGINE_BOUNDS, NO_ROOM_RETRY_MS, WIRE_LIMITS, type EngineBounds } from './limits.ts';
import { LineReads } from './line-reads.ts';
import { answerFromLog, type Authenticate } from './log-answers.ts';
import { NewsDesk } from './news.ts';
import { ProjectionLoop, type ProjectionProblem } from './projection-loop.ts';
import { Publisher } from './publisher.ts';
import { PushAllowance } from './push-allowance.ts';
import type { ReactorProblem } from './reactor-loop.ts';
import { Reactors, type ReactorsStatus } from './reactors.ts';
import type { Reactor, ReactorMemory } from './reactor.ts';
import { RecentLines } from './recent-lines.ts';
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
  readonly bounds?: Partial<EngineBounds>;
  readonly reactors?: readonly Reactor[];
  /** Where reactors' checkpoints are kept; needed as soon as there are reactors. */
  readonly reactorMemory?: ReactorMemory;
  /** Whom reactors wait for after a restore; absent: every device that ever wrote and was not revoked. */
  readonly liveDevices?: () => Promise<readonly DeviceId[]>;
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
  | ({ readonly kind: 'reactor' } & ReactorProblem)
  /** A device proved that the log had held more: another epoch has begun, devices hand back what they hold. */
  | { readonly kind: 'epoch-began'; readonly epoch: string; readonly position: Position }
  /** A bug ended one connection; the device comes back. */
  | { readonly kind: 'session-broken'; readonly device: DeviceId | null; readonly detail: string }
  /** Nothing of the commit was written; the devices come back with it. */
  | { readonly kind: 'commit-failed'; readonly detail: string };

/** Starts to follow a log; then sockets can be attached. */
export async function startCentralEngine(options: CentralEngineOptions): Promise<CentralEngine> {
  const engine = new CentralEngine(options, await options.log.head());
  await engine.start();
  return engine;
}

export class CentralEngine {
  readonly #options: CentralEngineOptions;
  readonly #config: CentralSessionConfig;
  readonly #connections: Connections;
  readonly #allowance: PushAllowance;
  readonly #commits: GroupCommit;
  readonly #reads: LineReads;
  readonly #news: NewsDesk;
  readonly #publisher: Publisher;
  readonly #projection: ProjectionLoop;
  readonly #reactors: Reactors;
  readonly #statuses: DeviceStatuses;
  readonly #committed = new Subject<Committed>();
  readonly #projected = new Subject<Projected>();
  readonly #reports = new Subject<EngineReport>();
  readonly #epoch: BehaviorSubject<CentralHead>;
  #telling: Promise<void> = Promise.resolve();
  /** No conversation goes on: the engine closes, or the epoch changes. */
  #shut = false;
  #changing: Promise<void> | null = null;

  /** Made by `startCentralEngine`. `head`: what is in the log already is nobody's news. */
  constructor(options: CentralEngineOptions, head: CentralHead) {
    const { log, hash, judge, seal, clock, projectors } = options;
    const bounds = { ...ENGINE_BOUNDS, ...options.bounds };
    this.#options = options;
    this.#config = { seal, limits: options.limits ?? WIRE_LIMITS };
    this.#epoch = new BehaviorSubject(head);
    this.#connections = new Connections(bounds);
    this.#allowance = new PushAllowance(bounds);
    this.#statuses = new DeviceStatuses(clock);
    const recent = new RecentLines();
    this.#reads = new LineReads(log, recent);
    this.#news = new NewsDesk(log, head.position, (entries) => recent.add(entries));
    this.#publisher = new Publisher(this.#connections, head.position);
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
      othersBusy: () => this.#commits.isBusy,
      stepped: (step) => {
        this.#projected.next(step);
        this.#reactors.follow(step.checkpoint);
      },
      failed: (problem) => this.#reports.next({ kind: 'projection', ...problem }),
    });
    const { reactors, reactorMemory, liveDevices } = options;
    this.#reactors = new Reactors({
      log,
      ...(reactors === undefined ? {} : { reactors }),
      ...(reactorMemory === undefined ? {} : { memory: reactorMemory }),
      ...(liveDevices === undefined ? {} : { liveDevices }),
      append: async (drafts) => {
        const { writer } = await log.head();
        await this.appendOwn(writer, drafts);
      },
      folded: async () => await this.#projection.catchUp(),
      failed: (problem) => this.#reports.next({ kind: 'reactor', ...problem }),
    });
  }

  /** Called by `startCentralEngine`. */
  async start(): Promise<void> {
    await this.#reactors.start();
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

  /** The head at which the present epoch was seen first: now, and after every change of epoch. */
  get epoch$(): Observable<CentralHead> {
    return this.#epoch;
  }

  /** Whether reactors run, and for whom they wait: now, and after every change. */
  get reactors$(): Observable<ReactorsStatus> {
    return this.#reactors.status$;
  }

  /** The operator's word after a restore: reactors go on without the devices that are missing. */
  resumeReactors(): void {
    this.#reactors.resume();
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
  attach(socket: WebSocket, { address = null }: { readonly address?: Address } = {}): void {
    const { log, authenticate, clock } = this.#options;
    const hasRoom = this.#connections.hasRoom(address);
    const connection: Connection = new Connection({
      config: this.#config,
      clock,
      link: (owner) =>
        new SocketLink(socket, {
          text: (text) => owner.step({ type: 'frame', text }),
          badFrame: (kind, detail) => owner.step({ type: 'badFrame', kind, detail }),
          closed: () => owner.step({ type: 'closed' }),
        }),
      timers: (fire) => new SessionTimers(fire),
      submit: (submission, answer) => {
        const { device, store } = connection;
        const waitMs = device === null || store === null ? null : this.#allowance.take(device, store, clock());
        if (waitMs === null) this.#commits.submit(submission, answer);
        else connection.step(dismissedBusy(TOO_FAST, waitMs));
      },
      ask: async (effect) => {
        if (effect.type !== 'readForStore') return await answerFromLog({ log, authenticate, clock }, effect);
        return { type: 'linesRead', read: await this.#reads.read(effect.store, effect.after, effect.limit) };
      },
      observer: this.#observer,
    });
    this.#connections.add(connection, address);
    connection.step({ type: 'opened' });
    if (this.#shut) connection.step(dismissedBusy(NOT_NOW));
    else if (!hasRoom) connection.step(dismissedBusy(NO_ROOM, NO_ROOM_RETRY_MS));
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

  /** Revokes a device and its descendants, and ends their connections: they come back, to push only. */
  async revokeDevice(device: DeviceId): Promise<void> {
    const { log, clock } = this.#options;
    await log.revokeDevice(device, clock());
    for (const { device: revoked, revokedAtMs } of await log.devices())
      if (revokedAtMs !== null) this.#reactors.revoked(revoked);
    for (const connection of this.#connections.all()) {
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
    this.#shut = true;
    await this.#changing;
    this.#shut = true;
    this.#dismissAll();
    await this.#commits.idle();
    await this.#telling;
    this.#publisher.close();
    await this.#reactors.close();
    await this.#projection.close();
    await this.#goodbye();
    this.#news.close();
    this.#committed.complete();
    this.#projected.complete();
    this.#epoch.complete();
    this.#statuses.close();
    this.#reports.complete();
  }

  readonly #observer: ConnectionObserver = {
    greeted: (connection, hello) => {
      const { device, store, cursor } = hello;
      this.#statuses.connected(hello);
      const { tooMany, storeFull } = this.#connections.greeted(connection, device, store);
      for (const oldest of tooMany) oldest.cut();
      // Whoever comes with a cursor of an epoch has handed over before what it held of the one before.
      if (cursor !== null && isSealedCursor(this.#options.seal, cursor)) this.#reactors.back(device, cursor.epoch);
      if (storeFull) queueMicrotask(() => connection.step(dismissedBusy(NO_ROOM, NO_ROOM_RETRY_MS)));
    },
    heard: (device) => this.#statuses.heard(device),
    status: (device, status) => this.#statuses.status(device, status),
    applied: (device, position) => this.#statuses.applied(device, position),
    report: (report) => {
      this.#reports.next(report);
      if (report.kind === 'centre-behind') this.#beginEpoch(report.epoch);
    },
    broken: (device, detail) => this.#reports.next({ kind: 'session-broken', device, detail }),
    closed: (connection) => {
      this.#connections.remove(connection);
      if (connection.device !== null) this.#statuses.disconnected(connection.device);
      if (this.#connections.size === 0) this.#allGone();
    },
  };
  #allGone: () => void = () => {};

  async #tell(): Promise<void> {
    const news = await this.#news.next();
    if (news === null) return;
    const { after, upTo, stores } = news;
    this.#committed.next({ after, upTo });
    this.#publisher.publish(upTo, stores);
    this.#projection.poke();
  }

  /**
   * A device proved that the log of epoch `proved` was rolled back. All conversations end, what waits is committed, then the
   * new epoch begins; everyone comes back and meets it.
   */
  #beginEpoch(proved: string): void {
    if (this.#shut || proved !== this.#epoch.value.epoch) return;
    this.#shut = true;
    this.#changing = this.#changeEpoch(proved)
      .catch((error: unknown) => this.#reports.next({ kind: 'commit-failed', detail: messageOf(error) }))
      .finally(() => {
        this.#shut = false;
        this.#changing = null;
      });
  }

  async #changeEpoch(proved: string): Promise<void> {
    const { log, clock } = this.#options;
    // The connection that brought the proof finishes its step first.
    await Promise.resolve();
    this.#dismissAll();
    await this.#commits.idle();
    if ((await log.head()).epoch !== proved) return;
    const head = await log.beginEpoch({ cause: 'rolled-back', nowMs: clock() });
    await this.#reactors.epochBegan(head.epoch);
    this.#epoch.next(head);
    this.#reports.next({ kind: 'epoch-began', epoch: head.epoch, position: head.position });
  }

  #dismissAll(): void {
    for (const connection of this.#connections.all()) connection.step(dismissedBusy(NOT_NOW));
  }

  async #goodbye(): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        for (const connection of this.#connections.all()) connection.cut();
      }, CLOSE_TIMEOUT_MS);
      this.#allGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const NOT_NOW =
  'The centre can not go on with this conversation right now. Nothing is lost; the device comes back by itself.';
const NO_ROOM = 'The centre has no room right now. Nothing is lost; the device comes back by itself.';
const TOO_FAST =
  'More pushes came than the centre takes in a second. Nothing is lost; the device comes back by itself.';

function dismissedBusy(message: string, retryAfterMs: number | null = null) {
  return { type: 'dismiss', kind: 'busy', message, retryAfterMs } as const;
}

const DISMISSED_REVOKED = {
  type: 'dismiss',
  kind: 'revoked',
  message: 'This device was removed. Enrol it again.',
  retryAfterMs: null,
} as const;
