// Run as its own process by the process tier: the real log, engine and socket server, and nothing else, so that it starts
// soon. Only the tickets are made up: a device's ticket is its own name. It is killed in the middle, again and again.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { SOCKET_PAYLOAD_BYTES_MAX, startCentralEngine } from '@streamstock/central-engine';
import { sumProjector } from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256, openSqliteCentralLog, sealWith } from '@streamstock/log-sql';
import { SUBPROTOCOL } from '@streamstock/sync';
import { WebSocketServer } from 'ws';
import { SEAL_KEY } from './seal-key.ts';

export interface CentreArguments {
  readonly path: string;
  /** 0: any free one. */
  readonly port: number;
  readonly devices: readonly { readonly device: string; readonly store: string }[];
}

const { path, port, devices } = JSON.parse(process.argv[2] ?? '{}') as CentreArguments;
const seal = sealWith(SEAL_KEY);
const start = () => new Worker(new URL('./faults-process-writer.worker.ts', import.meta.url), { workerData: { path } });
const log = openSqliteCentralLog({ path, mode: 'write', nowMs: Date.now(), seal, thread: { start } });
for (const { device, store } of devices) {
  if ((await log.device(device)) !== null) continue;
  const record = {
    device,
    store,
    kind: 'installation',
    label: device,
    parent: null,
    enrolledAtMs: Date.now(),
  } as const;
  await log.registerDevice(record);
}
const engine = await startCentralEngine({
  log,
  hash: nativeSha256,
  judge: () => [],
  projectors: [sumProjector()],
  seal,
  clock: Date.now,
  authenticate: async ({ ticket }) => ({ kind: 'granted', device: ticket }),
});
engine.reports$.subscribe((report) => console.error(JSON.stringify(report)));
const server = createServer();
const door = new WebSocketServer({
  server,
  perMessageDeflate: false,
  maxPayload: SOCKET_PAYLOAD_BYTES_MAX,
  handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
});
door.on('connection', (socket) => engine.attach(socket));
// A parent that is gone leaves nothing behind.
process.once('disconnect', () => process.exit(0));
server.listen({ port, host: '127.0.0.1' }, () => process.send?.({ port: (server.address() as AddressInfo).port }));
