// One connection: runs the pure central session. Owns the session's state; hands every effect to whoever owns what it touches
// (socket, timers, group commit, log) and feeds the answers back in. Ten thousand of it stand in memory: what they share stands
// in their host, once.
import type { AudienceRead, DeviceId, Position, StoreId, Submission } from '@streamstock/event-log';
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
import type { WebSocket } from 'ws';
import { DueTimers } from './due-timers.ts';
import { messageOf, type PushAnswer } from './group-commit.ts';
import type { AskingEffect, SessionInput } from './log-answers.ts';
import { SocketLink, type SocketEvents, type Wire } from './socket-link.ts';

export type ReadEffect = Extract<AskingEffect, { type: 'readForStore' }>;

/** What all connections share. */
export interface ConnectionHost {
  readonly config: CentralSessionConfig;
  readonly clock: () => number;
  readonly observer: ConnectionObserver;
  /** The tick at which a timer of so many milliseconds is due. */
  dueAfter(afterMs: number): number;
  submit(connection: Connection, submission: Submission, answer: (answer: PushAnswer) => void): void;
  /** null: it must be asked for. */
  readNow(effect: ReadEffect): AudienceRead | null;
  ask(effect: AskingEffect): Promise<SessionInput>;
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

export class Connection implements SocketEvents {
  readonly due = new DueTimers();
  readonly #host: ConnectionHost;
  readonly #link: SocketLink;
  #state: CentralSessionState;
  #open = true;
  #device: DeviceId | null = null;
  #store: StoreId | null = null;

  constructor(host: ConnectionHost, socket: WebSocket, wire: Wire | null) {
    this.#host = host;
    this.#state = startCentralSession(host.config);
    this.#link = new SocketLink(socket, wire, this);
  }

  /** Known once the device was welcomed. */
  get device(): DeviceId | null {
    return this.#device;
  }

  get store(): StoreId | null {
    return this.#store;
  }

  text(text: string): void {
    this.step({ type: 'frame', text });
  }

  badFrame(kind: 'bad-frame' | 'too-large', detail: string): void {
    this.step({ type: 'badFrame', kind, detail });
  }

  closed(): void {
    this.step({ type: 'closed' });
  }

  fire(timer: CentralTimer): void {
    this.step({ type: 'timer', timer });
  }

  /** Something happened. Ignored after the end. */
  step(input: SessionInput): void {
    if (!this.#open) return;
    try {
      this.#take(input);
    } catch (error) {
      // A bug: it ends this conversation, never the others'.
      this.#host.observer.broken(this.#device, messageOf(error));
      this.cut();
    }
    if (input.type === 'closed') this.#end();
  }

  #take(input: SessionInput): void {
    if (input.type === 'frame' && this.#device !== null) this.#host.observer.heard(this.#device);
    // What can be read at once is answered in the same turn, when all effects before it were begun: one read at a time.
    for (let next: SessionInput | null = input; next !== null;) {
      const { state, effects } = stepCentral(this.#state, { ...next, nowMs: this.#host.clock() });
      this.#state = state;
      next = null;
      for (const effect of effects)
        if (effect.type === 'readForStore') next = this.#read(effect);
        else this.#run(effect);
    }
  }

  /** Ends it without a word. */
  cut(): void {
    this.#link.cut();
  }

  #run(effect: Exclude<CentralEffect, ReadEffect>): void {
    const { observer } = this.#host;
    switch (effect.type) {
      case 'send':
        this.#link.send(effect.text);
        return;
      case 'close':
        this.#link.close();
        return;
      case 'setTimer':
        this.due.set(effect.timer, this.#host.dueAfter(effect.afterMs));
        return;
      case 'clearTimer':
        this.due.clear(effect.timer);
        return;
      case 'append':
        this.#host.submit(this, effect.submission, (answer) => {
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

  /** The answer, where it is at hand and there is room for it; else it is asked for, and comes later. */
  #read(effect: ReadEffect): SessionInput | null {
    const read = this.#link.hasRoom ? this.#host.readNow(effect) : null;
    if (read !== null) return { type: 'linesRead', read };
    void this.#ask(effect);
    return null;
  }

  async #ask(effect: AskingEffect): Promise<void> {
    let answer: SessionInput;
    try {
      if (effect.type === 'readForStore') await this.#link.drained();
      if (!this.#open) return;
      answer = await this.#host.ask(effect);
    } catch (error) {
      answer = { type: 'failed', detail: `${effect.type}: ${messageOf(error)}` };
    }
    this.step(answer);
  }

  #end(): void {
    this.#open = false;
    this.#host.observer.closed(this);
  }
}
