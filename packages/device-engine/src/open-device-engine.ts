// Puts a device together: log, sync session, the sending tab, clock, status. Each part owns its own thing; here they are only
// connected.
import {
  newEventId,
  readModelVersionOf,
  sha256,
  type AppendedEvent,
  type DeviceIdentity,
  type DeviceLog,
  type DeviceLogChange,
  type DeviceLogState,
  type EventDraft,
  type Position,
  type Tables,
} from '@streamstock/event-log';
import { openDexieDeviceLog } from '@streamstock/log-dexie';
import type { DeviceSessionView, StatusReport } from '@streamstock/sync';
import { BehaviorSubject, filter, firstValueFrom, Subject, type Subscription } from 'rxjs';
import { DeviceClock } from './device-clock.ts';
import {
  DeviceLocked,
  type AttentionEntry,
  type CommitOptions,
  type DeviceEngine,
  type DeviceEngineOptions,
  type DeviceFault,
  type DeviceStatus,
} from './device-engine.ts';
import { DeviceLock } from './device-lock.ts';
import { deviceStatus, isIdle } from './device-status.ts';
import { EngineLocals } from './engine-locals.ts';
import { browserEnvironment, type DeviceEnvironment } from './environment.ts';
import { readEventStates } from './event-states.ts';
import { isSame } from './is-same.ts';
import { LogWatch } from './log-watch.ts';
import { exportOutbox } from './outbox-export.ts';
import { PreviewSlot } from './preview-slot.ts';
import type { Retention } from './retention.ts';
import { SessionRunner } from './session-runner.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import type { SnapshotPreview } from './snapshot-preview.ts';
import { faultOf, wipedFault } from './storage-faults.ts';
import { StorageWatch } from './storage-watch.ts';
import { TabSending } from './tab-sending.ts';
import { WipeSentinel } from './wipe-sentinel.ts';

/**
 * Opens this device's data and begins to sync once it is enrolled. Rejects with `StorageLost`, `StorageFull`,
 * `StorageBlocked` or `DeviceLogOutdated` when the data can not be opened.
 */
