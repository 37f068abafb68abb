// The name of this installation's database, and whether the browser holds one: an empty browser is shown pairing at once,
// while everything that works with data is still on its way.

export const DATABASE_NAME = 'streamstock';

/** true: surely no data of ours is here. A browser that can not tell answers false. */
export async function isEmptyBrowser(): Promise<boolean> {
  try {
    return (await indexedDB.databases()).every(({ name }) => name?.startsWith(DATABASE_NAME) !== true);
  } catch {
    return false;
  }
}
