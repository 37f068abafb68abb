// A simulated installation: a disk that survives, and everything else that a crash takes. Runs the real device session
// and the real device log as the device engine does, over virtual time. Owns its clock, timers and connections.
//
//   off ──switchOn──▶ on ──freeze──▶ frozen: whatever comes due waits ──thaw──▶ on (all of it, in its order)
//    ▲                 │               │
//    └─────crash───────┴──────crash────┘  what was under way is gone; the disk keeps what was written
import {
  DeviceLogClosed,
  MemoryDeviceLog,
  newEventId,
  NotEnrolled,
  StorageFull,
  type AppendedEvent,
  type DeviceId,
  type DeviceLog,
  type EventDraft,
  type EventId,
  type MemoryDisk,
  type Seq,
  type StoreId,
} from '@streamstock/event-log';
import type { DeviceEffect, DeviceInput, DeviceMoment, DeviceTimer } from '../device-session-types.ts';
import { stepDevice } from '../device-session.ts';
import { startDeviceSession, type DeviceSessionState } from '../device-state.ts';
import type { Applied, NewDevice } from '../protocol.ts';
import { COUNTER_PROJECTORS, understandsCounters, type AppVersion } from './counters.ts';
import { quickHash, type Random } from './random.ts';
import { answerLogEffect, type LogEffect } from './sim-device-log.ts';
import { fetchSnapshot } from './sim-device-snapshot.ts';
import { SimDeviceLinks, type Life } from './sim-device-links.ts';
import { credentialWrite, identityOn } from './sim-disk-contents.ts';
import { DiskFull, MachineGone } from './sim-disk.ts';
import { WORLD_BEGINS_MS, type SimEnvironment } from './sim-environment.ts';
import type { Task } from './virtual-time.ts';

type Unmomented<Input> = Input extends unknown ? Omit<Input, keyof DeviceMoment> : never;

export interface SimDeviceOptions {
  readonly name: string;
  /** The first installation that this one's disk is a copy of: itself, or another. */
  readonly lineage: string;
  readonly store: StoreId;
  readonly disk: MemoryDisk;
  readonly clockOffsetMs: number;
  readonly app: AppVersion;
  readonly random: Random;
}

/** How frames begin that are overheard: no decoder of the product's in between. */
const APPLIED = '{"type":"applied"';
const NEW_DEVICE = '{"type":"newDevice"';

export const isDiskFull = (error: unknown): error is Error => error instanceof DiskFull || error instanceof StorageFull;

export class SimDevice {
  readonly name: string;
  readonly lineage: string;
  readonly store: StoreId;
  /** How far its clock is ahead. */
  clockOffsetMs: number;
  disk: MemoryDisk;
  app: AppVersion;
  readonly #world: SimEnvironment;
  readonly #random: Random;
  #log: DeviceLog | null = null;
  #session: DeviceSessionState;
  /** Rises when the device dies: what was scheduled before no longer counts. */
  #life = 0;
  #bornMs = 0;
  #timers = new Map<DeviceTimer, number>();
  #timerCount = 0;
  readonly #links: SimDeviceLinks;
  #queue: LogEffect[] = [];
  #busy = false;
  /** What came due while it was frozen; null: it is not. */
  #backlog: Task[] | null = null;
  readonly #commonSeqs = new Map<DeviceId, Seq>();
  /** Reports of the session, for scenarios. */
  readonly reports: string[] = [];

