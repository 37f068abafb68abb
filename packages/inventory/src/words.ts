// The small schemas that payloads are made of: texts, quantities, money, units. Owns their bounds at the edge.
import * as z from 'zod/mini';
import { DOCUMENT_LINES_MAX, HYBRID_TIME_MAX } from '@streamstock/event-log';
import {
  CATEGORY_CHARACTERS_MAX,
  MONEY_MINOR_UNITS_MAX,
  NAME_CHARACTERS_MAX,
  NOTE_CHARACTERS_MAX,
  QUANTITY_MAX,
  REFERENCE_CHARACTERS_MAX,
  SCALE_MAX,
  SKU_CHARACTERS_MAX,
} from './limits.ts';

// Refused in every text a person may read: control characters, line and paragraph separators, halves of characters,
// marks that turn the reading direction of what follows, and anything a browser could take for a tag.
const UNREADABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const TAG = /<[a-z/!?]/i;

/** Nothing a browser could take for a tag. */
export const withoutTags = z.refine<string>((text) => !TAG.test(text), 'holds something that looks like HTML');

function readableText(charactersMax: number) {
  return z.string().check(
    z.maxLength(charactersMax, `holds more than ${charactersMax} characters`),
    z.regex(/\S/, 'is empty'),
    z.refine((text) => !UNREADABLE.test(text), 'holds control characters'),
    withoutTags,
  );
}

export const Name = readableText(NAME_CHARACTERS_MAX);
export const Category = readableText(CATEGORY_CHARACTERS_MAX);
export const Sku = readableText(SKU_CHARACTERS_MAX);
/** A document number of someone else's: a delivery note, a receipt. */
export const Reference = readableText(REFERENCE_CHARACTERS_MAX);
/** Free words of a person about an entry. No personal data. */
export const Note = readableText(NOTE_CHARACTERS_MAX);

/** Pieces or grams that moved: at least 1, in the item's smallest unit. */
export const Quantity = z.int().check(z.minimum(1), z.maximum(QUANTITY_MAX));
/** Pieces or grams that someone saw: zero is a finding of its own, not "not counted". */
export const CountedQuantity = z.int().check(z.minimum(0), z.maximum(QUANTITY_MAX));

/** The smallest unit an item is counted in; fixed at registration. */
export const Unit = z.enum(['piece', 'gram', 'millilitre', 'millimetre']);
export type Unit = z.infer<typeof Unit>;

export const Currency = z.string().check(z.regex(/^[A-Z]{3}$/, 'is not a currency code of three letters'));

/** Digits after the decimal point. */
export const Scale = z.int().check(z.minimum(0), z.maximum(SCALE_MAX));

/** `minorUnits` / 10^`scale`: 0.001 is { minorUnits: 1, scale: 3 }. Never negative; the currency is the item's or store's. */
export const Money = z.object({
  minorUnits: z.int().check(z.minimum(0), z.maximum(MONEY_MINOR_UNITS_MAX)),
  scale: Scale,
});
export type Money = z.infer<typeof Money>;

/** A point on the map in millionths of a degree: what "nearest" is reckoned by. */
export const Location = z.object({
  latitudeMicrodegrees: z.int().check(z.minimum(-90_000_000), z.maximum(90_000_000)),
  longitudeMicrodegrees: z.int().check(z.minimum(-180_000_000), z.maximum(180_000_000)),
});
export type Location = z.infer<typeof Location>;

/** A moment that a person or a rule names: hybrid time. */
export const Time = z.int().check(z.minimum(0), z.maximum(HYBRID_TIME_MAX));

/** The lines of one document: at least one, at most `DOCUMENT_LINES_MAX`. */
export function documentLines<Line extends z.ZodMiniType>(line: Line) {
  return z.array(line).check(z.minLength(1), z.maxLength(DOCUMENT_LINES_MAX));
}
