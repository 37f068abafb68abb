// Escape leads back to now, unless something nearer had a use for it.
import { useEffect } from 'react';

export function useBackToNow(isPast: boolean, backToNow: () => void): void {
  useEffect(() => {
    if (!isPast) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) backToNow();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isPast, backToNow]);
}
