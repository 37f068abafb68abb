// A till's Chromium is killed, and what its screen called saved is there: the browser tier of `faults` in short.
import { expect, test } from '@playwright/test';
import { runBrowserKills } from '../browser-kills.ts';

const KILLS = 4;

test('what the screen called saved outlives SIGKILL of the browser, once, and reaches head office', async () => {
  test.setTimeout(240_000);
  const result = await runBrowserKills(KILLS);
  expect(result.problems).toEqual([]);
  expect(result).toMatchObject({ kills: KILLS, lost: 0, doubled: 0 });
  expect(result.saved).toBeGreaterThanOrEqual(KILLS);
});
