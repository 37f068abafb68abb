// A centre for tests: the real engine over a real log, behind a real socket server on a port of the system's choice. Tickets are
// the one thing made up: a device's ticket is `<device> <n>`, good once.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CentralLog, Projector } from '@streamstock/event-log';
import { enrol, START_MS, sumProjector, TestDevice, testJudge } from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256, openSqliteCentralLog, sealWith } from '@streamstock/log-sql';
import { SUBPROTOCOL } from '@streamstock/sync';
import { WebSocketServer, type WebSocket } from 'ws';
import type { CentralEngineOptions, EngineReport } from '../central-engine-options.ts';
import { startCentralEngine, type CentralEngine } from '../central-engine.ts';
import { SOCKET_PAYLOAD_BYTES_MAX } from '../limits.ts';

export interface TestCentre {
  readonly engine: CentralEngine;
  readonly log: CentralLog;
  readonly url: string;
  readonly reports: EngineReport[];
  /** The server's ends of all sockets, oldest first. */
  readonly sockets: WebSocket[];
  stop(): Promise<void>;
}

export interface TestCentreOptions extends Partial<
  Pick<CentralEngineOptions, 'bounds' | 'limits' | 'reactors' | 'reactorMemory' | 'liveDevices'>
> {
  readonly log?: CentralLog;
  readonly projectors?: readonly Projector[];
  /** Instead of the one that follows the system's. */
  readonly clock?: () => number;
  /** Over a local socket instead of TCP: the system then buffers some 200 kB between the two ends, not megabytes. */
  readonly local?: boolean;
}

/** Follows the system's clock, from the fixtures' Monday morning. */
export function testClock(): number {
  return START_MS + Math.floor(performance.now());
}

export async function startTestCentre(options: TestCentreOptions = {}): Promise<TestCentre> {
  const { log: given, projectors = [sumProjector()], clock = testClock, local = false, ...bounds } = options;
  const seal = sealWith(Buffer.alloc(32, 7));
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-centre-'));
  const log = given ?? openSqliteCentralLog({ path: join(folder, 'log.db'), mode: 'write', seal, nowMs: START_MS });
  const used = new Set<string>();
  const engine = await startCentralEngine({
    log,
    hash: nativeSha256,
    judge: testJudge,
    projectors,
    seal,
    clock,
    authenticate: async ({ ticket }) => {
      const [device = ''] = ticket.split(' ');
      if (used.has(ticket))
        return { kind: 'refused', refusal: 'unauthorised', message: 'The ticket was used before.', retryAfterMs: null };
      used.add(ticket);
      return { kind: 'granted', device };
    },
    ...bounds,
  });
  const reports: EngineReport[] = [];
  engine.reports$.subscribe((report) => reports.push(report));
  const sockets: WebSocket[] = [];
  const path = local ? join(folder, 'sync.sock') : null;
  const server = await listen(engine, sockets, path);
  return {
    engine,
    log,
    url: path === null ? `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sync` : `ws+unix://${path}:/sync`,
    reports,
    sockets,
    stop: async () => {
      await engine.close();
      await log.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

/** The centre of one test: started by it, stopped after it. */
export class CentreUnderTest {
  #centre: TestCentre | null = null;

  async start(options?: TestCentreOptions): Promise<TestCentre> {
    return (this.#centre = await startTestCentre(options));
  }

  /** Enrolled at the centre that runs. */
  async newTill(device: string, store: string): Promise<TestDevice> {
    if (this.#centre === null) throw new Error('No centre yet.');
    const till = new TestDevice({ device, store });
    await enrol(this.#centre.log, till);
    return till;
  }

  async stop(): Promise<void> {
    await this.#centre?.stop();
    this.#centre = null;
  }
}

async function listen(engine: CentralEngine, sockets: WebSocket[], path: string | null): Promise<Server> {
  const server = createServer();
  const door = new WebSocketServer({
    server,
    perMessageDeflate: false,
    maxPayload: SOCKET_PAYLOAD_BYTES_MAX,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  door.on('connection', (socket, request) => {
    sockets.push(socket);
    engine.attach(socket, { address: request.socket.remoteAddress ?? null, wire: request.socket });
  });
  await new Promise<void>((resolve) => {
    server.listen(path === null ? { port: 0, host: '127.0.0.1' } : { path }, resolve);
  });
  return server;
}
