import { sha256 } from '@streamstock/event-log';
import { parsePayload } from '@streamstock/inventory';
import { expect, it } from 'vitest';
import type { ImportedMovement } from './classify.ts';
import { DocumentGatherer, RowNames, type ImportedDocument } from './documents.ts';
import type { Mapping } from './mapping.ts';

const mapping: Mapping = {
  source: 'test',
  delimiter: ',',
  timeZone: 'UTC',
  timeFormat: 'yyyy',
  currency: { code: 'EUR', scale: 2 },
  unit: 'piece',
  columns: { document: 'd', item: 'i', name: 'n', quantity: 'q', time: 't' },
  store: { by: 'constant', store: 's' },
  eventPer: 'document',
  kinds: [],
};

function sale(document: string, sku: string, quantity: number): ImportedMovement {
  return {
    kind: 'movement',
    label: 'sale',
    movement: 'sale',
    line: 1,
    storeName: 's',
    document,
    sku,
    itemName: sku,
    quantity,
    fileQuantity: quantity,
    priceMinorUnits: 5,
    occurredAtMs: 1_291_190_400_000,
  };
}

function gather(rows: readonly ImportedMovement[], eventPer: Mapping['eventPer'] = 'document'): ImportedDocument[] {
  const names = new RowNames(sha256, 'test');
  const gatherer = new DocumentGatherer({ ...mapping, eventPer }, sha256);
  const documents = rows.map((row) =>
    gatherer.add(row, names.nameOf([row.document, row.sku, String(row.quantity)]), 'store-1', `item-${row.sku}`),
  );
  return [...documents, gatherer.close()].filter((document) => document !== undefined);
}

const rows = [sale('1', 'a', 2), sale('1', 'a', 2), sale('1', 'b', 1), sale('2', 'a', 2), sale('1', 'a', 2)];

it('makes one event of consecutive rows of one document, and keeps exact duplicates as lines of their own', () => {
  const documents = gather(rows);
  expect(documents.map((document) => document.rows)).toEqual([3, 1, 1]);
  expect(new Set(documents.map(({ draft }) => draft.id)).size).toBe(3);
  expect(documents[0]?.draft.payload['lines']).toHaveLength(3);
});

it('gives the same ids to the same rows in every repetition, and other ids to further duplicates', () => {
  const ids = (documents: readonly ImportedDocument[]) => documents.map(({ draft }) => draft.id);
  expect(ids(gather(rows, 'row'))).toEqual(ids(gather(rows, 'row')));
  expect(new Set(ids(gather(rows, 'row'))).size).toBe(5);
  expect(ids(gather([...rows, sale('9', 'z', 1)], 'row')).slice(0, 5)).toEqual(ids(gather(rows, 'row')));
});

it('cuts a document of more rows than one event holds', () => {
  const long = Array.from({ length: 1_200 }, (_, index) => sale('1', `sku-${index}`, 1));
  expect(gather(long).map((document) => document.rows)).toEqual([500, 500, 200]);
});

it('writes payloads that the domain understands, for every kind of movement', () => {
  for (const movement of ['sale', 'return', 'receipt', 'adjust-in', 'adjust-out'] as const) {
    const [document] = gather([{ ...sale('1', 'a', 2), movement }]);
    const parsed = parsePayload({
      type: 'none',
      ...document?.draft,
      store: 'store-1',
      payload: { ...document?.draft.payload },
      schemaVersion: 1,
    });
    expect(parsed).toMatchObject({ ok: true });
  }
});
