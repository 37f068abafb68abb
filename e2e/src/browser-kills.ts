// The browser part of `faults --tier browser`: tills with profiles on disk sell through their screens, and their Chromium is
// killed, again and again. Owns how the kills are shared out and the comparison with head office.
//
// 1. What killed-till.ts says of every start.
// 2. At the end head office holds every sale exactly once, and the chains are whole.
import { expect } from '@playwright/test';
import { KILLED_ITEM, KilledTill, type KillTimes } from './killed-till.ts';
import { importItems, setUpOffice, type Office } from './support/office.ts';
import { startServer, type TestServer } from './support/server.ts';

/** A starting browser waits for its disk as often as for a processor: a second till fills the gaps. */
const TILLS = 2;
const DRAINED_WITHIN_MS = 60_000;
const PAGE_EVENTS = 500;

export interface BrowserKills {
  readonly kills: number;
  /** Sales that the screen called saved. */
  readonly saved: number;
  readonly lost: number;
  readonly doubled: number;
  /** Of the sales whose end nobody saw. */
  readonly unseen: { readonly kept: number; readonly gone: number };
  /** On the clock, all tills together. */
  readonly msPerKill: number;
  /** Of one till, per kill. */
  readonly times: KillTimes;
  readonly problems: readonly string[];
}

interface PlacedTill {
  readonly store: string;
  readonly till: KilledTill;
}

export async function runBrowserKills(
  kills: number,
  onKill: (kill: number) => void = () => undefined,
): Promise<BrowserKills> {
  const server = await startServer();
  const tills: PlacedTill[] = [];
  try {
    const office = await setUpOffice(server, 'Lisboa Baixa');
    await importItems(server, office, [KILLED_ITEM]);
    for (let number = 1; number <= TILLS; number += 1) tills.push(await newTill(server, office, number));
    const beganMs = performance.now();
    let begun = 0;
    let done = 0;
    const keepKilling = async ({ till }: PlacedTill): Promise<void> => {
      while (begun < kills && !till.isDone) {
        begun += 1;
        await till.live();
        done += 1;
        onKill(done);
      }
    };
    await Promise.all(tills.map(keepKilling));
    const msPerKill = Math.round((performance.now() - beganMs) / done);
    const found = [];
    for (const placed of tills) found.push(await compareWithOffice(office, placed));
    const proof = await office.client.verify();
    const books = tills.map(({ till }) => till.book);
    const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
    return {
      kills: done,
      saved: sum(books.map(({ saved }) => saved)),
      lost: sum(found.map(({ lost }) => lost)),
      doubled: sum(found.map(({ doubled }) => doubled)),
      unseen: {
        kept: sum(books.map(({ unseen }) => unseen.kept)),
        gone: sum(books.map(({ unseen }) => unseen.gone)),
      },
      msPerKill,
      times: {
        launchMs: Math.round(sum(books.map(({ times }) => times.launchMs)) / done),
        shownMs: Math.round(sum(books.map(({ times }) => times.shownMs)) / done),
        salesMs: Math.round(sum(books.map(({ times }) => times.salesMs)) / done),
        killMs: Math.round(sum(books.map(({ times }) => times.killMs)) / done),
      },
      problems: [
        ...books.flatMap(({ problems }) => problems),
        ...(proof.intact ? [] : ['the chains at the centre are not whole']),
      ],
    };
  } finally {
    for (const { till } of tills) await till.dispose();
    await server.dispose();
  }
}

/** In a store of its own, so that no till changes the figures of another. */
async function newTill(server: TestServer, office: Office, number: number): Promise<PlacedTill> {
  const body = { name: `Store ${number}`, currency: 'EUR', timeZone: 'Europe/Lisbon' };
  const { store } = await office.client.openStore({ body });
  const { code } = await office.client.createPairingCode({ params: { store } });
  const { items } = await office.client.items();
  const till = new KilledTill(server.url, items[0]?.item ?? '');
  await till.enrol(code);
  return { store, till };
}

/** What head office holds of a till's sales, once all of them had time to arrive. */
async function compareWithOffice(
  office: Office,
  { store, till }: PlacedTill,
): Promise<{ readonly lost: number; readonly doubled: number }> {
  await till.startForGood();
  const { sales } = till.book;
  await expect
    .poll(async () => (await salesOf(office, store)).length, { timeout: DRAINED_WITHIN_MS })
    .toBeGreaterThanOrEqual(sales)
    // What did not come is counted below, and more than one figure is wanted then.
    .catch(() => undefined);
  const held = await salesOf(office, store);
  const ids = new Set(held);
  return { lost: Math.max(0, sales - ids.size), doubled: held.length - Math.min(sales, ids.size) };
}

/** Ids of a store's sales as head office holds them: with repeats, if there were any. */
async function salesOf(office: Office, store: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let before: number | undefined; ;) {
    const query = { limit: PAGE_EVENTS, type: 'StockSold', store, ...(before === undefined ? {} : { before }) };
    const { events, next } = await office.client.events({ query });
    ids.push(...events.map(({ line }) => (JSON.parse(line) as { id: string }).id));
    if (next === null) return ids;
    before = next;
  }
}
