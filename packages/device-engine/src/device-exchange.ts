// What this device has with head office: the session that sends and hears, this tab's part in it, snapshots, and keeping the log small.
// A part of its own: no screen waits for it, and it is fetched once the first one is shown. Connects its parts; each owns its own thing.
import {
  readModelVersionOf,
  sha256,
  type DeviceLog,
  type DeviceLogChange,
  type DeviceLogSummary,
  type Projector,
} from '@streamstock/event-log';
import type { DeviceReport, DeviceSessionView, StatusReport } from '@streamstock/sync';
import { filter, firstValueFrom, type BehaviorSubject, type Observable, type Subscription } from 'rxjs';
import type { DeviceClock } from './device-clock.ts';
import type { DeviceEngineOptions, DeviceStatus } from './device-engine.ts';
import type { DeviceLock } from './device-lock.ts';
import { isIdle } from './device-status.ts';
import { CLOCK_KEPT_EVERY_MS, type EngineLocals } from './engine-locals.ts';
import type { DeviceEnvironment, TimerHandle } from './environment.ts';
import type { Retention } from './retention.ts';
import { SessionRunner } from './session-runner.ts';
import type { SnapshotPreview } from './snapshot-preview.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import type { StorageWatch } from './storage-watch.ts';
import { TabSending } from './tab-sending.ts';

export interface DeviceExchangeParts {
  readonly options: DeviceEngineOptions;
  readonly projectors: readonly Projector[];
  readonly environment: DeviceEnvironment;
  readonly log: DeviceLog;
  readonly locals: EngineLocals;
  readonly lock: DeviceLock;
  readonly clock: DeviceClock;
  readonly storage: StorageWatch;
  /** What a new device shows before its first snapshot is installed. */
  readonly preview: () => Promise<SnapshotPreview>;
  readonly state$: BehaviorSubject<DeviceLogSummary | null>;
  readonly status$: Observable<DeviceStatus>;
  /** The log could not be read or written. */
  readonly failed: (error: unknown) => void;
}

export class DeviceExchange {
  readonly #parts: DeviceExchangeParts;
  readonly #snapshots: SnapshotSource | null;
  readonly #runner: SessionRunner;
  readonly #sending: TabSending;
  /** null: this tab was never idle yet. */
  #retention: Retention | null = null;
  #clockTimer: TimerHandle | null = null;
  readonly #subscriptions: Subscription[] = [];
  readonly reports$: Observable<DeviceReport>;
  /** How the connection stands, of the tab that sends. */
  readonly view$: BehaviorSubject<DeviceSessionView>;
  readonly isSender$: BehaviorSubject<boolean>;

