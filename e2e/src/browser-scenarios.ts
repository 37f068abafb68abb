// Scenarios of the browser tier besides kills: two tabs, a frozen tab, a network that goes and comes back, an upgrade under an
// open tab. Each through the screens of a real browser against a real server, judged by the figures people see.
import { expect as expectSoon, type Page } from '@playwright/test';
import { BrowserProfile } from './support/browser-profile.ts';
import { importItems, setUpOffice, type Office } from './support/office.ts';
import { startServer, type TestServer } from './support/server.ts';
import { StoreApp } from './support/store-app.ts';

/** Of a machine that does other things besides, too. */
const expect = expectSoon.configure({ timeout: 30_000 });
const ITEM = { sku: 'OAT-1L', name: 'Oat drink 1 L', barcode: '5601234567890', price: '2.10' };
/** A frozen sender is found out after three unanswered questions, two seconds apart. */
const FROZEN_SENT_WITHIN_MS = 45_000;
/** The frozen tab ran nothing for at least so long. */
const FROZEN_MS_MIN = 1_500;
const SENT_WITHIN_MS = 45_000;
/** Dexie's version × 10; any newer app's is higher. */
const NEWER_DATABASE_VERSION = 9_990;

interface Till {
  readonly profile: BrowserProfile;
  readonly page: Page;
  readonly app: StoreApp;
  /** On hand at head office. */
  readonly atOffice: () => Promise<number>;
  readonly server: TestServer;
  readonly item: string;
}

type Scenario = (till: Till) => Promise<void>;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'two tabs': twoTabs,
  'frozen tab': frozenTab,
  'offline and back': offlineAndBack,
  'upgrade under an open tab': upgradeUnderOpenTab,
};

/** Name → "passed", or what was wrong. */
export async function runTabScenarios(): Promise<Readonly<Record<string, string>>> {
  const results: Record<string, string> = {};
  const server = await startServer();
  try {
    const office = await setUpOffice(server, 'Lisboa Baixa');
    await importItems(server, office, [ITEM]);
    const item = (await office.client.items()).items[0]?.item ?? '';
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      results[name] = await tried(async () => await inTill(server, office, item, scenario));
    }
    const proof = await office.client.verify();
    if (!proof.intact) results['verify'] = 'the chains at the centre are not whole';
    return results;
  } finally {
    await server.dispose();
  }
}

async function tried(scenario: () => Promise<void>): Promise<string> {
  try {
    await scenario();
    return 'passed';
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 600) : String(error);
  }
}

/** A new till of a new store, so that scenarios do not see each other. */
async function inTill(server: TestServer, office: Office, item: string, scenario: Scenario): Promise<void> {
  const profile = new BrowserProfile();
  try {
    const body = {
      name: `Store ${Math.random().toString(36).slice(2, 8)}`,
      currency: 'EUR',
      timeZone: 'Europe/Lisbon',
    };
    const { store } = await office.client.openStore({ body });
    const { code } = await office.client.createPairingCode({ params: { store } });
    const page = await profile.start();
    const app = new StoreApp(page, server.url);
    await app.enrol(code);
    const atOffice = async (): Promise<number> => {
      const { stores, items, onHand } = await office.client.stock();
      const row = items.findIndex(([id]) => id === item);
      const column = stores.findIndex((one) => JSON.stringify(one).includes(`"${store}"`));
      return onHand[column]?.[row] ?? 0;
    };
    await scenario({ profile, page, app, atOffice, server, item });
    expect(profile.problems).toEqual([]);
  } finally {
    await profile.dispose();
  }
}

async function secondTab(till: Till): Promise<StoreApp> {
  const page = await till.page.context().newPage();
  return new StoreApp(page, till.server.url);
}

async function twoTabs(till: Till): Promise<void> {
  const other = await secondTab(till);
  await till.profile.setOffline(true);
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([till.app.sell(ITEM.barcode, 1), other.sell(ITEM.barcode, 2)]);
  }
  expect(await till.app.onHand(till.item)).toBe(-9);
  expect(await other.onHand(till.item)).toBe(-9);
  await till.profile.setOffline(false);
  await expect.poll(till.atOffice, { timeout: SENT_WITHIN_MS }).toBe(-9);
}

