// A simulated installation: a disk that survives, and everything else that a crash takes. Runs the real device session
// and the real device log as the device engine does, over virtual time. Owns its disk, clock, timers and connections.
//
//   off ──switchOn──▶ on ──freeze──▶ frozen: whatever comes due waits ──thaw──▶ on (all of it, in its order)
//    ▲                 │               │
//    └─────crash───────┴──────crash────┘  what was under way is gone; the disk keeps what was written
import {
  DeviceLogClosed,
  MemoryDeviceLog,
  type AppendedEvent,
  type MemoryDisk,
  newEventId,
  type DeviceLog,
  type DeviceId,
  type EventDraft,
  type EventId,
  type StoreId,
} from '@streamstock/event-log';
import type { DeviceEffect, DeviceInput, DeviceMoment, DeviceTimer } from '../device-session-types.ts';
import { stepDevice } from '../device-session.ts';
import { startDeviceSession, type DeviceSessionState } from '../device-state.ts';
import { counterProjector } from './counters.ts';
import { quickHash, type Random } from './random.ts';
import { DiskFull, MachineGone } from './sim-disk.ts';
import { WORLD_BEGINS_MS, type SimEnvironment } from './sim-environment.ts';
import type { Connection } from './sim-network.ts';
import type { Task } from './virtual-time.ts';

const EVERYTHING = { eventsMax: 10_000, bytesMax: Number.MAX_SAFE_INTEGER };

type Unmomented<Input> = Input extends unknown ? Omit<Input, keyof DeviceMoment> : never;
type LogEffect = Extract<
  DeviceEffect,
  { type: 'readLog' | 'readOutbox' | 'applyFrame' | 'storeMark' | 'readHashes' | 'rechain' | 'readStatus' }
>;

export interface SimDeviceOptions {
  readonly name: string;
  /** The device id under which this installation was enrolled: what its credential stands for. */
  readonly credential: DeviceId;
  readonly store: StoreId;
  readonly disk: MemoryDisk;
  readonly clockOffsetMs: number;
  readonly random: Random;
}

export class SimDevice {
  readonly name: string;
  readonly credential: DeviceId;
  readonly store: StoreId;
  /** How far its clock is ahead. */
  clockOffsetMs: number;
  disk: MemoryDisk;
  readonly #world: SimEnvironment;
  readonly #random: Random;
  #log: DeviceLog | null = null;
  #session: DeviceSessionState = startDeviceSession({ appVersion: '1.0.0', readModelVersion: 'counters-1' });
  /** Rises when the device dies: what was scheduled before no longer counts. */
  #life = 0;
  #bornMs = 0;
  #timers = new Map<DeviceTimer, number>();
  #timerCount = 0;
  #connections = new Map<number, Connection>();
  /** Connection numbers let go before they were open. */
  #abandoned = new Set<number>();
  #queue: LogEffect[] = [];
  #busy = false;
  /** What came due while it was frozen; null: it is not. */
  #backlog: Task[] | null = null;
  /** Reports of the session, for scenarios. */
  readonly reports: string[] = [];

  constructor(world: SimEnvironment, options: SimDeviceOptions) {
    this.#world = world;
    this.name = options.name;
    this.credential = options.credential;
    this.store = options.store;
    this.disk = options.disk;
    this.clockOffsetMs = options.clockOffsetMs;
    this.#random = options.random;
  }

