// A sale as the document desk handles it.
import { sell } from '@streamstock/inventory';
import type { DocumentKind } from '../../documents/document-desk.ts';
import { piecesOf } from '../../documents/lines.ts';
import { newSale, saleFromJson, saleToJson, sellCommandOf, type Sale } from './sale.ts';

export const saleKind: DocumentKind<Sale> = {
  kind: 'sale',
  fresh: newSale,
  lines: (sale) => sale.lines.lines.length,
  toJson: saleToJson,
  fromJson: saleFromJson,
  decide: (sale, context) => sell(sellCommandOf(sale), context),
  record: (sale) => ({ kind: 'sale', lines: sale.lines.lines.length, pieces: piecesOfSale(sale), about: null }),
};

/** null where weighed goods are among the lines: grams and pieces do not add up. */
export function piecesOfSale(sale: Sale): number | null {
  const weighed = sale.lines.lines.some(({ item }) => (sale.terms.get(item)?.unit ?? 'piece') !== 'piece');
  return weighed ? null : piecesOf(sale.lines.lines);
}
