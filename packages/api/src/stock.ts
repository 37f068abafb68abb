// The catalogue, the stock matrix and one item's story.
import * as z from 'zod/mini';
import { Count, Currency, EntityId, EventId, Money, Position, Quantity, TimeMs } from './common.ts';
import {
  BARCODES_PER_ITEM_MAX,
  ITEM_NAME_CHARACTERS_MAX,
  ITEMS_MAX,
  ITEMS_PAGE_MAX,
  NAME_CHARACTERS_MAX,
  STORES_MAX,
  STORY_LINES_MAX,
} from './limits.ts';
import { StoreHead } from './stores.ts';

/** `packSize`: how many of the item's smallest unit one scan means. */
export const Barcode = z.object({ code: z.string(), packSize: Count });

/** `quantityScale`: digits after the point when a quantity is shown in `unit` (grams kept, kilograms shown: 3). */
export const Item = z.object({
  item: EntityId,
  sku: z.string(),
  name: z.string(),
  category: z.string(),
  unit: z.string(),
  quantityScale: z.int().check(z.minimum(0), z.maximum(6)),
  price: z.nullable(Money),
  currency: z.string(),
  lifecycle: z.string(),
  barcodes: z.array(Barcode).check(z.maxLength(BARCODES_PER_ITEM_MAX)),
});
export type Item = z.infer<typeof Item>;

/** What head office says about a new item. Unit, scale and currency stay for ever; the SKU must be new. */
export const NewItem = z.object({
  sku: z.string().check(z.minLength(1), z.maxLength(NAME_CHARACTERS_MAX)),
  name: z.string().check(z.minLength(1), z.maxLength(ITEM_NAME_CHARACTERS_MAX)),
  category: z.string().check(z.minLength(1), z.maxLength(NAME_CHARACTERS_MAX)),
  unit: z.enum(['piece', 'gram', 'millilitre', 'millimetre']),
  quantityScale: z.int().check(z.minimum(0), z.maximum(6)),
  price: z.nullable(Money),
  currency: Currency,
  barcodes: z._default(
    z
      .array(
        z.object({
          code: z.string().check(z.minLength(1), z.maxLength(NAME_CHARACTERS_MAX)),
          packSize: z.int().check(z.minimum(1)),
        }),
      )
      .check(z.maxLength(BARCODES_PER_ITEM_MAX)),
    [],
  ),
});
export type NewItem = z.infer<typeof NewItem>;

/** Pages in order of item id: ask again with `after` = `next` until it is null. */
export const ItemPageQuery = z.object({
  after: z.optional(EntityId),
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(ITEMS_PAGE_MAX))),
});
export const ItemPage = z.object({
  position: Position,
  items: z.array(Item).check(z.maxLength(ITEMS_PAGE_MAX)),
  next: z.nullable(EntityId),
});
export type ItemPage = z.infer<typeof ItemPage>;

/** `at`: ISO 8601 with an offset or Z; absent = now. */
export const AsOfQuery = z.object({ at: z.optional(z.iso.datetime({ offset: true })) });

/** [item, sku, name, category, unit, quantityScale] */
export const MatrixItem = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.int()]);
export type MatrixItem = z.infer<typeof MatrixItem>;

/**
 * Items × stores, by columns.
 * - `position`: the figures hold every event up to it.
 * - `asOfMs`: the moment they are about; `at` tells whether it is a past moment that was asked for.
 * - `onHand[s][i]`, `available[s][i]`: for `stores[s]` and `items[i]`; null = nothing is known of this item there.
 * - `recount[s]`: indexes of the items whose line should be counted again.
 */
export const StockMatrix = z.object({
  position: Position,
  asOfMs: TimeMs,
  at: z.nullable(TimeMs),
  stores: z.array(StoreHead).check(z.maxLength(STORES_MAX)),
  items: z.array(MatrixItem).check(z.maxLength(ITEMS_MAX)),
  onHand: z.array(z.array(z.nullable(Quantity)).check(z.maxLength(ITEMS_MAX))).check(z.maxLength(STORES_MAX)),
  available: z.array(z.array(z.nullable(Quantity)).check(z.maxLength(ITEMS_MAX))).check(z.maxLength(STORES_MAX)),
  recount: z.array(z.array(Count).check(z.maxLength(ITEMS_MAX))).check(z.maxLength(STORES_MAX)),
});
export type StockMatrix = z.infer<typeof StockMatrix>;

/** One store × item. */
export const StockLine = z.object({
  store: EntityId,
  item: EntityId,
  sellable: Quantity,
  picked: Quantity,
  unsellable: Quantity,
  onHand: Quantity,
  available: Quantity,
  lastChangeAtMs: z.nullable(TimeMs),
  lastCount: z.nullable(z.object({ atMs: TimeMs, quantity: Quantity })),
  recount: z.boolean(),
  negativeSinceMs: z.nullable(TimeMs),
});
export type StockLine = z.infer<typeof StockLine>;

/**
 * One line of the till roll or of the journal.
 * - `type`: the event's type. `line`: 0-based line of its document.
 * - `change`: what it did to on hand; for a count the difference it found (0 for the parts before its last one).
 * - `onHand`: after it.
 * - `arrivedAtMs`: when the centre got it. `late`: an installation sent it more than a minute after it happened.
 * - `reversed`: it was taken back, and counts as never having happened.
 * - `inDoubt`: clocks can not tell whether it happened before or after the count.
 */
export const StoryLine = z.object({
  event: EventId,
  line: Count,
  type: z.string(),
  atMs: TimeMs,
  arrivedAtMs: z.nullable(TimeMs),
  late: z.boolean(),
  position: z.nullable(Position),
  device: z.nullable(EntityId),
  actor: z.nullable(EntityId),
  change: Quantity,
  onHand: Quantity,
  /** A count's quantity; null for a movement. */
  counted: z.nullable(Quantity),
  reversed: z.boolean(),
  inDoubt: z.boolean(),
  reference: z.nullable(z.string()),
  reason: z.nullable(z.string()),
});
export type StoryLine = z.infer<typeof StoryLine>;

/**
 * Why the figure is what it is: `baseline` (the shelf's last count, or null: from nothing) + `carried` (what the other buckets
 * held then) + `movementsOmitted.change` + the changes of `movements` = `total`, which equals `line.onHand`.
 * - `movements`: since the count, oldest first. Older ones than listed are summed in `movementsOmitted`.
 * - `seenByCount`: happened before the count and came to the centre after it, newest first: the count had seen them, so they
 *   are not in the sum.
 * - `history`: the line's journal, oldest first: for the step line. `historyOmitted`: older ones than listed exist.
 * `line` is null when nothing ever happened to this item there.
 */
export const ItemStory = z.object({
  position: Position,
  item: Item,
  store: StoreHead,
  line: z.nullable(StockLine),
  baseline: z.nullable(z.object({ event: EventId, atMs: TimeMs, quantity: Quantity, actor: z.nullable(EntityId) })),
  carried: z.object({ picked: Quantity, unsellable: Quantity }),
  movements: z.array(StoryLine).check(z.maxLength(STORY_LINES_MAX)),
  movementsOmitted: z.object({ lines: Count, change: Quantity }),
  total: Quantity,
  seenByCount: z.array(StoryLine).check(z.maxLength(STORY_LINES_MAX)),
  history: z.array(StoryLine).check(z.maxLength(STORY_LINES_MAX)),
  historyOmitted: z.boolean(),
});
export type ItemStory = z.infer<typeof ItemStory>;
