// A sale as the screen shows it: names beside figures, amounts, total, what has no price. Pure.
import type { ItemIndex, Money } from '@streamstock/inventory';
import { lineAmount, sumAmounts, unitPriceOf, type Amount } from '../../format/money-sum.ts';
import { piecesOfSale } from './sale-kind.ts';
import type { Sale, SaleItem } from './sale.ts';
import type { ItemRow } from '@streamstock/inventory';

export interface SaleLineView {
  readonly item: string;
  readonly name: string;
  readonly sku: string;
  readonly quantity: number;
  readonly scale: number;
  readonly pack: number;
  /** Per shown unit, as on the shelf; null = not known. */
  readonly price: Money | null;
  readonly amount: Amount | null;
}

export interface SaleView {
  readonly lines: readonly SaleLineView[];
  readonly inHand: SaleLineView | null;
  readonly total: Amount;
  readonly unpriced: number;
  /** null where weighed goods are among the lines. */
  readonly pieces: number | null;
}

export function saleItemOf(row: ItemRow): SaleItem {
  const { item, quantityScale, unit, price } = row;
  return { item, quantityScale, unit, unitPrice: price === null ? null : unitPriceOf(price, quantityScale) };
}

export function saleViewOf(sale: Sale, index: Pick<ItemIndex, 'item'>): SaleView {
  const lines = sale.lines.lines.map(({ item, quantity, pack }): SaleLineView => {
    const terms = sale.terms.get(item);
    const row = index.item(item);
    const scale = terms?.quantityScale ?? 0;
    const unitPrice = terms?.unitPrice ?? null;
    return {
      item,
      name: row?.name ?? item,
      sku: row?.sku ?? '',
      quantity,
      scale,
      pack,
      price: unitPrice === null ? null : { minorUnits: unitPrice.minorUnits, scale: unitPrice.scale - scale },
      amount: unitPrice === null ? null : lineAmount(unitPrice, quantity, scale),
    };
  });
  const amounts = lines.flatMap(({ amount }) => amount ?? []);
  return {
    lines,
    inHand: lines.find(({ item }) => item === sale.lines.inHand) ?? null,
    total: sumAmounts(amounts),
    unpriced: lines.length - amounts.length,
    pieces: piecesOfSale(sale),
  };
}
