// The browser part of `bench bootstrap`: a new till of a store with a large catalogue and a long history, on a data folder that was
// prepared before. Measures from the tap that pairs it: until a search finds an item and
// shows its stock, and, on another till, until everything is here. Arguments: `set-up FOLDER`, which begins the folder, or
// `measure FOLDER API-KEY STORE ITEM-NAME`; the last line of the output is a JSON object.
import { createApiClient, snapshotPaths, type ApiClient, type Enrolment } from '@streamstock/api';
import { readModelVersionOf, sha256, SnapshotHeader } from '@streamstock/event-log';
import { inventoryProjectors } from '@streamstock/inventory';
import type { Page } from '@playwright/test';
import { BrowserProfile } from './support/browser-profile.ts';
import { setUpOffice } from './support/office.ts';
import { startServer, type TestServer } from './support/server.ts';

const PREPARING_MAX_MS = 10 * 60_000;
const COMPLETE_MAX_MS = 120_000;
const TILLS = 3;

const [part = '', dataFolder = '', apiKey = '', store = '', itemName = ''] = process.argv.slice(2);
console.log(JSON.stringify(part === 'set-up' ? await setUp() : await measure()));

/** The first run of a server on an empty folder. */
async function setUp(): Promise<{ readonly apiKey: string; readonly store: string }> {
  const server = await startServer({ dataFolder });
  try {
    const office = await setUpOffice(server, 'Lisboa Baixa');
    return { apiKey: office.apiKey, store: office.firstStore };
  } finally {
    await server.stop();
  }
}

async function measure(): Promise<Record<string, number>> {
  const server = await startServer({ dataFolder });
  try {
    const office = clientOf(server, apiKey);
    await caughtUp(server);
    const prepared = await prepareCold(server, office);
    const offered: number[] = [];
    const usable: number[] = [];
    const complete: number[] = [];
    for (let till = 0; till < TILLS; till += 1) {
      const [offeredMs = 0, usableMs = 0] = await onNewTill(server, office, [untilOffered, untilSearched]);
      offered.push(offeredMs);
      usable.push(usableMs);
      complete.push(...(await onNewTill(server, office, [untilComplete])));
    }
    return { ...prepared, offeredMs: median(offered), usableMs: median(usable), completeMs: median(complete) };
  } finally {
    await server.stop();
  }
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}

function clientOf({ url }: TestServer, bearer?: string): ApiClient {
  return createApiClient({
    baseUrl: url,
    fetch: async (target, init) => await fetch(target, { ...init, headers: { ...init.headers, origin: url } }),
    ...(bearer === undefined ? {} : { apiKey: bearer }),
  });
}

async function caughtUp({ url }: TestServer): Promise<void> {
  const deadlineMs = performance.now() + PREPARING_MAX_MS;
  while (!(await fetch(`${url}/readyz`)).ok) {
    if (performance.now() > deadlineMs) throw new Error('The server does not catch up.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The first device of the store asks: nothing is prepared. */
async function prepareCold(at: TestServer, office: ApiClient): Promise<Record<string, number>> {
  const { code } = await office.createPairingCode({ params: { store } });
  const enrolment: Enrolment = await clientOf(at).enrol({ body: { code, label: 'first till' } });
  const readModels = readModelVersionOf(sha256, inventoryProjectors);
  const path = snapshotPaths.header({ device: enrolment.device, readModels });
  const headers = { authorization: `Bearer ${enrolment.credential}` };
  const askedAtMs = performance.now();
  for (;;) {
    const answer = await fetch(at.url + path, { headers });
    if (answer.ok) {
      const header = SnapshotHeader.parse(await answer.json());
      const preparedColdMs = Math.round(performance.now() - askedAtMs);
      const bytes = header.pages.reduce((sum, page) => sum + page.bytes, 0);
      const rows = header.pages.reduce((sum, page) => sum + page.rows, 0);
      const pages = await fetch(at.url + snapshotPaths.pages(header.id, 0), { headers });
      await pages.arrayBuffer();
      return {
        position: header.cursor.position,
        rows,
        pages: header.pages.length,
        mebibytes: Math.round(bytes / 2 ** 20),
        preparedColdMs,
      };
    }
    if (answer.status !== 503) throw new Error(`No snapshot: ${await answer.text()}`);
    if (performance.now() - askedAtMs > PREPARING_MAX_MS) throw new Error('The snapshot is not prepared.');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Pairs a browser that was never here; returns milliseconds from the tap to each of the steps. */
async function onNewTill(
  at: TestServer,
  office: ApiClient,
  steps: readonly ((page: Page) => Promise<void>)[],
): Promise<number[]> {
  const profile = new BrowserProfile();
  try {
    const page = await profile.start();
    const { code } = await office.createPairingCode({ params: { store } });
    await page.goto(`${at.url}/store/#code=${code}`);
    const start = page.getByRole('button', { name: 'Yes, start' });
    await start.waitFor();
    const tappedAtMs = performance.now();
    await start.click();
    const tookMs: number[] = [];
    for (const step of steps) {
      await step(page);
      tookMs.push(performance.now() - tappedAtMs);
    }
    if (profile.problems.length > 0) throw new Error(profile.problems.join('\n'));
    return tookMs;
  } finally {
    await profile.dispose();
  }
}

/** The app says that one can sell. */
async function untilOffered(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go to Today' }).waitFor({ timeout: COMPLETE_MAX_MS });
}

/** Through three screens to a search that shows an item's stock. */
async function untilSearched(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go to Today' }).click();
  await page.getByRole('button', { name: 'Keep my data' }).click();
  await page.getByRole('link', { name: 'Items', exact: true }).click();
  await page
    .getByRole('searchbox')
    .or(page.getByPlaceholder(/Search/))
    .first()
    .fill(itemName);
  await page.waitForFunction(showsStock, itemName, { timeout: COMPLETE_MAX_MS, polling: 'raf' });
}

/** Runs in the page: some row of the list names the item, and its last part is a figure. */
function showsStock(name: string): boolean {
  return [...document.querySelectorAll('[role=listitem]')].some(
    (row) => row.textContent.includes(name) && /\d/.test(row.querySelector('a')?.lastElementChild?.textContent ?? ''),
  );
}

async function untilComplete(page: Page): Promise<void> {
  await page.getByText('Everything is here.').waitFor({ timeout: COMPLETE_MAX_MS });
}
