// Run twice by itself: once here, and once by a run of its own whose temporary folder is looked at afterwards.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from './run.ts';

it('is of one file of tests alone, and empty', () => {
  expect(basename(tmpdir())).toMatch(/^unit-/);
  expect(readdirSync(tmpdir())).toEqual([]);
  // Left behind on purpose.
  writeFileSync(join(mkdtempSync(join(tmpdir(), 'left-')), 'open.txt'), 'x');
});

it('goes with all that is in it', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'outside-'));
  const args = ['run', 'src/temporary-folder.test.ts', '--testNamePattern=of one file'];
  const cwd = join(import.meta.dirname, '..');
  const { code, output } = await run('vitest', args, { show: 'never', cwd, env: { TMPDIR: outside } });
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('1 passed') as unknown });
  expect(readdirSync(outside)).toEqual([]);
});
