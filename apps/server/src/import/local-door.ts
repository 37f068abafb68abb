// The import's door to a data folder that this process has opened.
import { listBarcodes, listItems, listStores } from '@streamstock/inventory';
import { appendImport } from '../centre/writers.ts';
import type { LocalCentre } from '../cli/local-centre.ts';
import type { ImportDoor } from './door.ts';

export function localDoor({ log, project }: LocalCentre): ImportDoor {
  return {
    catalogue: async () => {
      const [stores, items, barcodes] = await Promise.all([
        listStores(log.tables),
        listItems(log.tables),
        listBarcodes(log.tables),
      ]);
      return {
        stores: new Map(stores.map(({ name, store }) => [name, store])),
        items: new Map(items.map((item) => [item.sku, item])),
        barcodes: new Map(
          barcodes.flatMap(({ code, item, packSize }) => (item === null ? [] : [[code, { item, packSize }]])),
        ),
      };
    },
    append: async (_source, batches) => await appendImport(log, batches, Date.now()),
    finish: project,
  };
}
