// The centre of `bench ingest` and `bench sockets`, in a process of its own: the real engine, judge, projectors and SQLite log
// behind a real socket server. Only the tickets are made up: a device's ticket is its own name.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SOCKET_PAYLOAD_BYTES_MAX, startCentralEngine, type CentralEngine } from '@streamstock/central-engine';
import type { CentralLog } from '@streamstock/event-log';
import { centralProjectors, judgeEvent } from '@streamstock/inventory';
import { nativeSha256, openSqliteCentralLog, sealWith } from '@streamstock/log-sql';
import { SUBPROTOCOL } from '@streamstock/sync';
import { WebSocketServer } from 'ws';
import { answerParent } from './ingest-child.ts';
import type { TillName } from './ingest-sales.ts';
import { heldMiB, processFigures, watchProcess, type ProcessFigures } from './process-figures.ts';
import { snapshotHeap, startProfile, stopProfile } from './profile.ts';
import { SEAL_KEY } from './seal-key.ts';

export interface CentreStart {
  readonly folder: string;
  readonly tills: readonly TillName[];
  readonly connectionsMax: number;
}

export interface CentreFigures extends ProcessFigures {
  readonly head: number;
  readonly checkpoint: number;
  readonly connections: number;
}

interface Running {
  readonly log: CentralLog;
  readonly engine: CentralEngine;
  readonly server: Server;
}

let running: Running | undefined;

async function start({ folder, tills, connectionsMax }: CentreStart): Promise<{ readonly port: number }> {
  const seal = sealWith(SEAL_KEY);
  const path = join(folder, 'log.sqlite');
  const start = () => new Worker(new URL('./ingest-writer.worker.ts', import.meta.url), { workerData: { path } });
  const log = openSqliteCentralLog({ path, mode: 'write', seal, nowMs: Date.now(), thread: { start } });
  const known = new Set((await log.devices()).map(({ device }) => device));
  for (const { device, store } of tills) {
    if (known.has(device)) continue;
    await log.registerDevice({
      device,
      store,
      kind: 'installation',
      label: device,
      parent: null,
      enrolledAtMs: Date.now(),
    });
  }
  const engine = await startCentralEngine({
    log,
    hash: nativeSha256,
    judge: judgeEvent,
    projectors: centralProjectors,
    seal,
    clock: Date.now,
    authenticate: async ({ ticket }) => ({ kind: 'granted', device: ticket }),
    bounds: { connectionsMax, connectionsPerAddressMax: connectionsMax },
  });
  engine.reports$.subscribe((report) => console.error('The centre reports', report));
  const server = createServer();
  const door = new WebSocketServer({
    server,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: SOCKET_PAYLOAD_BYTES_MAX,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  door.on('connection', (socket, { socket: wire }) => engine.attach(socket, { wire }));
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve);
  });
  running = { log, engine, server };
  watchProcess();
  return { port: (server.address() as AddressInfo).port };
}

async function figures(): Promise<CentreFigures> {
  if (running === undefined) throw new Error('The centre is not started.');
  const { engine, log } = running;
  return {
    ...processFigures(),
    head: (await log.head()).position,
    checkpoint: engine.checkpoint,
    connections: engine.connections,
  };
}

async function stop(): Promise<null> {
  if (running === undefined) return null;
  const { engine, log, server } = running;
  await engine.close();
  server.closeAllConnections();
  server.close();
  await log.close();
  return null;
}

answerParent({ start, figures, heldMiB, startProfile, stopProfile, snapshotHeap, stop });
