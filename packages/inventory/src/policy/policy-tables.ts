// The read model of policies: rows, keys, table names. Written by the policies projector alone; screens and alerts read
// them merged (policy-queries.ts).
import { tableKey, type EventId, type HybridTime } from '@streamstock/event-log';
import type { PolicyField, StockPolicySet } from './policy-events.ts';

export const POLICIES_TABLE = 'policies';
/** Every counting edit of a policy, by (store, item, time, id): what a register falls back to when its winner goes. */
export const POLICY_EDITS_TABLE = 'policy-edits';

/** Stands where a store's id stands: the policy of every store without its own. No store can be called so. */
export const CHAIN_POLICY = '*';

/**
 * What is set of an item's policy. A field that is absent was never set; null: there is explicitly no such line.
 * Quantities are in the item's smallest unit.
 */
export type PolicyValues = { readonly [Field in PolicyField]?: Exclude<StockPolicySet[Field], undefined> };

/** One field's latest edit. */
export interface PolicyRegister<Field extends PolicyField = PolicyField> {
  readonly value: Exclude<StockPolicySet[Field], undefined>;
  readonly at: HybridTime;
  readonly id: EventId;
}

/** Key: store|item, or `CHAIN_POLICY`|item. The registers of one store (or the chain) alone, not merged. */
export interface PolicyRow {
  /** null: the chain. */
  readonly store: string | null;
  readonly item: string;
  readonly registers: { readonly [Field in PolicyField]?: PolicyRegister<Field> };
}

export function policyKey(store: string | null, item: string): string {
  return tableKey(store ?? CHAIN_POLICY, item);
}
