// The door of /sync: which upgrade requests become a WebSocket. Checks path, subprotocol, origin and number; bounds every frame
// before it is read. Who the device is, is proved inside the conversation (a single-use ticket in `hello`), not here.
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_MEDIA_TYPE } from '@streamstock/api';
import { CONNECTIONS_MAX, SOCKET_PAYLOAD_BYTES_MAX, type AttachedTo } from '@streamstock/central-engine';
import { SUBPROTOCOL } from '@streamstock/sync';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { isOwnOrigin } from './access.ts';
import { HttpProblem } from './problems.ts';
import { addressKey } from './rate-limits.ts';

const SYNC_PATH = '/sync';
/** A frame of ours is one fragment; some browsers and proxies cut it. */
const FRAGMENTS_MAX = 64;
const BUFFERED_CHUNKS_MAX = 4_096;
const RETRY_MS = 10_000;

export interface SyncDoor {
  /** How many sockets are open. */
  readonly sockets: number;
  /** No new sockets; those that are open are closed at once. */
  close(): void;
}

/** Hands every accepted socket to `accept`. */
export function openSyncDoor(
  server: Server,
  publicUrl: string | null,
  accept: (socket: WebSocket, from: AttachedTo) => void,
): SyncDoor {
  // The last two are younger than the library's types.
  const options: ServerOptions & { maxFragments: number; maxBufferedChunks: number } = {
    noServer: true,
    clientTracking: true,
    // Compression costs 246 kB per connection against 7; frames are short.
    perMessageDeflate: false,
    maxPayload: SOCKET_PAYLOAD_BYTES_MAX,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: BUFFERED_CHUNKS_MAX,
  };
  const sockets = new WebSocketServer(options);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', destroyBroken);
    const problem = upgradeProblem(request, publicUrl, sockets.clients.size);
    if (problem !== undefined) {
      refuseUpgrade(socket, problem);
      return;
    }
    // Behind a proxy all devices have its address: then it says nothing, and is not counted.
    const address = publicUrl === null ? addressKey(request.socket.remoteAddress) : null;
    sockets.handleUpgrade(request, socket, head, (opened) => accept(opened, { address, wire: socket }));
  });
  return {
    get sockets() {
      return sockets.clients.size;
    },
    close: () => {
      sockets.close();
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** A socket that breaks before it is a WebSocket is nobody's problem but its own. One for all of them: it stays with each. */
function destroyBroken(this: Duplex): void {
  this.destroy();
}

function upgradeProblem(request: IncomingMessage, publicUrl: string | null, open: number): HttpProblem | undefined {
  const { origin, host } = request.headers;
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== SYNC_PATH)
    return new HttpProblem('not-found', 'There is no socket at this address.', `Connect to ${SYNC_PATH}.`);
  if (request.method !== 'GET')
    return new HttpProblem('method-not-allowed', 'A socket is opened with GET.', 'Use a WebSocket client.');
  if (origin !== undefined && !isOwnOrigin(origin, host, publicUrl)) {
    return new HttpProblem(
      'foreign-origin',
      'The socket was asked for by a page of another site.',
      "Use the server's own store app.",
    );
  }
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL))
    return new HttpProblem(
      'bad-request',
      `This socket speaks ${SUBPROTOCOL} only.`,
      'Ask for that subprotocol; an older app must be updated.',
    );
  if (open >= CONNECTIONS_MAX)
    return new HttpProblem('not-ready', 'Too many devices are connected.', 'Come back in a moment; nothing is lost.', {
      retryAfterMs: RETRY_MS,
    });
  return undefined;
}

function refuseUpgrade(socket: Duplex, { problem, headers }: HttpProblem): void {
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`,
    ...Object.entries({
      ...headers,
      'content-type': PROBLEM_MEDIA_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
