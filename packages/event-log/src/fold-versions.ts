// Which projectors made read models, against those of an app: names and versions only; and which tables have no base.
import type { ProjectorFold } from './device-storage.ts';

/** What a projector is told apart by. */
export type FoldVersion = Pick<ProjectorFold, 'name' | 'version'>;

/** Tables of which nothing in the base may be seen. */
export function hiddenTables(stored: readonly ProjectorFold[]): ReadonlySet<string> {
  return new Set(stored.flatMap(({ tables, baseless }) => (baseless === true ? tables : [])));
}

/** `older`: these projectors are older than those that made the tables; writing with them would spoil the tables. */
export function compareFolds(
  stored: readonly FoldVersion[],
  present: readonly FoldVersion[],
): 'same' | 'newer' | 'older' {
  const versions = new Map(stored.map(({ name, version }) => [name, version]));
  if (present.some(({ name, version }) => version < (versions.get(name) ?? 0))) return 'older';
  const same = stored.length === present.length && present.every(({ name, version }) => versions.get(name) === version);
  return same ? 'same' : 'newer';
}
