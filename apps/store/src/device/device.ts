// This installation as the screens know it: the engine, what it last said, and what the app keeps beside it. Made once per
// page; every screen works through it. Composition only.
import type { Enrolment, Fetch } from '@streamstock/api';
import type { DeviceEngine, DeviceEngineOptions, DeviceStatus } from '@streamstock/device-engine';
import type { DeviceId } from '@streamstock/event-log';
import {
  BARCODES_TABLE,
  DEVICE_FOLDS,
  ITEMS_TABLE,
  POLICIES_TABLE,
  STOCK_LINES_TABLE,
  STORES_TABLE,
  type CommandContext,
} from '@streamstock/inventory';
import { browserHolds, type TryHold } from '../drafts/draft-slots.ts';
import { BEFORE_FIRST_WORD } from './before-first-word.ts';
import { DATABASE_NAME } from './database-name.ts';
import { Catalogue } from './catalogue.ts';
import { lazySnapshots } from './lazy-snapshots.ts';
import type { HistoryOutcome, LineHistories } from './line-histories.ts';
import { enrolmentWrite, readEnrolment } from './enrolment-record.ts';
import { observed, type Observed } from './observed.ts';
import { RecentRecorder } from './recent-records.ts';
import { takeSeat } from './tab-seat.ts';
import { UnknownCodes } from './unknown-codes.ts';

export interface Device {
  readonly engine: DeviceEngine;
  readonly status: Observed<DeviceStatus>;
  readonly catalogue: Catalogue;
  readonly tryHold: TryHold;
  /** null: more tabs are open than keep lists of their own. */
  readonly recorder: RecentRecorder | null;
  readonly unknownCodes: UnknownCodes;
  readonly clock: () => number;
  /** When this page opened the device. */
  readonly openedAtMs: number;
  /** HTTP to the server, with a timeout. */
  readonly request: Fetch;
  /** When head office was last heard before this page was opened; null: never, or not known. */
  readonly heardBefore: () => Promise<number | null>;
  /** What pairing told this device; null before. */
  readonly enrolment: () => Enrolment | null;
  /** Brings the whole journal of one of this store's lines onto this device. */
  readonly fetchHistory: (item: string) => Promise<HistoryOutcome>;
  /** Keeps what pairing told, and begins to sync. */
  readonly begin: (enrolment: Enrolment) => Promise<void>;
}

export type OpenEngine = (options: DeviceEngineOptions) => Promise<DeviceEngine>;

export interface DeviceBrowser {
  readonly openEngine: OpenEngine;
  readonly fetch: Fetch;
  readonly locks: LockManager | undefined;
  readonly crypto: Crypto;
  readonly origin: string;
  readonly appVersion: string;
}

export async function openDevice(browser: DeviceBrowser): Promise<Device> {
  const clock = () => Date.now();
  let enrolment: Enrolment | null = null;
  /** A fork gives it another id than it was enrolled under. */
  let writesAs: DeviceId | null = null;
  const engine = await browser.openEngine({
    databaseName: DATABASE_NAME,
    domain: { folds: DEVICE_FOLDS, load: async () => await import('./domain.ts') },
    clock,
    randomBytes: (length) => browser.crypto.getRandomValues(new Uint8Array(length)),
    syncUrl: `${browser.origin.replace(/^http/, 'ws')}/sync`,
    fetchTicket: async () => {
      const { fetchTicket } = await import('./tickets.ts');
      return await fetchTicket(browser.fetch, await present());
    },
    snapshots: lazySnapshots({
      credential: async () => (await present())?.credential ?? null,
      device: () => writesAs,
    }),
    shownFirst: [STORES_TABLE, ITEMS_TABLE, BARCODES_TABLE, STOCK_LINES_TABLE, POLICIES_TABLE],
    appVersion: browser.appVersion,
  });
  engine.status$.subscribe(({ enrolled }) => {
    writesAs = enrolled?.device ?? null;
  });
  // Another tab may have paired this device, or paired it again: what it was told is read when it is needed.
  const present = async (): Promise<Enrolment | null> => (enrolment = await readEnrolment(engine));
  await present();
  const fetchHistoryOf = async (store: string, item: string): Promise<HistoryOutcome> => {
    await present();
    if (enrolment === null || writesAs === null) return 'none';
    const { fetchHistory } = await import('./line-history.ts');
    const { credential } = enrolment;
    return await fetchHistory({ engine, fetch: browser.fetch, credential, device: writesAs }, store, item);
  };
  followHistoriesLater({
    engine,
    store: () => enrolment?.store.id ?? null,
    itemsWithNews: async (store) => await (await import('./line-history.ts')).itemsWithParkedNews(engine.tables, store),
    fetch: fetchHistoryOf,
  });
  const tryHold = browserHolds(browser.locks);
  const seat = await takeSeat(tryHold);
  const catalogue = new Catalogue(engine);
  hurryWhenCaughtUp(engine, catalogue);
  return {
    engine,
    status: observed(engine.status$, BEFORE_FIRST_WORD),
    catalogue,
    tryHold,
    recorder: seat === null ? null : await RecentRecorder.open(engine, seat),
    unknownCodes: new UnknownCodes(engine, seat),
    clock,
    openedAtMs: clock(),
    request: browser.fetch,
    heardBefore: keepLastHeard(engine),
    enrolment: () => enrolment,
    fetchHistory: async (item) => await fetchHistoryOf(enrolment?.store.id ?? '', item),
    begin: async (told) => {
      await engine.enrol({ device: told.device, store: told.store.id }, { local: [enrolmentWrite(told)] });
      enrolment = told;
    },
  };
}

/** Nothing on the first screen waits for it. Where it can not be fetched the next start of the app begins to look. */
function followHistoriesLater(parts: LineHistories): void {
  import('./line-histories.ts').then(
    ({ followHistories }) => followHistories(parts),
    () => undefined,
  );
}

const HEARD_KEY = 'last-heard';
/** It is kept again when it is this much newer. */
const HEARD_KEPT_EVERY_MS = 60_000;

/** When head office was last heard, over reloads: the engine knows only what this page heard. A loss of it costs nothing. */
function keepLastHeard(engine: DeviceEngine): () => Promise<number | null> {
  let keptAtMs = 0;
  engine.status$.subscribe(({ lastHeardAtMs }) => {
    if (lastHeardAtMs === null || lastHeardAtMs - keptAtMs < HEARD_KEPT_EVERY_MS) return;
    keptAtMs = lastHeardAtMs;
    engine.putLocal([{ key: HEARD_KEY, value: lastHeardAtMs }]).catch(() => {});
  });
  return async () => {
    const [value] = await engine.getLocal([HEARD_KEY]);
    return typeof value === 'number' ? value : null;
  };
}

/** The catalogue rests while much comes in; when it has, nobody should wait for it. */
function hurryWhenCaughtUp(engine: DeviceEngine, catalogue: Catalogue): void {
  let catchingUp = false;
  engine.status$.subscribe(({ catchUp }) => {
    if (catchingUp && catchUp === null) catalogue.hurry();
    catchingUp = catchUp !== null;
  });
}

/** Who commands on this device. Until people sign in by PIN, the device itself is the actor. */
export function commandContext(device: Device): CommandContext {
  const identity = device.status.value().enrolled;
  if (identity === null) throw new Error('A command needs a device that belongs to a store.');
  return { store: identity.store, actor: identity.device, device: identity.device, newId: () => device.engine.newId() };
}
