// Looks at a screen as it stands, at three sizes: a picture of each for people, and axe at the size its people mostly use.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';
import { settled } from './settled.ts';

const PICTURES = fileURLToPath(new URL('../../test-results/pictures/', import.meta.url));
export const SIZES = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 1024, height: 768 },
  { name: 'desktop', width: 1440, height: 900 },
] as const;
/** A chip that waits, data that comes, a list that settles. */
const ARRIVED_QUIET_MS = 300;
/** What is there only takes its new place, or its new colours. */
const CHANGED_QUIET_MS = 100;

export type App = 'store' | 'admin';
export type Theme = 'light' | 'dark';

const usualSize = (app: App) => (app === 'store' ? SIZES[0] : SIZES[2]);

/** In one theme, which is the page's already. The page's size is the one its people mostly use afterwards. */
export async function lookAt(page: Page, app: App, screen: string, theme: Theme): Promise<void> {
  await lookInThemes(page, app, screen, [theme]);
}

/** In both themes, without loading the page again; leaves it light, and at the size its people mostly use. */
export async function lookInBothThemes(page: Page, app: App, screen: string): Promise<void> {
  await lookInThemes(page, app, screen, ['dark', 'light']);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function lookInThemes(page: Page, app: App, screen: string, themes: readonly Theme[]): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const usual = usualSize(app);
  await settled(page, ARRIVED_QUIET_MS);
  // The usual size last: the page is left so.
  for (const size of [...SIZES.filter((one) => one !== usual), usual]) {
    await page.setViewportSize(size);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await settled(page, CHANGED_QUIET_MS);
      await page.screenshot({ path: `${PICTURES}${app}-${screen}-${size.name}-${theme}.png` });
      if (size === usual) await expectAccessible(page, `${app} ${screen} ${size.name} ${theme}`);
    }
  }
}
