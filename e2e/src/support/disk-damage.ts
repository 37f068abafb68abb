// A disk that spoils what it keeps: one letter of a stored event changes behind the app's back, in the page's own database.
import type { Page } from '@playwright/test';

/** Changes one letter of the newest stored event of this type; returns the event's id. */
export async function spoilNewest(page: Page, type: string): Promise<string> {
  return await page.evaluate(async (wanted) => {
    const settled = async <Result>(request: IDBRequest<Result>): Promise<Result> =>
      await new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('The request failed.')));
      });
    const database = await settled(indexedDB.open('streamstock'));
    try {
      const events = database.transaction('events', 'readwrite').objectStore('events');
      const ids = ((await settled(events.getAllKeys())) as string[]).toReversed();
      for (const id of ids) {
        const kept = (await settled(events.get(id))) as { readonly line: string };
        if (!kept.line.includes(`"type":"${wanted}"`)) continue;
        const at = kept.line.indexOf('"actor":"') + '"actor":"'.length;
        const letter = kept.line[at] === 'x' ? 'y' : 'x';
        await settled(events.put({ ...kept, line: kept.line.slice(0, at) + letter + kept.line.slice(at + 1) }, id));
        return id;
      }
      throw new Error(`No event of type ${wanted} is stored.`);
    } finally {
      database.close();
    }
  }, type);
}
