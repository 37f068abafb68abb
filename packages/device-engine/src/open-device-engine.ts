// A device for one tab, as its first screen needs it: what is on its disk, and its status. What writes, folds and hashes (log-dexie)
// and what has to do with head office (device-exchange.ts) are parts of their own, fetched once the page is quiet or when they are
// needed first. Here they are only connected; each owns its own thing.
//
//   open ──page is quiet, a write, a person who asks──▶ fetching ──here──▶ whole
//                                                          └──not to be had──▶ fault `part-missing`, tried again at the next of these
import {
  DeviceLogOutdated,
  newEventId,
  type AppendedEvent,
  type DeviceIdentity,
  type DeviceLog,
  type DeviceLogChange,
  type DeviceLogSummary,
  type EventDraft,
  type Position,
  type Tables,
} from '@streamstock/event-log';
import { openDexieDevice, type DexieDevice } from '@streamstock/log-dexie';
import type { DeviceReport } from '@streamstock/sync';
import { BehaviorSubject, Subject, type Subscription } from 'rxjs';
import { DeviceClock } from './device-clock.ts';
import {
  DeviceLocked,
  PartMissing,
  type AttentionEntry,
  type CommitOptions,
  type DeviceEngine,
  type DeviceEngineOptions,
  type DeviceFault,
  type DeviceStatus,
} from './device-engine.ts';
import type { DeviceExchange } from './device-exchange.ts';
import { DeviceLock } from './device-lock.ts';
import { beforeSession, deviceStatus } from './device-status.ts';
import { EngineLocals } from './engine-locals.ts';
import { browserEnvironment, type DeviceEnvironment } from './environment.ts';
import { isSame } from './is-same.ts';
import { LogWatch } from './log-watch.ts';
import { PreviewSlot } from './preview-slot.ts';
import type { SnapshotPreview } from './snapshot-preview.ts';
import { faultOf, wipedFault } from './storage-faults.ts';
import { StorageWatch } from './storage-watch.ts';
import { WipeSentinel } from './wipe-sentinel.ts';

/**
 * Opens this device's data; it begins to sync once it is enrolled and the page is quiet. Rejects with `StorageLost`, `StorageFull`,
 * `StorageBlocked` or `DeviceLogOutdated` when the data can not be opened.
 */
export async function openDeviceEngine(options: DeviceEngineOptions): Promise<DeviceEngine> {
  const environment = { ...browserEnvironment(), ...options.environment };
  const { databaseName, domain } = options;
  const { indexedDb, keyRange, openChannel } = environment;
  const device = await openDexieDevice({ databaseName, domain, indexedDb, keyRange, openChannel });
  try {
    const engine = new Engine(options, environment, device);
    await engine.start();
    return engine;
  } catch (error) {
    await device.close();
    throw error;
  }
}

/** It will ask for a snapshot before anything else. */
function isNew(state: DeviceLogSummary | null): boolean {
  return state === null || isBlank(state);
}

/** While a person pairs this device; what fails is fetched when it is needed. */
function fetchSnapshotParts(): void {
  for (const part of [import('./snapshot-fetch.ts'), import('./snapshot-preview.ts')]) part.catch(() => {});
}

/** Nothing of any history is here yet. */
function isBlank(state: DeviceLogSummary | null): boolean {
  return state !== null && state.base === null && state.cursor === null;
}

class Engine implements DeviceEngine {
  readonly #options: DeviceEngineOptions;
  readonly #environment: DeviceEnvironment;
  readonly #device: DexieDevice;
  readonly #locals: EngineLocals;
  readonly #lock: DeviceLock;
  readonly #clock: DeviceClock;
  readonly #logWatch: LogWatch;
  readonly #storage: StorageWatch;
  readonly #sentinel: WipeSentinel;
  readonly #previewSlot: PreviewSlot;
  /** null: no snapshot was on its way yet. */
  #preview: SnapshotPreview | null = null;
  #exchange: DeviceExchange | null = null;
  #isBeginning = false;
  #isClosed = false;
  readonly #storageFault$ = new BehaviorSubject<DeviceFault | null>(null);
  readonly #subscriptions: Subscription[] = [];
  readonly #stops: (() => void)[] = [];
  readonly #status$: BehaviorSubject<DeviceStatus>;
  readonly #openedAtMs: number;
  readonly status$;
  readonly changes$ = new Subject<DeviceLogChange>();
  readonly reports$ = new Subject<DeviceReport>();
  readonly tables;

