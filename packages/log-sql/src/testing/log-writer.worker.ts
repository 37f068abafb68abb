// The thread that writes a log, with the fixtures' judge and one projector.
import { parentPort, workerData } from 'node:worker_threads';
import { sumProjector, testPlanner, testSeal } from '@streamstock/event-log/testing/central-fixtures';
import { serveWriter } from '../serve-writer.ts';

if (parentPort === null) throw new Error('This file runs as a worker.');
const { path } = workerData as { readonly path: string };
let steps = 0;
const notes = { take: () => (steps += 1), forget: () => {} };
serveWriter(parentPort, { path, seal: testSeal, plan: testPlanner, projectors: [sumProjector()], notes });
