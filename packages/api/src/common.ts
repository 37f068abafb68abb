// Schemas that several routes share. Times are Unix milliseconds and end in `Ms`; quantities are integers in an item's
// smallest unit; hashes are 64 hex digits.
import { ChainHash, EntityId, EventId, Position, Seq } from '@streamstock/event-log';
import * as z from 'zod/mini';
import {
  EMAIL_CHARACTERS_MAX,
  NAME_CHARACTERS_MAX,
  PASSWORD_CHARACTERS_MAX,
  PASSWORD_CHARACTERS_MIN,
  SECRET_CHARACTERS_MAX,
} from './limits.ts';

export { ChainHash, EntityId, EventId, Position, Seq };

export const TimeMs = z.int().check(z.minimum(0));
export const Count = z.int().check(z.minimum(0));
/** A quantity or a change of one: may be negative. */
export const Quantity = z.int();

/** A name a person typed: kept as text, never as markup. */
export const Name = z.string().check(z.trim(), z.minLength(1, 'Enter a name.'), z.maxLength(NAME_CHARACTERS_MAX));
export const Email = z
  .string()
  .check(
    z.trim(),
    z.toLowerCase(),
    z.maxLength(EMAIL_CHARACTERS_MAX),
    z.regex(/^[^\s@]{1,64}@[^\s@]{1,255}$/, 'Enter an e-mail address.'),
  );
export const NewPassword = z
  .string()
  .check(
    z.minLength(PASSWORD_CHARACTERS_MIN, `Use ${PASSWORD_CHARACTERS_MIN} characters or more.`),
    z.maxLength(PASSWORD_CHARACTERS_MAX),
  );
export const Secret = z.string().check(z.minLength(1), z.maxLength(SECRET_CHARACTERS_MAX));

/** ISO 4217 letters. */
export const Currency = z.string().check(z.regex(/^[A-Z]{3}$/, 'Enter the three letters of a currency, like EUR.'));
/** An IANA name; the server checks that it knows the zone. */
export const TimeZone = z.string().check(z.regex(/^[A-Za-z0-9_+\-/]{1,64}$/, 'Enter a time zone, like Europe/Lisbon.'));

/** Integer minor units with a scale: {minorUnits: 1250, scale: 2} is 12.50. */
export const Money = z.object({ minorUnits: z.int(), scale: z.int().check(z.minimum(0), z.maximum(6)) });
export type Money = z.infer<typeof Money>;