/** The tab that sends is frozen with the lock in its hands; the other one sells, and its sales are sent. */
async function frozenTab(till: Till): Promise<void> {
  await till.app.sell(ITEM.barcode, 1);
  await expect.poll(till.atOffice, { timeout: SENT_WITHIN_MS }).toBe(-1);
  const other = await secondTab(till);
  await other.open('/sell');
  await beatInside(till.page);
  const thaw = await freeze(till.page);
  await other.sell(ITEM.barcode, 2);
  await expect.poll(till.atOffice, { timeout: FROZEN_SENT_WITHIN_MS }).toBe(-3);
  await thaw();
  // Or it was no frozen tab that was tried.
  expect(await longestPauseMs(till.page)).toBeGreaterThan(FROZEN_MS_MIN);
  await till.app.sell(ITEM.barcode, 1);
  expect(await other.onHand(till.item)).toBe(-4);
  await expect.poll(till.atOffice, { timeout: SENT_WITHIN_MS }).toBe(-4);
}

/** Notes the time ten times a second, as long as timers run. */
async function beatInside(page: Page): Promise<void> {
  await page.evaluate(() => {
    const beats = [performance.now()];
    Object.assign(window, { streamstockTestBeats: beats });
    setInterval(() => beats.push(performance.now()), 100);
  });
}

/**
 * Stops the page between two of its statements: no timer, no socket and no promise of it goes on, and its locks stay its own. What
 * browsers call freezing asks for a hidden tab, and here every tab counts as shown. Returns what lets it go on.
 */
async function freeze(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Debugger.enable');
  const paused = new Promise<void>((resolve) => session.once('Debugger.paused', () => resolve()));
  await session.send('Debugger.pause');
  await paused;
  return async () => {
    await session.send('Debugger.resume');
    await session.detach();
  };
}

async function longestPauseMs(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const beats = (window as unknown as { streamstockTestBeats: number[] }).streamstockTestBeats;
    return Math.max(...beats.map((beat, index) => (beats[index + 1] ?? performance.now()) - beat));
  });
}

async function offlineAndBack(till: Till): Promise<void> {
  for (let round = 1; round <= 3; round += 1) {
    await till.profile.setOffline(true);
    await till.app.sell(ITEM.barcode, 1);
    await till.page.reload();
    expect(await till.app.onHand(till.item)).toBe(-round);
    await till.profile.setOffline(false);
    await expect.poll(till.atOffice, { timeout: SENT_WITHIN_MS }).toBe(-round);
  }
}

/** A newer app opens the database while a sale is half done: the old page must say so, and must not call it saved. */
async function upgradeUnderOpenTab(till: Till): Promise<void> {
  await till.app.sell(ITEM.barcode, 1);
  await expect.poll(till.atOffice, { timeout: SENT_WITHIN_MS }).toBe(-1);
  await till.app.open('/sell');
  await expect(till.page.getByRole('button', { name: /^Done/ })).toBeVisible();
  await till.app.scan(ITEM.barcode);
  const newer = await till.page.context().newPage();
  await newer.goto(`${till.server.url}/healthz`);
  const outcome = await newer.evaluate(
    async (version) =>
      await new Promise<string>((resolve) => {
        const opening = indexedDB.open('streamstock', version);
        opening.onsuccess = () => {
          opening.result.close();
          resolve('open');
        };
        opening.onerror = () => resolve('error');
        setTimeout(() => resolve('blocked for 5 s'), 5_000);
      }),
    NEWER_DATABASE_VERSION,
  );
  expect(outcome).toBe('open');
  await till.page.getByRole('button', { name: /^Done/ }).click();
  await expect(till.page.getByText(/newer version of the app is open on this device/).first()).toBeVisible();
  expect(await till.page.getByTestId('sale-saved').count()).toBe(0);
  expect(await till.atOffice()).toBe(-1);
}
