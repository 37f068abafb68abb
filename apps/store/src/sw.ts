/// <reference lib="webworker" />
// The service worker: the whole app from the first load on, offline reload and deep links included. It never takes over by
// itself: a new version waits until a person says so. Files of the version before stay for tabs that still run it.
import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { isHashedAsset, keepAssetsOfRunningVersion, PREVIOUS_ASSETS_CACHE } from './app/previous-assets.ts';

declare const self: ServiceWorkerGlobalScope;

// Before the new files are fetched: what is precached now belongs to the version that open tabs run.
self.addEventListener('install', (event) => {
  event.waitUntil(keepAssetsOfRunningVersion(self.caches));
});

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html')));

// A lazy part of the version before, asked for by a tab that was open through the update.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && isHashedAsset(url),
  async ({ request }) => (await self.caches.match(request, { cacheName: PREVIOUS_ASSETS_CACHE })) ?? fetch(request),
);

self.addEventListener('message', (event) => {
  if ((event.data as { readonly type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});

clientsClaim();
