import { buildItemIndex, type ItemRow } from '@streamstock/inventory';
import { describe, expect, it } from 'vitest';
import { changeSale, newSale, saleFromJson, saleToJson, sellCommandOf, type Sale } from './sale.ts';
import { saleItemOf, saleViewOf } from './sale-view.ts';

function row(item: string, more: Partial<ItemRow> = {}): ItemRow {
  return {
    item,
    sku: item.toUpperCase(),
    name: `Name of ${item}`,
    category: 'Dairy',
    unit: 'piece',
    quantityScale: 0,
    price: { minorUnits: 260, scale: 2 },
    currency: 'EUR',
    lifecycle: 'active',
    registered: { at: 1, id: 'e1' },
    registers: {},
    ...more,
  };
}

const CHOCOLATE = row('chocolate');
const CHEESE = row('cheese', { unit: 'gram', quantityScale: 3, price: { minorUnits: 590, scale: 2 } });
const BREAD = row('bread', { price: null });
const index = buildItemIndex([CHOCOLATE, CHEESE, BREAD], []);

function saleOf(...lines: readonly (readonly [ItemRow, number])[]): Sale {
  return lines.reduce(
    (sale, [item, quantity]) => {
      const outcome = changeSale(sale, { kind: 'add', item: item.item, quantity, pack: 1 }, saleItemOf(item));
      if (!outcome.ok) throw new Error(outcome.refusal);
      return outcome.sale;
    },
    newSale('document-1', 1),
  );
}

describe('a sale on the screen', () => {
  it('sums what has a price and counts what has none', () => {
    const view = saleViewOf(saleOf([CHOCOLATE, 3], [BREAD, 1]), index);
    expect(view.total).toEqual({ minorUnits: 780n, scale: 2 });
    expect(view.unpriced).toBe(1);
    expect(view.lines[1]?.amount).toBeNull();
    expect(view.pieces).toBe(4);
    expect(view.inHand?.name).toBe('Name of bread');
  });

  it('weighs by the shelf price and adds no grams to pieces', () => {
    const view = saleViewOf(saleOf([CHEESE, 1_250], [CHOCOLATE, 1]), index);
    expect(view.lines[0]).toMatchObject({
      amount: { minorUnits: 738n, scale: 2 },
      price: { minorUnits: 590, scale: 2 },
    });
    expect(view.pieces).toBeNull();
  });

  it('keeps the price it had when it was scanned', () => {
    const sale = saleOf([CHOCOLATE, 1]);
    const dearer = row('chocolate', { price: { minorUnits: 999, scale: 2 } });
    const again = changeSale(sale, { kind: 'add', item: 'chocolate', quantity: 1, pack: 1 }, saleItemOf(dearer));
    expect(again.ok && sellCommandOf(again.sale).lines).toEqual([
      { item: 'chocolate', quantity: 2, unitPrice: { minorUnits: 260, scale: 2 } },
    ]);
  });

  it('says which unit was weighed, and charges per smallest unit', () => {
    expect(sellCommandOf(saleOf([CHEESE, 1_250])).lines).toEqual([
      { item: 'cheese', quantity: 1_250, unitPrice: { minorUnits: 590, scale: 5 }, unit: 'gram' },
    ]);
  });

  it('read back from the device is the same sale', () => {
    const sale = saleOf([CHOCOLATE, 3], [CHEESE, 500], [BREAD, 2]);
    const read = saleFromJson(saleToJson(sale));
    expect(read).toEqual({ ...sale, lines: { ...sale.lines, undo: [] } });
    expect(saleFromJson({ lines: 'no' })).toBeNull();
  });
});
