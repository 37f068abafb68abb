import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordFile, SnapshotWriter, type SnapshotRecord } from './snapshot-file.ts';
import { PagePacker } from './snapshot-pages.ts';
import {
  SNAPSHOT_BEHIND_EVENTS_MAX,
  SNAPSHOT_REPLACED_KEPT_MS,
  SNAPSHOT_RETRY_MS,
  SNAPSHOT_STALE_EVENTS_MAX,
  SnapshotShelf,
  type ShelfOptions,
} from './snapshot-shelf.ts';

let folder: string;
let nowMs: number;
let head: { epoch: string; position: number };
let builds: string[];
let failures: unknown[];
let gate: Promise<void>;
let outcome: 'built' | 'not-ready' | 'fails';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-shelf-'));
  nowMs = 1_000_000;
  head = { epoch: 'epoch-1', position: 10 };
  builds = [];
  failures = [];
  gate = Promise.resolve();
  outcome = 'built';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(store: string, id: string): SnapshotRecord {
  const writer = new SnapshotWriter(folder, id);
  const packer = new PagePacker('items', (page) => writer.add(page));
  packer.add({ key: 'a', value: store });
  packer.end();
  const about = { store, hash: 'a'.repeat(64), readModelVersion: 'v1', folds: [], unfolded: [], tookMs: 1 };
  return writer.end([], { ...about, ...head, builtAtMs: nowMs });
}

async function open(changes: Partial<ShelfOptions> = {}): Promise<SnapshotShelf> {
  return await SnapshotShelf.open({
    folder,
    readModelVersion: 'v1',
    head: async () => head,
    clock: () => nowMs,
    failed: (_, error) => failures.push(error),
    build: async (store) => {
      builds.push(store);
      await gate;
      if (outcome === 'fails') throw new Error('The disk is full.');
      return outcome === 'built' ? make(store, `snapshot-${builds.length}`) : null;
    },
    ...changes,
  });
}

const idOf = (answer: Awaited<ReturnType<SnapshotShelf['take']>>): string =>
  answer.kind === 'given' ? answer.record.id : answer.kind;

it('builds when somebody asks, once for all who ask, and never unasked', async () => {
  const shelf = await open();
  expect(builds).toEqual([]);
  const answers = await Promise.all([shelf.take('lisboa'), shelf.take('lisboa'), shelf.take('porto')]);
  expect(answers.map(idOf)).toEqual(['snapshot-1', 'snapshot-1', 'snapshot-2']);
  expect(idOf(await shelf.take('lisboa'))).toBe('snapshot-1');
  expect(builds).toEqual(['lisboa', 'porto']);
});

it('builds one at a time', async () => {
  let open1: () => void = () => undefined;
  gate = new Promise((resolve) => (open1 = resolve));
  const shelf = await open();
  const both = [shelf.take('lisboa'), shelf.take('porto')];
  await expect.poll(() => builds).toEqual(['lisboa']);
  // And the other one waits.
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(builds).toEqual(['lisboa']);
  open1();
  await Promise.all(both);
  expect(builds).toEqual(['lisboa', 'porto']);
});

it('whoever waits too long is told to come back', async () => {
  gate = new Promise(() => undefined);
  const shelf = await open();
  expect(await shelf.take('lisboa', 5)).toEqual({ kind: 'busy', retryAfterMs: SNAPSHOT_RETRY_MS });
});

it('the further behind in the queue, the later whoever asks is told to come back', async () => {
  const shelf = await open();
  await shelf.take('lisboa');
  gate = new Promise(() => undefined);
  const waits = [];
  for (const store of ['porto', 'braga', 'faro']) {
    const answer = await shelf.take(store, 1);
    waits.push(answer.kind === 'busy' ? answer.retryAfterMs : null);
  }
  // The last build took 1 ms.
  expect(waits).toEqual([SNAPSHOT_RETRY_MS, SNAPSHOT_RETRY_MS + 1, SNAPSHOT_RETRY_MS + 2]);
});

it('one that lies too far back is given out while the next is built, and goes on being found for a while', async () => {
  const shelf = await open();
  await shelf.take('lisboa');
  head = { ...head, position: 10 + SNAPSHOT_BEHIND_EVENTS_MAX };
  expect(idOf(await shelf.take('lisboa'))).toBe('snapshot-1');
  expect(builds).toHaveLength(1);
  head = { ...head, position: head.position + 1 };
  expect(idOf(await shelf.take('lisboa'))).toBe('snapshot-1');
  await expect.poll(async () => idOf(await shelf.take('lisboa'))).toBe('snapshot-2');
  expect(shelf.find('snapshot-1')?.position).toBe(10);
  nowMs += SNAPSHOT_REPLACED_KEPT_MS + 1;
  await shelf.take('porto');
  expect(shelf.find('snapshot-1')).toBeNull();
  expect(existsSync(recordFile(folder, 'snapshot-1'))).toBe(false);
});

it('one that lies much too far back is not given out: whoever asks waits for the next', async () => {
  const shelf = await open();
  await shelf.take('lisboa');
  head = { ...head, position: 10 + SNAPSHOT_STALE_EVENTS_MAX + 1 };
  expect(idOf(await shelf.take('lisboa'))).toBe('snapshot-2');
});

it('a new epoch drops all of them', async () => {
  const shelf = await open();
  await shelf.take('lisboa');
  head = { epoch: 'epoch-2', position: 8 };
  expect(idOf(await shelf.take('lisboa'))).toBe('snapshot-2');
  expect(shelf.find('snapshot-1')).toBeNull();
  expect(existsSync(recordFile(folder, 'snapshot-1'))).toBe(false);
});

it('those of an earlier run are given out again, if they are of this epoch, these read models and this log', async () => {
  const first = await open();
  await first.take('lisboa');
  await first.close();
  expect(idOf(await (await open()).take('lisboa'))).toBe('snapshot-1');
  expect(builds).toHaveLength(1);
  expect(idOf(await (await open({ readModelVersion: 'v2' })).take('lisboa'))).toBe('snapshot-2');
  head = { ...head, position: 9 };
  expect(idOf(await (await open()).take('lisboa'))).toBe('snapshot-3');
  new SnapshotWriter(folder, 'half').add({
    head: { table: 't', rows: 1, firstKey: 'a', lastKey: 'a', bytes: 1 },
    text: '1',
  });
  await open();
  expect(existsSync(join(folder, 'half.0.spool'))).toBe(false);
});

it('there is none of an empty log; what can not be built is told and not tried again at once', async () => {
  const shelf = await open();
  head = { ...head, position: 0 };
  expect(await shelf.take('lisboa')).toEqual({ kind: 'none' });
  head = { ...head, position: 5 };
  outcome = 'fails';
  expect(await shelf.take('lisboa')).toEqual({ kind: 'none' });
  expect(failures).toEqual([new Error('The disk is full.')]);
  outcome = 'built';
  expect(await shelf.take('lisboa')).toEqual({ kind: 'busy', retryAfterMs: SNAPSHOT_RETRY_MS });
  nowMs += SNAPSHOT_RETRY_MS;
  expect(idOf(await shelf.take('lisboa'))).toBe('snapshot-2');
});
