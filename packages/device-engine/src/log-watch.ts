// The log's state for status displays: read again after every change of any tab, at most one read at a time. Owns the
// last state read.
import {
  msFromHybridTime,
  type AppendedEvent,
  type DeviceLogSummary,
  type DeviceReading,
} from '@streamstock/event-log';
import { BehaviorSubject } from 'rxjs';

export class LogWatch {
  readonly #log: Pick<DeviceReading, 'summary'>;
  #reading: Promise<void> | null = null;
  #isStale = false;
  readonly state$: BehaviorSubject<DeviceLogSummary | null>;

  constructor(log: Pick<DeviceReading, 'summary'>) {
    this.#log = log;
    this.state$ = new BehaviorSubject<DeviceLogSummary | null>(null);
  }

  /**
   * Counts what was just saved as unsent before the log is read again: for not a moment may a screen say that everything
   * is sent (law 4).
   */
  appended(events: readonly AppendedEvent[]): void {
    const state = this.state$.value;
    const [first] = events;
    if (state === null || first === undefined) return;
    const { pending } = state;
    const oldestRecordedAtMs = pending.oldestRecordedAtMs ?? msFromHybridTime(first.event.recordedAt);
    this.state$.next({ ...state, pending: { events: pending.events + events.length, oldestRecordedAtMs } });
    void this.refresh();
  }

  /** Resolves when a state read after this call is there. Never rejects: a log that fails says so where it is used. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        this.state$.next(await this.#log.summary());
      } catch {
        return;
      }
    }
  }
}
