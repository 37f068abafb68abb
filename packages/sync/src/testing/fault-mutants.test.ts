// The bugs that are planted in sync, storage and engines: that each can be planted. That each is noticed, `pnpm faults mutants
// --part sync` shows, and a sample of them in the tests of apps/bench.
import { describe, expect, it } from 'vitest';
import { SYNC_MUTANTS } from './fault-mutants.ts';

const ofSync = import.meta.glob('../**/*.ts', { query: '?raw', import: 'default', eager: true });
const ofLog = import.meta.glob('../../../event-log/src/*.ts', { query: '?raw', import: 'default', eager: true });
const sources = new Map(
  [...Object.entries(ofSync), ...Object.entries(ofLog)].map(([path, source]) => [
    path.startsWith('../../../') ? path.slice('../../../'.length) : `sync/src/${path.replace(/^\.\.?\//u, inFolder)}`,
    source,
  ]),
);

function inFolder(start: string): string {
  return start === './' ? 'testing/' : '';
}

describe('planted bugs', () => {
  it.each(SYNC_MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'Z5 can be planted, and changes something: %s',
    (_name, { file, find, replace }) => {
      const source = sources.get(file);
      expect(source?.split(find)).toHaveLength(2);
      expect(source?.replace(find, () => replace)).not.toBe(source);
    },
  );

  it('Z5 are many, each with a name of its own', () => {
    expect(SYNC_MUTANTS.length).toBeGreaterThanOrEqual(35);
    expect(new Set(SYNC_MUTANTS.map(({ name }) => name)).size).toBe(SYNC_MUTANTS.length);
  });
});
