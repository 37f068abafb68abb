// Everyone's conversation with the centre: takes sockets over, keeps the bounds on who may talk and how much, hands what devices
// bring to the group commit, and ends conversations. Owns the connections and their timers; what is said is the session's.
import { isSealedCursor, type AudienceRead, type DeviceId, type Seal, type Submission } from '@streamstock/event-log';
import type { CentralReport, CentralSessionConfig, Hello } from '@streamstock/sync';
import type { WebSocket } from 'ws';
import { Connection, type ConnectionHost, type ConnectionObserver, type ReadEffect } from './connection.ts';
import { Connections, type Address } from './connections.ts';
import type { DeviceStatuses } from './device-statuses.ts';
import { TimerSweep } from './due-timers.ts';
import type { GroupCommit, PushAnswer } from './group-commit.ts';
import { CLOSE_TIMEOUT_MS, NO_ROOM_RETRY_MS, type EngineBounds } from './limits.ts';
import type { LineReads } from './line-reads.ts';
import { answerFromLog, type AskingEffect, type LogAnswersOptions, type SessionInput } from './log-answers.ts';
import { PushAllowance } from './push-allowance.ts';
import type { Wire } from './socket-link.ts';

export interface ConversationsOptions extends LogAnswersOptions {
  readonly config: CentralSessionConfig;
  readonly seal: Seal;
  readonly bounds: EngineBounds;
  readonly reads: LineReads;
  readonly statuses: DeviceStatuses;
  readonly submit: GroupCommit['submit'];
  readonly report: (report: CentralReport) => void;
  /** A bug ended one connection; the device comes back. */
  readonly broken: (device: DeviceId | null, detail: string) => void;
  /** A device came with a cursor of this epoch: it has handed over before what it held of the one before. */
  readonly back: (device: DeviceId, epoch: string) => void;
}

/** What a socket came over. */
export interface AttachedTo {
  /** null: not counted. */
  readonly address?: Address;
  /** What is sent on it in one turn goes out in one write; null: each frame by itself. */
  readonly wire?: Wire | null;
}

export class Conversations implements ConnectionHost {
  readonly connections: Connections;
  readonly config: CentralSessionConfig;
  readonly clock: () => number;
  readonly #options: ConversationsOptions;
  readonly #allowance: PushAllowance;
  readonly #timers: TimerSweep;
  #shut = false;
  #allGone: () => void = () => {};

  constructor(options: ConversationsOptions) {
    const { config, clock, bounds } = options;
    this.#options = options;
    this.config = config;
    this.clock = clock;
    this.connections = new Connections(bounds);
    this.#allowance = new PushAllowance(bounds);
    this.#timers = new TimerSweep(() => this.connections.each());
  }

  /** Takes over a socket that was just opened. */
  attach(socket: WebSocket, { address = null, wire = null }: AttachedTo): void {
    const hasRoom = this.connections.hasRoom(address);
    const connection = new Connection(this, socket, wire);
    this.connections.add(connection, address);
    this.#timers.start();
    connection.step({ type: 'opened' });
    if (this.#shut) connection.step(dismissedBusy(NOT_NOW));
    else if (!hasRoom) connection.step(dismissedBusy(NO_ROOM, NO_ROOM_RETRY_MS));
  }

  /** Asks everyone to come back later, and, until `reopen`, whoever comes. */
  dismissAll(): void {
    this.#shut = true;
    for (const connection of this.connections.all()) connection.step(dismissedBusy(NOT_NOW));
  }

  reopen(): void {
    this.#shut = false;
  }

  /** Ends the conversations of devices that were revoked: they come back, to push only. */
  async dismissRevoked(): Promise<void> {
    const { log } = this.#options;
    for (const connection of this.connections.all()) {
      if (connection.device === null) continue;
      const record = await log.device(connection.device);
      if (record?.revokedAtMs !== null) connection.step(DISMISSED_REVOKED);
    }
  }

  /** Resolves when every socket has said goodbye, or was cut. */
  async goodbye(): Promise<void> {
    if (this.connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        for (const connection of this.connections.all()) connection.cut();
      }, CLOSE_TIMEOUT_MS);
      this.#allGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  // ── what connections ask of their host ───────────────────────────────────────────────────────────────────────────

  dueAfter(afterMs: number): number {
    return this.#timers.dueAfter(afterMs);
  }

  submit(connection: Connection, submission: Submission, answer: (answer: PushAnswer) => void): void {
    const { device, store } = connection;
    const waitMs = device === null || store === null ? null : this.#allowance.take(device, store, this.clock());
    if (waitMs === null) this.#options.submit(submission, answer);
    else connection.step(dismissedBusy(TOO_FAST, waitMs));
  }

  readNow({ store, after, limit }: ReadEffect): AudienceRead | null {
    return this.#options.reads.readNow(store, after, limit);
  }

  async ask(effect: AskingEffect): Promise<SessionInput> {
    if (effect.type !== 'readForStore') return await answerFromLog(this.#options, effect);
    return { type: 'linesRead', read: await this.#options.reads.read(effect.store, effect.after, effect.limit) };
  }

  readonly observer: ConnectionObserver = {
    greeted: (connection, hello) => this.#greeted(connection, hello),
    heard: (device) => this.#options.statuses.heard(device),
    status: (device, status) => this.#options.statuses.status(device, status),
    applied: (device, position) => this.#options.statuses.applied(device, position),
    report: (report) => this.#options.report(report),
    broken: (device, detail) => this.#options.broken(device, detail),
    closed: (connection) => {
      this.connections.remove(connection);
      if (connection.device !== null) this.#options.statuses.disconnected(connection.device);
      if (this.connections.size > 0) return;
      this.#timers.stop();
      this.#allGone();
    },
  };

  #greeted(connection: Connection, hello: Hello): void {
    const { device, store, cursor } = hello;
    const { statuses, seal, back } = this.#options;
    statuses.connected(hello);
    const { tooMany, storeFull } = this.connections.greeted(connection, device, store);
    for (const oldest of tooMany) oldest.cut();
    if (cursor !== null && isSealedCursor(seal, cursor)) back(device, cursor.epoch);
    if (storeFull) queueMicrotask(() => connection.step(dismissedBusy(NO_ROOM, NO_ROOM_RETRY_MS)));
  }
}

const NOT_NOW =
  'The centre can not go on with this conversation right now. Nothing is lost; the device comes back by itself.';
const NO_ROOM = 'The centre has no room right now. Nothing is lost; the device comes back by itself.';
const TOO_FAST =
  'More pushes came than the centre takes in a second. Nothing is lost; the device comes back by itself.';

function dismissedBusy(message: string, retryAfterMs: number | null = null) {
  return { type: 'dismiss', kind: 'busy', message, retryAfterMs } as const;
}

const DISMISSED_REVOKED = {
  type: 'dismiss',
  kind: 'revoked',
  message: 'This device was removed. Enrol it again.',
  retryAfterMs: null,
} as const;