  constructor(options: DeviceEngineOptions, environment: DeviceEnvironment, device: DexieDevice) {
    const { databaseName, clock } = options;
    this.#options = options;
    this.#environment = environment;
    this.#device = device;
    this.#openedAtMs = Math.floor(clock());
    this.#locals = new EngineLocals({
      getLocal: (keys) => device.reading.getLocal(keys),
      putLocal: async (writes) => await (await this.#log()).putLocal(writes),
    });
    this.#lock = new DeviceLock(this.#locals);
    this.#clock = new DeviceClock(clock, environment.monotonicMs);
    this.#logWatch = new LogWatch(device.reading);
    this.#storage = new StorageWatch(environment.storage);
    this.#sentinel = new WipeSentinel(environment.keyValues, databaseName);
    this.#previewSlot = new PreviewSlot(device.reading.tables);
    this.tables = this.#previewSlot.reader;
    this.#status$ = new BehaviorSubject(this.#presentStatus());
    this.status$ = this.#status$.asObservable();
  }

  async start(): Promise<void> {
    this.#stops.push(this.#device.observe((change) => this.#logChanged(change)));
    await this.#logWatch.refresh();
    const kept = await this.#locals.readClock();
    if (kept !== null) this.#clock.resumed(kept, this.#logWatch.state$.value?.lastAppendAtMs ?? null);
    await this.#lock.read();
    const sentinel = this.#logWatch.state$.value === null ? this.#sentinel.read() : null;
    if (sentinel !== null) this.#storageFault$.next(wipedFault(sentinel));
    const tell = (): void => this.#tellStatus();
    this.#subscriptions.push(
      this.#logWatch.state$.subscribe(tell),
      this.#storage.figures$.subscribe(tell),
      this.#storageFault$.subscribe(tell),
      this.#lock.device$.subscribe(tell),
      this.#logWatch.state$.subscribe((state) => {
        if (state !== null) this.#sentinel.write(state);
      }),
    );
    this.#stops.push(
      this.#environment.listenToPage((event) => {
        if (event === 'network-lost') this.#exchange?.networkLost();
        else this.tryNow();
        if (event === 'visible') void this.#storage.refresh();
      }),
    );
    void this.#storage.refresh();
    // What can not be shown now comes with the snapshot.
    this.#showHeldPages().catch(() => {});
    this.#stops.push(this.#environment.whenQuiet(() => this.#beginExchange()));
  }

  // ── the parts that are fetched ───────────────────────────────────────────────────────────────────────────────────

  /** What writes. Throws `PartMissing`. */
  async #log(): Promise<DeviceLog> {
    return await fetched(this.#device.log());
  }

  #beginExchange(): void {
    if (this.#exchange !== null || this.#isBeginning || this.#isClosed) return;
    this.#isBeginning = true;
    this.#fetchExchange()
      .catch((error: unknown) => this.#noteFault(error))
      .finally(() => {
        this.#isBeginning = false;
      });
  }

  async #fetchExchange(): Promise<void> {
    const { domain } = this.#options;
    const [{ DeviceExchange }, { projectors }, log] = await fetched(
      Promise.all([
        import('./device-exchange.ts'),
        domain.load(),
        this.#device.log(),
        // Fetched with them: it may be asked for when there is no network.
        import('./for-people.ts'),
      ]),
    );
    if (this.#isClosed) return;
    if (isNew(this.#logWatch.state$.value)) fetchSnapshotParts();
    const exchange = new DeviceExchange({
      options: this.#options,
      projectors,
      environment: this.#environment,
      log,
      locals: this.#locals,
      lock: this.#lock,
      clock: this.#clock,
      storage: this.#storage,
      preview: () => this.#previewing(),
      state$: this.#logWatch.state$,
      status$: this.status$,
      failed: (error) => this.#noteFault(error),
    });
    this.#exchange = exchange;
    if (this.#storageFault$.value?.kind === 'part-missing') this.#storageFault$.next(null);
    const tell = (): void => this.#tellStatus();
    this.#subscriptions.push(
      exchange.reports$.subscribe((report) => this.reports$.next(report)),
      exchange.view$.subscribe(tell),
      exchange.isSender$.subscribe(tell),
    );
    exchange.start();
  }

  async #previewing(): Promise<SnapshotPreview> {
    const { SnapshotPreview } = await import('./snapshot-preview.ts');
    this.#preview ??= new SnapshotPreview({
      slot: this.#previewSlot,
      tables: this.#options.shownFirst ?? [],
      isBlank: () => isBlank(this.#logWatch.state$.value),
      changed: () => {
        this.#tellStatus();
        this.changes$.next({ cause: 'rebuild' });
      },
      setTimer: this.#environment.setTimer,
      quiet: () => new Promise((resolve) => void this.#environment.whenQuiet(resolve)),
    });
    return this.#preview;
  }

  /** A new device whose page was closed before its first snapshot was whole shows what it had fetched. */
  async #showHeldPages(): Promise<void> {
    if (!isBlank(this.#logWatch.state$.value)) return;
    const { reading } = this.#device;
    const staged = await reading.staged();
    if (staged === null || staged.sums.length === 0) return;
    const { header, sums } = staged;
    const read = (indices: readonly number[]) => reading.stagedPages(staged, indices);
    await (await this.#previewing()).restore({ header, pagesHeld: sums.length, read });
  }

  // ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────────

  async commit(drafts: readonly EventDraft[], { local = [] }: CommitOptions = {}): Promise<readonly AppendedEvent[]> {
    if (this.#isLocked()) throw new DeviceLocked();
    const saved = await this.#watched((log) => log.append({ drafts, clock: this.#clock.read(), local }));
    this.#logWatch.appended(saved);
    return saved;
  }

  async enrol(identity: DeviceIdentity, { local = [] }: CommitOptions = {}): Promise<void> {
    await this.#watched((log) => log.enrol(identity, local));
    if (this.#storageFault$.value?.kind === 'wiped') this.#storageFault$.next(null);
    await this.#logWatch.refresh();
    this.#beginExchange();
  }

  #isLocked(): boolean {
    return this.#lock.holds(this.#logWatch.state$.value?.identity.device);
  }

  async appliedPosition(): Promise<Position> {
    return (await this.#device.reading.summary())?.cursor?.position ?? 0;
  }

  repair(body: (tables: Tables) => Promise<void>): Promise<void> {
    return this.#watched((log) => log.repair(body));
  }

  async attention(): Promise<readonly AttentionEntry[]> {
    const { readAttention } = await fetched(import('./for-people.ts'));
    return await readAttention(await this.#log());
  }

  async dismissAttention(key: string): Promise<void> {
    const { dismissAttention } = await fetched(import('./for-people.ts'));
    await this.#watched((log) => dismissAttention(log, key));
  }

  putLocal(writes: Parameters<DeviceEngine['putLocal']>[0]): Promise<void> {
    return this.#watched((log) => log.putLocal(writes));
  }

  getLocal(keys: readonly string[]): ReturnType<DeviceEngine['getLocal']> {
    return this.#device.reading.getLocal(keys);
  }

  async eventStates(ids: readonly string[]): ReturnType<DeviceEngine['eventStates']> {
    const { readEventStates } = await fetched(import('./for-people.ts'));
    return await readEventStates(await this.#log(), ids);
  }

  async exportOutbox(): Promise<string> {
    const { exportOutbox } = await fetched(import('./for-people.ts'));
    return await exportOutbox(await this.#log(), this.#clock.read().nowMs);
  }

  rebuild(): Promise<void> {
    return this.#watched((log) => log.rebuild());
  }

  newId(): string {
    return newEventId(this.#clock.read().nowMs, this.#options.randomBytes);
  }

  /** A write that failed for want of storage is a fault until one succeeds. */
  async #watched<Result>(write: (log: DeviceLog) => Promise<Result>): Promise<Result> {
    try {
      const result = await write(await this.#log());
      const fault = this.#storageFault$.value;
      const isOver =
        fault !== null && fault.kind !== 'wiped' && (fault.kind !== 'part-missing' || this.#exchange !== null);
      if (isOver) this.#storageFault$.next(null);
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
    if (error instanceof DeviceLogOutdated) this.#exchange?.giveUp();
  }

  #logChanged(change: DeviceLogChange): void {
    // First the way out: a tap should be on the other devices' screens before this one's figures are counted.
    this.#exchange?.logChanged(change);
    if (change.cause === 'rebuild' || change.cause === 'frame') this.#preview?.end();
    this.changes$.next(change);
    void this.#logWatch.refresh();
  }

  // ── the centre ───────────────────────────────────────────────────────────────────────────────────────────────────

  tryNow(): void {
    if (this.#exchange === null) this.#beginExchange();
    else this.#exchange.tryNow();
  }

  // ── status ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #tellStatus(): void {
    const status = this.#presentStatus();
    if (!isSame(status, this.#status$.value)) this.#status$.next(status);
  }

  #presentStatus(): DeviceStatus {
    const log = this.#logWatch.state$.value;
    return deviceStatus({
      log,
      view: this.#exchange?.view$.value ?? beforeSession(log, this.#openedAtMs),
      isSender: this.#exchange?.isSender$.value ?? false,
      storage: this.#storage.figures$.value,
      isShownInPart: this.#previewSlot.isPartial,
      locked: this.#isLocked(),
      storageFault: this.#storageFault$.value,
    });
  }

  persist(): Promise<boolean> {
    return this.#storage.persist();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#exchange?.close();
    for (const stop of this.#stops) stop();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#status$.complete();
    this.changes$.complete();
    this.reports$.complete();
    await this.#device.close();
  }
}

/** A part of the app, once it is here. Throws `PartMissing`. */
async function fetched<Part>(part: Promise<Part>): Promise<Part> {
  try {
    return await part;
  } catch (error) {
    throw new PartMissing(error);
  }
}
