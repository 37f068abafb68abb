// What a person of this store should do, worst first: from stock lines, drafts, unknown codes and what needs attention. Pure.
import { msFromHybridTime } from '@streamstock/event-log';
import type { StockLineRow } from '@streamstock/inventory';
import type { DraftKind } from '../../documents/draft-head.ts';
import type { UnknownCode } from '../../device/unknown-codes.ts';

export interface OpenDraft {
  readonly key: string;
  readonly kind: DraftKind | 'count';
  readonly lines: number;
  readonly held: boolean;
  /** null for counts: their head has when they began. */
  readonly atMs: number;
}

export type Task =
  | { readonly kind: 'attention'; readonly count: number }
  | { readonly kind: 'oversold'; readonly item: string; readonly quantity: number; readonly sinceMs: number }
  | { readonly kind: 'recount'; readonly items: readonly string[] }
  | { readonly kind: 'unknown-code'; readonly code: string; readonly atMs: number; readonly times: number }
  | { readonly kind: 'draft'; readonly draft: OpenDraft };

export interface StoreFacts {
  readonly lines: readonly StockLineRow[];
  /** Lines may lack most of what happened: what is below zero then says nothing. */
  readonly figuresIncomplete: boolean;
  readonly needsAttention: number;
  readonly unknownCodes: readonly UnknownCode[];
  readonly drafts: readonly OpenDraft[];
}

/** Sorted by severity (attention, oversold, drafts, unknown codes, recounts), then age, oldest first. */
export function tasksOf(facts: StoreFacts): Task[] {
  const tasks: Task[] = [];
  if (facts.needsAttention > 0) tasks.push({ kind: 'attention', count: facts.needsAttention });
  const oversold = facts.lines.flatMap((line): Extract<Task, { kind: 'oversold' }>[] => {
    if (line.onHand >= 0 || facts.figuresIncomplete) return [];
    const sinceMs = msFromHybridTime(line.negativeSince ?? line.lastChangeAt);
    return [{ kind: 'oversold', item: line.item, quantity: line.onHand, sinceMs }];
  });
  tasks.push(...oversold.sort((a, b) => a.sinceMs - b.sinceMs || (a.item < b.item ? -1 : 1)));
  tasks.push(...facts.drafts.toSorted((a, b) => a.atMs - b.atMs).map((draft) => ({ kind: 'draft' as const, draft })));
  tasks.push(
    ...facts.unknownCodes
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((code) => ({ kind: 'unknown-code' as const, ...code })),
  );
  const recounts = facts.lines.filter((line) => line.recount).map(({ item }) => item);
  if (recounts.length > 0) tasks.push({ kind: 'recount', items: recounts });
  return tasks;
}

/** How many things there are to do: the number on the tab. */
export function taskCount(tasks: readonly Task[]): number {
  return tasks.length;
}

export interface StockFigures {
  readonly items: number;
  readonly out: number;
  readonly oversold: number;
}

/** Figures over the lines of items that are sold: an archived item that is gone is no finding. */
export function stockFiguresOf(lines: readonly StockLineRow[], isSold: (item: string) => boolean): StockFigures {
  const figures = { items: 0, out: 0, oversold: 0 };
  for (const { item, onHand } of lines) {
    if (onHand < 0) figures.oversold += 1;
    if (!isSold(item)) continue;
    figures.items += 1;
    if (onHand === 0) figures.out += 1;
  }
  return figures;
}
