// Per-field registers: of all counting edits of one entity the latest (time, id) that names a field gives its value; what
// is fixed at registration comes from the earliest registration. Order-free: any order of the same edits, and taking one
// away again, leaves the same rows. Owns the fold; the tables and fields are its users'.
import {
  compareStamped,
  keyPrefix,
  sortableNumber,
  tableKey,
  type EventId,
  type HybridTime,
  type Tables,
} from '@streamstock/event-log';
import { scan } from './scan.ts';

/** The (time, id) at which something got its value. */
export interface Stamp {
  readonly at: HybridTime;
  readonly id: EventId;
}

type Fields = Readonly<Record<string, unknown>>;

/** What one event says about an entity. `fixed` is null unless it registers the entity. */
export interface Edit {
  readonly fixed: Fields | null;
  readonly values: Fields;
}

/** An edit begins, ends or moves in time. */
export interface EditChange {
  readonly entity: string;
  readonly id: EventId;
  readonly edit: Edit;
  readonly before: HybridTime | null;
  readonly after: HybridTime | null;
}

export interface RegisterTables {
  /** Rows that screens read: the entity's own field (`entityField`), fixed fields, values, `registered`, `registers`. */
  readonly rows: string;
  readonly entityField: string;
  readonly fixedFields: readonly string[];
  readonly valueFields: readonly string[];
  /** Every counting edit: what a register falls back to when its winner is taken away. */
  readonly edits: string;
  /** Entities of which only edits have arrived and no registration. */
  readonly awaited: string;
}

interface State {
  readonly registered: Stamp | null;
  readonly fixed: Fields;
  readonly values: Fields;
  readonly stamps: Readonly<Record<string, Stamp>>;
}

type StoredRow = Fields & { readonly registered: Stamp; readonly registers: Readonly<Record<string, Stamp>> };

const NOTHING: State = { registered: null, fixed: {}, values: {}, stamps: {} };

function isLater(a: Stamp, b: Stamp | null | undefined): boolean {
  return b === null || b === undefined || compareStamped({ time: a.at, id: a.id }, { time: b.at, id: b.id }) > 0;
}

function sameStamp(a: Stamp, b: Stamp | null | undefined): boolean {
  return b !== null && b !== undefined && a.at === b.at && a.id === b.id;
}

function addEdit(state: State, stamp: Stamp, edit: Edit): State {
  const values: Record<string, unknown> = { ...state.values };
  const stamps: Record<string, Stamp> = { ...state.stamps };
  for (const [field, value] of Object.entries(edit.values)) {
    if (!isLater(stamp, stamps[field])) continue;
    values[field] = value;
    stamps[field] = stamp;
  }
  const registers = edit.fixed !== null && (state.registered === null || isLater(state.registered, stamp));
  return {
    registered: registers ? stamp : state.registered,
    fixed: registers && edit.fixed !== null ? edit.fixed : state.fixed,
    values,
    stamps,
  };
}

function wins(state: State, stamp: Stamp): boolean {
  return sameStamp(stamp, state.registered) || Object.values(state.stamps).some((winner) => sameStamp(stamp, winner));
}

