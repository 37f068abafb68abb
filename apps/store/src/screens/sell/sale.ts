// A sale in the making: its lines, the price each item had when it was first scanned, and how it is kept on the device.
// Pure. What the customer was told does not change when head office edits a price meanwhile.
import type { Json } from '@streamstock/event-log';
import { Money, Unit, type SellCommand } from '@streamstock/inventory';
import * as z from 'zod/mini';
import {
  changeLines,
  LINE_QUANTITY_MAX,
  NO_LINES,
  type Lines,
  type LinesAction,
  type LinesRefusal,
} from '../../documents/lines.ts';

/** What selling needs to know of an item. */
export interface SaleItem {
  readonly item: string;
  readonly quantityScale: number;
  /** Per smallest unit; null = not known. */
  readonly unitPrice: Money | null;
  readonly unit: Unit;
}

export interface Sale {
  /** Id of the document: a repeated Done names the same sale. */
  readonly document: string;
  readonly startedAtMs: number;
  readonly lines: Lines;
  readonly terms: ReadonlyMap<string, SaleItem>;
}

export type SaleOutcome =
  | { readonly ok: true; readonly sale: Sale }
  | { readonly ok: false; readonly refusal: LinesRefusal };

export function newSale(document: string, startedAtMs: number): Sale {
  return { document, startedAtMs, lines: NO_LINES, terms: new Map() };
}

/** `item` is needed to add one that is not in the sale yet. */
export function changeSale(sale: Sale, action: LinesAction, item?: SaleItem): SaleOutcome {
  const outcome = changeLines(sale.lines, action);
  if (!outcome.ok) return outcome;
  const isNew = item !== undefined && !sale.terms.has(item.item);
  return {
    ok: true,
    sale: { ...sale, lines: outcome.lines, terms: isNew ? new Map(sale.terms).set(item.item, item) : sale.terms },
  };
}

export function sellCommandOf(sale: Sale): SellCommand {
  return {
    document: sale.document,
    lines: sale.lines.lines.map(({ item, quantity }) => {
      const terms = sale.terms.get(item);
      return {
        item,
        quantity,
        unitPrice: terms?.unitPrice ?? null,
        ...(terms === undefined || terms.unit === 'piece' ? {} : { unit: terms.unit }),
      };
    }),
  };
}

const Text = z.string().check(z.maxLength(64));
const StoredSale = z.object({
  document: Text,
  startedAtMs: z.int(),
  inHand: z.nullable(Text),
  lines: z.array(
    z.object({
      item: Text,
      quantity: z.int().check(z.minimum(1), z.maximum(LINE_QUANTITY_MAX)),
      pack: z.int().check(z.minimum(1)),
    }),
  ),
  terms: z.array(z.object({ item: Text, quantityScale: z.int(), unitPrice: z.nullable(Money), unit: Unit })),
});

export function saleToJson(sale: Sale): Json {
  const { document, startedAtMs, lines, terms } = sale;
  const used = lines.lines.flatMap(({ item }) => terms.get(item) ?? []);
  return {
    document,
    startedAtMs,
    inHand: lines.inHand,
    lines: lines.lines.map((line) => ({ ...line })),
    terms: used.map((term) => ({ ...term, unitPrice: term.unitPrice === null ? null : { ...term.unitPrice } })),
  };
}

/** null: the value is no sale (or of a shape this version does not know). Undo begins anew. */
export function saleFromJson(value: Json): Sale | null {
  const parsed = z.safeParse(StoredSale, value);
  if (!parsed.success) return null;
  const { document, startedAtMs, inHand, lines, terms } = parsed.data;
  return {
    document,
    startedAtMs,
    lines: { lines, inHand, undo: [] },
    terms: new Map(terms.map((term) => [term.item, term])),
  };
}
