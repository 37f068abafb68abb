import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'streamstock-make-folder-'));
});
afterEach(() => rmSync(place, { recursive: true }));

it('makes a folder and those above it, for its owner only, and takes one that is there', () => {
  const folder = join(place, 'a', 'b', 'c');
  makeFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(() => makeFolder(folder)).not.toThrow();
});

it('follows a link to a folder', () => {
  mkdirSync(join(place, 'real'));
  symlinkSync(join(place, 'real'), join(place, 'link'));
  makeFolder(join(place, 'link', 'a'));
  expect(existsSync(join(place, 'real', 'a'))).toBe(true);
});

it('leaves nothing behind when one of them can not be made', () => {
  symlinkSync(join(place, 'nowhere'), join(place, 'dangling'));
  expect(() => makeFolder(join(place, 'dangling', 'b'))).toThrow(/EEXIST/);
  writeFileSync(join(place, 'file'), '');
  expect(() => makeFolder(join(place, 'file', 'a', 'b'))).toThrow(/ENOTDIR/);
  expect(existsSync(join(place, 'nowhere'))).toBe(false);
});

it.runIf(existsSync('/proc/self'))('says so where a file system takes no folders, and does not try for ever', () => {
  // In a process of its own: what tries for ever could not be stopped in this one.
  const source = `
    import { makeFolder } from '${new URL('make-folder.ts', import.meta.url).href}';
    try { makeFolder('/proc/self/task/streamstock/a'); } catch (error) { console.log(error.message); }`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', source], {
    timeout: 30_000,
    encoding: 'utf8',
  });
  expect(said.trim()).toBe('no folder can be made in /proc/self/task');
});
