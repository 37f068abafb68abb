// The simulated centre: the real central sessions and the real central log, group commit and tickets as the central
// engine does them, over virtual time. What is committed survives a crash; sessions, tickets and pushes that wait for
// their commit do not.
import {
  MemoryCentralLog,
  pushPlanner,
  deviceChainStart,
  type CentralLog,
  type DeviceId,
  type PlanPush,
  type Push,
  type Seal,
} from '@streamstock/event-log';
import type { CentralEffect, CentralInput, CentralTimer, GreetingFacts } from '../central-session-types.ts';
import { stepCentral } from '../central-session.ts';
import { startCentralSession, type CentralSessionState } from '../central-state.ts';
import type { WireLimits } from '../protocol.ts';
import { counterJudge } from './counters.ts';
import { quickHash, type Random } from './random.ts';
import type { Connection } from './sim-network.ts';
import { WORLD_BEGINS_MS, type CentreDoor, type SimEnvironment } from './sim-environment.ts';

/** Pushes of all connections that one transaction takes. */
const GROUP_PUSHES_MAX = 64;

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;

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
  readonly #memory: MemoryCentralLog;
  readonly #world: SimEnvironment;
  readonly #random: Random;
  readonly #limits: WireLimits;
  readonly #frameEventsMax: number;
  readonly #plan: PlanPush;
  #up = true;
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
    this.#memory = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1', hash: quickHash });
    this.log = this.#memory;
    const plan = pushPlanner(quickHash, (device) => deviceChainStart(quickHash, device), counterJudge);
    this.#plan = world.sabotage.plan?.(plan) ?? plan;
  }

  get isUp(): boolean {
    return this.#up;
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
    this.#world.time.after(delayMs, () => (life === this.#life ? task() : undefined));
  }

  #step(visit: Visit, input: Untimed<CentralInput>): void {
    if (!visit.open) return;
    this.#world.trace('centre', input);
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
        if (this.#world.sabotage.acknowledgeBeforeCommit === true) return this.#acknowledgeEarly(visit, effect.push);
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
        return this.#later(this.#random.int(0, 3), async () => this.#step(visit, await this.#answer(visit, effect)));
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

  async #answer(
    visit: Visit,
    effect: Extract<
      CentralEffect,
      { type: 'redeemTicket' | 'readGreeting' | 'readForStore' | 'readDeviceHashes' | 'mintDevice' }
    >,
  ): Promise<Untimed<CentralInput>> {
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
        const read = await log.readForStore(effect.store, effect.after, limit);
        return { type: 'linesRead', read: this.#world.sabotage.read?.(read, await log.head(), visit.device) ?? read };
      }
      case 'readDeviceHashes': {
        const held = await log.deviceHashesAt(effect.device, effect.seqs);
        const { phase } = visit.state;
        const told = phase.kind === 'forking' && phase.told !== null ? phase.told : held;
        return { type: 'hashesRead', points: this.#world.sabotage.heldHashes?.(held, told) ?? held };
      }
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
      const outcomes = await this.log.append(
        batch.map(({ push }) => push),
        this.#plan,
      );
      this.#later(this.#random.int(0, 2), async () => {
        for (const [index, { visit }] of batch.entries()) {
          const outcome = outcomes[index];
          if (outcome !== undefined) this.#step(visit, { type: 'appended', outcome });
        }
        await this.#publish(before);
        this.#committing = false;
        this.#commitNext();
      });
    });
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

  /** The planted bug: tells what the commit would give, and commits later, if it lives. */
  #acknowledgeEarly(visit: Visit, push: Push): void {
    this.#later(0, async () => {
      const [outcome] = await this.#memory.clone().append([push], this.#plan);
      this.#later(this.#random.int(5, 30), async () => {
        const before = (await this.log.head()).position;
        await this.log.append([push], this.#plan);
        await this.#publish(before);
      });
      if (outcome !== undefined) this.#step(visit, { type: 'appended', outcome });
    });
  }
}
