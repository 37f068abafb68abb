// The browser part of `bench latency`: two tills of one store in two browsers, through a real server. Measures from the tap on
// Done on one screen to the changed figure on the other, by the wall clock that both browsers of this machine share.
import { BrowserProfile } from './support/browser-profile.ts';
import { importItems, setUpOffice } from './support/office.ts';
import { startServer } from './support/server.ts';
import { StoreApp } from './support/store-app.ts';

const TAPS = 40;
const WARM_UP_TAPS = 5;
const PAUSE_MS = 150;
const ITEM = { sku: 'OAT-1L', name: 'Oat drink 1 L', barcode: '5601234567890', price: '2.10' };

const server = await startServer();
const profiles = [new BrowserProfile(), new BrowserProfile()];
try {
  const office = await setUpOffice(server, 'Lisboa Baixa');
  await importItems(server, office, [ITEM]);
  const apps: StoreApp[] = [];
  for (const profile of profiles) {
    const app = new StoreApp(await profile.start(), server.url);
    const { code } = await office.client.createPairingCode({ params: { store: office.firstStore } });
    await app.enrol(code);
    apps.push(app);
  }
  const [seller, watcher] = apps;
  const { items } = await office.client.items();
  if (seller === undefined || watcher === undefined) throw new Error('Two tills are needed.');
  console.log(JSON.stringify(await measure(seller, watcher, items[0]?.item ?? '')));
} finally {
  for (const profile of profiles) await profile.dispose();
  await server.dispose();
}

async function measure(seller: StoreApp, watcher: StoreApp, item: string): Promise<Record<string, number>> {
  await seller.receive(ITEM.barcode, 1);
  await watcher.onHand(item);
  await seller.open('/sell');
  await seller.page.getByRole('button', { name: /^Done/ }).waitFor();
  // Notes the wall-clock time of every change of the figure.
  await watcher.page.evaluate(() => {
    const figure = document.querySelector('[data-testid="on-hand"]');
    const notes: number[] = [];
    Object.assign(window, { changedAtMs: notes });
    if (figure !== null) {
      new MutationObserver(() => notes.push(performance.timeOrigin + performance.now())).observe(figure, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    }
  });
  const tookMs: number[] = [];
  for (let tap = 0; tap < TAPS + WARM_UP_TAPS; tap += 1) {
    await seller.scan(ITEM.barcode);
    await watcher.page.evaluate(() => (window as unknown as { changedAtMs: number[] }).changedAtMs.splice(0));
    const tappedAtMs = await tapDone(seller);
    await watcher.page.waitForFunction(() => (window as unknown as { changedAtMs: number[] }).changedAtMs.length > 0);
    const changedAtMs = await watcher.page.evaluate(
      () => (window as unknown as { changedAtMs: number[] }).changedAtMs[0] ?? 0,
    );
    if (tap >= WARM_UP_TAPS) tookMs.push(changedAtMs - tappedAtMs);
    await seller.page.waitForTimeout(PAUSE_MS);
  }
  tookMs.sort((a, b) => a - b);
  const at = (share: number) =>
    Number((tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0).toFixed(1));
  return { taps: tookMs.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) };
}

/** Taps Done inside the page and returns the moment of the tap. */
async function tapDone(seller: StoreApp): Promise<number> {
  const done = seller.page.getByRole('button', { name: /^Done/ });
  await done.and(seller.page.locator(':not([aria-disabled="true"])')).waitFor();
  return await done.evaluate((button) => {
    const tappedAtMs = performance.timeOrigin + performance.now();
    (button as HTMLButtonElement).click();
    return tappedAtMs;
  });
}
