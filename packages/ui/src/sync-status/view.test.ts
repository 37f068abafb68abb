import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SyncStatusOf } from './status.ts';
import { advanceSyncStatus, noMemory } from './view.ts';
import type { SyncStatusView } from './view.ts';

const start = 1_800_000_000_000;

const online: SyncStatusOf = {
  connection: 'online',
  connectionSinceMs: start - 3_600_000,
  unsentCount: 0,
  oldestUnsentAgeMs: null,
  needsAttentionCount: 0,
  storageNearlyFull: false,
  falling: false,
};

/** Feeds a story of (milliseconds after start, what changed) and returns the view after each line. */
function play(story: readonly (readonly [number, Partial<SyncStatusOf>])[]): SyncStatusView[] {
  let memory = noMemory;
  let status = online;
  return story.map(([atMs, change]) => {
    status = { ...status, ...change };
    const view = advanceSyncStatus(memory, status, start + atMs);
    memory = view.memory;
    return view;
  });
}

const last = (views: SyncStatusView[]): SyncStatusView => views.at(-1)!;

describe('icons change at once, words change late', () => {
  const settled = [
    [0, {}],
    [600, {}],
  ] as const;

  test('"All sent" goes in the very step in which something is saved', () => {
    const view = last(play([...settled, [601, { unsentCount: 1, oldestUnsentAgeMs: 0 }]]));
    expect(view.queue.state).toBe('justSaved');
    expect(view.queueWords).toMatchObject({ state: 'justSaved', unsentCount: 1 });
  });

  test('what is sent within 3 s never becomes words', () => {
    const views = play([
      ...settled,
      [1000, { unsentCount: 1, oldestUnsentAgeMs: 0 }],
      [3999, { oldestUnsentAgeMs: 2999 }],
      [4000, { unsentCount: 0, oldestUnsentAgeMs: null }],
      [4600, {}],
    ]);
    expect(views.map((view) => view.queueWords.state)).toEqual([
      'settling',
      'allSent',
      'justSaved',
      'justSaved',
      'settling',
      'allSent',
    ]);
  });

  test('words once shown stay 2 s, and ✓✓ does not stand beside them', () => {
    const views = play([
      ...settled,
      [1000, { unsentCount: 1, oldestUnsentAgeMs: 3000 }],
      [1100, { unsentCount: 0, oldestUnsentAgeMs: null }],
      [2999, {}],
      [3000, {}],
    ]);
    expect(views.slice(2).map((view) => [view.queue.state, view.queueWords.state])).toEqual([
      ['unsent', 'unsent'],
      ['unsent', 'unsent'],
      ['unsent', 'unsent'],
      ['allSent', 'allSent'],
    ]);
  });

  test('a worse state changes the icon at once and the words after 2 s', () => {
    const views = play([
      [0, { unsentCount: 1, oldestUnsentAgeMs: 5000 }],
      [100, { needsAttentionCount: 1 }],
      [2000, {}],
    ]);
    expect(views.map((view) => [view.queue.state, view.queueWords.state])).toEqual([
      ['unsent', 'unsent'],
      ['needsAttention', 'unsent'],
      ['needsAttention', 'needsAttention'],
    ]);
  });

  test('counts change twice a second at most', () => {
    const views = play([
      [0, { unsentCount: 1, oldestUnsentAgeMs: 5000 }],
      [100, { unsentCount: 2 }],
      [200, { unsentCount: 3 }],
      [500, { unsentCount: 4 }],
      [999, { unsentCount: 5 }],
      [1000, {}],
    ]);
    expect(views.map((view) => view.queueWords.unsentCount)).toEqual([1, 1, 1, 4, 4, 5]);
  });
});

describe('the connection', () => {
  test('attempts to reconnect do not put off the word "Offline"', () => {
    const views = play([
      [0, {}],
      [1000, { connection: 'offline', connectionSinceMs: start + 1000 }],
      [2500, { connection: 'connecting', connectionSinceMs: start + 2500 }],
      [3500, { connection: 'offline', connectionSinceMs: start + 3500 }],
      [4999, {}],
      [5000, {}],
      [5100, { connection: 'connecting', connectionSinceMs: start + 5100 }],
      [6000, { connection: 'online', connectionSinceMs: start + 6000 }],
      [7000, {}],
    ]);
    expect(views.map((view) => view.connection.state)).toEqual([
      'online',
      'online',
      'online',
      'online',
      'online',
      'offline',
      'offline',
      'offline',
      'online',
    ]);
  });

  test('going offline is no worry; a long wait is', () => {
    const views = play([
      [0, { connection: 'offline', connectionSinceMs: start - 5000, unsentCount: 1, oldestUnsentAgeMs: 1000 }],
      [10, { oldestUnsentAgeMs: 4 * 3_600_000 }],
    ]);
    expect(views.map((view) => view.worried)).toEqual([false, true]);
  });
});

const anyStatus = fc.record({
  connection: fc.constantFrom('online', 'connecting', 'offline', 'waiting', 'needsYou'),
  unsentCount: fc.nat({ max: 40 }),
  oldestUnsentAgeMs: fc.nat({ max: 100_000_000 }),
  needsAttentionCount: fc.nat({ max: 1 }),
  storageNearlyFull: fc.boolean(),
  falling: fc.boolean(),
}) satisfies fc.Arbitrary<Partial<SyncStatusOf>>;

type Story = readonly (readonly [number, Partial<SyncStatusOf>])[];

/** The steps of a story at which the screen claims more than it was told. */
function lies(story: Story): number[] {
  const unsafe = (change: Partial<SyncStatusOf>): boolean =>
    (change.unsentCount ?? 0) > 0 || (change.needsAttentionCount ?? 0) > 0;
  return play(story).flatMap((view, index) => {
    const [icon, words] = [view.queue.state, view.queueWords.state];
    const claimsTooMuch = (icon === 'allSent' || words === 'allSent') && unsafe(story[index]![1]);
    const contradicts = icon === 'allSent' && words !== 'allSent';
    return claimsTooMuch || contradicts ? [index] : [];
  });
}

test('"All sent" is shown only while nothing is unsent and nothing needs attention, whatever happened before', () => {
  const stories = fc.array(fc.tuple(fc.nat({ max: 5000 }), anyStatus), { maxLength: 30 }).map((steps): Story => {
    let atMs = 0;
    return steps.map(([waitMs, change]) => {
      atMs += waitMs;
      return [atMs, { ...change, connectionSinceMs: start + atMs }];
    });
  });
  fc.assert(
    fc.property(stories, (story) => {
      expect(lies(story)).toEqual([]);
    }),
  );
});
