// From the shape an older version wrote to the next one, on reading: bytes stay as they are. Frozen fixtures of every older
// shape hold them to it (upcasters.test.ts). An upcaster gets a payload nobody has checked yet; the schema has the last word.

export type Payload = Readonly<Record<string, unknown>>;
export type Upcaster = (payload: Payload) => Payload;

/** Version 1 did not know where a store is. */
export const storeOpenedV1: Upcaster = (payload) => ({ ...payload, location: null });

/** In version 1 a sale without `from` always took goods off the shelf, also when it named an order. */
export const stockSoldV1: Upcaster = (payload) =>
  payload['from'] === undefined ? { ...payload, from: 'sellable' } : payload;
