// One tab of one device for the engine's tests: the real engine on an in-memory IndexedDB, the runtime's own WebSocket,
// Web Locks and BroadcastChannel, and a page whose network, visibility and timers the test controls.
import { sampleDraft, STORE, tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { firstValueFrom, filter, timeout } from 'rxjs';
import { wholeDomain, type DeviceEngine, type DeviceEngineOptions, type DeviceStatus } from '../device-engine.ts';
import { browserEnvironment, type DeviceEnvironment, type KeyValueLike, type PageEvent } from '../environment.ts';
import { openDeviceEngine } from '../open-device-engine.ts';
import type { DeviceDomain } from '@streamstock/log-dexie';
import { SOON } from './soon.ts';
import type { TestCentre } from './test-centre.ts';

/** A device's disk: what its tabs share and what a wipe takes away. */
export interface TestDisk {
  readonly databaseName: string;
  indexedDb: globalThis.IDBFactory;
  readonly keyValues: Map<string, string>;
}

let disks = 0;

export function testDisk(): TestDisk {
  disks += 1;
  return { databaseName: `disk-${disks}`, indexedDb: new IDBFactory(), keyValues: new Map() };
}

export interface TestTab {
  readonly engine: DeviceEngine;
  /** The page's events, as the browser would tell them. */
  readonly tell: (event: PageEvent) => void;
  /** Nothing runs in this tab any more: no timers, no messages; what it calls out is not heard. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

export interface TestTabOptions extends Partial<DeviceEngineOptions>, Partial<DeviceDomain> {
  /** Timers run this many times faster. */
  readonly speed?: number;
}

export async function openTab(centre: TestCentre, disk: TestDisk, options: TestTabOptions = {}): Promise<TestTab> {
  const { speed = 1, projectors = [tallyProjector()], understands, ...engineOptions } = options;
  const gate = new Gate();
  const listeners = new Set<(event: PageEvent) => void>();
  const keyValues: KeyValueLike = {
    getItem: (key) => disk.keyValues.get(key) ?? null,
    setItem: (key, value) => void disk.keyValues.set(key, value),
  };
  const real = browserEnvironment();
  const environment: Partial<DeviceEnvironment> = {
    indexedDb: disk.indexedDb,
    keyRange: IDBKeyRange as unknown as typeof globalThis.IDBKeyRange,
    keyValues,
    openChannel: (name) => gate.channel(new BroadcastChannel(name)),
    openSocket: (url, subprotocol) => gate.socket(new WebSocket(url, subprotocol)),
    setTimer: (callback, afterMs) => real.setTimer(() => gate.pass(callback), afterMs / speed),
    listenToPage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...options.environment,
  };
  const engine = await openDeviceEngine({
    databaseName: disk.databaseName,
    domain: wholeDomain({ projectors, ...(understands === undefined ? {} : { understands }) }),
    clock: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    syncUrl: centre.url,
    fetchTicket: async () => centre.issueTicket(),
    snapshots: null,
    appVersion: 'test',
    ...engineOptions,
    environment,
  });
  return {
    engine,
    tell: (event) => {
      for (const listener of listeners) listener(event);
    },
    freeze: () => gate.close(),
    thaw: () => gate.open(),
  };
}

/** Holds back what would run in a frozen tab, and lets it run in order when the tab thaws. */
class Gate {
  #isOpen = true;
  #held: (() => void)[] = [];

  pass(callback: () => void): void {
    if (this.#isOpen) callback();
    else this.#held.push(callback);
  }

  close(): void {
    this.#isOpen = false;
  }

  open(): void {
    this.#isOpen = true;
    for (const callback of this.#held.splice(0)) callback();
  }

  channel(channel: BroadcastChannel): BroadcastChannel {
    return this.#gated(channel, ['onmessage']);
  }

  socket(socket: WebSocket): WebSocket {
    return this.#gated(socket, ['onopen', 'onmessage', 'onclose']);
  }

  #gated<Target extends object>(target: Target, handlers: readonly (keyof Target)[]): Target {
    return new Proxy(target, {
      set: (_target, property, value: unknown) => {
        const isHandler = handlers.includes(property as keyof Target) && typeof value === 'function';
        const gated = isHandler
          ? (event: unknown) => this.pass(() => (value as (event: unknown) => void)(event))
          : value;
        return Reflect.set(target, property, gated);
      },
      get: (_target, property) => {
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  }
}

/** The first status that fits, within the time a test may take. */
export function until(engine: DeviceEngine, fits: (status: DeviceStatus) => boolean): Promise<DeviceStatus> {
  return firstValueFrom(engine.status$.pipe(filter(fits), timeout(SOON.timeout)));
}

/** Connected, and past the snapshot of a new device. */
export const isOnline = ({ connection, renewal }: DeviceStatus): boolean => connection === 'online' && renewal === null;
export const isDrained = ({ unsentCount, connection }: DeviceStatus): boolean =>
  unsentCount === 0 && connection === 'online';

/** Commits one pebble and returns its id. */
export async function tap(engine: DeviceEngine, number = 1): Promise<string> {
  const id = engine.newId();
  await engine.commit([sampleDraft(number, { id, store: STORE })]);
  return id;
}
