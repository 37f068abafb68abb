// Looks at a screen as it stands, at three sizes: a picture of each for people, and axe at the size its people mostly use.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';

const PICTURES = fileURLToPath(new URL('../../test-results/pictures/', import.meta.url));
export const SIZES = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 1024, height: 768 },
  { name: 'desktop', width: 1440, height: 900 },
] as const;
/** Fonts, a chip that waits, a list that settles. */
export const SETTLED_MS = 400;

export type Theme = 'light' | 'dark';

/** The page's size is another afterwards. */
export async function lookAt(page: Page, app: 'store' | 'admin', screen: string, theme: Theme): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  for (const { name, width, height } of SIZES) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: `${PICTURES}${app}-${screen}-${name}-${theme}.png` });
    if (name === (app === 'store' ? 'phone' : 'desktop'))
      await expectAccessible(page, `${app} ${screen} ${name} ${theme}`);
  }
}

/** In both themes, without loading the page again; leaves it light, and at the size its people mostly use. */
export async function lookInBothThemes(page: Page, app: 'store' | 'admin', screen: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await lookAt(page, app, screen, theme);
  }
  await page.setViewportSize(app === 'store' ? SIZES[0] : SIZES[2]);
}
