// A simulated installation: a disk that survives, and everything else that a crash takes. Runs the real device session
// and the real device log as the device engine does, over virtual time. Owns its disk, timers and connections.
import {
  MemoryDeviceLog,
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
import { decodeFrame, encodeFrame } from '../frame.ts';
import { counterProjector } from './counters.ts';
import { quickHash, type Random } from './random.ts';
import { WORLD_BEGINS_MS, type SimEnvironment } from './sim-environment.ts';
import type { Connection } from './sim-network.ts';

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
  readonly clockOffsetMs: number;
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
    this.#world.book.attempt(drafts, this.clockOffsetMs);
    this.#later(life, this.#random.int(0, 4), async () => {
      const appended = await this.log.append({ drafts, clock: { nowMs: this.nowMs(), uncertaintyMs: null } });
      this.#later(life, this.#random.int(0, 3), () => this.#world.book.saved(appended));
    });
  }

  // ── the engine ─────────────────────────────────────────────────────────────────────────────────────────────────

  #later(life: number, delayMs: number, task: () => void | Promise<void>): void {
    this.#world.time.after(delayMs, () => (life === this.#life ? task() : undefined));
  }

  #step(unmomented: Unmomented<DeviceInput>): void {
    const moment: DeviceMoment = {
      nowMs: this.nowMs(),
      monotonicMs: this.#world.time.nowMs - this.#bornMs,
      random: this.#random.next(),
    };
    this.#world.trace(this.name, unmomented);
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
      if (network.partitioned || !centre.isUp) return fail();
      const ticket = centre.issueTicket(this.credential);
      this.#later(life, 2 * network.latencyMs(), () => {
        if (this.#abandoned.delete(connection)) return;
        if (network.partitioned || !centre.isUp) return fail();
        const link = network.connect();
        this.#connections.set(connection, link);
        link.listen('device', {
          frame: (text) =>
            life === this.#life ? this.#step({ type: 'frame', connection, text: this.#arriving(text) }) : undefined,
          closed: () => {
            this.#connections.delete(connection);
            if (life === this.#life) this.#step({ type: 'closed', connection });
          },
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

  /** Where a bug in reading frames is planted. */
  #arriving(text: string): string {
    const { frameFrom } = this.#world.sabotage;
    const { phase } = this.#session;
    if (frameFrom === undefined || phase.kind !== 'live') return text;
    const frame = decodeFrame(text, 'centre');
    if (!frame.ok || frame.message.type !== 'events') return text;
    const { lines: _count, ...message } = frame.message;
    return encodeFrame({ ...message, from: frameFrom(message.from, phase.receiving.expected) }, frame.lines);
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
      const answer = await this.#onLog(effect);
      this.#later(life, this.#random.int(0, 2), () => {
        this.#busy = false;
        this.#step(answer);
        this.#runNext();
      });
    });
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
        const { staleIsApplied, frameFrom } = this.#world.sabotage;
        const stored = frameFrom === undefined ? null : ((await log.state())?.cursor ?? null);
        const frame =
          frameFrom === undefined ? effect.frame : { ...effect.frame, from: frameFrom(effect.frame.from, stored) };
        const told = await log.applyFrame(frame);
        const outcome = staleIsApplied === true ? 'applied' : told;
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
        const ownMark = (await log.state())?.accepted?.seq ?? 0;
        const commonSeq = this.#world.sabotage.commonSeq?.(effect.commonSeq, ownMark) ?? effect.commonSeq;
        const follows = await log.outbox(effect.commonSeq, EVERYTHING);
        const before = (await log.state())?.identity.device;
        await log.rechain({ from: effect.from, commonSeq, device: effect.device });
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
