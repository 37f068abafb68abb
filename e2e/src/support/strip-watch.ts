// Remembers which words were ever on a page, so that a state that lasts a moment can be told from one that never came.
// Watches the screen and nothing else.
import type { Page } from '@playwright/test';

const KEY = 'streamstockTestSeen';

/** From now on, on this page until it is loaded again. */
export async function watchWords(page: Page, words: string): Promise<void> {
  await page.evaluate(
    ({ key, words: wanted }) => {
      const seen = window as unknown as Record<string, boolean>;
      seen[key] = false;
      const look = (): void => {
        if (document.body.textContent.includes(wanted)) seen[key] = true;
      };
      look();
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    },
    { key: KEY, words },
  );
}

/** Whether they were there at any moment since. */
export async function wereSeen(page: Page): Promise<boolean> {
  return await page.evaluate((key) => (window as unknown as Record<string, boolean>)[key] === true, KEY);
}
