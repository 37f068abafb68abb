// The browser part of `bench bootstrap`: a new till of a store with a large catalogue and a long history, on a data folder that was
// prepared before. Measures from the tap that pairs it: until a search finds an item and shows its stock (the person's four taps on the
// way are made inside the page, each as soon as there is something to tap: what is counted is the app's own time on every screen, not
// the robot's), and, on another till that only waits, until everything is here. Arguments: `set-up FOLDER`, which begins the folder, or
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
    const walks: Walk[] = [];
    const complete: number[] = [];
    for (let till = 0; till < TILLS; till += 1) {
      walks.push(await onNewTill(server, office, async (page) => await page.evaluate(walkToStock, itemName)));
      complete.push(
        (await onNewTill(server, office, async (page) => await page.evaluate(waitForAll, COMPLETE_MAX_MS))).completeMs,
      );
    }
    const medianOf = (step: keyof Walk): number => median(walks.map((walk) => walk[step]));
    return {
      ...prepared,
      offeredMs: medianOf('offeredMs'),
      todayMs: medianOf('todayMs'),
      itemsMs: medianOf('itemsMs'),
      usableMs: medianOf('usableMs'),
      completeMs: median(complete),
    };
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

/** Brings a browser that was never here to the question whether it shall be paired, and lets `walk` answer it. */
async function onNewTill<Result>(
  at: TestServer,
  office: ApiClient,
  walk: (page: Page) => Promise<Result>,
): Promise<Result> {
  const profile = new BrowserProfile();
  try {
    const page = await profile.start();
    const { code } = await office.createPairingCode({ params: { store } });
    await page.goto(`${at.url}/store/#code=${code}`);
    await page.getByRole('button', { name: 'Yes, start' }).waitFor();
    const result = await walk(page);
    if (profile.problems.length > 0) throw new Error(profile.problems.join('\n'));
    return result;
  } finally {
    await profile.dispose();
  }
}

/** Milliseconds from the tap that pairs until the app says that one can sell; Today shows its figures; Items lists; a search finds. */
interface Walk {
  readonly offeredMs: number;
  readonly todayMs: number;
  readonly itemsMs: number;
  readonly usableMs: number;
}

/** Runs in the page: a person who knows the way and is as fast as the screens. */
async function walkToStock(itemName: string): Promise<Walk> {
  const named = (selector: string, name: string): HTMLElement | undefined =>
    [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.textContent.trim() === name);
  /** Looks once in every frame: what was not painted no person could tap. */
  const seen = async <Found>(look: () => Found | undefined): Promise<Found> => {
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const found = look();
      if (found !== undefined) return found;
    }
  };
  const startedAtMs = performance.now();
  const sinceStart = (): number => performance.now() - startedAtMs;
  named('button', 'Yes, start')?.click();
  const go = await seen(() => named('button', 'Go to Today'));
  const offeredMs = sinceStart();
  go.click();
  (await seen(() => named('button', 'Keep my data'))).click();
  const places = await seen(() =>
    [...document.querySelectorAll<HTMLElement>('a[href$="/items"]')].find((link) => link.checkVisibility()),
  );
  const todayMs = sinceStart();
  places.click();
  const field = await seen(
    () => document.querySelector<HTMLInputElement>('main input, input[type=search]') ?? undefined,
  );
  await seen(() => document.querySelector('[role=listitem]') ?? undefined);
  const itemsMs = sinceStart();
  field.focus();
  // As typed: React hears of a value that was set past it only so.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, itemName);
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await seen(() =>
    [...document.querySelectorAll('[role=listitem]')].find(
      (row) =>
        row.textContent.includes(itemName) && /\d/.test(row.querySelector('a')?.lastElementChild?.textContent ?? ''),
    ),
  );
  return { offeredMs, todayMs, itemsMs, usableMs: sinceStart() };
}

/** Runs in the page: pairs it, and waits. */
async function waitForAll(waitMaxMs: number): Promise<{ readonly completeMs: number }> {
  const startedAtMs = performance.now();
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Yes, start')?.click();
  while (!document.body.textContent.includes('Everything is here.')) {
    if (performance.now() - startedAtMs > waitMaxMs) throw new Error('Not everything came.');
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return { completeMs: performance.now() - startedAtMs };
}
