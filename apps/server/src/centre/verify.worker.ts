// The verification in a thread of its own, with a connection of its own that only reads: folding a year of history again is
// seconds of work that nobody else should feel. Asks the server to hold its read models still for the comparison.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { centralProjectors } from '@streamstock/inventory';
import { openSqliteCentralLog } from '@streamstock/log-sql';
import type { VerifierMessage, VerifierReply, VerifierTask } from './verify-in-thread.ts';
import { verifyLog } from './verify-log.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker.');
const { path } = workerData as VerifierTask;
const tell = (message: VerifierMessage): void => port.postMessage(message);

const log = openSqliteCentralLog({ path, mode: 'read', nowMs: Date.now() });
try {
  const pauseProjection = async () => {
    tell({ kind: 'pause' });
    const [reply] = (await once(port, 'message')) as [VerifierReply];
    return { position: reply.position, resume: () => tell({ kind: 'resume' }) };
  };
  tell({
    kind: 'done',
    outcome: await verifyLog({ log, projectors: centralProjectors, clock: Date.now, pauseProjection }),
  });
} finally {
  await log.close();
}
