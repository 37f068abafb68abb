// What the chain sells: the events of the catalogue. Owns their schemas, nothing else.
import * as z from 'zod/mini';
import { EntityId } from '@streamstock/event-log';
import { BARCODE_CHARACTERS_MAX, PACK_SIZE_MAX } from '../limits.ts';
import { Category, Currency, Money, Name, Scale, Sku, Unit, withoutTags } from '../words.ts';

/** `active`: sold and ordered. `ending`: sold until gone, not ordered. `archived`: neither; its history stays. */
export const Lifecycle = z.enum(['active', 'ending', 'archived']);
export type Lifecycle = z.infer<typeof Lifecycle>;

/**
 * An item enters the catalogue. `unit`, `quantityScale` and `currency` are fixed by the earliest registration for ever.
 * `quantityScale`: digits after the decimal point when a quantity is shown (grams with scale 3 read as kilograms).
 * `price`: per shown unit, as on the shelf; null = no price known.
 */
export const ItemRegistered = z.object({
  item: EntityId,
  sku: Sku,
  name: Name,
  category: Category,
  unit: Unit,
  quantityScale: Scale,
  price: z.nullable(Money),
  currency: Currency,
  lifecycle: Lifecycle,
});
export type ItemRegistered = z.infer<typeof ItemRegistered>;

/** Some fields of an item change; each is a register of its own: the latest (time, id) that names it wins. */
export const ItemRevised = z
  .object({
    item: EntityId,
    sku: z.optional(Sku),
    name: z.optional(Name),
    category: z.optional(Category),
    price: z.optional(z.nullable(Money)),
    lifecycle: z.optional(Lifecycle),
  })
  .check(
    z.refine(
      (revision) => Object.values(revision).filter((value) => value !== undefined).length > 1,
      'revises nothing',
    ),
  );
export type ItemRevised = z.infer<typeof ItemRevised>;

/** An item is neither sold nor ordered any more: its lifecycle is `archived` from then on. Its history stays. */
export const ItemArchived = z.object({ item: EntityId });
export type ItemArchived = z.infer<typeof ItemArchived>;

/** What a scanner can read: printable ASCII, no blank at either end. */
export const Barcode = z
  .string()
  .check(
    z.maxLength(BARCODE_CHARACTERS_MAX),
    z.regex(/^[!-~](?:[ -~]*[!-~])?$/, 'is not a code a scanner can read'),
    withoutTags,
  );
export type Barcode = z.infer<typeof Barcode>;

/**
 * A code stands for `packSize` of an item from now on. A register by code: the latest assignment wins, and two items that
 * claim one code are a notice. `item` null takes the code back: what it meant before is no claim any more.
 */
export const BarcodeAssigned = z.object({
  code: Barcode,
  item: z.nullable(EntityId),
  packSize: z.int().check(z.minimum(1), z.maximum(PACK_SIZE_MAX)),
});
export type BarcodeAssigned = z.infer<typeof BarcodeAssigned>;
