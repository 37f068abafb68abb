// A log that is written by a thread: what it tells and when, and what becomes of it when the thread ends by itself. That it
// keeps the contract of every central log is shown in sqlite-central-log.test.ts.
import { Worker } from 'node:worker_threads';
import { enrol, readAll, sumProjector, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { describe, expect, it, vi } from 'vitest';
import type { SqliteCentralLog } from './sqlite-central-log.ts';
import { useLogFile } from './testing/log-file.ts';

const file = useLogFile();

interface Threaded {
  readonly log: SqliteCentralLog;
  readonly workers: Worker[];
  readonly notes: unknown[];
}

function open(): Threaded {
  const workers: Worker[] = [];
  const notes: unknown[] = [];
  const start = (): Worker => {
    const workerData = { path: file.path };
    const worker = new Worker(new URL('./testing/log-writer.worker.ts', import.meta.url), { workerData });
    workers.push(worker);
    return worker;
  };
  const log = file.open({ thread: { start, noted: (note) => notes.push(note) } });
  return { log, workers, notes };
}

async function tillOf(log: SqliteCentralLog): Promise<TestDevice> {
  const till = new TestDevice({ device: 'till-a', store: 'porto' });
  await enrol(log, till);
  return till;
}

describe('a log written by a thread', () => {
  it('tells what it committed, and what its projectors noted, before it answers', async () => {
    const { log, notes } = open();
    const till = await tillOf(log);
    till.writeMany(2);
    const heard: unknown[] = [];
    log.follow((lines) =>
      heard.push(...(lines ?? []).map(({ position, line, event }) => [position, line, event.type])),
    );
    const answered = log.append([till.push()], testPlanner).then(() => [...heard]);
    const expected = till.log.map(({ line }, index) => [index + 1, line, 'ThingHappened']);
    expect(await answered).toEqual(expected);
    expect((await readAll(log)).map(({ line }) => line)).toEqual(till.log.map(({ line }) => line));
    expect(await log.project([sumProjector()], 10)).toEqual({ checkpoint: 2, head: 2 });
    expect(notes).toEqual([1]);
    expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([2]);
  });

  it('folds only what the thread folds in the same version', async () => {
    const { log, notes } = open();
    await expect(log.project([sumProjector(2)], 10)).rejects.toThrow('has no projector sum 2');
    expect(notes).toEqual([]);
  });

  it('goes on in another thread when the first one ends, and asked again it takes nothing twice', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { log, workers } = open();
    const till = await tillOf(log);
    till.writeMany(300);
    const positions: number[] = [];
    let missed = 0;
    log.follow((lines) => {
      if (lines === null) missed += 1;
      else positions.push(...lines.map(({ position }) => position));
    });
    const asked = [1, 101, 201].map(async (from) => await log.append([till.push(from, from + 99)], testPlanner));
    await asked[0];
    await workers[0]?.terminate();
    const ends = await Promise.allSettled(asked);
    const rejected = ends.filter((end) => end.status === 'rejected');
    for (const { reason } of rejected) expect(String(reason)).toMatch('The thread that writes the log ended');
    const outcomes = await log.append([till.push()], testPlanner);
    expect(outcomes).toMatchObject([{ kind: 'accepted', mark: { seq: 300 } }]);
    expect(workers).toHaveLength(2);
    expect(missed).toBe(1);
    expect((await readAll(log)).map(({ line }) => line)).toEqual(till.log.map(({ line }) => line));
    expect(positions).toEqual([...new Set(positions)]);
    expect(await log.verify()).toEqual([]);
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });

  it('does what was asked before it was closed, and nothing afterwards', async () => {
    const { log } = open();
    const till = await tillOf(log);
    till.writeMany(1);
    const asked = log.append([till.push()], testPlanner);
    const told: unknown[] = [];
    log.follow((lines) => told.push(lines));
    await log.close();
    expect(told).not.toContain(null);
    expect(await asked).toMatchObject([{ kind: 'accepted' }]);
    await expect(log.append([till.push()], testPlanner)).rejects.toThrow('closed');
    const again = file.open();
    expect(await readAll(again)).toHaveLength(1);
  });
});
