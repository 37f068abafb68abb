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

/** One document may touch an item in several lines. */
export function lineKey(line: Pick<StoryLine, 'event' | 'line'>): string {
  return `${line.event}.${line.line}`;
}

export interface Roll {
  /** Where the sum starts; null: from nothing. `event` of the count. */
  readonly baseline: {
    readonly event: string;
    readonly atMs: number;
    readonly quantity: number;
    readonly actor: string | null;
  } | null;
  /** What other buckets held when the shelf was counted. */
  readonly carried: { readonly picked: number; readonly unsellable: number };
  /** Older movements that are told by their sum only; `lines` null: not known how many. */
  readonly omitted: { readonly lines: number | null; readonly change: number };
  readonly groups: readonly RollGroup[];
  /** null: not known for that moment. */
  readonly total: number | null;
}

/** How long after it happened a line arrived, where that is worth telling; null otherwise. */
export function latenessMs(line: Pick<StoryLine, 'atMs' | 'arrivedAtMs' | 'late'>): number | null {
  return line.late && line.arrivedAtMs !== null ? line.arrivedAtMs - line.atMs : null;
}

/** Puts neighbours of one kind and day together; what was taken back or is in doubt stands alone. `dayOf`: the store's day of a moment. */
export function groupMovements(lines: readonly StoryLine[], dayOf: (atMs: number) => string): RollGroup[] {
  const groups: RollGroup[] = [];
  for (const line of lines) {
    const alone = line.reversed || line.inDoubt ? lineKey(line) : '';
    const key = `${line.type}|${line.reason ?? ''}|${dayOf(line.atMs)}|${alone}`;
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
        key: `${key}|${lineKey(line)}`,
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

const nothingOmitted = { lines: 0, change: 0 };
const nothingCarried = { picked: 0, unsellable: 0 };

/** The roll of now, as the server explains it. */
export function rollNow(story: ItemStory, dayOf: (atMs: number) => string): Roll {
  return {
    baseline: story.baseline,
    carried: story.carried,
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
  if (last === undefined)
    return { baseline: null, carried: nothingCarried, omitted: nothingOmitted, groups: [], total: null };
  const countAt = lines.findLastIndex((line) => line.counted !== null && !line.reversed);
  const count = lines[countAt];
  const movements = lines.slice(countAt + 1);
  // Without a count, what the kept history starts from stands for everything before it.
  const before = (lines[0]?.onHand ?? 0) - (lines[0]?.change ?? 0);
  return {
    // The figure after the count holds all buckets of that moment: nothing is left to carry.
    baseline:
      count === undefined ? null : { event: count.event, atMs: count.atMs, quantity: count.onHand, actor: count.actor },
    carried: nothingCarried,
    omitted: count === undefined && before !== 0 ? { lines: null, change: before } : nothingOmitted,
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
