// The demo's data folder: made once, marked as a demo, and never mixed with a real one. Owns the marker file; a demo that was
// broken off while it was made is made again from the beginning.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { CommandProblem } from '../cli/command-problem.ts';
import { createDeviceReports } from '../centre/device-reports.ts';
import { openLocalCentre } from '../cli/local-centre.ts';
import { dataFiles } from '../data-folder.ts';
import { openDirectory, type Directory } from '../directory/directory.ts';
import { hashPassword } from '../directory/passwords.ts';
import { ProgressBar } from '../import/progress-bar.ts';
import { makeFolder } from '../make-folder.ts';
import { openKeys } from '../secrets.ts';
import { seedLog, type SeededTill } from './seed-log.ts';

const EMAIL = 'demo@example.com';
/** So far back a shop that lost its line was last heard. */
const OFFLINE_SINCE_MS = 110 * 60 * 1_000;
const OFFLINE_STORE = 'Coimbra';

const Marker = z.object({
  made: z.boolean(),
  email: z.string(),
  /** Of made-up data only; a real data folder never holds a password. */
  password: z.string(),
  /** The shop that "Open a till" leads to. */
  store: z.string(),
});
export type DemoMarker = z.infer<typeof Marker>;

/** Makes the demo where there is none yet. Throws `CommandProblem` when the folder holds something else. */
export async function prepareDemo(folder: string): Promise<DemoMarker> {
  const marker = readMarker(folder);
  if (marker?.made === true) return marker;
  if (marker === null && existsSync(dataFiles(folder).log)) {
    throw new CommandProblem(
      `${folder} holds a log that is no demo. Nothing was changed. Set STREAMSTOCK_DATA to an empty folder, or leave it out.`,
    );
  }
  if (marker !== null)
    for (const file of readdirSync(folder)) rmSync(join(folder, file), { recursive: true, force: true });
  makeFolder(folder);
  return await makeDemo(folder);
}

async function makeDemo(folder: string): Promise<DemoMarker> {
  const begun: DemoMarker = { made: false, email: EMAIL, password: randomBytes(9).toString('base64url'), store: '' };
  writeMarker(folder, begun);
  const centre = await openLocalCentre(folder, 'making the demo');
  const progress = new ProgressBar('Making the demo', 1);
  try {
    const nowMs = Date.now();
    const tills = await seedLog(centre.log, nowMs, ({ stores, items, events, done }) => {
      progress.update(
        done,
        `${stores} shops, ${items.toLocaleString('en')} items, ${events.toLocaleString('en')} events`,
      );
    });
    await centre.project();
    progress.end();
    const directory = openDirectory(dataFiles(folder).directory, openKeys(dataFiles(folder).key));
    try {
      await addPeopleAndReports(directory, begun, tills, (await centre.log.head()).position, nowMs);
    } finally {
      directory.close();
    }
    const made = { ...begun, made: true, store: tills[0]?.store ?? '' };
    writeMarker(folder, made);
    return made;
  } finally {
    await centre.close();
  }
}

async function addPeopleAndReports(
  directory: Directory,
  { email, password }: DemoMarker,
  tills: readonly SeededTill[],
  position: number,
  nowMs: number,
): Promise<void> {
  const passwordHash = await hashPassword(password);
  directory.createFirstAdmin({ name: 'Demo', email, passwordHash }, nowMs);
  const reports = createDeviceReports(directory);
  for (const { device, storeName, lastWriteAtMs } of tills) {
    const offline = storeName === OFFLINE_STORE;
    const heardAtMs = offline ? nowMs - OFFLINE_SINCE_MS : nowMs;
    reports.heard(device, heardAtMs);
    reports.applied(device, position, heardAtMs);
    reports.status(
      device,
      {
        type: 'status',
        lines: 0,
        unsent: offline ? 14 : 0,
        oldestUnsentAgeMs: offline ? 4 * 60 * 1_000 : null,
        lastWriteAtMs: Math.min(lastWriteAtMs, heardAtMs),
        storage: null,
        clockOffsetMs: offline ? 41_000 : 20,
        appVersion: 'demo',
        needsAttention: 0,
        unsentFault: false,
      },
      heardAtMs,
    );
  }
  reports.close();
}

function markerFile(folder: string): string {
  return join(folder, 'demo.json');
}

function readMarker(folder: string): DemoMarker | null {
  try {
    return Marker.parse(JSON.parse(readFileSync(markerFile(folder), 'utf8')));
  } catch {
    return null;
  }
}

function writeMarker(folder: string, marker: DemoMarker): void {
  writeFileSync(markerFile(folder), JSON.stringify(marker, null, 2), { mode: 0o600 });
}
