// Accessibility of a screen as it stands, by axe, in the rules of WCAG 2.2 AA.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with the rule, the element and what to do for every violation on the page. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  // Without frames axe can answer from within the page; otherwise it opens a second one for each look, which takes twice as long.
  expect(page.frames(), 'a screen with frames must be looked at in all of them').toHaveLength(1);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
  const found = violations.map(
    ({ id, help, nodes }) => `${screen}: ${id}: ${help}\n  ${nodes.map(({ html }) => html.slice(0, 200)).join('\n  ')}`,
  );
  expect.soft(found).toEqual([]);
}
