// The HTTP contract of StreamStock: schemas, types, the route table and a typed client.
export * from './client.ts';
export * from './common.ts';
export * from './devices.ts';
export * from './events.ts';
export * from './history.ts';
export * from './limits.ts';
export * from './operations.ts';
export * from './people.ts';
export * from './problem.ts';
export * from './routes.ts';
export * from './snapshot.ts';
export * from './stock.ts';
export * from './stores.ts';
