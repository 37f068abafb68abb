// A device as the product runs it, without a browser: the real session and the real device log (in memory, with the domain's
// read models) over a real socket and real HTTP. Enrolled already; keeps its disk while the server is away.
import { randomBytes } from 'node:crypto';
import { Problem, problemKind, snapshotPaths, type Enrolment } from '@streamstock/api';
import { isLogEffect, LogEffects } from '@streamstock/device-engine/log-effects';
import { fetchSnapshot } from '@streamstock/device-engine/snapshot-fetch';
import { SnapshotFailed, type SnapshotSource } from '@streamstock/device-engine/snapshot-source';
import {
  MemoryDeviceLog,
  MemoryDisk,
  newEventId,
  readModelVersionOf,
  SnapshotHeader,
  type DeviceLog,
  type DeviceLogState,
  type EventId,
} from '@streamstock/event-log';
import { inventoryProjectors, listStockLines, type CommandContext, type Decision } from '@streamstock/inventory';
import { nativeSha256 } from '@streamstock/log-sql';
import {
  startDeviceSession,
  stepDevice,
  SUBPROTOCOL,
  viewOf,
  type DeviceEffect,
  type DeviceInput,
  type DeviceMoment,
  type DeviceReport,
  type DeviceSessionState,
  type DeviceSessionView,
  type DeviceTimer,
} from '@streamstock/sync';
import { WebSocket } from 'ws';

const READ_MODELS = readModelVersionOf(nativeSha256, inventoryProjectors);
const PAGES_AT_ONCE = 20;

type Untimed<Input> = Input extends unknown ? Omit<Input, keyof DeviceMoment> : never;

export class SessionDevice {
  readonly log: DeviceLog;
  readonly identity: Enrolment;
  readonly reports: DeviceReport[] = [];
  readonly #url: string;
  readonly #timers = new Map<DeviceTimer, NodeJS.Timeout>();
  readonly #logEffects: LogEffects;
  #state: DeviceSessionState = startDeviceSession({ appVersion: '1.0.0', readModelVersion: READ_MODELS });
  #socket: WebSocket | undefined;

