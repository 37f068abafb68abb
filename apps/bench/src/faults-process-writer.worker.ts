// The thread that writes the log of the process tier's centre: it dies with it, in the middle of whatever it does.
import { parentPort, workerData } from 'node:worker_threads';
import { deviceChainStart, pushPlanner } from '@streamstock/event-log';
import { sumProjector } from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256, sealWith, serveWriter } from '@streamstock/log-sql';
import { SEAL_KEY } from './seal-key.ts';

if (parentPort === null) throw new Error('This file runs as a worker.');
const { path } = workerData as { readonly path: string };
const seal = sealWith(SEAL_KEY);
const plan = pushPlanner(
  nativeSha256,
  (device) => deviceChainStart(nativeSha256, device),
  () => [],
  seal,
);
serveWriter(parentPort, { path, seal, plan, projectors: [sumProjector()] });
