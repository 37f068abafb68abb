import { setImmediate as nextTurn } from 'node:timers/promises';
import { MemoryCentralLog } from '@streamstock/event-log';
import { enrol, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, describe, expect, it } from 'vitest';
import { GroupCommit, type PushAnswer } from './group-commit.ts';
import { GROUP_EVENTS_MIN } from './limits.ts';

/** A disk that syncs when it is told to. */
class SlowDisk {
  syncs = 0;
  slow = false;
  broken = false;
  #release: () => void = () => {};

  readonly sync = async (): Promise<void> => {
    this.syncs += 1;
    if (this.slow) await new Promise<void>((resolve) => (this.#release = resolve));
    if (this.broken) throw new Error('Disk full.');
  };

  release(): void {
    this.#release();
  }
}

/** Lets a commit begin, end, and the next one begin. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}

describe('group commit', () => {
  let disk: SlowDisk;
  let log: MemoryCentralLog;
  let devices: TestDevice[];
  let told: string[];
  let commits: GroupCommit;

  beforeEach(async () => {
    disk = new SlowDisk();
    log = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1', sync: disk.sync });
    devices = Array.from({ length: 5 }, (_, index) => new TestDevice({ device: `till-${index}`, store: 'porto' }));
    for (const device of devices) await enrol(log, device);
    disk.syncs = 0;
    told = [];
    commits = new GroupCommit({
      log,
      plan: testPlanner,
      committed: async () => {
        told.push(`published ${(await log.head()).position}`);
      },
      failed: () => told.push('failed'),
      waitingBytesMax: 100_000,
    });
  });

  const outcomeOf = (answer: PushAnswer) => (answer.kind === 'committed' ? answer.outcome.kind : answer.kind);

  function push(index: number, count = 1): void {
    const device = devices[index];
    if (device === undefined) throw new Error('No such device.');
    device.writeMany(count);
    commits.submit(device.push(device.log.length - count + 1), (answer) =>
      told.push(`${device.device} ${outcomeOf(answer)}`),
    );
  }

  it('commits at once when idle, answers after the disk, publishes after the answer', async () => {
    disk.slow = true;
    push(0);
    await settle();
    expect(disk.syncs).toBe(1);
    expect(told).toEqual([]);
    disk.release();
    await commits.idle();
    expect(told).toEqual(['till-0 accepted', 'published 1']);
  });

  it('gathers what arrives while a commit runs for the next, and answers in the order of arrival', async () => {
    disk.slow = true;
    push(0);
    await settle();
    for (const index of [3, 1, 0, 2, 3]) push(index);
    await settle();
    expect(disk.syncs).toBe(1);
    disk.release();
    await settle();
    disk.release();
    await commits.idle();
    expect(disk.syncs).toBe(2);
    expect(told).toEqual([
      'till-0 accepted',
      'published 1',
      'till-3 accepted',
      'till-1 accepted',
      'till-0 accepted',
      'till-2 accepted',
      'till-3 accepted',
      'published 6',
    ]);
  });

  it.each([
    { first: 1, order: ['append', 'append', 'till-0 accepted', 'till-1 accepted'] },
    // Who sends much has more in a moment: what little waits is committed with it.
    { first: GROUP_EVENTS_MIN + 1, order: ['append', 'till-0 accepted', 'append', 'till-1 accepted'] },
  ])('begins the next commit before it answers the one of $first', async ({ first, order }) => {
    disk.slow = true;
    const append: typeof log.append = async (...submitted) => {
      told.push('append');
      return await log.append(...submitted);
    };
    commits = new GroupCommit({ log: { append }, plan: testPlanner, committed: async () => {}, failed: () => {} });
    push(0, first);
    await settle();
    push(1);
    disk.slow = false;
    disk.release();
    await commits.idle();
    expect(told).toEqual(order);
  });

  it('takes pushes of one turn together, but no more lines than a commit may hold', async () => {
    for (let index = 0; index < 5; index += 1) push(index, 10);
    await commits.idle();
    expect(disk.syncs).toBe(1);
    const lines = Math.floor(GROUP_EVENTS_MIN / 4);
    const wide = new GroupCommit({ log, plan: testPlanner, committed: async () => {}, failed: () => {} });
    let answers = 0;
    for (const device of devices) {
      device.writeMany(lines);
      wide.submit(device.push(device.log.length - lines + 1), () => (answers += 1));
    }
    await wide.idle();
    expect(disk.syncs).toBe(3);
    expect(answers).toBe(5);
  });

  it('fails all of a group whose commit fails, and goes on with the next', async () => {
    disk.broken = true;
    push(0);
    push(1);
    await commits.idle();
    expect(told).toEqual(['failed', 'failed', 'failed', 'till-0 failed', 'till-1 failed', 'published 0']);
    disk.broken = false;
    commits.submit(devices[0]!.push(1), (answer) => told.push(`again ${outcomeOf(answer)}`));
    await commits.idle();
    expect(told.slice(6)).toEqual(['again accepted', 'published 1']);
  });

  it('C6 lets one push that can not be written fail alone', async () => {
    const plan: typeof testPlanner = {
      ...testPlanner,
      push: (one, lines, context) => {
        if (one.device === 'till-1') throw new Error('A bug.');
        return testPlanner.push(one, lines, context);
      },
    };
    commits = new GroupCommit({ log, plan, committed: async () => {}, failed: () => {} });
    for (const index of [0, 1, 2]) push(index);
    await commits.idle();
    expect(told).toEqual(['till-0 accepted', 'till-1 failed', 'till-2 accepted']);
    expect((await log.head()).position).toBe(2);
  });

  it('lets devices take turns: one with much waiting does not hold up the others', async () => {
    disk.slow = true;
    push(0);
    await settle();
    for (let count = 0; count < 20; count += 1) push(0);
    for (const index of [1, 2, 1]) push(index);
    disk.slow = false;
    disk.release();
    await commits.idle();
    const answers = told.filter((line) => line.startsWith('till')).map((line) => line.split(' ')[0]);
    expect(answers.slice(0, 7)).toEqual(['till-0', 'till-0', 'till-1', 'till-2', 'till-0', 'till-1', 'till-0']);
    expect(answers).toHaveLength(24);
    expect((await log.device('till-0'))?.accepted.seq).toBe(21);
  });

  it('turns a push away when too much waits, and takes it when there is room', async () => {
    disk.slow = true;
    push(0);
    await settle();
    const note = { payload: { note: 'x'.repeat(60_000) } };
    for (const index of [1, 2]) {
      devices[index]?.write(note);
      commits.submit(devices[index]!.push(1), (answer) => told.push(`till-${index} ${outcomeOf(answer)}`));
    }
    await settle();
    expect(told).toEqual(['till-2 failed']);
    disk.slow = false;
    disk.release();
    await commits.idle();
    commits.submit(devices[2]!.push(1), (answer) => told.push(`till-2 ${outcomeOf(answer)}`));
    await commits.idle();
    expect(told.slice(1)).toEqual([
      'till-0 accepted',
      'published 1',
      'till-1 accepted',
      'published 2',
      'till-2 accepted',
      'published 3',
    ]);
  });
});
