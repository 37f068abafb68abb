// What every package's tests are run with, as vitest itself makes it out of their configurations.
import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { createVitest } from 'vitest/node';
import { ROOT } from './run.ts';
import { unitTests } from './unit-tests.ts';

it('is the same in every project of the workspace: the set-up, the patience, and two files at a time', async () => {
  const vitest = await createVitest('test', { root: ROOT, watch: false, reporters: [] });
  try {
    const found = vitest.projects.map(({ config }) => ({
      project: relative(ROOT, config.root),
      setupFiles: config.setupFiles.map((file) => basename(file)),
      maxWorkers: config.maxWorkers,
      testTimeout: config.testTimeout,
    }));
    const folders = ['packages', 'apps'].flatMap((parent) =>
      readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
    );
    const wanted = {
      setupFiles: unitTests.setupFiles.map((name) => `${basename(name)}.ts`),
      maxWorkers: unitTests.maxWorkers,
      testTimeout: unitTests.testTimeout,
    };
    expect(found.toSorted((a, b) => (a.project < b.project ? -1 : 1))).toEqual(
      folders.toSorted().map((project) => ({ project, ...wanted })),
    );
  } finally {
    await vitest.close();
  }
});
