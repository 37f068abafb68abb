// Tells this process the moment a page shows that a sale was saved: what a person would have read before the battery died.
// Watches the screen and nothing else.
import type { BrowserContext } from '@playwright/test';

const BINDING = 'streamstockTestSaved';

export interface SavedWatch {
  /** How often a page showed a saved sale. */
  readonly shown: number;
  /** Called as soon as the next one is shown. */
  onNext(listener: () => void): void;
}

/** For every page that this browser opens from now on. */
export async function watchSaved(context: BrowserContext): Promise<SavedWatch> {
  let shown = 0;
  let listener: () => void = () => undefined;
  await context.exposeBinding(BINDING, () => {
    shown += 1;
    const told = listener;
    listener = () => undefined;
    told();
  });
  await context.addInitScript((binding) => {
    const tell = (window as unknown as Record<string, () => void>)[binding];
    let isShown = false;
    const look = (): void => {
      const now = document.querySelector('[data-testid="sale-saved"]') !== null;
      if (now && !isShown) tell?.();
      isShown = now;
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  }, BINDING);
  return {
    get shown() {
      return shown;
    },
    onNext: (next) => {
      listener = next;
    },
  };
}
