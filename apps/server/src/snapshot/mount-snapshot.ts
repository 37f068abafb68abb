// The routes under /sync that devices fetch by HTTP: the snapshot's header, its pages, the journal of one line. Checks who asks
// and how often; what they get is made elsewhere. The guard in front of /sync has let in devices only, and none that is revoked.
import { Readable } from 'node:stream';
import {
  JOURNAL_PATH,
  JournalQuery,
  PAGES_MEDIA_TYPE,
  SNAPSHOT_PAGES_PATH,
  SNAPSHOT_PATH,
  SnapshotPagesQuery,
  SnapshotQuery,
} from '@streamstock/api';
import {
  SNAPSHOT_PAGES_FORM,
  SnapshotTooOld,
  type DeviceId,
  type DeviceRecord,
  type SnapshotHeader,
} from '@streamstock/event-log';
import type { SnapshotRecord } from '@streamstock/central-engine';
import type { Hono } from 'hono';
import type * as z from 'zod/mini';
import { revokedProblem } from '../http/access.ts';
import { invalidInput } from '../http/body.ts';
import type { AppContext, AppEnvironment } from '../http/environment.ts';
import { HttpProblem } from '../http/problems.ts';
import { createUseGuard, type UseGuard, type UseLimit } from '../http/rate-limits.ts';
import type { Services } from '../services.ts';
import { lineJournal } from './line-journal.ts';
import type { Snapshots } from './snapshots.ts';

const MINUTE_S = 60;
/** A device needs one snapshot in its life, and again after a restore; what was cut off is gone on with. */
export const snapshotLimits = {
  device: { usesMax: 30, windowS: 10 * MINUTE_S },
  address: { usesMax: 3_000, windowS: 10 * MINUTE_S },
} as const satisfies Record<string, UseLimit>;
/** A screen of one item asks at most once. */
export const journalLimits = {
  device: { usesMax: 120, windowS: MINUTE_S },
  address: { usesMax: 3_000, windowS: MINUTE_S },
} as const satisfies Record<string, UseLimit>;

const JOURNAL_RETRY_MS = 2_000;
const READY_RETRY_MS = 10_000;
/** Forks that are followed back from a device to the one that its credential was given to. */
const FORKS_FOLLOWED_MAX = 1_000;
/** Journals that are read at a time; others wait for their turn. */
const JOURNALS_AT_ONCE = 2;

export function mountSnapshot(app: Hono<AppEnvironment>, services: Services): void {
  const guards = { snapshot: useGuards(services, snapshotLimits), journal: useGuards(services, journalLimits) };
  app.get(SNAPSHOT_PATH, async (context) => {
    const { device, ...app } = read(SnapshotQuery, context.req.query());
    const record = await askingDevice(services, context, device);
    await guards.snapshot(context, record);
    return await answerHeader(services, context, record, app);
  });
  app.get(SNAPSHOT_PAGES_PATH, async (context) => {
    const { from = '0' } = read(SnapshotPagesQuery, context.req.query());
    const record = await askingDevice(services, context, null);
    await guards.snapshot(context, record);
    return await answerPages(services, context, record, Number(from));
  });
  const turns = createTurns(JOURNALS_AT_ONCE);
  app.get(JOURNAL_PATH, async (context) => {
    const { device, item, position } = read(JournalQuery, context.req.query());
    const record = await askingDevice(services, context, device);
    await guards.journal(context, record);
    return await turns(async () => await answerJournal(services, context, record, item, Number(position)));
  });
}

type Asking = DeviceRecord & { readonly store: string };

/** The device that asks, by its credential or one that was forked from it. null: it does not say which. */
async function askingDevice({ centre }: Services, context: AppContext, named: DeviceId | null): Promise<Asking> {
  const caller = context.get('caller');
  if (caller.kind !== 'device') throw new Error('The route is open to devices only.');
  const enrolled = caller.device.device;
  const record = await centre.log.device(named ?? enrolled);
  if (record === null || record.store !== caller.device.store) throw foreignDevice();
  let ancestor: DeviceRecord | null = record;
  for (let forks = 0; ancestor.device !== enrolled; forks += 1) {
    const parent: DeviceRecord | null = ancestor.parent === null ? null : await centre.log.device(ancestor.parent);
    if (parent === null || forks === FORKS_FOLLOWED_MAX) throw foreignDevice();
    ancestor = parent;
  }
  if (record.revokedAtMs !== null) throw revokedProblem();
  return { ...record, store: record.store };
}

function foreignDevice(): HttpProblem {
  return new HttpProblem(
    'not-allowed',
    'This credential does not belong to the device that asks.',
    'Pair the device anew with a code from head office.',
  );
}

