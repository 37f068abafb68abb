// The person's choice between dense and compact rows; remembered in this browser.
import type { Density } from '@streamstock/ui';
import { useSyncExternalStore } from 'react';

const storageKey = 'streamstock-admin-density';
const listeners = new Set<() => void>();

export type AdminDensity = Exclude<Density, 'touch'>;

function read(): AdminDensity {
  try {
    return localStorage.getItem(storageKey) === 'compact' ? 'compact' : 'dense';
  } catch {
    // Storage is switched off: the usual density.
    return chosen;
  }
}

let chosen: AdminDensity = 'dense';

function choose(density: AdminDensity): void {
  chosen = density;
  try {
    localStorage.setItem(storageKey, density);
  } catch {
    // Not remembered, but shown.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `[density, choose]`. */
export function useDensity(): readonly [AdminDensity, (density: AdminDensity) => void] {
  return [useSyncExternalStore(subscribe, read), choose] as const;
}
