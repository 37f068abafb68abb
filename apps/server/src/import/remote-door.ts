// The import's door to a running server, through its HTTP API.
import type { ApiClient, ImportRequest, Item } from '@streamstock/api';
import type { EventDraft } from '@streamstock/event-log';
import type { ImportDoor } from './door.ts';

const ITEMS_PER_PAGE = 1_000;

export function remoteDoor(client: ApiClient): ImportDoor {
  return {
    catalogue: async () => {
      const { stores } = await client.stores();
      const items = await allItems(client);
      const barcodes = items.flatMap(({ item, barcodes: codes }) =>
        codes.map(({ code, packSize }) => [code, { item, packSize }] as const),
      );
      return {
        stores: new Map(stores.map(({ name, store }) => [name, store])),
        items: new Map(items.map((item) => [item.sku, item])),
        barcodes: new Map(barcodes),
      };
    },
    append: async (source, batches) => {
      const body = { source, batches: batches.map(({ store, drafts }) => ({ store, drafts: drafts.map(toBody) })) };
      return await client.importBatches({ body });
    },
    // The server folds what it accepted by itself.
    finish: async () => undefined,
  };
}

async function allItems(client: ApiClient): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<ApiClient['items']>> = await client.items({
      query: { limit: ITEMS_PER_PAGE, ...(after === null ? {} : { after }) },
    });
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
}

type DraftBody = ImportRequest['batches'][number]['drafts'][number];

function toBody({ audience, meta, payload, ...rest }: EventDraft): DraftBody {
  return {
    ...rest,
    audience: audience === 'all' ? 'all' : [...audience],
    payload: { ...payload },
    ...(meta === undefined ? {} : { meta: { ...meta } }),
  };
}