  constructor(parts: DeviceExchangeParts) {
    const { options, environment, log, locals, lock, failed } = parts;
    this.#parts = parts;
    this.#snapshots = options.snapshots === null ? null : this.#previewed(options.snapshots);
    this.#runner = new SessionRunner({
      appVersion: options.appVersion,
      readModelVersion: readModelVersionOf(sha256, parts.projectors),
      url: options.syncUrl,
      fetchTicket: options.fetchTicket,
      snapshots: this.#snapshots,
      log,
      readStatus: () => this.#readStatus(),
      failed,
      clock: options.clock,
      environment,
    });
    this.reports$ = this.#runner.reports$.asObservable();
    this.#sending = new TabSending({
      name: `${options.databaseName} sender`,
      environment,
      runner: this.#runner,
      locals,
      lock,
      readDevice: async () => (await log.state())?.identity.device ?? null,
      failed,
    });
    this.view$ = this.#sending.view$;
    this.isSender$ = this.#sending.isSender$;
  }

  start(): void {
    const { status$, state$, lock } = this.#parts;
    this.#subscriptions.push(
      status$.subscribe((status) => this.#keepSmall(status)),
      this.reports$.subscribe((report) => {
        const device = report.kind === 'locked' ? (report.device ?? state$.value?.identity.device) : undefined;
        if (device !== undefined) lock.lock(device);
      }),
      this.view$.subscribe(({ clock }) => this.#clockMeasured(clock)),
    );
    this.#keepClockNowAndThen();
    this.#sending.start();
  }

  logChanged({ cause }: DeviceLogChange): void {
    if (cause === 'append' || cause === 'rechain') this.#runner.take({ type: 'logChanged' });
    if (cause === 'enrolled') this.#sending.enrolled();
  }

  networkLost(): void {
    this.#runner.take({ type: 'networkLost' });
  }

  tryNow(): void {
    this.#sending.tryNow();
  }

  /** Makes room for another tab, for good. */
  giveUp(): void {
    this.#sending.giveUp();
  }

  close(): void {
    if (this.#clockTimer !== null) this.#parts.environment.clearTimer(this.#clockTimer);
    this.#retention?.giveWay();
    this.#sending.close();
    this.#runner.close();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  #clockMeasured(clock: DeviceSessionView['clock']): void {
    if (clock === null) return;
    this.#parts.clock.measured(clock);
    this.#keepClock();
  }

  /** One tab does, offline too: what goes by unwatched is doubted. */
  #keepClock(): void {
    const known = this.#parts.clock.asOfNow();
    if (known !== null && this.#sending.isSender$.value) void this.#parts.locals.keepClock(known);
  }

  #keepClockNowAndThen(): void {
    this.#clockTimer = this.#parts.environment.setTimer(() => {
      this.#keepClock();
      this.#keepClockNowAndThen();
    }, CLOCK_KEPT_EVERY_MS);
  }

  /** The same source; what a new device can show early is taken from what it brings. */
  #previewed(source: SnapshotSource): SnapshotSource {
    let listened: Promise<SnapshotSource> | null = null;
    const load = async (): Promise<SnapshotSource> => (await this.#parts.preview()).listenTo(source);
    const loaded = (): Promise<SnapshotSource> => (listened ??= load());
    return {
      header: async (signal) => await (await loaded()).header(signal),
      pages: async function* (id, from, signal) {
        yield* (await loaded()).pages(id, from, signal);
      },
    };
  }

  #keepSmall(status: DeviceStatus): void {
    const { isSender, restriction, renewal } = status;
    if (!isSender || restriction !== null || renewal !== null) this.#retention?.giveWay();
    // What goes wrong here is no worse than not having looked; a full disk is told by the next sale.
    else if (isIdle(status)) this.#lookForOld().catch(() => {});
  }

  async #lookForOld(): Promise<void> {
    if (this.#retention === null) {
      const { Retention } = await import('./retention.ts');
      this.#retention ??= new Retention({
        log: this.#parts.log,
        locals: this.#parts.locals,
        nowMs: () => this.#parts.clock.read().nowMs,
        renew: (signal) => this.#renew(signal),
        untilIdle: () => firstValueFrom(this.#parts.status$.pipe(filter(isIdle))),
      });
    }
    await this.#retention.look();
  }

  /** A newer base for the read models, of the history that the device follows now. */
  async #renew(signal: AbortSignal): Promise<boolean> {
    const source = this.#snapshots;
    const epoch = (await this.#parts.log.state())?.cursor?.epoch;
    if (source === null || epoch === undefined) return false;
    const { fetchSnapshot } = await import('./snapshot-fetch.ts');
    const progress = (): void => undefined;
    const outcome = await fetchSnapshot({ log: this.#parts.log, source, epoch, signal, progress });
    if (outcome !== 'installed') return false;
    // The session stands behind the new cursor.
    this.#sending.beginAnew();
    return true;
  }

  async #readStatus(): Promise<StatusReport> {
    const [log, storage] = await Promise.all([this.#parts.log.state(), this.#parts.storage.refresh()]);
    const oldestMs = log?.pending.oldestRecordedAtMs ?? null;
    return {
      unsent: log?.pending.events ?? 0,
      oldestUnsentAgeMs: oldestMs === null ? null : Math.max(0, this.#parts.clock.read().nowMs - oldestMs),
      lastWriteAtMs: log?.lastAppendAtMs ?? null,
      needsAttention: log?.needsAttention ?? 0,
      storage,
    };
  }
}
