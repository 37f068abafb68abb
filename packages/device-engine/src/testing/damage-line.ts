// Damage as a disk makes it: a byte of a stored event changes behind the log's back.
import type { EventId } from '@streamstock/event-log';
import type { TestDisk } from './test-tab.ts';

/** Changes one letter of the event's bytes in the device's database. */
export async function damageLine(disk: TestDisk, id: EventId): Promise<void> {
  const database = await settled(disk.indexedDb.open(disk.databaseName));
  try {
    const store = database.transaction('events', 'readwrite').objectStore('events');
    const kept = (await settled(store.get(id))) as { readonly line: string };
    const at = kept.line.indexOf('"actor"') + 9;
    const letter = kept.line[at] === 'x' ? 'y' : 'x';
    await settled(store.put({ ...kept, line: kept.line.slice(0, at) + letter + kept.line.slice(at + 1) }, id));
  } finally {
    database.close();
  }
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('The request failed.')));
  });
}
