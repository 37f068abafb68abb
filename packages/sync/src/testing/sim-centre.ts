// The simulated centre: the real central sessions and the real central log, group commit, tickets, epochs and snapshots as
// the central engine and the server do them, over virtual time. What is committed survives a crash, and so do the files
// beside the database (key, revocations, head, snapshots); sessions, tickets and what waits for its commit do not.
import {
  MemoryCentralLog,
  pushPlanner,
  deviceChainStart,
  type CentralLog,
  type DeviceId,
  type EventId,
  type FaultPoint,
  type MemoryCentralState,
  type SnapshotHeader,
  type StoreId,
} from '@streamstock/event-log';
import type { CentralEffect, CentralInput, CentralReport, CentralTimer } from '../central-session-types.ts';
import { stepCentral } from '../central-session.ts';
import { startCentralSession, type CentralSessionState } from '../central-state.ts';
import type { WireLimits } from '../protocol.ts';
import { counterJudge } from './counters.ts';
import { quickHash, type Random } from './random.ts';
import { answerFromLog, simSeal, type AskingEffect } from './sim-centre-answers.ts';
import type { Connection } from './sim-network.ts';
import { SimDoor } from './sim-centre-door.ts';
import { DiskFull, DiskTrouble, MachineGone } from './sim-disk.ts';
import {
  WORLD_BEGINS_MS,
  type CentreDoor,
  type SimEnvironment,
  type SnapshotAnswer,
  type TicketAnswer,
} from './sim-environment.ts';
import { writeRuling, type PersonsRuling } from './sim-rulings.ts';
import { SimGroupCommit } from './sim-group-commit.ts';
import { SimSnapshotDesk } from './sim-snapshot-desk.ts';
import { SimSnapshots } from './sim-snapshots.ts';
import type { Task } from './virtual-time.ts';

/** From the word to stop until it is gone. */
const STOP_MS = 50;
/** From a revocation that could not be written to the next attempt. */
const REVOKE_AGAIN_MS = 500;

const NOTHING_WRITTEN = { type: 'failed', detail: 'Nothing was written.' } as const;

const isMachineTrouble = (error: unknown): boolean => error instanceof MachineGone || error instanceof DiskFull;

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;

interface Visit {
  readonly connection: Connection;
  state: CentralSessionState;
  readonly timers: Map<CentralTimer, number>;
  open: boolean;
  device: string | null;
  store: string | null;
}

/**
 * How a backup came back: by the operator's command, which carries over who was paired since; by copying the file of the log, with
 * everything beside it left as it was; or the directory with it, and the head file gone, so that only devices can show it.
 */
export type RestoredBy = 'command' | 'hand' | 'hand-without-head-file';

export class SimCentre implements CentreDoor {
  /** What goes wrong with its disk. */
  readonly trouble = new DiskTrouble();
  readonly snapshots = new SimSnapshots(simSeal);
  /** Everything that was ever its log: what it promised is judged by these. */
  readonly logs: MemoryCentralLog[] = [];
  readonly #world: SimEnvironment;
  readonly #random: Random;
  readonly #limits: WireLimits;
  readonly #frameEventsMax: number;
  readonly door = new SimDoor(
    () => this.log,
    () => this.nowMs(),
  );
  #headFile: { readonly position: number; readonly hash: string } | null = null;
  #up = true;
  #stopping = false;
  #life = 0;
  #visits = new Set<Visit>();
  #mintCount = 0;
  #timerCount = 0;
  readonly #commits: SimGroupCommit<Visit>;
  readonly #desk: SimSnapshotDesk;