async function answerHeader(
  { snapshots, logger }: Services,
  context: AppContext,
  { device, store }: Asking,
  { readModels, pages }: Omit<SnapshotQuery, 'device'>,
): Promise<Response> {
  if (readModels !== snapshots.readModelVersion) throw otherVersion(snapshots);
  if (pages !== SNAPSHOT_PAGES_FORM) throw otherForm();
  const answer = await snapshots.take(store);
  if (answer.kind === 'busy') {
    throw new HttpProblem(
      'not-ready',
      'The snapshot of this store is being prepared.',
      'The device asks again by itself; what is recorded meanwhile is safe on it.',
      { retryAfterMs: answer.retryAfterMs },
    );
  }
  if (answer.kind === 'none') throw noSnapshot();
  const header = await headerFor(snapshots, answer.record, device);
  logger.info({ device, store, snapshot: header.id, position: header.cursor.position }, 'A device takes a snapshot');
  return context.body(JSON.stringify(header), 200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
}

/** A snapshot that lies too far back for this device: a newer one is being built since it was asked for. */
async function headerFor(snapshots: Snapshots, record: SnapshotRecord, device: DeviceId): Promise<SnapshotHeader> {
  try {
    return await snapshots.headerFor(record, device);
  } catch (error) {
    if (!(error instanceof SnapshotTooOld)) throw error;
    throw new HttpProblem(
      'not-ready',
      'The snapshot of this store is being prepared anew.',
      'The device asks again by itself; what is recorded meanwhile is safe on it.',
      { retryAfterMs: READY_RETRY_MS },
    );
  }
}

function otherVersion({ readModelVersion }: Snapshots): HttpProblem {
  return new HttpProblem(
    'update',
    `The app on this device reckons with other rules than this server. What is recorded on it is safe and goes on being sent.`,
    'Close and open the app to update it; if it stays so, the server must be updated.',
    { code: readModelVersion },
  );
}

function otherForm(): HttpProblem {
  return new HttpProblem(
    'update',
    'The app on this device is too old to read the snapshots of this server. What is recorded on it is safe and goes on being sent.',
    'Close and open the app to update it.',
    { code: `pages=${SNAPSHOT_PAGES_FORM}` },
  );
}

function noSnapshot(): HttpProblem {
  return new HttpProblem(
    'snapshot-none',
    'There is no such snapshot (any more).',
    'The device asks for another one, or hears the history from its beginning.',
    { retryAfterMs: READY_RETRY_MS },
  );
}

async function answerPages(
  { snapshots }: { readonly snapshots: Snapshots },
  context: AppContext,
  { store }: Asking,
  from: number,
): Promise<Response> {
  const record = await snapshots.find(context.req.param('id') ?? '', store);
  if (record === null) throw noSnapshot();
  const encoding = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '') ? 'gzip' : 'plain';
  const pages = await snapshots.pages(record, from, encoding).catch((error: unknown) => {
    // It went between the two lines above.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw noSnapshot();
    throw error;
  });
  return context.body(Readable.toWeb(pages) as ReadableStream, 200, {
    'content-type': PAGES_MEDIA_TYPE,
    'cache-control': 'no-store, no-transform',
    vary: 'accept-encoding',
    ...(encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
  });
}

async function answerJournal(
  { centre }: Services,
  context: AppContext,
  { store }: Asking,
  item: string,
  position: number,
): Promise<Response> {
  const journal = await lineJournal(centre.log, store, item, position);
  if (journal.kind === 'not-now') {
    throw new HttpProblem(
      'not-ready',
      'The device and this server are too far apart to speak of one line.',
      'The device asks again once it has caught up.',
      { retryAfterMs: JOURNAL_RETRY_MS },
    );
  }
  if (journal.kind === 'too-long') {
    throw new HttpProblem(
      'refused',
      'The journal of this line is too long for a device. Its figures are kept and stay marked as provisional.',
      'Head office sees the whole line. A count makes the figure certain.',
      { code: 'journal-too-long' },
    );
  }
  return context.body(JSON.stringify({ position, rows: journal.rows }), 200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
}

function read<Schema extends z.ZodMiniType>(schema: Schema, query: Record<string, string>): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.map(({ message, path }) => ({ message, path: [...path] })));
}

function useGuards(
  { addressKeyOf }: Pick<Services, 'addressKeyOf'>,
  limits: { readonly device: UseLimit; readonly address: UseLimit },
): (context: AppContext, asking: Asking) => Promise<void> {
  const device: UseGuard = createUseGuard(limits.device);
  const address: UseGuard = createUseGuard(limits.address);
  return async (context, asking) => {
    const from = addressKeyOf(context);
    if (from !== null) await address(from);
    await device(asking.device);
  };
}

/** Runs so many at a time, in the order of asking. */
function createTurns(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
