// Keeps the hashed files of the version that open tabs run when the next one installs, so that a lazy screen still opens
// in a tab that was not reloaded. One generation is kept; runs inside the service worker only.
import { cacheNames } from 'workbox-core';

export const PREVIOUS_ASSETS_CACHE = 'streamstock-previous-assets';

/** Files under /store/assets/ carry a hash in their name: one name never means two contents. */
export function isHashedAsset(url: URL): boolean {
  return url.pathname.startsWith('/store/assets/');
}

/** Copies the precached hashed files aside and forgets those of the version before. Does nothing on a first install. */
export async function keepAssetsOfRunningVersion(caches: CacheStorage): Promise<void> {
  if (!(await caches.has(cacheNames.precache))) return;
  const precache = await caches.open(cacheNames.precache);
  const running = (await precache.keys()).filter((request) => isHashedAsset(new URL(request.url)));
  const kept = await caches.open(PREVIOUS_ASSETS_CACHE);
  const wanted = new Set(running.map((request) => request.url));
  for (const request of await kept.keys()) if (!wanted.has(request.url)) await kept.delete(request);
  for (const request of running) {
    const response = await precache.match(request);
    if (response !== undefined) await kept.put(request.url, response);
  }
}
