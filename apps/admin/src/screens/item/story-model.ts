// The story of one stock line as the screen tells it, now or as of a past moment: the figures, the till roll's rows and the
// points of the chart. Pure; words and drawing are elsewhere. Never recomputes stock: it sums and cuts what the server told.
import type { ItemStory, StoryLine } from '@streamstock/api';

/** Movements of one kind and one day, as one row of the roll. */
export interface RollGroup {
  readonly key: string;
  readonly type: string;
  readonly reason: string | null;
  readonly lines: readonly StoryLine[];
  readonly change: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface Roll {
  /** Where the sum starts; null: from nothing. `event` of the count. */
  readonly baseline: { readonly event: string; readonly atMs: number; readonly quantity: number; readonly actor: string | null } | null;
  /** Older movements that are told by their sum only. */
  readonly omitted: { readonly lines: number; readonly change: number };
  readonly groups: readonly RollGroup[];
  /** null: not known for that moment. */
  readonly total: number | null;
}

/** An arrival later than this after it happened is late. */
export const lateAfterMs = 60_000;

/** How long after it happened a line arrived, where that is worth telling; null otherwise. */
export function latenessMs(line: Pick<StoryLine, 'atMs' | 'arrivedAtMs'>): number | null {
  if (line.arrivedAtMs === null) return null;
  const lateMs = line.arrivedAtMs - line.atMs;
  return lateMs > lateAfterMs ? lateMs : null;
}

/** Puts neighbours of one kind and day together. `dayOf`: the store's calendar day of a moment. */
export function groupMovements(lines: readonly StoryLine[], dayOf: (atMs: number) => string): RollGroup[] {
  const groups: RollGroup[] = [];
  for (const line of lines) {
    const key = `${line.type}|${line.reason ?? ''}|${dayOf(line.atMs)}`;
    const last = groups.at(-1);
    if (last?.key.startsWith(`${key}|`)) {
      groups[groups.length - 1] = {
        ...last,
        lines: [...last.lines, line],
        change: last.change + line.change,
        lastAtMs: line.atMs,
      };
    } else {
      groups.push({
        key: `${key}|${line.event}`,
        type: line.type,
        reason: line.reason,
        lines: [line],
        change: line.change,
        firstAtMs: line.atMs,
        lastAtMs: line.atMs,
      });
    }
  }
  return groups;
}

/** The roll of now, as the server explains it. */
export function rollNow(story: ItemStory, dayOf: (atMs: number) => string): Roll {
  return {
    baseline: story.baseline,
    omitted: story.movementsOmitted,
    groups: groupMovements(story.movements, dayOf),
    total: story.line === null ? null : story.total,
  };
}

/** The history up to a moment. */
export function historyUntil(history: readonly StoryLine[], atMs: number): readonly StoryLine[] {
  const end = history.findIndex((line) => line.atMs > atMs);
  return end === -1 ? history : history.slice(0, end);
}

/** The roll of a past moment, from what is known today of that time: the last count before it and what followed. */
export function rollAt(story: ItemStory, atMs: number, dayOf: (atMs: number) => string): Roll {
  const lines = historyUntil(story.history, atMs);
  const last = lines.at(-1);
  if (last === undefined) return { baseline: null, omitted: { lines: 0, change: 0 }, groups: [], total: null };
  const countAt = lines.findLastIndex((line) => line.counted !== null);
  const count = lines[countAt];
  const movements = lines.slice(countAt + 1);
  // Without a count, what the kept history starts from stands for everything before it.
  const before = (lines[0]?.onHand ?? 0) - (lines[0]?.change ?? 0);
  const omitted = count === undefined && before !== 0 ? { lines: story.historyOmitted, change: before } : { lines: 0, change: 0 };
  return {
    baseline: count === undefined ? null : { event: count.event, atMs: count.atMs, quantity: count.onHand, actor: count.actor },
    omitted,
    groups: groupMovements(movements, dayOf),
    total: last.onHand,
  };
}

export interface StoryFigures {
  readonly onHand: number | null;
  /** These are known for now only. */
  readonly available: number | null;
  readonly picked: number | null;
  readonly unsellable: number | null;
}

export function storyFigures(story: ItemStory, atMs: number | null): StoryFigures {
  if (atMs !== null) {
    const last = historyUntil(story.history, atMs).at(-1);
    return { onHand: last?.onHand ?? null, available: null, picked: null, unsellable: null };
  }
  const { line } = story;
  if (line === null) return { onHand: null, available: null, picked: null, unsellable: null };
  return { onHand: line.onHand, available: line.available, picked: line.picked, unsellable: line.unsellable };
}
