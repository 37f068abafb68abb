// The thread that copies the write-ahead log into the file, on a connection of its own, each time it is asked. Never waits
// for the writer and never holds it up (PASSIVE): what is written meanwhile is copied the next time.
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointMessage, CheckpointQuestion } from './checkpoints.ts';
import { openCheckpointer } from './connection.ts';

const database = openCheckpointer((workerData as { readonly path: string }).path);
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

parentPort?.on('message', (question: CheckpointQuestion) => {
  if (question === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  const { log, checkpointed } = checkpoint.get() ?? {};
  const message: CheckpointMessage = { pages: Number(log), copied: Number(checkpointed) };
  parentPort?.postMessage(message);
});
