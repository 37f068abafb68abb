// The tasks of this store, live, and how many there are.
import { useMemo } from 'react';
import { useCatalogue, useStatus } from '../../device/use-device.tsx';
import { taskCount, tasksOf, type Task } from './tasks.ts';
import { useNeedsAttention, useOpenDrafts, useStockLines, useUnknownCodes } from './use-store-facts.ts';

/** undefined until the first reading. A code that some item has got meanwhile is no task any more. */
export function useTasks(): readonly Task[] | undefined {
  const lines = useStockLines();
  const drafts = useOpenDrafts();
  const codes = useUnknownCodes();
  const catalogue = useCatalogue();
  const needsAttention = useNeedsAttention();
  const { figuresIncomplete } = useStatus();
  const version = catalogue.version();
  return useMemo(() => {
    void version;
    if (lines === undefined || drafts === undefined || codes === undefined) return undefined;
    return tasksOf({
      lines,
      figuresIncomplete,
      drafts,
      needsAttention,
      unknownCodes: codes.filter(({ code }) => catalogue.find(code) === undefined),
    });
  }, [lines, figuresIncomplete, drafts, codes, needsAttention, catalogue, version]);
}

export function useTaskCount(): { readonly count: number; readonly deviceAlert: boolean } {
  const tasks = useTasks();
  const { fault, needs, needsAttentionCount } = useStatus();
  return { count: taskCount(tasks ?? []), deviceAlert: fault !== null || needs !== null || needsAttentionCount > 0 };
}
