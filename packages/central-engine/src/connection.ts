// One connection: runs the pure central session. Owns the session's state; hands every effect to whoever owns what it touches
// (socket, timers, group commit, log) and feeds the answers back in.
import type { DeviceId, Position, StoreId, Submission } from '@streamstock/event-log';
import {
  startCentralSession,
  stepCentral,
  type CentralEffect,
  type CentralReport,
  type CentralSessionConfig,
  type CentralSessionState,
  type CentralTimer,
  type Hello,
  type Status,
} from '@streamstock/sync';
import { messageOf, type PushAnswer } from './group-commit.ts';
import type { AskingEffect, SessionInput } from './log-answers.ts';
import type { SessionTimers } from './session-timers.ts';
import type { SocketLink } from './socket-link.ts';

export interface ConnectionParts {
  readonly config: CentralSessionConfig;
  readonly clock: () => number;
  readonly link: (connection: Connection) => SocketLink;
  readonly timers: (fire: (timer: CentralTimer) => void) => SessionTimers<CentralTimer>;
  readonly submit: (submission: Submission, answer: (answer: PushAnswer) => void) => void;
  readonly ask: (effect: AskingEffect) => Promise<SessionInput>;
  readonly observer: ConnectionObserver;
}

/** What others want to know of connections. */
export interface ConnectionObserver {
  greeted(connection: Connection, hello: Hello): void;
  heard(device: DeviceId): void;
  status(device: DeviceId, status: Status): void;
  applied(device: DeviceId, position: Position): void;
  report(report: CentralReport): void;
  /** The session, or an observer, threw: a bug. */
  broken(device: DeviceId | null, detail: string): void;
  closed(connection: Connection): void;
}

export class Connection {
  readonly #parts: ConnectionParts;
  readonly #link: SocketLink;
  readonly #timers: SessionTimers<CentralTimer>;
  #state: CentralSessionState;
  #open = true;
  #device: DeviceId | null = null;
  #store: StoreId | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#state = startCentralSession(parts.config);
    this.#timers = parts.timers((timer) => this.step({ type: 'timer', timer }));
    this.#link = parts.link(this);
  }

  /** Known once the device was welcomed. */
  get device(): DeviceId | null {
    return this.#device;
  }

  get store(): StoreId | null {
    return this.#store;
  }

  /** Something happened. Ignored after the end. */
  step(input: SessionInput): void {
    if (!this.#open) return;
    try {
      this.#take(input);
    } catch (error) {
      // A bug: it ends this conversation, never the others'.
      this.#parts.observer.broken(this.#device, messageOf(error));
      this.cut();
    }
    if (input.type === 'closed') this.#end();
  }

  #take(input: SessionInput): void {
    if (input.type === 'frame' && this.#device !== null) this.#parts.observer.heard(this.#device);
    const { state, effects } = stepCentral(this.#state, { ...input, nowMs: this.#parts.clock() });
    this.#state = state;
    for (const effect of effects) this.#run(effect);
  }

  /** Ends it without a word. */
  cut(): void {
    this.#link.cut();
  }

  #run(effect: CentralEffect): void {
    const { observer, submit } = this.#parts;
    switch (effect.type) {
      case 'send':
        this.#link.send(effect.text);
        return;
      case 'close':
        this.#link.close();
        return;
      case 'setTimer':
        this.#timers.set(effect.timer, effect.afterMs);
        return;
      case 'clearTimer':
        this.#timers.clear(effect.timer);
        return;
      case 'append':
        submit(effect.submission, (answer) => {
          if (answer.kind === 'committed') this.step({ type: 'appended', outcome: answer.outcome });
          else this.step({ type: 'failed', detail: answer.detail });
        });
        return;
      case 'greeted':
        this.#device = effect.hello.device;
        this.#store = effect.hello.store;
        observer.greeted(this, effect.hello);
        return;
      case 'recordStatus':
        observer.status(effect.device, effect.status);
        return;
      case 'recordApplied':
        observer.applied(effect.device, effect.cursor.position);
        return;
      case 'report':
        observer.report(effect.report);
        return;
      default:
        void this.#ask(effect);
    }
  }

  async #ask(effect: AskingEffect): Promise<void> {
    let answer: SessionInput;
    try {
      if (effect.type === 'readForStore') await this.#link.drained();
      if (!this.#open) return;
      answer = await this.#parts.ask(effect);
    } catch (error) {
      answer = { type: 'failed', detail: `${effect.type}: ${messageOf(error)}` };
    }
    this.step(answer);
  }

  #end(): void {
    this.#open = false;
    this.#timers.clearAll();
    this.#parts.observer.closed(this);
  }
}
