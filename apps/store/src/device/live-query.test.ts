import type { DeviceLogChange } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { LiveQuery, TABLE_CAUSES } from './live-query.ts';

function device() {
  const observers = new Set<(change: DeviceLogChange) => void>();
  const asked: ((value: string | Error) => void)[] = [];
  let rest: (() => void) | null = null;
  const query = new LiveQuery<string>({
    ask: () =>
      new Promise((resolve, reject) =>
        asked.push((value) => (value instanceof Error ? reject(value) : resolve(value))),
      ),
    causes: TABLE_CAUSES,
    observe: (observer) => {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    restMs: 50,
    now: () => 0,
    after: (_delayMs, callback) => {
      rest = callback;
      return () => {
        rest = null;
      };
    },
  });
  const commit = (cause: DeviceLogChange['cause']) => {
    for (const observer of observers) observer({ cause });
  };
  const endRest = () => {
    const callback = rest;
    rest = null;
    callback?.();
  };
  return { query, asked, commit, endRest, observers };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a live query', () => {
  it('asks at once, and once more after any number of commits meanwhile', async () => {
    const { query, asked, commit, endRest } = device();
    query.observe(() => {});
    expect(asked).toHaveLength(1);
    commit('append');
    commit('frame');
    asked[0]?.('old');
    await settled();
    expect(query.answer().value).toBe('old');
    expect(asked).toHaveLength(1);
    endRest();
    expect(asked).toHaveLength(2);
    asked[1]?.('new');
    await settled();
    expect(query.answer().value).toBe('new');
    endRest();
    expect(asked).toHaveLength(2);
  });

  it('does not ask after commits that change no table', async () => {
    const { query, asked, commit, endRest } = device();
    query.observe(() => {});
    asked[0]?.('answer');
    await settled();
    endRest();
    commit('accepted');
    commit('local');
    expect(asked).toHaveLength(1);
    commit('frame');
    expect(asked).toHaveLength(2);
  });

  it('keeps the last answer when a question fails, and says so', async () => {
    const { query, asked, commit, endRest } = device();
    query.observe(() => {});
    asked[0]?.('answer');
    await settled();
    endRest();
    commit('append');
    asked[1]?.(new Error('closed'));
    await settled();
    expect(query.answer()).toMatchObject({ value: 'answer', error: new Error('closed') });
  });

  it('listens only while someone looks', () => {
    const { query, observers } = device();
    const stop = query.observe(() => {});
    expect(observers.size).toBe(1);
    stop();
    expect(observers.size).toBe(0);
  });
});
