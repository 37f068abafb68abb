// Runs the pure device session: feeds it what happens, starts what it asks for. Owns the session's state; socket, timers
// and log belong to its helpers. Inputs are handled one after another, also those that effects cause at once.
import {
  startDeviceSession,
  stepDevice,
  viewOf,
  type DeviceEffect,
  type DeviceMoment,
  type DeviceReport,
  type DeviceSessionConfig,
  type DeviceSessionState,
  type DeviceSessionView,
} from '@streamstock/sync';
import { BehaviorSubject, Subject } from 'rxjs';
import { isLogEffect, LogEffects, type LogEffectsOptions } from './log-effects.ts';
import type { SessionInput } from './session-input.ts';
import { SessionTimers } from './session-timers.ts';
import { SnapshotEffects, type SnapshotEffectsOptions } from './snapshot-effects.ts';
import { SyncSocket, type SyncSocketOptions } from './sync-socket.ts';
import type { DeviceEnvironment } from './environment.ts';

export interface SessionRunnerOptions
  extends
    DeviceSessionConfig,
    Omit<SyncSocketOptions, 'events' | 'openSocket'>,
    Omit<LogEffectsOptions, 'answer'>,
    Omit<SnapshotEffectsOptions, 'answer'> {
  readonly clock: () => number;
  readonly environment: DeviceEnvironment;
}

export class SessionRunner {
  readonly #clock: () => number;
  readonly #environment: DeviceEnvironment;
  readonly #socket: SyncSocket;
  readonly #timers: SessionTimers;
  readonly #logEffects: LogEffects;
  readonly #snapshotEffects: SnapshotEffects;
  readonly #waiting: SessionInput[] = [];
  #state: DeviceSessionState;
  #isStepping = false;
  readonly view$: BehaviorSubject<DeviceSessionView>;
  readonly reports$ = new Subject<DeviceReport>();

  constructor(options: SessionRunnerOptions) {
    const { environment, url, fetchTicket, log, readStatus, failed, snapshots, appVersion, readModelVersion } = options;
    this.#clock = options.clock;
    this.#environment = environment;
    this.#state = startDeviceSession({ appVersion, readModelVersion });
    this.view$ = new BehaviorSubject(viewOf(this.#state));
    const take = (input: SessionInput) => this.take(input);
    this.#socket = new SyncSocket({
      url,
      fetchTicket,
      openSocket: environment.openSocket,
      events: {
        opened: (connection, ticket) => take({ type: 'opened', connection, ticket }),
        connectFailed: (connection, failure) => take({ type: 'connectFailed', connection, failure }),
        frame: (connection, text) => take({ type: 'frame', connection, text }),
        closed: (connection) => take({ type: 'closed', connection }),
      },
    });
    this.#timers = new SessionTimers(environment, (timer) => take({ type: 'timer', timer }));
    this.#logEffects = new LogEffects({ log, readStatus, failed, answer: take });
    this.#snapshotEffects = new SnapshotEffects({ log, snapshots, failed, answer: take });
  }

  /** Tells the session what happened. */
  take(input: SessionInput): void {
    this.#waiting.push(input);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
    this.view$.next(viewOf(this.#state));
  }

  close(): void {
    this.take({ type: 'stop' });
    this.#timers.clearAll();
    this.view$.complete();
    this.reports$.complete();
  }

  #step(input: SessionInput): void {
    const { monotonicMs, random } = this.#environment;
    const moment: DeviceMoment = { nowMs: Math.floor(this.#clock()), monotonicMs: monotonicMs(), random: random() };
    const { state, effects } = stepDevice(this.#state, { ...input, ...moment });
    this.#state = state;
    for (const effect of effects) this.#begin(effect);
  }

  #begin(effect: DeviceEffect): void {
    if (isLogEffect(effect)) return this.#logEffects.run(effect);
    switch (effect.type) {
      case 'connect':
        return this.#socket.connect(effect.connection);
      case 'close':
        this.#snapshotEffects.close(effect.connection);
        return this.#socket.close(effect.connection);
      case 'fetchSnapshot':
        return this.#snapshotEffects.run(effect);
      case 'send':
        return this.#socket.send(effect.connection, effect.text);
      case 'setTimer':
        return this.#timers.set(effect.timer, effect.afterMs);
      case 'clearTimer':
        return this.#timers.clear(effect.timer);
      case 'report':
        return this.reports$.next(effect.report);
    }
  }
}
