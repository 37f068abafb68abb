// What people ask of the log beyond its read models: a part of its own, fetched with what writes.
export { dismissAttention, readAttention } from './attention.ts';
export { readEventStates } from './event-states.ts';
export { exportOutbox } from './outbox-export.ts';
