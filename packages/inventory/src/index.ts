// The public surface of inventory: events, rows, deciders, projectors, queries.
export * from './catalogue/catalogue-deciders.ts';
export * from './catalogue/catalogue-events.ts';
export * from './catalogue/catalogue-tables.ts';
export * from './decider.ts';
export * from './judge.ts';
export * from './limits.ts';
export * from './payloads.ts';
export * from './sales/sales-tables.ts';
export * from './stock/adjust-reasons.ts';
export * from './stock/stock-deciders.ts';
export * from './stock/stock-events.ts';
export * from './stock/stock-tables.ts';
export * from './stores/store-events.ts';
export * from './stores/store-tables.ts';
export { Currency, Money, Name, Quantity, Reference, Sku, Unit } from './words.ts';
