// A zod schema compiled to a yes-or-no check, for values that come by the thousand and nearly always fit: a tenth of the
// schema's own time. Derived from the schema, so the rules stand in one place. Makes nothing and explains nothing: whoever
// hears no asks the schema.
import * as z from 'zod/mini';

type Schema = z.core.$ZodType;
type KnownSchema = z.core.$ZodTypes;
type ObjectSchema = z.core.$ZodObject;
type UnionSchema = z.core.$ZodUnion | z.core.$ZodDiscriminatedUnion;
export type Fits = (value: unknown) => boolean;

/**
 * A check that says yes only to what the schema takes and gives back equal, key by key: nothing left out, filled in or
 * changed. It may say no to anything. For synchronous schemas; values as `JSON.parse` makes them.
 */
export function fitsAsIs(schema: Schema): Fits {
  const fits = fitsType(schema);
  const checks = (schema._zod.def.checks ?? []).map(passes);
  const [first, ...rest] = checks;
  if (first === undefined) return fits;
  if (rest.length === 0) return (value) => fits(value) && first(value);
  const [second, ...others] = rest;
  if (second === undefined || others.length > 0) return (value) => fits(value) && checks.every((check) => check(value));
  return (value) => fits(value) && first(value) && second(value);
}

function fitsType(schema: Schema): Fits {
  const { def } = (schema as KnownSchema)._zod;
  switch (def.type) {
    case 'object':
      return def.catchall === undefined ? fitsObject(schema as ObjectSchema) : asSchemaSays(schema);
    case 'array':
      return fitsArray(fitsAsIs(def.element));
    case 'union':
      return fitsUnion(schema as UnionSchema);
    case 'nullable': {
      const inner = fitsAsIs(def.innerType);
      return (value) => value === null || inner(value);
    }
    case 'optional': {
      const inner = fitsAsIs(def.innerType);
      return (value) => value === undefined || inner(value);
    }
    default:
      return fitsScalar(schema);
  }
}

/** What has no parts; anything else that is not known here is left to the schema. */
function fitsScalar(schema: Schema): Fits {
  const { def } = (schema as KnownSchema)._zod;
  switch (def.type) {
    case 'string':
      return 'format' in def || def.coerce === true ? asSchemaSays(schema) : (value) => typeof value === 'string';
    case 'number':
      return 'format' in def && def.format === 'safeint' && def.coerce !== true
        ? (value) => Number.isSafeInteger(value)
        : asSchemaSays(schema);
    case 'boolean':
      return def.coerce === true ? asSchemaSays(schema) : (value) => typeof value === 'boolean';
    case 'literal':
    case 'enum': {
      const values: ReadonlySet<unknown> = schema._zod.values ?? new Set();
      return (value) => values.has(value);
    }
    case 'unknown':
      return () => true;
    default:
      return asSchemaSays(schema);
  }
}

function fitsObject(schema: ObjectSchema): Fits {
  const fields = Object.entries(schema._zod.def.shape).map(([key, field]) => {
    const isOptional = (field as KnownSchema)._zod.def.type === 'optional';
    return { key, isOptional, fits: fitsAsIs(field) };
  });
  return (value) => {
    if (!isObject(value)) return false;
    let held = 0;
    for (const { key, isOptional, fits } of fields) {
      const part = value[key];
      if (part === undefined) {
        if (!isOptional) return false;
      } else if (fits(part)) held += 1;
      else return false;
    }
    // A key more than those: the schema would leave it out.
    for (const _ in value) held -= 1;
    return held === 0;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fitsArray(fits: Fits): Fits {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const part of value as readonly unknown[]) if (!fits(part)) return false;
    return true;
  };
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'literal', 'enum', 'null']);

function fitsUnion(schema: UnionSchema): Fits {
  const { def } = schema._zod;
  if ('discriminator' in def) {
    const { discriminator } = def;
    const byValue = new Map<unknown, Fits>();
    for (const option of def.options) {
      const fits = fitsAsIs(option);
      for (const value of option._zod.propValues?.[discriminator] ?? []) byValue.set(value, fits);
    }
    return (value) => isObject(value) && byValue.get(value[discriminator])?.(value) === true;
  }
  // The schema takes the first option that fits: those before the last must be such as change nothing.
  const unchanging = def.options.slice(0, -1).every((option) => SCALARS.has(option._zod.def.type));
  if (!unchanging) return asSchemaSays(schema);
  const options = def.options.map(fitsAsIs);
  return (value) => options.some((fits) => fits(value));
}

function asSchemaSays(schema: Schema): Fits {
  return (value) => {
    const parsed = z.safeParse(schema, value);
    return parsed.success && Object.is(parsed.data, value);
  };
}

/** One check behind the type; the usual ones without what the schema needs to explain itself. */
function passes(check: z.core.$ZodCheck<never>): Fits {
  const { def } = (check as unknown as z.core.$ZodChecks)._zod;
  const byItself: Fits = (value) => {
    const payload = { value: value as never, issues: [] };
    if (def.when?.(payload) === false) return true;
    void check._zod.check(payload);
    return payload.issues.length === 0 && Object.is(payload.value, value);
  };
  switch (def.check) {
    case 'max_length':
      // Texts are measured in code points, of which there are at most so many.
      return (value) => (value as { readonly length: number }).length <= def.maximum || byItself(value);
    case 'min_length':
      return (value) => (Array.isArray(value) ? value.length >= def.minimum : byItself(value));
    case 'greater_than':
      return typeof def.value === 'number' && def.inclusive
        ? (
            (least) => (value: unknown) =>
              (value as number) >= least
          )(def.value)
        : byItself;
    case 'less_than':
      return typeof def.value === 'number' && def.inclusive
        ? (
            (most) => (value: unknown) =>
              (value as number) <= most
          )(def.value)
        : byItself;
    case 'string_format': {
      const { pattern } = def;
      if (def.format !== 'regex' || pattern === undefined || pattern.global || pattern.sticky) return byItself;
      return (value) => pattern.test(value as string);
    }
    default:
      return byItself;
  }
}
