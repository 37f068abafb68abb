// Which lines of a correction want a manager's approval: the policy's adjustment limit. A screen asks for it; a correction that
// was recorded without is a fact like any other. Pure.
import type { PolicyValues } from '../policy/policy-tables.ts';

export interface CorrectedLine {
  readonly item: string;
  /** Signed or not: its size counts. In the item's smallest unit. */
  readonly change: number;
}

/** Items whose corrections, added up, are larger than their policy allows without approval; each once, in their first order. */
export function itemsThatWantApproval(
  lines: readonly CorrectedLine[],
  policyOf: (item: string) => Pick<PolicyValues, 'adjustmentLimit'> | undefined,
): readonly string[] {
  const sums = new Map<string, number>();
  for (const { item, change } of lines) sums.set(item, (sums.get(item) ?? 0) + Math.abs(change));
  return [...sums].flatMap(([item, sum]) => {
    const limit = policyOf(item)?.adjustmentLimit ?? null;
    return limit !== null && sum > limit ? [item] : [];
  });
}
