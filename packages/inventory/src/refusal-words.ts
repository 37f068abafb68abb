// The words of refusals: what happened, what is safe, what to do. Owns their wording and how a schema's finding becomes one.
import * as z from 'zod/mini';
import { EventId, HYBRID_TIME_MAX } from '@streamstock/event-log';
import type { CommandOptions, Decision, RefusalCode } from './decider.ts';
import { refuse } from './decider.ts';
import { QUANTITY_MAX } from './limits.ts';

const GROUPED = new Intl.NumberFormat('en', { useGrouping: 'always' });

export function quantityRange(least: 0 | 1): string {
  return `Enter a quantity from ${least} to ${GROUPED.format(QUANTITY_MAX)}.`;
}

/** A quantity a person entered: null when it can be recorded. */
export function quantityRefusal(quantity: number, least: 0 | 1, path: readonly (string | number)[]): Decision | null {
  if (!Number.isInteger(quantity)) {
    return refuse(
      'quantity-not-whole',
      `Quantities are whole numbers of the smallest unit. ${quantityRange(least)}`,
      path,
    );
  }
  if (quantity < least || quantity > QUANTITY_MAX) return refuse('quantity-out-of-range', quantityRange(least), path);
  return null;
}

const QUANTITY_FIELDS: ReadonlySet<string> = new Set([
  'quantity',
  'packSize',
  'accepted',
  'damaged',
  'surplus',
  'reorderPoint',
  'criticalLine',
  'capacityMax',
  'orderPack',
  'orderMinimum',
  'alertMargin',
  'adjustmentLimit',
]);
const TIME_FIELDS: ReadonlySet<string> = new Set(['occurredAt', 'expectedAt', 'neededBy']);

function codeOf(path: readonly PropertyKey[]): RefusalCode {
  const names = path.map(String);
  if (names.some((name) => QUANTITY_FIELDS.has(name))) return 'quantity-out-of-range';
  if (names.some((name) => name === 'unitPrice' || name === 'unitCost' || name === 'price'))
    return 'money-out-of-range';
  if (names.some((name) => ['name', 'sku', 'category', 'reference', 'note', 'reason', 'code'].includes(name))) {
    return 'text-not-allowed';
  }
  if (names.some((name) => TIME_FIELDS.has(name))) return 'time-out-of-range';
  return 'not-allowed';
}

/** A payload that its own schema does not take, as a refusal at the field. */
export function schemaRefusal(issue: z.core.$ZodIssue | undefined): Decision {
  const path = issue?.path ?? [];
  const field = path.length === 0 ? 'This entry' : `"${path.map(String).join('.')}"`;
  const what = issue?.message ?? 'is not understood';
  return refuse(
    codeOf(path),
    `${field} can not be recorded: ${what}. Nothing was saved. Change it, then save again.`,
    path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
  );
}

const Options = z.object({
  occurredAt: z.optional(z.int().check(z.minimum(0), z.maximum(HYBRID_TIME_MAX))),
  causationId: z.optional(EventId),
  correlationId: z.optional(EventId),
});

/** What a command says besides its own: null when an envelope can hold it. */
export function optionsRefusal(options: CommandOptions): Decision | null {
  const parsed = Options.safeParse(options);
  return parsed.success ? null : schemaRefusal(parsed.error.issues[0]);
}
