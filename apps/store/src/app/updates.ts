// New versions of the app: registers the service worker, says when a version waits, and installs it when a person asks.
// Never reloads by itself, but once: when a part of this version is gone for good (and then work is safe on the device).
import type { Workbox } from 'workbox-window';

export interface UpdateState {
  /** A newer version is on this device and waits. */
  readonly waiting: boolean;
  /** Everything the app needs is on this device: it opens without a network. */
  readonly offlineReady: boolean;
}

/** How often a page that stays open asks whether there is a newer version. */
const ASK_EVERY_MS = 60 * 60 * 1_000;
const RELOADED_KEY = 'streamstock-reloaded-for-missing-part';
/** What a new device shows first has the network to itself for so long at most. */
const FIRST_SCREENS_MAX_MS = 4_000;

let state: UpdateState = { waiting: false, offlineReady: false };
let workbox: Workbox | null = null;
const observers = new Set<() => void>();

function set(change: Partial<UpdateState>): void {
  state = { ...state, ...change };
  for (const observer of observers) observer();
}

export const updateState = (): UpdateState => state;

const firstShown = Promise.withResolvers<void>();

/** What a person waits for is here: the whole app may be fetched for the time without a network. */
export function fetchWholeApp(): void {
  firstShown.resolve();
}

export function observeUpdates(observer: () => void): () => void {
  observers.add(observer);
  return () => observers.delete(observer);
}

/** Lets the waiting version take over and loads this page with it. */
export function updateNow(): void {
  void askForUpdate();
}

/**
 * Asks the server for a newer version where none waits yet; it takes over as soon as it is here, and this page is loaded with it.
 * False: there is none, or no network.
 */
export async function askForUpdate(): Promise<boolean> {
  const started = workbox;
  if (started === null) return false;
  started.addEventListener('controlling', () => location.reload());
  started.addEventListener('waiting', () => started.messageSkipWaiting());
  started.messageSkipWaiting();
  if (state.waiting) return true;
  try {
    const registration = await navigator.serviceWorker.getRegistration(import.meta.env.BASE_URL);
    await registration?.update();
    return (registration?.installing ?? registration?.waiting ?? null) !== null;
  } catch {
    return false;
  }
}

export function startUpdates(): void {
  addEventListener('vite:preloadError', (event) => {
    // Without a network a reload brings nothing, and what is on this page might be lost.
    if (!navigator.onLine) return;
    // One reload brings the parts of the present version. A second would be a loop.
    if (sessionStorage.getItem(RELOADED_KEY) === import.meta.env.STREAMSTOCK_VERSION) return;
    sessionStorage.setItem(RELOADED_KEY, import.meta.env.STREAMSTOCK_VERSION);
    event.preventDefault();
    location.reload();
  });
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  void register();
}

async function register(): Promise<void> {
  setTimeout(fetchWholeApp, FIRST_SCREENS_MAX_MS);
  await firstShown.promise;
  try {
    const { Workbox } = await import('workbox-window');
    const started = new Workbox(`${import.meta.env.BASE_URL}sw.js`, { scope: import.meta.env.BASE_URL });
    workbox = started;
    started.addEventListener('waiting', () => set({ waiting: true }));
    started.addEventListener('activated', () => set({ offlineReady: true }));
    const registration = await started.register();
    if (registration?.active) set({ offlineReady: true });
    if (registration?.waiting && navigator.serviceWorker.controller) set({ waiting: true });
    setInterval(() => void started.update().catch(() => {}), ASK_EVERY_MS);
  } catch {
    // Without a service worker (plain HTTP, a private window) the app works as long as the page stays open.
    set({ offlineReady: false });
  }
}
