// The public surface of event-log: the vocabulary that every other package speaks.
export * from './central-append.ts';
export * from './central-log.ts';
export * from './chain.ts';
export * from './device-append.ts';
export * from './device-log.ts';
export * from './device-record.ts';
export * from './event.ts';
export * from './hybrid-time.ts';
export * from './id.ts';
export * from './limits.ts';
export * from './memory-tables.ts';
export * from './place.ts';
export * from './projection.ts';
export * from './retiming.ts';
export * from './ruling.ts';
export * from './sha256.ts';
export * from './tables.ts';
