// Puts a device together: log, sync session, election of the sending tab, clock, status. Each part owns its own thing;
// here they are only connected.
import {
  newEventId,
  readModelVersionOf,
  sha256,
  type AppendedEvent,
  type DeviceId,
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
import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  Subject,
  throttleTime,
  type Observable,
  type Subscription,
} from 'rxjs';
import { dismissAttention, readAttention } from './attention.ts';
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
import { deviceStatus } from './device-status.ts';
import { EngineLocals } from './engine-locals.ts';
import { browserEnvironment, type DeviceEnvironment } from './environment.ts';
import { readEventStates } from './event-states.ts';
import { LogWatch } from './log-watch.ts';
import { exportOutbox } from './outbox-export.ts';
import { Retention } from './retention.ts';
import { SenderElection } from './sender-election.ts';
import { SessionRunner } from './session-runner.ts';
import { fetchSnapshot, type SnapshotSource } from './snapshot-fetch.ts';
import { SnapshotPreview } from './snapshot-preview.ts';
import { faultOf, wipedFault } from './storage-faults.ts';
import { StorageWatch } from './storage-watch.ts';
import { TabChannel } from './tab-channel.ts';
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
  readonly #clock: DeviceClock;
  readonly #logWatch: LogWatch;
  readonly #storage: StorageWatch;
  readonly #sentinel: WipeSentinel;
  readonly #runner: SessionRunner;
  readonly #channel: TabChannel;
  readonly #election: SenderElection;
  readonly #retention: Retention;
  readonly #preview: SnapshotPreview;
  readonly #snapshots: SnapshotSource | null;
  readonly #closing = new AbortController();
  /** What another tab told of the connection; null while this one sends. */
  readonly #toldView$ = new BehaviorSubject<DeviceSessionView | null>(null);
  readonly #isSender$ = new BehaviorSubject(false);
  readonly #storageFault$ = new BehaviorSubject<DeviceFault | null>(null);
  /** The device id that head office removed, once everything was sent; null: none. */
  readonly #lock$ = new BehaviorSubject<DeviceId | null>(null);
  readonly #subscriptions: Subscription[] = [];
  readonly #stops: (() => void)[] = [];
  readonly #status$: BehaviorSubject<DeviceStatus>;
  readonly status$;
  readonly changes$ = new Subject<DeviceLogChange>();
  readonly reports$;
  readonly tables;

  constructor(options: DeviceEngineOptions, environment: DeviceEnvironment, log: DeviceLog) {
    this.#options = options;
    this.#environment = environment;
    this.#log = log;
    this.#preview = new SnapshotPreview({
      below: log.tables,
      tables: options.shownFirst ?? [],
      isBlank: () => isBlank(this.#logWatch.state$.value),
      changed: () => this.changes$.next({ cause: 'rebuild' }),
    });
    this.#snapshots = options.snapshots === null ? null : this.#preview.listenTo(options.snapshots);
    this.tables = this.#preview.reader;
    this.#locals = new EngineLocals(log);
    this.#clock = new DeviceClock(options.clock, environment.monotonicMs);
    this.#logWatch = new LogWatch(log, null);
    this.#storage = new StorageWatch(environment.storage);
    this.#sentinel = new WipeSentinel(environment.keyValues, options.databaseName);
    this.#runner = new SessionRunner({
      appVersion: options.appVersion,
      readModelVersion: readModelVersionOf(sha256, options.projectors),
      url: options.syncUrl,
      fetchTicket: options.fetchTicket,
      snapshots: this.#snapshots,
      log,
      readStatus: () => this.#readStatus(),
      failed: (error) => this.#noteFault(error),
      clock: options.clock,
      environment,
    });
    this.reports$ = this.#runner.reports$.asObservable();
    this.#retention = new Retention({
      log,
      locals: this.#locals,
      nowMs: () => this.#clock.read().nowMs,
      renew: () => this.#renew(),
    });
    const { openChannel, locks, setTimer, clearTimer } = environment;
    const name = `${options.databaseName} sender`;
    const channel = openChannel?.(name) ?? null;
    this.#channel = new TabChannel(channel, (message) => {
      if (message.kind === 'sender') this.#heardSender(message.fence, message.view);
      else if (message.kind === 'try-now') this.#runner.take({ type: 'tryNow' });
      else this.#tellView();
    });
    this.#election = new SenderElection({
      name,
      locks,
      setTimer,
      clearTimer,
      ask: channel === null ? null : () => this.#channel.say({ kind: 'ask' }),
      nextFence: () => this.#locals.nextFence(),
      elected: () => this.#becomeSender(),
      deposed: () => this.#stopSending(),
    });
    this.#status$ = new BehaviorSubject(this.#presentStatus());
    this.status$ = this.#status$.asObservable();
  }

  async start(): Promise<void> {
    this.#stops.push(this.#log.observe((change) => this.#logChanged(change)));
    await this.#logWatch.refresh();
    const kept = await this.#locals.readClock();
    if (kept !== null) this.#clock.measured(kept);
    this.#lock$.next(await this.#locals.readLock());
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
    this.#channel.say({ kind: 'ask' });
    this.#election.start();
  }

  #subscribe(): void {
    const sources = combineLatest([
      this.#logWatch.state$,
      this.#runner.view$,
      this.#toldView$,
      this.#isSender$,
      this.#storage.figures$,
      this.#storageFault$,
      this.#lock$,
    ]);
    const statuses: Observable<DeviceStatus> = sources.pipe(
      map(() => this.#presentStatus()),
      distinctUntilChanged<DeviceStatus>(isSame),
    );
    this.#subscriptions.push(
      statuses.subscribe(this.#status$),
      statuses.pipe(filter(isIdle), throttleTime(RETENTION_LOOK_MS)).subscribe(() => {
        // What goes wrong here is no worse than not having looked; a full disk is told by the next sale.
        this.#retention.look().catch(() => {});
      }),
      this.#logWatch.state$.subscribe((state) => {
        if (state !== null) this.#sentinel.write(state);
      }),
      this.#runner.view$.subscribe(({ clock }) => this.#clockMeasured(clock)),
      this.#runner.view$.pipe(distinctUntilChanged(isSame)).subscribe(() => this.#tellView()),
      this.#runner.reports$.subscribe(({ kind }) => {
        if (kind === 'locked') void this.#lock();
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

  async enrol(identity: DeviceIdentity): Promise<void> {
    await this.#watched(() => this.#log.enrol(identity));
    if (this.#storageFault$.value?.kind === 'wiped') this.#storageFault$.next(null);
    await this.#logWatch.refresh();
    // Under its new id it is free; a session that went on under the old one would not know.
    if (this.#isSender$.value) {
      this.#runner.take({ type: 'stop' });
      this.#startIfSender();
    }
  }

  #isLocked(): boolean {
    const device = this.#logWatch.state$.value?.identity.device;
    return device !== undefined && this.#lock$.value === device;
  }

  /** Kept, so that a reload without a network does not open what was closed. */
  async #lock(): Promise<void> {
    const device = this.#logWatch.state$.value?.identity.device ?? null;
    this.#lock$.next(device);
    await this.#locals.keepLock(device).catch(() => {});
  }

  async appliedPosition(): Promise<Position> {
    return (await this.#log.state())?.cursor?.position ?? 0;
  }

  repair(body: (tables: Tables) => Promise<void>): Promise<void> {
    return this.#watched(() => this.#log.repair(body));
  }

  attention(): Promise<readonly AttentionEntry[]> {
    return readAttention(this.#log);
  }

  dismissAttention(key: string): Promise<void> {
    return this.#watched(() => dismissAttention(this.#log, key));
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
    if (fault.kind === 'outdated') this.#election.close();
  }

  #logChanged(change: DeviceLogChange): void {
    // First the way out: a tap should be on the other devices' screens before this one's figures are counted.
    if (change.cause === 'append' || change.cause === 'rechain') this.#runner.take({ type: 'logChanged' });
    if (change.cause === 'enrolled') this.#startIfSender();
    if (change.cause === 'rebuild' || change.cause === 'frame') this.#preview.end();
    this.changes$.next(change);
    void this.#logWatch.refresh();
  }

  // ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  tryNow(): void {
    if (this.#isSender$.value) this.#runner.take({ type: 'tryNow' });
    else this.#channel.say({ kind: 'try-now' });
  }

  #becomeSender(): void {
    this.#isSender$.next(true);
    this.#toldView$.next(null);
    this.#startIfSender();
    this.#tellView();
  }

  /** Starting a session that runs changes nothing. */
  #startIfSender(): void {
    if (!this.#isSender$.value) return;
    void this.#log.state().then(
      (state) => {
        if (state !== null && this.#isSender$.value) this.#runner.take({ type: 'start' });
      },
      (error: unknown) => this.#noteFault(error),
    );
  }

  #stopSending(): void {
    this.#isSender$.next(false);
    this.#runner.take({ type: 'stop' });
  }

  #heardSender(fence: number, view: DeviceSessionView): void {
    this.#election.heard(fence);
    if (this.#isSender$.value) return;
    this.#toldView$.next(view);
    this.#clockMeasured(view.clock);
    if (view.locked && !this.#isLocked()) void this.#lock();
  }

  #tellView(): void {
    const { fence } = this.#election;
    if (fence !== null) this.#channel.say({ kind: 'sender', fence, view: this.#runner.view$.value });
  }

  #clockMeasured(clock: DeviceSessionView['clock']): void {
    if (clock === null) return;
    this.#clock.measured(clock);
    if (this.#isSender$.value) void this.#locals.keepClock(clock);
  }

  /** A newer base for the read models, of the history that the device follows now. */
  async #renew(): Promise<boolean> {
    const snapshots = this.#snapshots;
    const epoch = (await this.#log.state())?.cursor?.epoch;
    if (snapshots === null || epoch === undefined) return false;
    const { signal } = this.#closing;
    const progress = (): void => undefined;
    const outcome = await fetchSnapshot({ log: this.#log, source: snapshots, epoch, signal, progress });
    // The session stands behind the new cursor: it begins anew from the log's own state.
    this.#runner.take({ type: 'networkLost' });
    this.#runner.take({ type: 'tryNow' });
    return outcome === 'installed';
  }

  // ── status ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #presentStatus(): DeviceStatus {
    return deviceStatus({
      log: this.#logWatch.state$.value,
      view: this.#toldView$.value ?? this.#runner.view$.value,
      isSender: this.#isSender$.value,
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
    this.#closing.abort();
    this.#election.close();
    this.#runner.close();
    for (const stop of this.#stops) stop();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#channel.close();
    this.#status$.complete();
    this.changes$.complete();
    await this.#log.close();
  }
}

/** How often an idle device asks itself whether something old may go. */
const RETENTION_LOOK_MS = 10 * 60 * 1_000;

/** This tab sends, is connected, caught up, and nothing is unsent. */
function isIdle({ isSender, connection, restriction, catchUp, renewal, unsentCount }: DeviceStatus): boolean {
  const settled = restriction === null && catchUp === null && renewal === null;
  return isSender && connection === 'online' && settled && unsentCount === 0;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