  get isOn(): boolean {
    return this.#log !== null;
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
    this.disk.faults = this.#world.troubleOf(this.disk).strike;
    this.#log = new MemoryDeviceLog(this.disk, [counterProjector], quickHash);
    this.#bornMs = this.#world.time.nowMs;
    const life = this.#life;
    this.#log.observe(({ cause }) => {
      if (cause === 'append' || cause === 'rechain') this.#later(life, 0, () => this.#step({ type: 'logChanged' }));
    });
    this.#session = startDeviceSession({ appVersion: '1.0.0', readModelVersion: 'counters-1' });
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
    this.#abandoned = new Set();
    for (const connection of this.#connections.values()) {
      connection.abandon('device');
      connection.cut();
    }
    this.#connections = new Map();
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
    this.#world.book.attempt(drafts, { clockOffsetMs: this.clockOffsetMs, lineage: this.credential });
    this.#later(life, this.#random.int(0, 4), async () => {
      const appended = await this.#appended(drafts);
      if (appended !== null) this.#later(life, this.#random.int(0, 3), () => this.#world.book.saved(appended));
    });
  }

  /** null: it said that it was not saved, and a person was told so. */
  async #appended(drafts: readonly EventDraft[]): Promise<readonly AppendedEvent[] | null> {
    try {
      return await this.log.append({ drafts, clock: { nowMs: this.nowMs(), uncertaintyMs: null } });
    } catch (error) {
      if (error instanceof DiskFull) return null;
      throw error;
    }
  }

  // ── the engine ─────────────────────────────────────────────────────────────────────────────────────────────────

  #later(life: number, delayMs: number, task: () => void | Promise<void>): void {
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
        return this.#connect(effect.connection);
      case 'close':
        return this.#close(effect.connection);
      case 'send':
        return this.#connections.get(effect.connection)?.send('device', effect.text);
      case 'setTimer':
        return this.#setTimer(effect.timer, effect.afterMs);
      case 'clearTimer':
        this.#timers.delete(effect.timer);
        return;
      case 'report':
        this.reports.push(effect.report.kind);
        return;
      default:
        this.#queue.push(effect);
        return this.#runNext();
    }
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

  #connect(connection: number): void {
    const { network, centre } = this.#world;
    const life = this.#life;
    const fail = (): void => this.#step({ type: 'connectFailed', connection, failure: { kind: 'unreachable' } });
    this.#later(life, network.latencyMs(), () => {
      if (!network.canConnect(this.name) || !centre.isUp) return fail();
      const ticket = centre.issueTicket(this.credential);
      this.#later(life, 2 * network.latencyMs(), () => {
        if (this.#abandoned.delete(connection)) return;
        if (!network.canConnect(this.name) || !centre.isUp) return fail();
        const link = network.connect(this.name);
        this.#connections.set(connection, link);
        link.listen('device', {
          frame: (text) => this.#due(life, () => this.#step({ type: 'frame', connection, text })),
          closed: () =>
            this.#due(life, () => {
              this.#connections.delete(connection);
              this.#step({ type: 'closed', connection });
            }),
        });
        centre.accept(link);
        this.#step({ type: 'opened', connection, ticket });
      });
    });
  }

  #close(connection: number): void {
    const link = this.#connections.get(connection);
    if (link === undefined) this.#abandoned.add(connection);
    else link.close('device');
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

  async #answered(effect: LogEffect): Promise<Unmomented<DeviceInput>> {
    try {
      return await this.#onLog(effect);
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error;
      return { type: 'logFailed', connection: effect.connection, detail: error.message };
    }
  }

  async #onLog(effect: LogEffect): Promise<Unmomented<DeviceInput>> {
    const { log } = this;
    const { connection } = effect;
    switch (effect.type) {
      case 'readLog':
        return { type: 'logRead', connection, log: await log.state() };
      case 'readOutbox': {
        const [before] = await log.hashesAt([effect.afterSeq]);
        const lines = await log.outbox(effect.afterSeq, effect.limit);
        return { type: 'outboxRead', connection, afterSeq: effect.afterSeq, before: before ?? null, lines };
      }
      case 'applyFrame': {
        const outcome = await log.applyFrame(effect.frame);
        if (outcome === 'applied') await this.#world.onFrameApplied(this.name, log, effect.frame.to);
        return { type: 'frameApplied', connection, to: effect.frame.to, outcome };
      }
      case 'storeMark':
        await log.accept(effect.mark);
        await this.#world.onMarkStored(this.name, log, effect.mark);
        return { type: 'markStored', connection, mark: effect.mark };
      case 'readHashes':
        return { type: 'hashesRead', connection, points: await log.hashesAt(effect.seqs) };
      case 'rechain': {
        const follows = await log.outbox(effect.commonSeq, EVERYTHING);
        const before = (await log.state())?.identity.device;
        await log.rechain({ from: effect.from, commonSeq: effect.commonSeq, device: effect.device });
        if (before === effect.from) this.#world.onRechained(this.name, follows, await log.outbox(0, EVERYTHING));
        return { type: 'rechained', connection };
      }
      case 'readStatus': {
        const pending = (await log.state())?.pending;
        const oldest = pending?.oldestRecordedAtMs ?? null;
        return {
          type: 'statusRead',
          connection,
          report: {
            unsent: pending?.events ?? 0,
            oldestUnsentAgeMs: oldest === null ? null : Math.max(0, this.nowMs() - oldest),
            lastWriteAtMs: null,
            needsAttention: 0,
            storage: null,
          },
        };
      }
    }
  }
}
