// The session's timers, by name: setting one again or clearing it silences the earlier setting. Owns only timers.
import type { DeviceTimer } from '@streamstock/sync';
import type { DeviceEnvironment, TimerHandle } from './environment.ts';

export class SessionTimers {
  readonly #environment: Pick<DeviceEnvironment, 'setTimer' | 'clearTimer'>;
  readonly #fire: (timer: DeviceTimer) => void;
  readonly #running = new Map<DeviceTimer, TimerHandle>();

  constructor(environment: Pick<DeviceEnvironment, 'setTimer' | 'clearTimer'>, fire: (timer: DeviceTimer) => void) {
    this.#environment = environment;
    this.#fire = fire;
  }

  set(timer: DeviceTimer, afterMs: number): void {
    this.clear(timer);
    const handle = this.#environment.setTimer(() => {
      this.#running.delete(timer);
      this.#fire(timer);
    }, afterMs);
    this.#running.set(timer, handle);
  }

  clear(timer: DeviceTimer): void {
    const handle = this.#running.get(timer);
    if (handle === undefined) return;
    this.#environment.clearTimer(handle);
    this.#running.delete(timer);
  }

  clearAll(): void {
    for (const timer of this.#running.keys()) this.clear(timer);
  }
}