export async function openDeviceEngine(options: DeviceEngineOptions): Promise<DeviceEngine> {
  const environment = { ...browserEnvironment(), ...options.environment };
  const { databaseName, projectors, understands } = options;
  const { indexedDb, keyRange, openChannel } = environment;
  const log = await openDexieDeviceLog({
    databaseName,
    projectors,
    indexedDb,
    keyRange,
    openChannel,
    ...(understands === undefined ? {} : { understands }),
  });
  try {
    const engine = new Engine(options, environment, log);
    await engine.start();
    return engine;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Nothing of any history is here yet. */
function isBlank(state: DeviceLogState | null): boolean {
  return state !== null && state.base === null && state.cursor === null;
}

class Engine implements DeviceEngine {
  readonly #options: DeviceEngineOptions;
  readonly #environment: DeviceEnvironment;
  readonly #log: DeviceLog;
  readonly #locals: EngineLocals;
  readonly #lock: DeviceLock;
  readonly #clock: DeviceClock;
  readonly #logWatch: LogWatch;
  readonly #storage: StorageWatch;
  readonly #sentinel: WipeSentinel;
  readonly #previewSlot: PreviewSlot;
  #preview: SnapshotPreview | null = null;
  readonly #snapshots: SnapshotSource | null;
  readonly #runner: SessionRunner;
  readonly #sending: TabSending;
  /** null: this tab was never idle yet. */
  #retention: Retention | null = null;
  readonly #storageFault$ = new BehaviorSubject<DeviceFault | null>(null);
  readonly #subscriptions: Subscription[] = [];
  readonly #stops: (() => void)[] = [];
  readonly #status$: BehaviorSubject<DeviceStatus>;
  readonly status$;
  readonly changes$ = new Subject<DeviceLogChange>();
  readonly reports$;
  readonly tables;

  constructor(options: DeviceEngineOptions, environment: DeviceEnvironment, log: DeviceLog) {
    const { databaseName, clock, snapshots } = options;
    this.#options = options;
    this.#environment = environment;
    this.#log = log;
    this.#locals = new EngineLocals(log);
    this.#lock = new DeviceLock(this.#locals);
    this.#clock = new DeviceClock(clock, environment.monotonicMs);
    this.#logWatch = new LogWatch(log, null);
    this.#storage = new StorageWatch(environment.storage);
    this.#sentinel = new WipeSentinel(environment.keyValues, databaseName);
    this.#previewSlot = new PreviewSlot(log.tables);
    this.tables = this.#previewSlot.reader;
    this.#snapshots = snapshots === null ? null : this.#previewed(snapshots);
    this.#runner = new SessionRunner({
      appVersion: options.appVersion,
      readModelVersion: readModelVersionOf(sha256, options.projectors),
      url: options.syncUrl,
      fetchTicket: options.fetchTicket,
      snapshots: this.#snapshots,
      log,
      readStatus: () => this.#readStatus(),
      failed: (error) => this.#noteFault(error),
      clock,
      environment,
    });
    this.reports$ = this.#runner.reports$.asObservable();
    this.#sending = new TabSending({
      name: `${databaseName} sender`,
      environment,
      runner: this.#runner,
      locals: this.#locals,
      lock: this.#lock,
      readDevice: async () => (await log.state())?.identity.device ?? null,
      failed: (error) => this.#noteFault(error),
    });
    this.#status$ = new BehaviorSubject(this.#presentStatus());
    this.status$ = this.#status$.asObservable();
  }

  async start(): Promise<void> {
    this.#stops.push(this.#log.observe((change) => this.#logChanged(change)));
    await this.#logWatch.refresh();
    const kept = await this.#locals.readClock();
    if (kept !== null) this.#clock.measured(kept);
    await this.#lock.read();
    const sentinel = this.#logWatch.state$.value === null ? this.#sentinel.read() : null;
    if (sentinel !== null) this.#storageFault$.next(wipedFault(sentinel));
    this.#subscribe();
    this.#stops.push(
      this.#environment.listenToPage((event) => {
        if (event === 'network-lost') this.#runner.take({ type: 'networkLost' });
        else this.tryNow();
        if (event === 'visible') void this.#storage.refresh();
      }),
    );
    void this.#storage.refresh();
    this.#sending.start();
  }

  #subscribe(): void {
    const sending = this.#sending;
    const { state$ } = this.#logWatch;
    const tell = (): void => this.#tellStatus();
    this.#subscriptions.push(
      state$.subscribe(tell),
      sending.view$.subscribe(tell),
      sending.isSender$.subscribe(tell),
      this.#storage.figures$.subscribe(tell),
      this.#storageFault$.subscribe(tell),
      this.#lock.device$.subscribe(tell),
      this.status$.subscribe((status) => this.#keepSmall(status)),
      state$.subscribe((state) => {
        if (state !== null) this.#sentinel.write(state);
      }),
      sending.view$.subscribe(({ clock }) => this.#clockMeasured(clock)),
      this.#runner.reports$.subscribe((report) => {
        const device = report.kind === 'locked' ? (report.device ?? state$.value?.identity.device) : undefined;
        if (device !== undefined) this.#lock.lock(device);
      }),
    );
  }

  // ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────────

  async commit(drafts: readonly EventDraft[], { local = [] }: CommitOptions = {}): Promise<readonly AppendedEvent[]> {
    if (this.#isLocked()) throw new DeviceLocked();
    const saved = await this.#watched(() => this.#log.append({ drafts, clock: this.#clock.read(), local }));
    this.#logWatch.appended(saved);
    return saved;
  }

  async enrol(identity: DeviceIdentity, { local = [] }: CommitOptions = {}): Promise<void> {
    await this.#watched(() => this.#log.enrol(identity, local));
    if (this.#storageFault$.value?.kind === 'wiped') this.#storageFault$.next(null);
    await this.#logWatch.refresh();
  }

  #isLocked(): boolean {
    return this.#lock.holds(this.#logWatch.state$.value?.identity.device);
  }

  async appliedPosition(): Promise<Position> {
    return (await this.#log.state())?.cursor?.position ?? 0;
  }

  repair(body: (tables: Tables) => Promise<void>): Promise<void> {
    return this.#watched(() => this.#log.repair(body));
  }

  async attention(): Promise<readonly AttentionEntry[]> {
    const { readAttention } = await import('./attention.ts');
    return await readAttention(this.#log);
  }

  async dismissAttention(key: string): Promise<void> {
    const { dismissAttention } = await import('./attention.ts');
    await this.#watched(() => dismissAttention(this.#log, key));
  }

  putLocal(writes: Parameters<DeviceEngine['putLocal']>[0]): Promise<void> {
    return this.#watched(() => this.#log.putLocal(writes));
  }

  getLocal(keys: readonly string[]): ReturnType<DeviceEngine['getLocal']> {
    return this.#log.getLocal(keys);
  }

  eventStates(ids: readonly string[]): ReturnType<DeviceEngine['eventStates']> {
    return readEventStates(this.#log, ids);
  }

  exportOutbox(): Promise<string> {
    return exportOutbox(this.#log, this.#clock.read().nowMs);
  }

  rebuild(): Promise<void> {
    return this.#watched(() => this.#log.rebuild());
  }

  newId(): string {
    return newEventId(this.#clock.read().nowMs, this.#options.randomBytes);
  }

  /** A write that failed for want of storage is a fault until one succeeds. */
  async #watched<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      const result = await write();
      const fault = this.#storageFault$.value;
      if (fault !== null && fault.kind !== 'wiped') this.#storageFault$.next(null);
      return result;
    } catch (error) {
      this.#noteFault(error);
      throw error;
    }
  }

  #noteFault(error: unknown): void {
    const fault = faultOf(error);
    if (fault === null) return;
    this.#storageFault$.next(fault);
    // A page of an older app can not store what the centre sends: it makes room for the tab that can.
    if (fault.kind === 'outdated') this.#sending.giveUp();
  }

  #logChanged(change: DeviceLogChange): void {
    // First the way out: a tap should be on the other devices' screens before this one's figures are counted.
    if (change.cause === 'append' || change.cause === 'rechain') this.#runner.take({ type: 'logChanged' });
    if (change.cause === 'enrolled') this.#sending.enrolled();
    if (change.cause === 'rebuild' || change.cause === 'frame') this.#preview?.end();
    this.changes$.next(change);
    void this.#logWatch.refresh();
  }

  // ── the centre ───────────────────────────────────────────────────────────────────────────────────────────────────

  tryNow(): void {
    this.#sending.tryNow();
  }

  #clockMeasured(clock: DeviceSessionView['clock']): void {
    if (clock === null) return;
    this.#clock.measured(clock);
    if (this.#sending.isSender$.value) void this.#locals.keepClock(clock);
  }

  /** The same source; what a new device can show early is taken from what it brings. */
  #previewed(source: SnapshotSource): SnapshotSource {
    let listened: Promise<SnapshotSource> | null = null;
    const load = async (): Promise<SnapshotSource> => {
      const { SnapshotPreview } = await import('./snapshot-preview.ts');
      this.#preview = new SnapshotPreview({
        slot: this.#previewSlot,
        tables: this.#options.shownFirst ?? [],
        isBlank: () => isBlank(this.#logWatch.state$.value),
        changed: () => this.changes$.next({ cause: 'rebuild' }),
      });
      return this.#preview.listenTo(source);
    };
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
        log: this.#log,
        locals: this.#locals,
        nowMs: () => this.#clock.read().nowMs,
        renew: (signal) => this.#renew(signal),
        untilIdle: () => firstValueFrom(this.status$.pipe(filter(isIdle))),
      });
    }
    await this.#retention.look();
  }

  /** A newer base for the read models, of the history that the device follows now. */
  async #renew(signal: AbortSignal): Promise<boolean> {
    const source = this.#snapshots;
    const epoch = (await this.#log.state())?.cursor?.epoch;
    if (source === null || epoch === undefined) return false;
    const { fetchSnapshot } = await import('./snapshot-fetch.ts');
    const progress = (): void => undefined;
    const outcome = await fetchSnapshot({ log: this.#log, source, epoch, signal, progress });
    if (outcome !== 'installed') return false;
    // The session stands behind the new cursor.
    this.#sending.beginAnew();
    return true;
  }

  // ── status ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #tellStatus(): void {
    const status = this.#presentStatus();
    if (!isSame(status, this.#status$.value)) this.#status$.next(status);
  }

  #presentStatus(): DeviceStatus {
    return deviceStatus({
      log: this.#logWatch.state$.value,
      view: this.#sending.view$.value,
      isSender: this.#sending.isSender$.value,
      storage: this.#storage.figures$.value,
      locked: this.#isLocked(),
      storageFault: this.#storageFault$.value,
    });
  }

  async #readStatus(): Promise<StatusReport> {
    const [log, storage] = await Promise.all([this.#log.state(), this.#storage.refresh()]);
    const oldestMs = log?.pending.oldestRecordedAtMs ?? null;
    return {
      unsent: log?.pending.events ?? 0,
      oldestUnsentAgeMs: oldestMs === null ? null : Math.max(0, this.#clock.read().nowMs - oldestMs),
      lastWriteAtMs: log?.lastAppendAtMs ?? null,
      needsAttention: log?.needsAttention ?? 0,
      storage,
    };
  }

  persist(): Promise<boolean> {
    return this.#storage.persist();
  }

  async close(): Promise<void> {
    this.#retention?.giveWay();
    this.#sending.close();
    this.#runner.close();
    for (const stop of this.#stops) stop();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#status$.complete();
    this.changes$.complete();
    await this.#log.close();
  }
}
