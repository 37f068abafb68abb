import { expect, test } from 'vitest';
import { sampleLine, sampleStory } from '../../testing/sample-story.ts';
import { groupMovements, latenessMs, rollAt, rollNow, storyFigures } from './story-model.ts';

const day = (atMs: number): string => String(Math.floor(atMs / 100));

const history = [
  sampleLine({ type: 'StockReceived', atMs: 10, change: 30, onHand: 30 }),
  sampleLine({ atMs: 20, change: -2, onHand: 28 }),
  sampleLine({ type: 'StockCounted', atMs: 110, change: -3, onHand: 25, counted: 25 }),
  sampleLine({ atMs: 120, change: -1, onHand: 24 }),
  sampleLine({ atMs: 130, change: -4, onHand: 20 }),
  sampleLine({ atMs: 210, change: -1, onHand: 19 }),
];

test('neighbours of one kind and day are one row; another kind, reason or day begins a new one', () => {
  const lines = [
    sampleLine({ atMs: 1, change: -1, onHand: 9 }),
    sampleLine({ atMs: 2, change: -2, onHand: 7 }),
    sampleLine({ type: 'StockAdjusted', reason: 'lost', atMs: 3, change: -1, onHand: 6 }),
    sampleLine({ type: 'StockAdjusted', reason: 'found', atMs: 4, change: 1, onHand: 7 }),
    sampleLine({ atMs: 5, change: -1, onHand: 6 }),
    sampleLine({ atMs: 105, change: -1, onHand: 5 }),
  ];
  const groups = groupMovements(lines, day);
  expect(groups.map((group) => [group.lines.length, group.change])).toEqual([
    [2, -3],
    [1, -1],
    [1, 1],
    [1, -1],
    [1, -1],
  ]);
  expect(new Set(groups.map((group) => group.key)).size).toBe(groups.length);
});

test('the roll of any past moment adds up to the figure of that moment', () => {
  const story = sampleStory(history);
  for (const atMs of [10, 20, 60, 110, 125, 130, 209, 210, 999]) {
    const roll = rollAt(story, atMs, day);
    const sum =
      (roll.baseline?.quantity ?? 0) +
      roll.omitted.change +
      roll.groups.reduce((total, group) => total + group.change, 0);
    expect(sum).toBe(roll.total);
    expect(roll.total).toBe(storyFigures(story, atMs).onHand);
  }
});

test('before anything happened nothing is known, not zero', () => {
  expect(rollAt(sampleStory(history), 5, day).total).toBeNull();
  expect(storyFigures(sampleStory(history), 5).onHand).toBeNull();
  expect(storyFigures(sampleStory([]), null).onHand).toBeNull();
  expect(rollNow(sampleStory([]), day).total).toBeNull();
});

test('a history whose beginning is not kept starts from its sum', () => {
  const kept = [sampleLine({ atMs: 20, change: -2, onHand: 98 }), sampleLine({ atMs: 30, change: -8, onHand: 90 })];
  const roll = rollAt(sampleStory(kept, { historyOmitted: true }), 40, day);
  expect(roll.omitted).toEqual({ lines: null, change: 100 });
  expect(roll.total).toBe(90);
});

test('what was taken back stands alone and is no baseline', () => {
  const lines = [
    sampleLine({ atMs: 1, change: -1, onHand: 9 }),
    sampleLine({ atMs: 2, change: 0, onHand: 9, reversed: true }),
    sampleLine({ atMs: 3, change: -1, onHand: 8 }),
  ];
  expect(groupMovements(lines, day)).toHaveLength(3);
  const count = sampleLine({ type: 'StockCounted', atMs: 5, change: 0, onHand: 8, counted: 3, reversed: true });
  expect(rollAt(sampleStory([...lines, count]), 9, day).baseline).toBeNull();
});

test('lateness is told where the centre says so', () => {
  expect(latenessMs({ atMs: 0, arrivedAtMs: 90_000, late: true })).toBe(90_000);
  expect(latenessMs({ atMs: 0, arrivedAtMs: 90_000, late: false })).toBeNull();
  expect(latenessMs({ atMs: 0, arrivedAtMs: null, late: false })).toBeNull();
});
