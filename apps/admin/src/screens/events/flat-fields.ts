// A value from JSON as a list of paths and texts. Pure and bounded: a thousand lines are not a thousand rows on a screen.

export interface FlatField {
  readonly path: string;
  readonly text: string;
}

export const fieldsMax = 300;

/** Depth first, in the order written; past the bound one last field says how it goes on. */
export function flatFields(value: object): FlatField[] {
  const fields: FlatField[] = [];
  const walk = (path: string, part: unknown): void => {
    if (fields.length >= fieldsMax) return;
    if (typeof part === 'object' && part !== null && Object.keys(part).length > 0) {
      for (const [name, inner] of Object.entries(part)) walk(path === '' ? name : `${path}.${name}`, inner);
    } else if (part !== undefined) {
      fields.push({ path, text: typeof part === 'string' ? part : JSON.stringify(part) });
    }
  };
  walk('', value);
  if (fields.length === fieldsMax) fields.push({ path: '…', text: '' });
  return fields;
}
