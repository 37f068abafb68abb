// Builds one snapshot in a thread of its own, with a connection of its own that only reads: seconds of work that nobody else
// should feel.
import { parentPort, workerData } from 'node:worker_threads';
import { buildSnapshot } from '@streamstock/central-engine';
import { openSqliteCentralLog } from '@streamstock/log-sql';
import type { BuilderMessage, BuilderTask } from './build-in-thread.ts';
import { snapshotPlan } from './snapshot-plan.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker.');
const { path, ...task } = workerData as BuilderTask;

const log = openSqliteCentralLog({ path, mode: 'read', nowMs: Date.now() });
try {
  const message: BuilderMessage = await buildSnapshot(log, snapshotPlan, { ...task, clock: Date.now });
  port.postMessage(message);
} finally {
  await log.close();
}
