// The simulated centre: the real central sessions and the real central log, group commit and tickets as the central
// engine does them, over virtual time. What is committed survives a crash; sessions, tickets and pushes that wait for
// their commit do not. A crash can strike at any step of a commit.
import {
  MemoryCentralLog,
  pushPlanner,
  deviceChainStart,
  type CentralLog,
  type DeviceId,
  type FaultPoint,
  type PlanPush,
  type Push,
  type PushOutcome,
  type Seal,
} from '@streamstock/event-log';
import type { CentralEffect, CentralInput, CentralTimer, GreetingFacts } from '../central-session-types.ts';
import { stepCentral } from '../central-session.ts';
import { startCentralSession, type CentralSessionState } from '../central-state.ts';
import type { WireLimits } from '../protocol.ts';
import { counterJudge } from './counters.ts';
import { quickHash, type Random } from './random.ts';
import type { Connection } from './sim-network.ts';
import { DiskFull, DiskTrouble, MachineGone } from './sim-disk.ts';
import { WORLD_BEGINS_MS, type CentreDoor, type SimEnvironment } from './sim-environment.ts';
import type { Task } from './virtual-time.ts';

/** Pushes of all connections that one transaction takes. */
const GROUP_PUSHES_MAX = 64;
/** From the word to stop until it is gone. */
const STOP_MS = 50;

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;

type AskingEffect = Extract<
  CentralEffect,
  { type: 'redeemTicket' | 'readGreeting' | 'readForStore' | 'readDeviceHashes' | 'mintDevice' }
>;

interface Visit {
  readonly connection: Connection;
  state: CentralSessionState;
  readonly timers: Map<CentralTimer, number>;
  open: boolean;
  device: string;
  store: string | null;
}

interface Waiting {
  readonly visit: Visit;
  readonly push: Push;
}

const seal: Seal = (text) => quickHash(`a key that is kept outside the database\n${text}`).slice(0, 32);

export class SimCentre implements CentreDoor {
  readonly log: CentralLog;
  /** What goes wrong with its disk. */
  readonly trouble = new DiskTrouble();
  readonly #world: SimEnvironment;
  readonly #random: Random;
  readonly #limits: WireLimits;
  readonly #frameEventsMax: number;
  readonly #plan: PlanPush;
  #up = true;
  #stopping = false;
  #life = 0;
  #visits = new Set<Visit>();
  #tickets = new Map<string, DeviceId>();
  #ticketCount = 0;
  #mintCount = 0;
  #timerCount = 0;
  #waiting: Waiting[] = [];
  #committing = false;

  constructor(
    world: SimEnvironment,
    random: Random,
    options: { readonly limits: WireLimits; readonly frameEventsMax: number },
  ) {
    this.#world = world;
    this.#random = random;
    this.#limits = options.limits;
    this.#frameEventsMax = options.frameEventsMax;
    this.log = new MemoryCentralLog({
      epoch: 'epoch-1',
      writer: 'centre-1',
      hash: quickHash,
      sync: async () => this.#strike('commit'),
    });
    this.#plan = pushPlanner(quickHash, (device) => deviceChainStart(quickHash, device), counterJudge);
  }

  get isUp(): boolean {
    return this.#up && !this.#stopping;
  }

  nowMs(): number {
    return WORLD_BEGINS_MS + this.#world.time.nowMs;
  }

  async enrol(device: DeviceId, store: string): Promise<void> {
    await this.log.registerDevice({
      device,
      store,
      kind: 'installation',
      label: device,
      parent: null,
      enrolledAtMs: this.nowMs(),
    });
  }

  crash(): void {
    this.#life += 1;
    this.#up = false;
    this.#stopping = false;
    for (const { connection } of this.#visits) {
      connection.abandon('centre');
      connection.cut();
    }
    this.#visits = new Set();
    this.#tickets = new Map();
    this.#waiting = [];
    this.#committing = false;
  }

  restart(): void {
    this.#up = true;
  }

