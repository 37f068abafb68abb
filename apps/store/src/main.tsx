// The store app begins here: composition of engine, browser and screens. Nothing is decided here.
import '@streamstock/ui/styles.css';
import { StreamStockProvider } from '@streamstock/ui';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { startUpdates } from './app/updates.ts';
import type { DeviceBrowser } from './device/device.ts';

/** An answer that takes longer is no answer. */
const REQUEST_TIMEOUT_MS = 20_000;

const browser: DeviceBrowser = {
  openEngine: async (options) => (await import('@streamstock/device-engine')).openDeviceEngine(options),
  fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }),
  locks: navigator.locks,
  crypto,
  origin: location.origin,
  appVersion: import.meta.env.STREAMSTOCK_VERSION,
};

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element called root.');
createRoot(root).render(
  <StreamStockProvider density="touch">
    <App browser={browser} />
  </StreamStockProvider>,
);
startUpdates();
