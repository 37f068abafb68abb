// How many histories each property is tried on. INVENTORY_RUNS raises it for a long night.
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const PROPERTY_RUNS = 2_000;

export const propertyRuns: number = Number(process.env['INVENTORY_RUNS'] ?? PROPERTY_RUNS);