  private constructor(url: string, identity: Enrolment) {
    this.#url = url;
    this.identity = identity;
    this.log = new MemoryDeviceLog(new MemoryDisk(), inventoryProjectors, nativeSha256);
    this.#logEffects = new LogEffects({
      log: this.log,
      readStatus: async () => await this.#readStatus(),
      answer: (input) => this.#take(input),
      failed: (error) => {
        throw error;
      },
    });
    this.log.observe(() => this.#take({ type: 'logChanged' }));
  }

  static async open(url: string, identity: Enrolment): Promise<SessionDevice> {
    const device = new SessionDevice(url, identity);
    await device.log.enrol({ device: identity.device, store: identity.store.id });
    return device;
  }

  connect(): void {
    this.#take({ type: 'start' });
  }

  /** Does not wait for the next attempt to connect. */
  tryNow(): void {
    this.#take({ type: 'tryNow' });
  }

  /** Does not say goodbye. What its log was about is done when it resolves. */
  async disconnect(): Promise<void> {
    this.#take({ type: 'stop' });
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.log.state();
  }

  get view(): DeviceSessionView {
    return viewOf(this.#state);
  }

  async state(): Promise<DeviceLogState> {
    const state = await this.log.state();
    if (state === null) throw new Error('The device is not enrolled.');
    return state;
  }

  /** Decides and saves; it is sent when there is a connection. */
  async does(command: (context: CommandContext) => Decision): Promise<readonly EventId[]> {
    const { device, store } = (await this.state()).identity;
    const newId = () => newEventId(Date.now(), randomBytes);
    const decision = command({ store, device, actor: 'ana', newId });
    if (!decision.ok) throw new Error(decision.refusal.message);
    const clock = { nowMs: Date.now(), uncertaintyMs: 0 };
    return (await this.log.append({ drafts: decision.drafts, clock })).map(({ event }) => event.id);
  }

  /** Everything it could hand back. */
  async held(): Promise<readonly EventId[]> {
    const ids: EventId[] = [];
    for (let after: EventId | null = null; ;) {
      const page = await this.log.heldIds(after, 500);
      const last = page.at(-1);
      if (last === undefined) return ids;
      ids.push(...page);
      after = last;
    }
  }

  /** On hand by item, in its own store. */
  async onHand(): Promise<Record<string, number>> {
    const { store } = (await this.state()).identity;
    const lines = await listStockLines(this.log.tables);
    return Object.fromEntries(lines.filter((line) => line.store === store).map(({ item, onHand }) => [item, onHand]));
  }

  async #readStatus() {
    const { pending, needsAttention } = await this.state();
    return { unsent: pending.events, oldestUnsentAgeMs: null, lastWriteAtMs: null, needsAttention, storage: null };
  }

  #take(input: Untimed<DeviceInput>): void {
    const moment: DeviceMoment = { nowMs: Date.now(), monotonicMs: performance.now(), random: Math.random() };
    const { state, effects } = stepDevice(this.#state, { ...input, ...moment });
    this.#state = state;
    for (const effect of effects) this.#begin(effect);
  }

  #begin(effect: DeviceEffect): void {
    if (isLogEffect(effect)) return this.#logEffects.run(effect);
    switch (effect.type) {
      case 'connect':
        return void this.#connect(effect.connection);
      case 'close':
        return this.#socket?.close();
      case 'send':
        return this.#socket?.send(effect.text);
      case 'setTimer':
        clearTimeout(this.#timers.get(effect.timer));
        this.#timers.set(
          effect.timer,
          setTimeout(() => this.#take({ type: 'timer', timer: effect.timer }), effect.afterMs),
        );
        return;
      case 'clearTimer':
        return clearTimeout(this.#timers.get(effect.timer));
      case 'report':
        this.reports.push(effect.report);
        return;
      case 'fetchSnapshot':
        return void this.#fetchSnapshot(effect);
    }
  }

  async #connect(connection: number): Promise<void> {
    try {
      const answer = await this.#ask('/api/v1/tickets', 'POST');
      const { ticket } = (await answer.json()) as { ticket: string };
      const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/sync`, SUBPROTOCOL);
      this.#socket = socket;
      socket.on('error', () => {});
      socket.once('open', () => this.#take({ type: 'opened', connection, ticket }));
      socket.on('message', (data: Buffer) => this.#take({ type: 'frame', connection, text: data.toString('utf8') }));
      socket.once('close', () => this.#take({ type: 'closed', connection }));
    } catch {
      this.#take({ type: 'connectFailed', connection, failure: { kind: 'unreachable' } });
    }
  }

  async #fetchSnapshot({ connection, epoch, over }: Extract<DeviceEffect, { type: 'fetchSnapshot' }>): Promise<void> {
    const source = this.#snapshots();
    const progress = (bytesHeld: number, bytesTotal: number): void =>
      this.#take({ type: 'snapshotProgress', connection, bytesHeld, bytesTotal });
    try {
      const { signal } = new AbortController();
      const outcome = await fetchSnapshot({ log: this.log, source, epoch, over, signal, progress });
      this.#take({ type: 'snapshotInstalled', connection, outcome });
    } catch (error) {
      const failure = error instanceof SnapshotFailed ? error.failure : ({ kind: 'unreachable' } as const);
      this.#take({ type: 'snapshotFailed', connection, failure });
    }
  }

  #snapshots(): SnapshotSource {
    const ask = async (path: string): Promise<Response> => await this.#ask(path);
    const state = async (): Promise<DeviceLogState> => await this.state();
    return {
      header: async () => {
        const { device } = (await state()).identity;
        return SnapshotHeader.parse(
          await (await ask(snapshotPaths.header({ device, readModels: READ_MODELS }))).json(),
        );
      },
      pages: async function* (id, from) {
        const lines = (await (await ask(snapshotPaths.pages(id, from))).text()).split('\n');
        const pages = lines.filter((line) => line !== '').map((text, index) => ({ index: from + index, text }));
        for (let start = 0; start < pages.length; start += PAGES_AT_ONCE)
          yield pages.slice(start, start + PAGES_AT_ONCE);
      },
    };
  }

  async #ask(path: string, method = 'GET'): Promise<Response> {
    const headers = { authorization: `Bearer ${this.identity.credential}` };
    const answer = await fetch(this.#url + path, { method, headers });
    if (answer.ok) return answer;
    const problem = Problem.parse(await answer.json());
    const kind = problemKind(problem);
    if (kind === 'snapshot-none') throw new SnapshotFailed({ kind: 'none' });
    if (kind === 'revoked') throw new SnapshotFailed({ kind: 'refused' });
    throw new SnapshotFailed({ kind: 'busy', retryAfterMs: problem.retryAfterMs ?? null });
  }
}
