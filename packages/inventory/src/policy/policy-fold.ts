// Per-field registers of policies: of all counting edits of one (store or chain, item) the latest (time, id) that names a
// field gives its value. Nothing needs registering first, so unlike items a policy is there with its first edit. Taking an
// edit away gives its fields back to the edits before it.
import {
  compareStamped,
  keyPrefix,
  sortableNumber,
  tableKey,
  type EventId,
  type HybridTime,
  type Tables,
} from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { POLICY_FIELDS } from './policy-events.ts';
import {
  POLICIES_TABLE,
  POLICY_EDITS_TABLE,
  policyKey,
  type PolicyRegister,
  type PolicyRow,
  type PolicyValues,
} from './policy-tables.ts';

/** An edit begins, ends or moves in time. `store` null: of the chain. */
export interface PolicyChange {
  readonly store: string | null;
  readonly item: string;
  readonly id: EventId;
  readonly values: PolicyValues;
  readonly before: HybridTime | null;
  readonly after: HybridTime | null;
}

type Registers = Readonly<Record<string, PolicyRegister | undefined>>;

function addEdit(registers: Registers, at: HybridTime, id: EventId, values: PolicyValues): Registers {
  const named = Object.entries(values).flatMap(([field, value]) => {
    const winner = registers[field];
    const later = winner === undefined || compareStamped({ time: at, id }, { time: winner.at, id: winner.id }) > 0;
    return later ? [[field, { value, at, id }] as const] : [];
  });
  return named.length === 0 ? registers : { ...registers, ...Object.fromEntries(named) };
}

function editKey({ store, item, id }: PolicyChange, at: HybridTime): string {
  return tableKey(policyKey(store, item), sortableNumber(at), id);
}

/** The same registers in the order of the fields, whichever edit came first. */
function inOrder(registers: Registers): Registers {
  return Object.fromEntries(POLICY_FIELDS.flatMap((field) => (registers[field] ? [[field, registers[field]]] : [])));
}

/** Works a batch of edit changes into the tables. */
export async function foldPolicies(tables: Tables, changes: readonly PolicyChange[]): Promise<void> {
  if (changes.length === 0) return;
  const keyOf = ({ store, item }: PolicyChange): string => policyKey(store, item);
  const names = new Map(changes.map((change) => [keyOf(change), { store: change.store, item: change.item }]));
  const keys = [...names.keys()];
  const stored = await tables.getMany<PolicyRow>(POLICIES_TABLE, keys);
  await writeEdits(tables, changes);
  const rows = new Map<string, Registers>(keys.map((key, index) => [key, stored[index]?.registers ?? {}]));
  const recompute = new Set<string>();
  for (const change of changes) {
    const key = keyOf(change);
    const registers = rows.get(key) ?? {};
    const won = Object.values(registers).some((winner) => winner?.id === change.id);
    if (change.before !== null && won) recompute.add(key);
    if (change.after !== null) rows.set(key, addEdit(registers, change.after, change.id, change.values));
  }
  for (const key of recompute) rows.set(key, await registersFromEdits(tables, key));
  const written = [...names].map(([key, name]) => ({
    key,
    value: { ...name, registers: inOrder(rows.get(key) ?? {}) },
  }));
  const put = written.filter(({ value }) => Object.keys(value.registers).length > 0);
  const gone = written.filter(({ value }) => Object.keys(value.registers).length === 0).map(({ key }) => key);
  if (put.length > 0) await tables.putMany(POLICIES_TABLE, put);
  if (gone.length > 0) await tables.deleteMany(POLICIES_TABLE, gone);
}

async function writeEdits(tables: Tables, changes: readonly PolicyChange[]): Promise<void> {
  const gone = changes.flatMap((change) => (change.before === null ? [] : [editKey(change, change.before)]));
  const put = changes.flatMap((change) =>
    change.after === null ? [] : [{ key: editKey(change, change.after), value: change.values }],
  );
  if (gone.length > 0) await tables.deleteMany(POLICY_EDITS_TABLE, gone);
  if (put.length > 0) await tables.putMany(POLICY_EDITS_TABLE, put);
}

async function registersFromEdits(tables: Tables, key: string): Promise<Registers> {
  let registers: Registers = {};
  await scan<PolicyValues>(tables, POLICY_EDITS_TABLE, keyPrefix(key), ({ key: edit, value }) => {
    const [, , at = '', id = ''] = edit.split('|');
    registers = addEdit(registers, Number(at), id, value);
  });
  return registers;
}
