// A profile of this process while something is measured: where its processor time went, and what its memory holds. For
// `--profile`; the files open in the developer tools of a browser.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';

const SAMPLE_EVERY_MICROSECONDS = 500;

let session: Session | undefined;

export async function startProfile(): Promise<null> {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROSECONDS });
  await session.post('Profiler.start');
  return null;
}

export interface ProfileFiles {
  readonly folder: string;
  readonly name: string;
}

export async function stopProfile({ folder, name }: ProfileFiles): Promise<null> {
  if (session === undefined) throw new Error('No profile was begun.');
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  session = undefined;
  writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
  return null;
}

export function snapshotHeap({ folder, name }: ProfileFiles): null {
  writeHeapSnapshot(join(folder, `${name}.heapsnapshot`));
  return null;
}