  constructor(world: SimEnvironment, options: SimDeviceOptions) {
    this.#world = world;
    this.name = options.name;
    this.lineage = options.lineage;
    this.store = options.store;
    this.disk = options.disk;
    this.clockOffsetMs = options.clockOffsetMs;
    this.app = options.app;
    this.#random = options.random;
    this.#session = this.#newSession();
    this.#links = new SimDeviceLinks({
      name: this.name,
      disk: () => this.disk,
      world,
      life: () => this.#presentLife(),
      step: (input) => this.#step(input),
      overhear: (text) => this.#overhear(text),
    });
  }

  /** What is begun in it ends with it. */
  #presentLife(): Life {
    const life = this.#life;
    return {
      due: (task) => this.#due(life, task),
      later: (delayMs, task) => this.#later(life, delayMs, task),
    };
  }

  #newSession(): DeviceSessionState {
    return startDeviceSession({ appVersion: `${this.app}.0.0`, readModelVersion: `counters-${this.app}` });
  }

  get isOn(): boolean {
    return this.#log !== null;
  }

  get isFrozen(): boolean {
    return this.#backlog !== null;
  }

  get log(): DeviceLog {
    if (this.#log === null) throw new Error(`${this.name} is off.`);
    return this.#log;
  }

  get session(): DeviceSessionState {
    return this.#session;
  }

  nowMs(): number {
    return WORLD_BEGINS_MS + this.#world.time.nowMs + this.clockOffsetMs;
  }

  // ── its life ───────────────────────────────────────────────────────────────────────────────────────────────────

  switchOn(): void {
    if (this.#log !== null) return;
    const projectors = [COUNTER_PROJECTORS[this.app]];
    this.#log = new MemoryDeviceLog(this.disk, projectors, quickHash, understandsCounters(this.app));
    this.#bornMs = this.#world.time.nowMs;
    const life = this.#life;
    this.#log.observe(({ cause }) => {
      if (cause === 'append' || cause === 'rechain') this.#later(life, 0, () => this.#step({ type: 'logChanged' }));
      if (cause === 'enrolled') this.#later(life, 0, () => this.#beginAnew());
    });
    this.#session = this.#newSession();
    // A session runs only for a device that is enrolled; until then the app shows how to pair it.
    if (identityOn(this.disk) === null) this.#world.onUnknown(this.disk);
    else this.#step({ type: 'start' });
  }

  /** Paired, by this tab or another: what goes on under the old id ends. */
  #beginAnew(): void {
    this.#step({ type: 'stop' });
    this.#step({ type: 'start' });
  }

  /** Power lost, tab killed: only what is on the disk remains. */
  crash(): void {
    this.#life += 1;
    this.#log = null;
    this.#backlog = null;
    this.#timers = new Map();
    this.#queue = [];
    this.#busy = false;
    this.#links.crash();
    if (!this.#world.isShared(this.disk)) this.disk.crash();
  }

  /** The browser stops running this tab: its connections stay, and nothing that comes due is done. */
  freeze(): void {
    if (this.isOn) this.#backlog ??= [];
  }

  async thaw(): Promise<void> {
    const backlog = this.#backlog;
    this.#backlog = null;
    for (const task of backlog ?? []) await task();
  }

  /** Somebody sets its clock. */
  setClock(byMs: number): void {
    this.clockOffsetMs += byMs;
  }

  tryNow(): void {
    if (this.isOn) this.#step({ type: 'tryNow' });
  }

  // ── work ───────────────────────────────────────────────────────────────────────────────────────────────────────

  newId(): EventId {
    return newEventId(this.nowMs(), (length) => this.#random.bytes(length));
  }

  /** A tap: the world's book learns of it when the log says that it is saved. */
  commit(drafts: readonly EventDraft[]): void {
    const life = this.#life;
    this.#later(life, this.#random.int(0, 4), async () => {
      const { clockOffsetMs, lineage } = this;
      const isRevoked = this.#world.wasRemoved(this.disk);
      this.#world.book.attempt(drafts, { clockOffsetMs, lineage, isRevoked });
      const appended = await this.#appended(drafts);
      if (appended !== null) this.#later(life, this.#random.int(0, 3), () => this.#world.book.saved(appended));
    });
  }

  /** null: it said that it was not saved, and a person was told so. */
  async #appended(drafts: readonly EventDraft[]): Promise<readonly AppendedEvent[] | null> {
    if (this.#session.locked) return null;
    try {
      return await this.log.append({ drafts, clock: { nowMs: this.nowMs(), uncertaintyMs: null } });
    } catch (error) {
      if (isDiskFull(error) || error instanceof NotEnrolled) return null;
      throw error;
    }
  }

  /**
   * Drops what is old and in the base, as the app does now and then: only while it hears of the history that the base is of. A
   * centre that was put back meanwhile would ask for it.
   */
  async compact(olderThanMs: number): Promise<boolean> {
    const { phase } = this.#session;
    if (!this.isOn || this.isFrozen || phase.kind !== 'live' || phase.receiving === null) return false;
    const life = this.#life;
    try {
      await this.log.compact({ olderThanMs, nowMs: this.nowMs() });
    } catch (error) {
      if (!isDiskFull(error) && !(error instanceof MachineGone) && life === this.#life) throw error;
    }
    return true;
  }

  /** Somebody pairs it: `enrol` at the centre, then here. False: it did not work out. */
  async pair(device: DeviceId, enrol: () => Promise<void>): Promise<boolean> {
    const life = this.#life;
    try {
      await enrol();
      await this.log.enrol({ device, store: this.store }, [credentialWrite(device)]);
      return true;
    } catch (error) {
      if (!isDiskFull(error) && !(error instanceof MachineGone) && life === this.#life) throw error;
      return false;
    }
  }

  // ── the engine ─────────────────────────────────────────────────────────────────────────────────────────────────

  #later(life: number, delayMs: number, task: Task): void {
    this.#world.time.after(delayMs, () => this.#due(life, task));
  }

  /** Done unless the machine that wanted it is gone; later if it is frozen. */
  async #due(life: number, task: Task): Promise<void> {
    if (life !== this.#life) return;
    if (this.#backlog !== null) {
      this.#backlog.push(() => this.#due(life, task));
      return;
    }
    try {
      await task();
    } catch (error) {
      if (life === this.#life || !(error instanceof MachineGone || error instanceof DeviceLogClosed)) throw error;
    }
  }

  #step(unmomented: Unmomented<DeviceInput>): void {
    const moment: DeviceMoment = {
      nowMs: this.nowMs(),
      monotonicMs: this.#world.time.nowMs - this.#bornMs,
      random: this.#random.next(),
    };
    this.#world.trace?.(this.name, unmomented);
    const { state, effects } = stepDevice(this.#session, { ...moment, ...unmomented } as DeviceInput);
    this.#session = state;
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: DeviceEffect): void {
    switch (effect.type) {
      case 'connect':
        return this.#links.connect(effect.connection);
      case 'close':
        return this.#links.close(effect.connection);
      case 'send':
        if (effect.text.startsWith(APPLIED) && this.#world.isShared(this.disk))
          this.#world.watch.appliedSaid(this.name, this.disk, (JSON.parse(effect.text) as Applied).cursor);
        return this.#links.send(effect.connection, effect.text);
      case 'setTimer':
        return this.#setTimer(effect.timer, effect.afterMs);
      case 'clearTimer':
        this.#timers.delete(effect.timer);
        return;
      case 'report':
        this.reports.push(effect.report.kind);
        return;
      case 'fetchSnapshot':
        return this.#fetchSnapshot(effect);
      default:
        this.#queue.push(effect);
        return this.#runNext();
    }
  }

  /** Overhears what the centre says of a fork. */
  #overhear(text: string): void {
    if (!text.startsWith(NEW_DEVICE)) return;
    const { device, commonSeq } = JSON.parse(text) as NewDevice;
    this.#commonSeqs.set(device, commonSeq);
  }

  commonSeqTold(device: DeviceId): Seq | undefined {
    return this.#commonSeqs.get(device);
  }

  #setTimer(timer: DeviceTimer, afterMs: number): void {
    const setting = (this.#timerCount += 1);
    this.#timers.set(timer, setting);
    this.#later(this.#life, afterMs, () => {
      if (this.#timers.get(timer) !== setting) return;
      this.#timers.delete(timer);
      this.#step({ type: 'timer', timer });
    });
  }

  /** Over HTTPS, page by page, beside the connection; given up with it. */
  #fetchSnapshot({ connection, epoch, over }: Extract<DeviceEffect, { type: 'fetchSnapshot' }>): void {
    const { network, centre } = this.#world;
    const life = this.#life;
    fetchSnapshot({
      centre,
      epoch,
      over,
      log: () => this.log,
      isGivenUp: () => this.#links.isGivenUp(connection),
      canReach: () => this.#links.canReach,
      isDiskFull,
      later: (task) => this.#later(life, network.latencyMs(), task),
      installed: () => this.#world.watch.installed(this.name, this.log, this.disk),
      answer: (input) => this.#step({ connection, ...input }),
    });
  }

  /**
   * Effects on the log: one at a time, in order. Done at one moment, answered at a later one; a crash may come in
   * between.
   */
  #runNext(): void {
    if (this.#busy) return;
    const effect = this.#queue.shift();
    if (effect === undefined) return;
    this.#busy = true;
    const life = this.#life;
    this.#later(life, this.#random.int(0, 3), async () => {
      const answer = await this.#answered(effect);
      this.#later(life, this.#random.int(0, 2), () => {
        this.#busy = false;
        this.#step(answer);
        this.#runNext();
      });
    });
  }

  /** The world around it. */
  get world(): SimEnvironment {
    return this.#world;
  }

  async #answered(effect: LogEffect): Promise<Unmomented<DeviceInput>> {
    try {
      return await answerLogEffect(effect, this);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return { type: 'logFailed', connection: effect.connection, detail: error.message };
    }
  }
}
