// Folds policies: registers per field, of the chain and of each store. Order-free; owns its tables.
import type { Change, Projector, Row, Tables } from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { foldPolicies, type PolicyChange } from './policy-fold.ts';
import { CHAIN_POLICY, POLICIES_TABLE, POLICY_EDITS_TABLE, type PolicyValues } from './policy-tables.ts';

/** Everybody hears of every policy; a store reads its own and the chain's. */
function isChainsOrOwn({ key }: Row<unknown>, store: string): boolean {
  const [owner] = key.split('|', 1);
  return owner === CHAIN_POLICY || owner === store;
}

export const policiesProjector: Projector = {
  name: 'policies',
  version: 1,
  tables: [POLICIES_TABLE, POLICY_EDITS_TABLE],
  snapshot: { [POLICIES_TABLE]: isChainsOrOwn, [POLICY_EDITS_TABLE]: isChainsOrOwn },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const edits: PolicyChange[] = [];
    for (const { event, before, after } of changes) {
      if (event.type !== 'StockPolicySet') continue;
      const times = { before: before?.effectiveAt ?? null, after: after?.effectiveAt ?? null };
      if (times.before === times.after) continue;
      const parsed = parsePayload(event);
      if (!parsed.ok || parsed.type !== 'StockPolicySet') continue;
      const { item, ...fields } = parsed.payload;
      const named = Object.entries(fields).filter(([, value]) => value !== undefined);
      // Fields of this very payload, without those it does not name.
      const values = Object.fromEntries(named) as PolicyValues;
      edits.push({ store: event.store, item, id: event.id, values, ...times });
    }
    await foldPolicies(tables, edits);
  },
};