  constructor(
    world: SimEnvironment,
    random: Random,
    options: { readonly limits: WireLimits; readonly frameEventsMax: number },
  ) {
    this.#world = world;
    this.#random = random;
    this.#limits = options.limits;
    this.#frameEventsMax = options.frameEventsMax;
    const later = (delayMs: number, task: Task): void => this.#later(delayMs, task);
    this.#commits = new SimGroupCommit({
      random,
      later,
      plan: pushPlanner(quickHash, (device) => deviceChainStart(quickHash, device), counterJudge, simSeal),
      log: () => this.#memory,
      strike: (point) => this.#strike(point),
      written: () => this.#writeHeadFile(),
      answer: (visit, outcome) => this.#step(visit, outcome === null ? NOTHING_WRITTEN : { type: 'appended', outcome }),
      publish: (before) => this.#publish(before),
    });
    this.#desk = new SimSnapshotDesk(this.snapshots, { random, later, log: () => this.log });
    this.#openLog(null);
  }

  #openLog(disk: MemoryCentralState | null): void {
    const options = {
      epoch: 'epoch-1',
      writer: 'centre-1',
      hash: quickHash,
      seal: simSeal,
      sync: async () => this.#strike('commit'),
    };
    this.logs.push(new MemoryCentralLog(options, disk ?? undefined));
  }

  get log(): CentralLog {
    return this.#memory;
  }

  get #memory(): MemoryCentralLog {
    const log = this.logs.at(-1);
    if (log === undefined) throw new Error('The centre has no log.');
    return log;
  }

  get isUp(): boolean {
    return this.#up && !this.#stopping;
  }

  nowMs(): number {
    return WORLD_BEGINS_MS + this.#world.time.nowMs;
  }

  // ── its life ───────────────────────────────────────────────────────────────────────────────────────────────────

  crash(): void {
    this.#life += 1;
    this.#up = false;
    this.#stopping = false;
    for (const { connection } of this.#visits) {
      connection.abandon('centre');
      connection.cut();
    }
    this.#visits = new Set();
    this.door.closeTickets();
    this.#commits.crash();
    this.#desk.crash();
  }

  /** Looks at the files beside its database before it lets anyone in, as the server does. */
  async restart(): Promise<void> {
    if (this.#up && !this.#stopping) return;
    if (this.#stopping) this.crash();
    const life = this.#life;
    try {
      await this.#checkFiles();
    } catch (error) {
      // It crashed while it came up, or its disk is full: somebody starts it again.
      if (!isMachineTrouble(error)) throw error;
      this.#world.time.after(STOP_MS, () => this.restart());
      return;
    }
    if (life === this.#life) this.#up = true;
  }

  async #checkFiles(): Promise<void> {
    await this.door.applyRevocations();
    const file = this.#headFile;
    if (file === null || (await this.log.hashAt(file.position)) === file.hash) return;
    await this.log.beginEpoch({ cause: 'rolled-back', nowMs: this.nowMs() });
    await this.#writeHeadFile();
  }

  /** An operator stops it: everyone is told, then it closes. */
  stop(): void {
    this.#dismissAll('The centre restarts.');
    this.#later(STOP_MS, () => this.crash());
    this.#stopping = true;
  }

  /** Nothing goes wrong from now on. */
  async heal(): Promise<void> {
    this.trouble.end();
    await this.restart();
  }

  backup(): MemoryCentralState {
    return this.#memory.disk();
  }

  /** Puts a backup in the place of its database. It is down; start it again. */
  async restore(backup: MemoryCentralState, by: RestoredBy): Promise<void> {
    this.crash();
    this.trouble.end();
    this.#openLog(backup);
    if (by === 'hand') return;
    this.#headFile = null;
    if (by === 'hand-without-head-file') return await this.door.forgetSince(this.log);
    await this.log.beginEpoch({ cause: 'restored', nowMs: this.nowMs() });
    await this.#writeHeadFile();
  }

  async #writeHeadFile(): Promise<void> {
    const { position, hash } = await this.log.head();
    this.#headFile = { position, hash };
  }

  #strike(point: FaultPoint): void {
    const error = this.trouble.strike(point);
    if (error !== null) throw error;
  }

  // ── devices ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** It is told, if it is here. */
  async revoke(device: DeviceId): Promise<void> {
    try {
      await this.door.revoke(device);
    } catch (error) {
      // Noted it is: the next start sees to it, or the operator tries again.
      if (!isMachineTrouble(error)) throw error;
      return this.#later(REVOKE_AGAIN_MS, () => this.revoke(device));
    }
    for (const visit of this.#visits) {
      if (visit.device === null || !(await this.door.isRevoked(visit.device))) continue;
      this.#step(visit, { type: 'dismiss', kind: 'revoked', message: 'This device was removed.', retryAfterMs: null });
    }
  }

  /** A person's ruling; its id. null: there is no such event, or nothing could be written. */
  async rule(target: EventId, type: PersonsRuling): Promise<EventId | null> {
    const [life, before] = [this.#life, (await this.log.head()).position];
    const id = await writeRuling(this.log, target, type, { nowMs: this.nowMs(), random: this.#random });
    if (id !== null && life === this.#life) await this.#publish(before);
    return id;
  }

  async issueTicket(credential: DeviceId): Promise<TicketAnswer> {
    try {
      return await this.door.issueTicket(credential);
    } catch (error) {
      if (!isMachineTrouble(error)) throw error;
      return { kind: 'failed' };
    }
  }

  accept(connection: Connection): void {
    const state = startCentralSession({ seal: simSeal, limits: this.#limits });
    const visit: Visit = { connection, state, timers: new Map(), open: true, device: null, store: null };
    this.#visits.add(visit);
    connection.listen('centre', {
      frame: (text) => this.#step(visit, { type: 'frame', text }),
      closed: () => {
        this.#step(visit, { type: 'closed' });
        this.#leave(visit);
      },
    });
    this.#step(visit, { type: 'opened' });
  }

  // ── snapshots ──────────────────────────────────────────────────────────────────────────────────────────────────

  snapshotFor(device: DeviceId): Promise<SnapshotAnswer> {
    return this.#desk.answer(device);
  }

  page(header: SnapshotHeader, index: number): string | null {
    return this.#desk.page(header, index);
  }

  /** In the background. */
  prepareSnapshot(store: StoreId): void {
    this.#desk.prepare(store);
  }

  // ── the engine ─────────────────────────────────────────────────────────────────────────────────────────────────

  #later(delayMs: number, task: Task): void {
    const life = this.#life;
    this.#world.time.after(delayMs, () => this.#due(life, task));
  }

  async #due(life: number, task: Task): Promise<void> {
    if (life !== this.#life) return;
    try {
      await task();
    } catch (error) {
      if (life === this.#life || !(error instanceof MachineGone)) throw error;
    }
  }

  #step(visit: Visit, input: Untimed<CentralInput>): void {
    if (!visit.open) return;
    this.#world.trace?.('centre', input);
    const { state, effects } = stepCentral(visit.state, { nowMs: this.nowMs(), ...input } as CentralInput);
    visit.state = state;
    for (const effect of effects) this.#run(visit, effect);
  }

  #leave(visit: Visit): void {
    visit.open = false;
    visit.timers.clear();
    this.#visits.delete(visit);
  }

  #dismissAll(message: string): void {
    for (const visit of this.#visits) this.#step(visit, { type: 'dismiss', kind: 'busy', message, retryAfterMs: null });
  }

  #run(visit: Visit, effect: CentralEffect): void {
    switch (effect.type) {
      case 'send':
        return visit.connection.send('centre', effect.text);
      case 'close':
        this.#leave(visit);
        return visit.connection.close('centre');
      case 'setTimer':
        return this.#setTimer(visit, effect.timer, effect.afterMs);
      case 'clearTimer':
        visit.timers.delete(effect.timer);
        return;
      case 'append':
        return this.#commits.add(visit, effect.submission);
      case 'greeted':
        visit.device = effect.hello.device;
        visit.store = effect.hello.store;
        return;
      case 'report':
        return this.#onReport(effect.report);
      case 'recordStatus':
      case 'recordApplied':
        return;
      default:
        return this.#later(this.#random.int(0, 3), async () => this.#step(visit, await this.#answered(effect)));
    }
  }

  /** Proof that it holds less than it held: a new epoch begins, unless one has since. */
  #onReport(report: CentralReport): void {
    this.#world.centralReports.push(report);
    if (report.kind !== 'centre-behind') return;
    this.#later(this.#random.int(0, 5), async () => {
      if ((await this.log.head()).epoch !== report.epoch) return;
      try {
        await this.log.beginEpoch({ cause: 'rolled-back', nowMs: this.nowMs() });
      } catch (error) {
        // The next one who proves it tries again.
        if (error instanceof DiskFull) return;
        throw error;
      }
      await this.#writeHeadFile();
      this.#dismissAll('The centre began a new history.');
    });
  }

  #setTimer(visit: Visit, timer: CentralTimer, afterMs: number): void {
    const setting = (this.#timerCount += 1);
    visit.timers.set(timer, setting);
    this.#later(afterMs, () => {
      if (visit.timers.get(timer) !== setting) return;
      visit.timers.delete(timer);
      this.#step(visit, { type: 'timer', timer });
    });
  }

  async #answered(effect: AskingEffect): Promise<Untimed<CentralInput>> {
    try {
      return await answerFromLog(effect, {
        log: this.log,
        nowMs: this.nowMs(),
        frameEventsMax: this.#frameEventsMax,
        redeem: (hello) => this.door.redeem(hello),
        removedToo: (device) => this.door.note([device]),
        mint: () => `minted-${(this.#mintCount += 1)}`,
      });
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error;
      return { type: 'failed', detail: error.message };
    }
  }

  async #publish(before: number): Promise<void> {
    const { position } = await this.log.head();
    if (position === before) return;
    for (const visit of this.#visits) {
      const news =
        visit.store === null ? null : await this.log.readForStore(visit.store, before, { eventsMax: 1, bytesMax: 1 });
      this.#step(visit, { type: 'headMoved', position, inAudience: news === null || news.lines.length > 0 });
    }
  }
}