  /** An operator stops it: everyone is told, then it closes. */
  stop(): void {
    for (const visit of this.#visits)
      this.#step(visit, { type: 'dismiss', kind: 'busy', message: 'The centre restarts.', retryAfterMs: null });
    this.#later(STOP_MS, () => this.crash());
    this.#stopping = true;
  }

  /** Nothing goes wrong from now on. */
  heal(): void {
    this.trouble.disarm();
    this.trouble.isFull = false;
    if (this.#stopping) this.crash();
    this.#up = true;
  }

  #strike(point: FaultPoint): void {
    const error = this.trouble.strike(point);
    if (error !== null) throw error;
  }

  issueTicket(credential: DeviceId): string {
    this.#ticketCount += 1;
    const ticket = `ticket-${this.#ticketCount}`;
    this.#tickets.set(ticket, credential);
    return ticket;
  }

  accept(connection: Connection): void {
    const state = startCentralSession({ seal, limits: this.#limits });
    const visit: Visit = { connection, state, timers: new Map(), open: true, device: '?', store: null };
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

  // ── the engine ─────────────────────────────────────────────────────────────────────────────────────────────────

  #later(delayMs: number, task: () => void | Promise<void>): void {
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
        this.#waiting.push({ visit, push: effect.push });
        return this.#commitNext();
      case 'greeted':
        visit.device = effect.hello.device;
        visit.store = effect.hello.store;
        return;
      case 'report':
        this.#world.centralReports.push(effect.report);
        return;
      case 'recordStatus':
      case 'recordApplied':
        return;
      default:
        return this.#later(this.#random.int(0, 3), async () => this.#step(visit, await this.#answered(effect)));
    }
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
      return await this.#answer(effect);
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error;
      return { type: 'failed', detail: error.message };
    }
  }

  async #answer(effect: AskingEffect): Promise<Untimed<CentralInput>> {
    const { log } = this;
    switch (effect.type) {
      case 'redeemTicket': {
        const granted = await this.#redeem(effect.hello.ticket, effect.hello.device);
        if (granted) return { type: 'ticketRedeemed', result: { kind: 'granted' } };
        return {
          type: 'ticketRedeemed',
          result: { kind: 'refused', refusal: 'unauthorised', message: 'No such ticket.', retryAfterMs: null },
        };
      }
      case 'readGreeting': {
        const record = await log.device(effect.device);
        const head = await log.head();
        const hashAtCursor = effect.cursorPosition === null ? null : await log.hashAt(effect.cursorPosition);
        const facts: GreetingFacts = {
          record,
          head,
          hashAtCursor,
          points: await log.deviceHashesAt(effect.device, effect.seqs),
        };
        return { type: 'greetingRead', facts };
      }
      case 'readForStore': {
        const limit = { ...effect.limit, eventsMax: Math.min(effect.limit.eventsMax, this.#frameEventsMax) };
        return { type: 'linesRead', read: await log.readForStore(effect.store, effect.after, limit) };
      }
      case 'readDeviceHashes':
        return { type: 'hashesRead', points: await log.deviceHashesAt(effect.device, effect.seqs) };
      case 'mintDevice': {
        this.#mintCount += 1;
        const device = `minted-${this.#mintCount}`;
        await log.registerDevice({
          device,
          store: effect.store,
          kind: 'installation',
          label: device,
          parent: effect.parent,
          enrolledAtMs: this.nowMs(),
        });
        return { type: 'deviceMinted', device };
      }
    }
  }

  /** Single use; good for the device it was issued to and for whatever that became by forks. */
  async #redeem(ticket: string, device: DeviceId): Promise<boolean> {
    const credential = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (credential === undefined) return false;
    for (let current = await this.log.device(device); current !== null;) {
      if (current.device === credential) return true;
      current = current.parent === null ? null : await this.log.device(current.parent);
    }
    return false;
  }

  /**
   * At once when idle; while a commit runs, what arrives is gathered for the next. Committed, then acknowledged, then
   * published.
   */
  #commitNext(): void {
    if (this.#committing || this.#waiting.length === 0) return;
    this.#committing = true;
    this.#later(this.#random.int(1, 6), async () => {
      const batch = this.#waiting.splice(0, GROUP_PUSHES_MAX);
      const before = (await this.log.head()).position;
      const outcomes = await this.#committed(batch.map(({ push }) => push));
      this.#later(this.#random.int(0, 2), async () => {
        for (const [index, { visit }] of batch.entries()) {
          const outcome = outcomes?.[index];
          if (outcome === undefined) this.#step(visit, { type: 'failed', detail: 'Nothing was written.' });
          else this.#step(visit, { type: 'appended', outcome });
        }
        await this.#publish(before);
        this.#committing = false;
        this.#commitNext();
      });
    });
  }

  /** null: nothing of it was written, and the centre lives. */
  async #committed(pushes: readonly Push[]): Promise<readonly PushOutcome[] | null> {
    try {
      this.#strike('open');
      const outcomes = await this.log.append(pushes, this.#plan);
      this.#strike('after-commit');
      return outcomes;
    } catch (error) {
      if (error instanceof DiskFull) return null;
      throw error;
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
