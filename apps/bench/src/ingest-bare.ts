// The ceiling of `bench ingest`: the least that any server on sockets and SQLite would do with the same frames. It takes the
// header's word for everything, gives each line a position, commits what came together (synchronous=FULL), and answers.
// Nothing is parsed but the header, nothing is checked, hashed, judged or sent on.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SUBPROTOCOL } from '@streamstock/sync';
import { WebSocketServer, type WebSocket } from 'ws';
import { answerParent } from './ingest-child.ts';

/** As many as the product takes into one commit. */
const GROUP_EVENTS_MAX = 500;
const ID_AT = '{"id":"'.length;
const ID_CHARACTERS = 36;

interface Waiting {
  readonly socket: WebSocket;
  readonly lastSeq: number;
  readonly lines: readonly string[];
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = wal; PRAGMA synchronous = full;
    PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = -65536;
    CREATE TABLE events (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, line TEXT NOT NULL) STRICT;`);
  return database;
}

async function start({ folder }: { readonly folder: string }): Promise<{ readonly port: number }> {
  const database = openDatabase(join(folder, 'bare.sqlite'));
  const insert = database.prepare('INSERT INTO events (id, line) VALUES (?, ?)');
  let waiting: Waiting[] = [];
  const commit = (): void => {
    let events = 0;
    let count = 0;
    for (const { lines } of waiting) {
      events += lines.length;
      if (count > 0 && events > GROUP_EVENTS_MAX) break;
      count += 1;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    database.exec('BEGIN IMMEDIATE');
    for (const { lines } of group) for (const line of lines) insert.run(line.slice(ID_AT, ID_AT + ID_CHARACTERS), line);
    database.exec('COMMIT');
    for (const { socket, lastSeq } of group)
      socket.send(`{"type":"accepted","lines":0,"mark":{"seq":${lastSeq}},"serverTimeMs":${Date.now()}}`);
    if (waiting.length > 0) setImmediate(commit);
  };
  const server = createServer();
  const door = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => SUBPROTOCOL });
  door.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const [header = '', ...lines] = data.toString('utf8').split('\n');
      const { type, firstSeq } = JSON.parse(header) as { type: string; firstSeq: number };
      if (type === 'hello') {
        socket.send(`{"type":"welcome","serverTimeMs":${Date.now()}}`);
        return;
      }
      if (type !== 'push') return;
      if (waiting.length === 0) setImmediate(commit);
      waiting.push({ socket, lastSeq: firstSeq + lines.length - 1, lines });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  return { port: (server.address() as AddressInfo).port };
}

/** Processor time of this process so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

answerParent({ start, cpuMs });
