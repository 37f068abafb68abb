// The central engine: the pure sessions of `sync` over real sockets and timers, group commit, projectors that follow the log
// and reactors that follow them. Puts the parts together and owns the epoch's change; each part owns its one thing (who is
// connected, who is told, the window of recent lines, sockets, timers, storage).
//
// A push goes: socket ▶ session ▶ allowance ▶ group commit ▶ on disk ▶ `accepted` ▶ committed$ ▶ other sessions hear ▶ read
// models ▶ projected$ ▶ reactors
import { deviceChainStart, pushPlanner } from '@streamstock/event-log';
import type { CentralHead, DeviceId, EventDraft, Position } from '@streamstock/event-log';
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import type { WebSocket } from 'ws';
import type { CentralEngineOptions, Committed, EngineReport, Projected } from './central-engine-options.ts';
import { Conversations, type AttachedTo } from './conversations.ts';
import { DeviceStatuses, type DeviceNews, type DeviceStatus } from './device-statuses.ts';
import { GroupCommit, messageOf } from './group-commit.ts';
import { ENGINE_BOUNDS, WIRE_LIMITS } from './limits.ts';
import { LineReads } from './line-reads.ts';
import { NewsDesk } from './news.ts';
import { ProjectionLoop } from './projection-loop.ts';
import { Publisher } from './publisher.ts';
import { Reactors, type ReactorsStatus } from './reactors.ts';
import { RecentLines } from './recent-lines.ts';

/** Starts to follow a log; then sockets can be attached. */
export async function startCentralEngine(options: CentralEngineOptions): Promise<CentralEngine> {
  const engine = new CentralEngine(options, await options.log.head());
  await engine.start();
  return engine;
}

export class CentralEngine {
  readonly #options: CentralEngineOptions;
  readonly #conversations: Conversations;
  readonly #commits: GroupCommit;
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
    const { log, hash, judge, seal, clock, projectors, authenticate } = options;
    this.#options = options;
    this.#epoch = new BehaviorSubject(head);
    this.#statuses = new DeviceStatuses(clock);
    const recent = new RecentLines();
    this.#news = new NewsDesk(log, head.position, (entries) => {
      if (entries !== null) recent.add(entries);
      else {
        recent.forget();
        void this.headMoved();
      }
    });
    this.#conversations = new Conversations({
      log,
      authenticate,
      ...(options.removedToo === undefined ? {} : { removedToo: options.removedToo }),
      clock,
      seal,
      config: { seal, limits: options.limits ?? WIRE_LIMITS },
      bounds: { ...ENGINE_BOUNDS, ...options.bounds },
      reads: new LineReads(log, recent),
      statuses: this.#statuses,
      submit: (submission, answer) => this.#commits.submit(submission, answer),
      report: (report) => {
        this.#reports.next(report);
        if (report.kind === 'centre-behind') this.#beginEpoch(report.epoch);
      },
      broken: (device, detail) => this.#reports.next({ kind: 'session-broken', device, detail }),
      back: (device, epoch) => this.#reactors.back(device, epoch),
    });
    this.#publisher = new Publisher(this.#conversations.connections, head.position);
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
    return this.#conversations.connections.size;
  }

  /** Where the read models stand. */
  get checkpoint(): Position {
    return this.#projection.checkpoint;
  }

  /** Takes over a socket that was just opened with subprotocol `streamstock.v1`. */
  attach(socket: WebSocket, from: AttachedTo = {}): void {
    this.#conversations.attach(socket, from);
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
    await this.#conversations.dismissRevoked();
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
    this.#conversations.dismissAll();
    await this.#commits.idle();
    await this.#telling;
    this.#publisher.close();
    await this.#reactors.close();
    await this.#projection.close();
    await this.#conversations.goodbye();
    this.#news.close();
    this.#committed.complete();
    this.#projected.complete();
    this.#epoch.complete();
    this.#statuses.close();
    this.#reports.complete();
  }

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
        this.#conversations.reopen();
        this.#changing = null;
      });
  }

  async #changeEpoch(proved: string): Promise<void> {
    const { log, clock } = this.#options;
    // The connection that brought the proof finishes its step first.
    await Promise.resolve();
    this.#conversations.dismissAll();
    await this.#commits.idle();
    if ((await log.head()).epoch !== proved) return;
    const head = await log.beginEpoch({ cause: 'rolled-back', nowMs: clock() });
    await this.#reactors.epochBegan(head.epoch);
    this.#epoch.next(head);
    this.#reports.next({ kind: 'epoch-began', epoch: head.epoch, position: head.position });
  }
}
