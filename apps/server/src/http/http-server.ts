// The HTTP server below the application: sockets, TLS, time-outs, bounds on headers. Owns listening and stopping.
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createAdaptorServer } from '@hono/node-server';
import type { ServerConfig } from '../config.ts';

/** A client must have sent its headers after this, and its whole request after the second. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 60_000;
/** An idle kept-alive connection closes; a connection on which nothing moves closes too. */
const KEEP_ALIVE_TIMEOUT_MS = 30_000;
const STALLED_TIMEOUT_MS = 120_000;
/** How often the time-outs are looked at. */
const CHECK_INTERVAL_MS = 2_000;
export const HEADERS_MAX = 100;
export const HEADER_BYTES_MAX = 16 * 1024;
const CONNECTIONS_MAX = 20_000;
/** Requests that still run when the server stops get this long. */
const STOP_TIMEOUT_MS = 5_000;
const IDLE_CHECK_MS = 50;

export type FetchHandler = Parameters<typeof createAdaptorServer>[0]['fetch'];

const options = {
  connectionsCheckingInterval: CHECK_INTERVAL_MS,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  maxHeaderSize: HEADER_BYTES_MAX,
  // Two readings of one request are how requests are smuggled.
  insecureHTTPParser: false,
  requireHostHeader: true,
} as const satisfies ServerOptions;

/** Not listening yet. Throws when the TLS files can not be used. */
export function createHttpServer(fetch: FetchHandler, tls: ServerConfig['tls']): Server {
  const server = (
    tls === null
      ? createAdaptorServer({ fetch, createServer, serverOptions: options })
      : createAdaptorServer({
          fetch,
          createServer: createTlsServer,
          serverOptions: {
            ...options,
            cert: readFileSync(tls.certFile),
            key: readFileSync(tls.keyFile),
            minVersion: 'TLSv1.2',
          },
        })
  ) as Server;
  server.maxHeadersCount = HEADERS_MAX;
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(STALLED_TIMEOUT_MS);
  return server;
}

/** The address can not be listened on; the message says why and what to do. */
class ListenProblem extends Error {
  override readonly name = 'ListenProblem';
}

/** Resolves with the port. Rejects with a ListenProblem that says what to do when the address is taken or not ours. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      reject(new ListenProblem(listenProblem(error, host, port), { cause: error }));
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenProblem({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken by another program. Stop it, or set PORT to another number.`;
  if (code === 'EACCES')
    return `Port ${port} on ${host} may not be used by this account. Set PORT to a number above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host}. Set HOST to 127.0.0.1, 0.0.0.0 or one of its own addresses.`;
  return `The server can not listen on ${host}:${port}: ${message}`;
}

/** Takes no new connections, lets what runs finish within a bound, then closes the rest. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose request has just ended would be kept alive; so they are looked for until the last has gone.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const force = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(force);
}
