// A thread answers, or says why it will not: nobody waits for a dead one.
import { afterEach, describe, expect, it } from 'vitest';
import { plantedSource } from './planting.ts';
import { shareJobs, Thread } from './thread.ts';

const FILE = new URL('./testing/thread-that-fails.ts', import.meta.url);
let thread: Thread<string, string>;
const start = (): Thread<string, string> => (thread = new Thread(FILE));

afterEach(async () => {
  await thread.end();
});

describe('a thread', () => {
  it('answers one job after another', async () => {
    start();
    expect([await thread.ask('one'), await thread.ask('two')]).toEqual(['did one', 'did two']);
  });

  it('that exits without an answer rejects with its code and its last words', async () => {
    start();
    await expect(thread.ask('exit')).rejects.toThrow(/code 7 before it answered\.\nThese are its last words/u);
  });

  it('that exited once rejects every later job too', async () => {
    start();
    await thread.ask('exit').catch(() => undefined);
    await expect(thread.ask('one')).rejects.toThrow(/code 7/u);
  });

  it('that throws rejects with what it threw', async () => {
    start();
    await expect(thread.ask('throw')).rejects.toThrow('It threw.');
  });

  it('leaves no listener behind', async () => {
    start();
    const warnings: Error[] = [];
    const hear = (warning: Error) => void warnings.push(warning);
    process.on('warning', hear);
    for (let job = 0; job < 30; job += 1) await thread.ask(`${job}`);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
  });

  it('shares jobs until nobody wants more', async () => {
    const answers: string[] = [];
    await shareJobs(['a', 'b', 'c', 'd'], 1, start, (answer) => answers.push(answer) < 3);
    expect(answers).toEqual(['did a', 'did b', 'did c']);
  });

  it('that dies ends the sharing with its error', async () => {
    await expect(shareJobs(['a', 'exit', 'c'], 1, start, () => true)).rejects.toThrow(/code 7/u);
  });
});

describe('planting a bug', () => {
  const bug = { name: 'a bug', file: 'sync/src/testing/source-mutant.ts', find: 'SourceMutant', replace: 'Other' };

  it('changes the one place', () => {
    expect(plantedSource(bug).source).toContain('interface Other');
  });

  it('fails loudly where its place is gone, or there twice', () => {
    expect(() => plantedSource({ ...bug, find: 'no such line' })).toThrow('"a bug" can not be planted');
    expect(() => plantedSource({ ...bug, find: 'readonly' })).toThrow(/times, not once/u);
  });
});
