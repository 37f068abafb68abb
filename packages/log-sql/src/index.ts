// The public surface of log-sql: the central log in SQLite, and the seal of what the centre gives out.
export { nativeSha256 } from './bytes.ts';
export { CentralLogTooNew } from './schema.ts';
export { loadOrCreateSealKey, sealWith } from './seal.ts';
export {
  CentralLogReadOnly,
  openSqliteCentralLog,
  type Identity,
  type SqliteCentralLog,
  type SqliteCentralLogOptions,
} from './sqlite-central-log.ts';
export { serveWriter, type ServedWriter } from './serve-writer.ts';
export { CentralLogLocked } from './writer-lock.ts';
export type { WriterThreadOptions } from './writer-thread.ts';
