// Set-up of every unit test: a temporary folder of its own for each file of tests, which is what `tmpdir()` names there and in
// the processes that the tests start. It goes with all that is in it when the file is through; only a run that is killed leaves one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A process that was killed a moment ago may still write to it. */
const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

const outside = process.env['TMPDIR'];
// A short name: the paths of local sockets have a bound of about a hundred characters.
const folder = mkdtempSync(join(tmpdir(), 'unit-'));
process.env['TMPDIR'] = folder;

// The first to be registered is the last to run: what the tests tidy up themselves is tidied up by then.
afterAll(() => {
  if (outside === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outside;
  rmSync(folder, REMOVAL);
});
