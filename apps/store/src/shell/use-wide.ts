// Whether there is room for two panes: tablet, till, or a phone on its side.
import { useSyncExternalStore } from 'react';

const query = matchMedia('(min-width: 900px), (min-width: 700px) and (max-height: 500px)');

function observe(observer: () => void): () => void {
  query.addEventListener('change', observer);
  return () => query.removeEventListener('change', observer);
}

const read = (): boolean => query.matches;

export function useWide(): boolean {
  return useSyncExternalStore(observe, read);
}
