// Makes this installation a new one: closes the engine, deletes its data, and loads the page again. Only when nothing is unsent.
import { DATABASE_NAME } from './database-name.ts';
import type { Device } from './device.ts';

/** Deleting waits for other tabs; longer than this they must be closed by hand. */
const DELETE_SETTLES_MS = 5_000;

/** Rejects when other tabs hold the data; then nothing was deleted. */
export async function forgetDevice(device: Device): Promise<void> {
  if (device.status.value().unsentCount > 0) throw new Error('Something is unsent.');
  await device.engine.close();
  await deleteDatabase(DATABASE_NAME);
  // What told a wiped database from a new one: this one is new on purpose.
  for (const key of Object.keys(localStorage))
    if (key.includes('sentinel') && key.includes(DATABASE_NAME)) localStorage.removeItem(key);
  location.assign(import.meta.env.BASE_URL);
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    const timer = setTimeout(() => reject(new Error('Another tab holds the data.')), DELETE_SETTLES_MS);
    request.addEventListener('success', () => {
      clearTimeout(timer);
      resolve();
    });
    request.addEventListener('error', () => {
      clearTimeout(timer);
      reject(request.error ?? new Error('The data could not be deleted.'));
    });
  });
}
