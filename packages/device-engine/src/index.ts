// The public surface of device-engine.
export * from './device-engine.ts';
export * from './environment.ts';
