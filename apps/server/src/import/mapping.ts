// A mapping says how the rows of somebody's CSV become stock movements. Owns the file's shape and its checks, so that a
// wrong mapping is one clear message before anything is imported. The shape is described in docs/import.md.
import * as z from 'zod';

const KINDS_MAX = 40;
const CONDITIONS_MAX = 8;
const STORES_MAX = 1_000;
const PATTERN_CHARACTERS_MAX = 400;

const ColumnName = z.string().min(1).max(200);

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

const Pattern = z.string().max(PATTERN_CHARACTERS_MAX).refine(isPattern, { error: 'is not a regular expression' });

/** One test of one column; a kind's conditions must all hold. `above` and `below` compare the column as a number. */
const Condition = z.strictObject({
  column: ColumnName,
  matches: Pattern.optional(),
  notMatches: Pattern.optional(),
  empty: z.boolean().optional(),
  equals: z.number().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
});
export type Condition = z.infer<typeof Condition>;

/** What a row does to the stock; `none`: it is no stock movement (postage, a bad debt). */
const Movement = z.enum(['sale', 'return', 'receipt', 'adjust-in', 'adjust-out', 'none']);
export type Movement = z.infer<typeof Movement>;

/**
 * A kind of row. The first kind whose conditions hold is the row's kind; a row of no kind is set aside.
 * `quantity`: whether the column holds the moved quantity or its negative. `price`: what one unit went for.
 */
const Kind = z.strictObject({
  label: z.string().min(1).max(60),
  movement: Movement,
  when: z.array(Condition).max(CONDITIONS_MAX).default([]),
  quantity: z.enum(['as-is', 'negated']).default('as-is'),
  price: z.enum(['column', 'zero', 'none']).default('column'),
});
export type Kind = z.infer<typeof Kind>;

const StoreRule = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('column'), column: ColumnName }),
  z.strictObject({
    by: z.literal('hash'),
    column: ColumnName,
    stores: z.array(z.string().min(1).max(200)).min(1).max(STORES_MAX),
  }),
  z.strictObject({ by: z.literal('constant'), store: z.string().min(1).max(200) }),
]);

export const Mapping = z.strictObject({
  about: z.string().max(2_000).optional(),
  /** Names the source for ever: with a row's content it makes the ids of its events. */
  source: z.string().regex(/^[a-z0-9-]{1,64}$/, 'is lower-case letters, digits and dashes'),
  delimiter: z.string().length(1).default(','),
  timeZone: z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', {
    error: 'is not a time zone such as Europe/London',
  }),
  /** Luxon's tokens, e.g. `yyyy-MM-dd HH:mm:ss`. */
  timeFormat: z.string().min(1).max(60),
  currency: z.strictObject({ code: z.string().regex(/^[A-Z]{3}$/), scale: z.int().min(0).max(6) }),
  unit: z.enum(['piece', 'gram', 'millilitre']).default('piece'),
  columns: z.strictObject({
    document: ColumnName,
    item: ColumnName,
    name: ColumnName,
    quantity: ColumnName,
    time: ColumnName,
    price: ColumnName.optional(),
  }),
  store: StoreRule,
  /** `document`: consecutive rows of one document, store, kind and time are one event. */
  eventPer: z.enum(['row', 'document']),
  kinds: z.array(Kind).min(1).max(KINDS_MAX),
});
export type Mapping = z.infer<typeof Mapping>;

/** Thrown for what a person must correct before anything can be imported. Nothing was imported. */
export class ImportProblem extends Error {
  override readonly name = 'ImportProblem';
}

/** Reads a mapping's text. Throws `ImportProblem` naming every field that is wrong. */
export function parseMapping(text: string, file: string): Mapping {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ImportProblem(`The mapping ${file} is not JSON: ${(error as Error).message}. Nothing was imported.`);
  }
  const parsed = Mapping.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`);
  throw new ImportProblem(
    `The mapping ${file} can not be used. Nothing was imported. Correct:\n${problems.join('\n')}\n` +
      'examples/online-retail.mapping.json is a working one; docs/import.md explains each field.',
  );
}

/** Every column the mapping speaks of. */
export function columnsOf(mapping: Mapping): string[] {
  const conditions = mapping.kinds.flatMap((kind) => kind.when.map((condition) => condition.column));
  const store = mapping.store.by === 'constant' ? [] : [mapping.store.column];
  return [...new Set([...Object.values(mapping.columns), ...conditions, ...store])].filter(
    (column): column is string => column !== undefined,
  );
}

/** Throws `ImportProblem` when the file lacks a column that the mapping names. */
export function requireColumns(mapping: Mapping, header: readonly string[], file: string): void {
  const missing = columnsOf(mapping).filter((column) => !header.includes(column));
  if (missing.length === 0) return;
  throw new ImportProblem(
    `The mapping names columns that ${file} does not have: ${missing.join(', ')}.\n` +
      `The file has: ${header.join(', ')}.\nNothing was imported. Correct the mapping, or choose another file.`,
  );
}
