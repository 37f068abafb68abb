// The thread that writes the server's log: what devices send is judged, hashed and written here, and the read models are folded
// here, so that none of it holds a socket or a screen up. The key comes from its file: it is in no message.
import { parentPort, workerData } from 'node:worker_threads';
import { deviceChainStart, pushPlanner } from '@streamstock/event-log';
import { centralProjectors, judgeEvent } from '@streamstock/inventory';
import { nativeSha256, serveWriter } from '@streamstock/log-sql';
import { CHAIN_VIEW_TABLES } from '../read/chain-view.ts';
import { openKeys } from '../secrets.ts';
import type { WriterTask } from './log-thread.ts';
import { recordWrites } from './recorded-writes.ts';

if (parentPort === null) throw new Error('This file runs as a worker.');
const { path, key } = workerData as WriterTask;
const { seal } = openKeys(key);
const { projectors, ...notes } = recordWrites(centralProjectors, CHAIN_VIEW_TABLES);
const plan = pushPlanner(nativeSha256, (device) => deviceChainStart(nativeSha256, device), judgeEvent, seal);
serveWriter(parentPort, { path, seal, plan, projectors, notes });
