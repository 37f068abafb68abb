// The centre as one thing: the view holds what was committed and nothing else.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryTables, newEventId, type CentralLog, type Event } from '@streamstock/event-log';
import { centralProjectors, openStore, receive, STOCK_LINES_TABLE } from '@streamstock/inventory';
import { sealWith, openSqliteCentralLog } from '@streamstock/log-sql';
import { pino } from 'pino';
import { CHAIN_VIEW_TABLES } from '../read/chain-view.ts';
import { startCentre, type RunningCentre } from './centre.ts';
import { fileMemory } from './reactor-notes.ts';
import { recordWrites } from './recorded-writes.ts';
import { openRevocations } from './revocations.ts';
import { appendImport } from './writers.ts';

let folder: string;
let log: CentralLog;
let centre: RunningCentre;
/** What the log's followers are called with when it can not tell of all that it wrote. */
let followers: ((lines: null) => void)[];
/** What projectors noted is lost on its way. */
let losing: boolean;
let failing: ((run: () => Promise<void>) => Promise<never>) | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-centre-'));
  const logFile = join(folder, 'log.sqlite');
  log = openSqliteCentralLog({ path: logFile, mode: 'write', seal: sealWith(Buffer.alloc(32)), nowMs: 1 });
  failing = undefined;
  followers = [];
  losing = false;
  // A log whose next step folds into tables that are thrown away, and fails: what a disk that is full looks like.
  const flaky: CentralLog = new Proxy(log, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target) as unknown;
      if (name === 'follow') {
        return (follower: Parameters<NonNullable<CentralLog['follow']>>[0]) => {
          followers.push(follower);
          return target.follow?.(follower);
        };
      }
      if (name !== 'project') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (projectors: Parameters<CentralLog['project']>[0], eventsMax: number) => {
        const fail = failing;
        failing = undefined;
        if (fail !== undefined) await fail(async () => await foldGhost(projectors));
        return await target.project(projectors, eventsMax);
      };
    },
  });
  const recorder = recordWrites(centralProjectors, CHAIN_VIEW_TABLES);
  centre = await startCentre({
    log: flaky,
    logFile,
    recorder: { ...recorder, take: () => (losing ? recorder.take().slice(0, 0) : recorder.take()) },
    revocations: openRevocations(join(folder, 'revocations.jsonl')),
    reactorMemory: fileMemory(join(folder, 'reactors.json')),
    headMoved: () => {},
    directory: {
      reports: () => [],
      saveReports: () => {},
      epochNote: () => ({ backupTakenAtMs: null, resumedAtMs: null, resumedBy: null }),
      noteResumed: () => {},
    },
    seal: (text) => text,
    authenticate: () => Promise.reject(new Error('Nobody connects.')),
    clock: () => 1_000,
    logger: pino({ level: 'silent' }),
  });
  await centre.load();
});
afterEach(async () => {
  await centre.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const ids = { next: 0 };
const newId = () => newEventId(1, () => new Uint8Array(10).fill((ids.next += 1)));
const opened = () => {
  const store = { store: 's1', name: 'Porto', currency: 'EUR', timeZone: 'UTC', areas: [], silentAfterMs: 60_000 };
  const decision = openStore(store, { store: 's1', actor: 'a', newId });
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.drafts;
};
const received = (item: string, quantity: number) => {
  const decision = receive({ lines: [{ item, quantity }] }, { store: 's1', actor: 'a', newId });
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.drafts;
};

async function foldGhost(projectors: Parameters<CentralLog['project']>[0]): Promise<void> {
  const [draft] = received('ghost', 99);
  if (draft === undefined) throw new Error('There is a draft.');
  const event: Event = {
    ...draft,
    audience: [],
    occurredAt: 1,
    recordedAt: 1,
    deviceTimeMs: 1,
    clockUncertaintyMs: null,
    meta: {},
    payload: { ...draft.payload },
  };
  const tables = new MemoryTables();
  const after = { effectiveAt: 1, uncertaintyMs: null };
  for (const projector of projectors) await projector.project(tables, [{ event, position: 99, before: null, after }]);
  expect(await tables.range(STOCK_LINES_TABLE, { rowsMax: 10 })).toHaveLength(1);
}

test('what a step that failed was about to write never shows', async () => {
  await appendImport(log, [{ store: 's1', drafts: [...opened(), ...received('oat', 10)] }], 1, centre.appendOwn);
  await centre.inReadModels();
  failing = async (run) => {
    await run();
    throw new Error('disk full');
  };
  await appendImport(log, [{ store: 's1', drafts: received('oat', 5) }], 1, centre.appendOwn);
  await centre.inReadModels();
  expect(failing).toBeUndefined();
  const { items, columns } = centre.view.snapshot();
  expect(items.map(([item]) => item)).toEqual(['oat']);
  expect(columns.map(({ onHand }) => onHand.get(0))).toEqual([15]);
  expect(centre.view.position).toBe(3);
  expect(await centre.behind()).toBe(0);
});

test('when what was folded could not be told, figures are refused until they are read anew', async () => {
  const read = () => {
    const { items, columns } = centre.view.snapshot();
    return items.map(([item], index) => [item, ...columns.map(({ onHand }) => onHand.get(index))]);
  };
  await appendImport(log, [{ store: 's1', drafts: [...opened(), ...received('oat', 10)] }], 1, centre.appendOwn);
  await centre.inReadModels();
  losing = true;
  const drafts = [...received('oat', 5), ...received('rye', 7)];
  await appendImport(log, [{ store: 's1', drafts }], 1, centre.appendOwn);
  await centre.inReadModels();
  expect(read()).toEqual([['oat', 10]]);
  losing = false;
  for (const follower of followers) follower(null);
  expect(centre.caughtUp()).toBe(false);
  await expect.poll(() => centre.caughtUp()).toBe(true);
  expect(read()).toEqual([
    ['oat', 15],
    ['rye', 7],
  ]);
  expect(centre.view.position).toBe(4);
});