function pick(row: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

function stateOf(spec: RegisterTables, row: StoredRow): State {
  const stamps = Object.fromEntries(spec.valueFields.map((field) => [field, row.registers[field] ?? row.registered]));
  return {
    registered: row.registered,
    fixed: pick(row, spec.fixedFields),
    values: pick(row, spec.valueFields),
    stamps,
  };
}

function rowOf(spec: RegisterTables, entity: string, state: State, registered: Stamp): StoredRow {
  const edited = spec.valueFields.flatMap((field) => {
    const stamp = state.stamps[field];
    return stamp === undefined || sameStamp(stamp, registered) ? [] : [[field, stamp] as const];
  });
  return {
    [spec.entityField]: entity,
    ...pick(state.fixed, spec.fixedFields),
    ...pick(state.values, spec.valueFields),
    registered,
    registers: Object.fromEntries(edited),
  };
}

function editKey(change: EditChange, at: HybridTime): string {
  return tableKey(change.entity, sortableNumber(at), change.id);
}

/** Works a batch of edit changes into the tables. A registration must name every fixed and every value field. */
export async function foldRegisters(
  tables: Tables,
  spec: RegisterTables,
  changes: readonly EditChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const entities = [...new Set(changes.map(({ entity }) => entity))];
  const before = await loadStates(tables, spec, entities);
  await writeEdits(tables, spec, changes);
  const after = new Map(before);
  const recompute = new Set<string>();
  for (const change of changes) {
    const state = after.get(change.entity) ?? NOTHING;
    if (change.before !== null && wins(state, { at: change.before, id: change.id })) recompute.add(change.entity);
    if (change.after !== null)
      after.set(change.entity, addEdit(state, { at: change.after, id: change.id }, change.edit));
  }
  for (const entity of recompute) after.set(entity, await stateFromEdits(tables, spec, entity));
  await writeStates(tables, spec, entities, before, after);
}

async function loadStates(
  tables: Tables,
  spec: RegisterTables,
  entities: readonly string[],
): Promise<Map<string, State>> {
  const rows = await tables.getMany<StoredRow>(spec.rows, entities);
  const states = new Map<string, State>();
  const missing: string[] = [];
  for (const [index, entity] of entities.entries()) {
    const row = rows[index];
    if (row === undefined) missing.push(entity);
    else states.set(entity, stateOf(spec, row));
  }
  const awaited = missing.length === 0 ? [] : await tables.getMany<State>(spec.awaited, missing);
  for (const [index, entity] of missing.entries()) {
    const state = awaited[index];
    if (state !== undefined) states.set(entity, state);
  }
  return states;
}

async function writeEdits(tables: Tables, spec: RegisterTables, changes: readonly EditChange[]): Promise<void> {
  const gone = changes.flatMap((change) => (change.before === null ? [] : [editKey(change, change.before)]));
  const put = changes.flatMap((change) =>
    change.after === null ? [] : [{ key: editKey(change, change.after), value: change.edit }],
  );
  if (gone.length > 0) await tables.deleteMany(spec.edits, gone);
  if (put.length > 0) await tables.putMany(spec.edits, put);
}

async function stateFromEdits(tables: Tables, spec: RegisterTables, entity: string): Promise<State> {
  let state = NOTHING;
  await scan<Edit>(tables, spec.edits, keyPrefix(entity), ({ key, value }) => {
    const [, at = '', id = ''] = key.split('|');
    state = addEdit(state, { at: Number(at), id }, value);
  });
  return state;
}

async function writeStates(
  tables: Tables,
  spec: RegisterTables,
  entities: readonly string[],
  before: ReadonlyMap<string, State>,
  after: ReadonlyMap<string, State>,
): Promise<void> {
  const rows: { key: string; value: unknown }[] = [];
  const awaited: { key: string; value: unknown }[] = [];
  const rowsGone: string[] = [];
  const awaitedGone: string[] = [];
  for (const entity of entities) {
    const old = before.get(entity);
    const state = after.get(entity) ?? NOTHING;
    const known = Object.keys(state.stamps).length > 0;
    if (state.registered !== null) rows.push({ key: entity, value: rowOf(spec, entity, state, state.registered) });
    else if (known) awaited.push({ key: entity, value: state });
    if (old?.registered && !state.registered) rowsGone.push(entity);
    if (old !== undefined && old.registered === null && (state.registered !== null || !known)) awaitedGone.push(entity);
  }
  if (rows.length > 0) await tables.putMany(spec.rows, rows);
  if (awaited.length > 0) await tables.putMany(spec.awaited, awaited);
  if (rowsGone.length > 0) await tables.deleteMany(spec.rows, rowsGone);
  if (awaitedGone.length > 0) await tables.deleteMany(spec.awaited, awaitedGone);
}
