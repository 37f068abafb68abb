// Waits until a screen stands still: fonts are there, nothing moves, nothing says that it is busy, and nothing was changed for a
// moment. Watches the screen and nothing else.
import type { Page } from '@playwright/test';

/** A screen that changes all the time, as a clock does, is looked at as it is. */
const SETTLED_WITHIN_MS = 3_000;
/** What takes longer, or begins later, is no way of appearing: time that runs out, words for those who wait long. */
const MOVES_MS_MAX = 1_000;

/** Until nothing changed for `quietMs`. */
export async function settled(page: Page, quietMs: number): Promise<void> {
  await page.evaluate(
    async ({ quiet, within, movesMax }) => {
      const endMs = performance.now() + within;
      await document.fonts.ready;
      let changedMs = performance.now();
      const observer = new MutationObserver(() => (changedMs = performance.now()));
      observer.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
      const moves = (): boolean =>
        document.getAnimations().some(({ playState, effect }) => {
          const endTime = Number(effect?.getComputedTiming().endTime ?? 0);
          return playState === 'running' && endTime <= movesMax;
        });
      const isBusy = (): boolean => document.querySelector('[aria-busy="true"]') !== null;
      while (performance.now() < endMs) {
        // A picture is drawn once a frame; what follows a new size comes with the next ones.
        await new Promise((resolve) => requestAnimationFrame(resolve));
        if (moves() || isBusy()) changedMs = performance.now();
        if (performance.now() - changedMs >= quiet) break;
      }
      observer.disconnect();
    },
    { quiet: quietMs, within: SETTLED_WITHIN_MS, movesMax: MOVES_MS_MAX },
  );
}
