// Whom news concern, also when the log can not tell of all that it wrote.
import { MemoryCentralLog, type CentralLog, type CommittedLine } from '@streamstock/event-log';
import { enrol, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, describe, expect, it } from 'vitest';
import { NewsDesk } from './news.ts';

type Told = readonly CommittedLine[] | null;

describe('news of a log that is followed', () => {
  let log: CentralLog;
  let tell: (told: Told) => void;
  let heard: Told[];
  let desk: NewsDesk;
  let till: TestDevice;

  beforeEach(async () => {
    const memory = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1' });
    till = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(memory, till);
    const follow: CentralLog['follow'] = (listener) => {
      tell = listener;
      return () => {};
    };
    log = Object.assign(memory, { follow });
    heard = [];
    desk = new NewsDesk(log, 0, (told) => heard.push(told));
  });

  /** Written and, unless `told` says otherwise, told. */
  async function sell(isTold = true): Promise<void> {
    till.writeMany(1);
    await log.append([till.push(till.log.length)], testPlanner);
    if (!isTold) return;
    const [line] = await log.read(till.log.length - 1, { eventsMax: 1, bytesMax: Infinity });
    if (line === undefined) throw new Error('The event is not there.');
    tell([{ ...line, event: { type: 'ThingHappened' }, audience: ['porto'], opensGroup: true }]);
  }

  it('concern the stores that are told, once', async () => {
    await sell();
    await sell();
    expect(await desk.next()).toEqual({ after: 0, upTo: 2, stores: new Set(['porto']) });
    expect(await desk.next()).toBeNull();
  });

  it('concern everyone, up to the head, when something could not be told', async () => {
    await sell();
    await sell(false);
    tell(null);
    expect(await desk.next()).toEqual({ after: 0, upTo: 2, stores: 'all' });
    expect(await desk.next()).toBeNull();
    expect(heard.at(-1)).toBeNull();
    await sell();
    expect(await desk.next()).toEqual({ after: 2, upTo: 3, stores: new Set(['porto']) });
  });

  it('go on when what the head showed already is told after all', async () => {
    await sell(false);
    tell(null);
    expect(await desk.next()).toMatchObject({ upTo: 1 });
    const [line] = await log.read(0, { eventsMax: 1, bytesMax: Infinity });
    tell([{ ...line!, event: { type: 'ThingHappened' }, audience: ['porto'], opensGroup: true }]);
    expect(await desk.next()).toBeNull();
    await sell();
    expect(await desk.next()).toMatchObject({ after: 1, upTo: 2 });
  });
});
