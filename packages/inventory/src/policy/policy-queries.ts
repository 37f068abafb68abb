// Reading policies: what holds for a line is, field by field, what its store says, or else what the chain says.
import { keyPrefix, type TableReader } from '@streamstock/event-log';
import { scan } from '../scan.ts';
import type { PolicyField } from './policy-events.ts';
import { CHAIN_POLICY, POLICIES_TABLE, policyKey, type PolicyRow, type PolicyValues } from './policy-tables.ts';

/**
 * The policy that holds for an item in a store, merged per field. A field that is absent was set by nobody; null: there
 * is explicitly no such line.
 */
export interface StockPolicy extends PolicyValues {
  readonly store: string;
  readonly item: string;
  /** Who set each field. */
  readonly from: { readonly [Field in PolicyField]?: 'store' | 'chain' };
}

/** One policy per name, in their order; undefined: neither the store nor the chain ever set a field. */
export async function readPolicies(
  reader: TableReader,
  names: readonly { readonly store: string; readonly item: string }[],
): Promise<(StockPolicy | undefined)[]> {
  if (names.length === 0) return [];
  const keys = new Set(names.flatMap(({ store, item }) => [policyKey(store, item), policyKey(null, item)]));
  const asked = [...keys];
  const stored = await reader.getMany<PolicyRow>(POLICIES_TABLE, asked);
  const rows = new Map(asked.map((key, index) => [key, stored[index]]));
  return names.map(({ store, item }) =>
    mergePolicy(store, item, rows.get(policyKey(store, item)), rows.get(policyKey(null, item))),
  );
}

export async function readPolicy(reader: TableReader, store: string, item: string): Promise<StockPolicy | undefined> {
  const [policy] = await readPolicies(reader, [{ store, item }]);
  return policy;
}

/**
 * Every item that has a policy in this store, its own or the chain's, by item. At most as many as there are policies:
 * read it where a whole store is reckoned, `readPolicies` elsewhere.
 */
export async function listPolicies(reader: TableReader, store: string): Promise<StockPolicy[]> {
  const own = await rowsOf(reader, store);
  const chain = await rowsOf(reader, CHAIN_POLICY);
  const items = [...new Set([...own.keys(), ...chain.keys()])].sort();
  return items.flatMap((item) => mergePolicy(store, item, own.get(item), chain.get(item)) ?? []);
}

/** The registers of one store (null: the chain) alone: what an editor sees and must be stamped past. */
export async function readPolicyRow(
  reader: TableReader,
  store: string | null,
  item: string,
): Promise<PolicyRow | undefined> {
  const [row] = await reader.getMany<PolicyRow>(POLICIES_TABLE, [policyKey(store, item)]);
  return row;
}

async function rowsOf(reader: TableReader, scope: string): Promise<Map<string, PolicyRow>> {
  const rows = new Map<string, PolicyRow>();
  await scan<PolicyRow>(reader, POLICIES_TABLE, keyPrefix(scope), ({ value }) => void rows.set(value.item, value));
  return rows;
}

function mergePolicy(
  store: string,
  item: string,
  own: PolicyRow | undefined,
  chain: PolicyRow | undefined,
): StockPolicy | undefined {
  if (own === undefined && chain === undefined) return undefined;
  const values: Record<string, unknown> = {};
  const from: Record<string, 'store' | 'chain'> = {};
  for (const [source, row] of [
    ['chain', chain],
    ['store', own],
  ] as const) {
    for (const [field, register] of Object.entries(row?.registers ?? {})) {
      values[field] = register.value;
      from[field] = source;
    }
  }
  // Each register holds a value of its own field.
  return { store, item, ...values, from } as StockPolicy;
}
