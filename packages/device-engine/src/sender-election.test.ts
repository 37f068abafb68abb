import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ASK_INTERVAL_MS, ASKS_UNANSWERED_MAX, SenderElection } from './sender-election.ts';

/** The time after which a silent sender is superseded, and a little more. */
const SUPERSEDED_MS = ASK_INTERVAL_MS * (ASKS_UNANSWERED_MAX + 1) + 10;

interface Tab {
  readonly election: SenderElection;
  readonly said: string[];
  /** While frozen it neither answers nor runs timers; those that were due run when it thaws. */
  isFrozen: boolean;
  readonly due: (() => void)[];
}

let locks = 0;

describe('the election of the tab that sends', () => {
  let tabs: Tab[];
  let fence: number;
  let name: string;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    tabs = [];
    fence = 0;
    locks += 1;
    name = `election-${locks}`;
  });
  afterEach(async () => {
    for (const { election } of tabs) election.close();
    await settle();
    vi.useRealTimers();
  });

  /** The runtime's lock manager answers in turns of its own. */
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      await new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(null);
      });
    }
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += ASK_INTERVAL_MS) {
      await vi.advanceTimersByTimeAsync(Math.min(ASK_INTERVAL_MS, ms - passed));
      await settle();
    }
  };

  const openTab = (options: { readonly withoutLocks?: boolean; readonly deaf?: boolean } = {}): Tab => {
    const said: string[] = [];
    const ask = () => {
      for (const other of tabs) {
        if (other !== tab && !other.isFrozen && other.election.fence !== null) tab.election.heard(other.election.fence);
      }
    };
    const election = new SenderElection({
      name,
      locks: options.withoutLocks === true ? null : navigator.locks,
      setTimer: (callback, afterMs) => setTimeout(() => (tab.isFrozen ? tab.due.push(callback) : callback()), afterMs),
      clearTimer: clearTimeout,
      ask: options.deaf === true ? null : ask,
      nextFence: async () => (fence += 1),
      elected: (won) => said.push(`elected ${won}`),
      deposed: () => said.push('deposed'),
    });
    const tab: Tab = { election, said, isFrozen: false, due: [] };
    tabs.push(tab);
    election.start();
    return tab;
  };

  const thaw = (tab: Tab) => {
    tab.isFrozen = false;
    for (const callback of tab.due.splice(0)) callback();
  };

  it('one tab is elected, the next waits as long as it answers', async () => {
    const first = openTab();
    await settle();
    const second = openTab();
    await pass(10 * SUPERSEDED_MS);
    expect(first.said).toEqual(['elected 1']);
    expect(second.said).toEqual([]);
  });

  it('when it closes, the next is elected at once', async () => {
    const first = openTab();
    await settle();
    const second = openTab();
    await settle();
    first.election.close();
    await settle();
    expect(second.said).toEqual(['elected 2']);
    expect(first.said).toEqual(['elected 1', 'deposed']);
  });

  it('D7 when it freezes, the next takes the lock; thawed, it stops', async () => {
    const first = openTab();
    await settle();
    const second = openTab();
    await settle();
    first.isFrozen = true;
    await pass(SUPERSEDED_MS);
    expect(second.election.fence).toBe(2);
    thaw(first);
    await pass(SUPERSEDED_MS);
    expect(first.said).toEqual(['elected 1', 'deposed']);
    expect(second.said).toEqual(['elected 2']);
  });

  it('the superseded tab queues again, and is elected when the other leaves', async () => {
    const first = openTab();
    await settle();
    const second = openTab();
    first.isFrozen = true;
    await pass(SUPERSEDED_MS);
    thaw(first);
    await pass(ASK_INTERVAL_MS);
    second.election.close();
    await settle();
    expect(first.said).toEqual(['elected 1', 'deposed', 'elected 3']);
  });

  it('a sender that hears of a later winner stops', async () => {
    const first = openTab();
    await settle();
    first.election.heard(1);
    await settle();
    expect(first.said).toEqual(['elected 1']);
    first.election.heard(7);
    await settle();
    expect(first.said).toEqual(['elected 1', 'deposed']);
  });

  it('of several waiting tabs exactly one sends after a freeze', async () => {
    const first = openTab();
    await settle();
    const others = [openTab(), openTab(), openTab()];
    first.isFrozen = true;
    await pass(3 * SUPERSEDED_MS);
    expect(others.filter(({ election }) => election.fence !== null)).toHaveLength(1);
  });

  it('tabs that can not hear of each other never take a lock away', async () => {
    const first = openTab({ deaf: true });
    await settle();
    const second = openTab({ deaf: true });
    await pass(5 * SUPERSEDED_MS);
    expect(first.said).toEqual(['elected 1']);
    expect(second.said).toEqual([]);
  });

  it('without locks every tab sends', async () => {
    const both = [openTab({ withoutLocks: true }), openTab({ withoutLocks: true })];
    await settle();
    expect(both.map(({ election }) => election.fence)).toEqual([1, 2]);
    both[0]!.election.close();
    await settle();
    expect(both[0]!.said).toEqual(['elected 1', 'deposed']);
  });
});
