// Head office over HTTP, for tests whose subject is something else: setup, stores, pairing codes, items.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApiClient, type ApiClient } from '@streamstock/api';
import { streamstock } from './cli.ts';
import type { TestServer } from './server.ts';

export const ADMIN = { name: 'Maria Silva', email: 'maria@example.com', password: 'a long enough password' };

const READY_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 100;

export interface Office {
  readonly client: ApiClient;
  readonly apiKey: string;
  /** Id of the store that setup made. */
  readonly firstStore: string;
}

export interface TestItem {
  readonly sku: string;
  readonly name: string;
  readonly barcode: string;
  readonly price: string;
}

/** Does the first-run setup with the link the server printed. */
export async function setUpOffice(server: TestServer, storeName: string): Promise<Office> {
  const token = server.setupLink?.split('#token=')[1] ?? '';
  const anyone = createApiClient({ baseUrl: server.url, fetch: fetchFrom(server.url) });
  const store = { name: storeName, currency: 'EUR', timeZone: 'Europe/Lisbon' };
  const made = await anyone.setUp({ body: { token, admin: ADMIN, store } });
  return {
    client: createApiClient({ baseUrl: server.url, fetch: fetchFrom(server.url), apiKey: made.apiKey }),
    apiKey: made.apiKey,
    firstStore: made.store.id,
  };
}

/** Brings items in through the command line, as an integrator would. */
export async function importItems(server: TestServer, office: Office, items: readonly TestItem[]): Promise<void> {
  const file = join(server.dataFolder, 'items.csv');
  const rows = items.map(({ sku, name, barcode, price }) => `${sku},"${name}",${barcode},${price}`);
  writeFileSync(file, `sku,name,barcode,price\n${rows.join('\n')}\n`);
  await streamstock({ url: server.url, apiKey: office.apiKey }, 'import', 'items', file);
}

/**
 * `fetch` with the origin that the server asks of everything that writes. One that has just started and still reads its figures
 * says 503 and to ask again: that is done here, as every client does.
 */
function fetchFrom(origin: string): Parameters<typeof createApiClient>[0]['fetch'] {
  return async (url, init) => {
    const lastMs = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const answer = await fetch(url, { ...init, headers: { ...init.headers, origin } });
      if (answer.status !== 503 || performance.now() >= lastMs) return answer;
      await answer.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  };
}
