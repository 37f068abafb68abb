// Planting a bug in a thread before the product is loaded there. The product's files stay as they are.
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface PlantedBug {
  readonly name: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** Throws when its place is not there, or not once. */
export function plantedSource({ name, file, find, replace }: PlantedBug): {
  readonly url: string;
  readonly source: string;
} {
  const url = new URL(`../../../packages/${file}`, import.meta.url);
  const source = readFileSync(fileURLToPath(url), 'utf8');
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`"${name}" can not be planted: its place is in ${file} ${times} times, not once.`);
  return { url: url.href, source: source.replace(find, () => replace) };
}

/** From now on whoever imports the module gets it with the bug. */
export function plant(bug: PlantedBug): void {
  const { url, source } = plantedSource(bug);
  const planted = stripTypeScriptTypes(source);
  registerHooks({
    load: (loaded, context, next) =>
      loaded === url ? { format: 'module', source: planted, shortCircuit: true } : next(loaded, context),
  });
}
