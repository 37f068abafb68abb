// The device for components: a context, and hooks over its status and its tables. No decisions.
import type { DeviceStatus } from '@streamstock/device-engine';
import type { DeviceLogChange } from '@streamstock/event-log';
import { createContext, use, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { Catalogue } from './catalogue.ts';
import { BEFORE_FIRST_WORD } from './before-first-word.ts';
import type { Device } from './device.ts';
import { LIVE_REST_MS, LiveQuery, TABLE_CAUSES, type LiveAnswer } from './live-query.ts';

const DeviceContext = createContext<Device | null>(null);

export function DeviceProvider({
  device,
  children,
}: {
  /** null: it is being opened. */
  readonly device: Device | null;
  readonly children: ReactNode;
}): ReactNode {
  return <DeviceContext value={device}>{children}</DeviceContext>;
}

export function useDevice(): Device {
  const device = use(DeviceContext);
  if (device === null) throw new Error('useDevice needs a DeviceProvider above it.');
  return device;
}

export function useStatus(): DeviceStatus {
  const { status } = useDevice();
  return useSyncExternalStore(status.observe, status.value);
}

const NOTHING_TO_OBSERVE = (): (() => void) => () => {};

/** The device if it is open, and what it last said: for what is shown before it is. */
export function useDeviceIfOpen(): { readonly device: Device | null; readonly status: DeviceStatus } {
  const device = use(DeviceContext);
  const status = useSyncExternalStore(
    device?.status.observe ?? NOTHING_TO_OBSERVE,
    device?.status.value ?? (() => BEFORE_FIRST_WORD),
  );
  return { device, status };
}

/** The store this device belongs to. Only below the point where that is known. */
export function useStoreId(): string {
  const { enrolled } = useStatus();
  if (enrolled === null) throw new Error('This screen needs a device that belongs to a store.');
  return enrolled.store;
}

/** The catalogue in memory; renders again when it changed. */
export function useCatalogue(): Catalogue {
  const { catalogue } = useDevice();
  useSyncExternalStore(catalogue.observe, catalogue.version);
  useSyncExternalStore(catalogue.observe, () => catalogue.fresh);
  return catalogue;
}

export interface LiveSettings {
  readonly causes?: readonly DeviceLogChange['cause'][];
  readonly restMs?: number;
}

/** Questions whose last answer is kept for the next screen that asks. */
const QUESTIONS_KEPT_MAX = 40;

const questions = new WeakMap<Device, Map<string, LiveQuery<unknown>>>();

function questionOf<Value>(
  device: Device,
  key: string,
  ask: (device: Device) => Promise<Value>,
  settings: LiveSettings,
): LiveQuery<Value> {
  const kept = questions.get(device) ?? new Map<string, LiveQuery<unknown>>();
  questions.set(device, kept);
  // One key is one question: whoever asks it gets the same kind of answer.
  const known = kept.get(key) as LiveQuery<Value> | undefined;
  if (known !== undefined) return known;
  const query = new LiveQuery<Value>({
    ask: () => ask(device),
    causes: settings.causes ?? TABLE_CAUSES,
    observe: (observer) => {
      const subscription = device.engine.changes$.subscribe(observer);
      return () => subscription.unsubscribe();
    },
    restMs: settings.restMs ?? LIVE_REST_MS,
    now: () => performance.now(),
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const oldest = kept.keys().next();
  if (kept.size >= QUESTIONS_KEPT_MAX && oldest.done !== true) kept.delete(oldest.value);
  kept.set(key, query);
  return query;
}

/**
 * The answer to a question about the device's tables, asked again after every commit that may change it. `key` names the
 * question and all that it depends on: two components with one key share one answer, and a screen that asks again begins
 * with the last one.
 */
export function useLive<Value>(
  key: string,
  ask: (device: Device) => Promise<Value>,
  settings: LiveSettings = {},
): LiveAnswer<Value> {
  const query = questionOf(useDevice(), key, ask, settings);
  return useSyncExternalStore(query.observe, query.answer);
}

/** Holds an object for a screen, and says when it comes and goes. */
class Held<Thing extends { close(): Promise<void> }> {
  #thing: Thing | null = null;
  readonly #observers = new Set<() => void>();

  readonly thing = (): Thing | null => this.#thing;
  readonly observe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  hold(thing: Thing): () => void {
    this.#set(thing);
    return () => {
      this.#set(null);
      void thing.close();
    };
  }

  #set(thing: Thing | null): void {
    this.#thing = thing;
    for (const observer of this.#observers) observer();
  }
}

/** An object made for one screen and closed with it; null in the first frame. Another `key` is another object. */
export function useClosable<Thing extends { close(): Promise<void> }>(make: () => Thing, key: string): Thing | null {
  const [held] = useState(() => new Held<Thing>());
  const onOpen = useEffectEvent(make);
  useEffect(() => {
    void key;
    return held.hold(onOpen());
  }, [held, key]);
  return useSyncExternalStore(held.observe, held.thing);
}
