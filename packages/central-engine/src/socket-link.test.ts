import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SOCKET_LOW_WATER_BYTES } from './limits.ts';
import { SocketLink } from './socket-link.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Both ends of a real connection, over a local socket: the system buffers some 200 kB between them. */
async function connect(): Promise<{
  readonly link: SocketLink;
  readonly here: WebSocket;
  readonly wire: Socket;
  readonly there: WebSocket;
  readonly seen: string[];
}> {
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-link-'));
  const path = join(folder, 'link.sock');
  const server = createServer();
  const door = new WebSocketServer({ server, perMessageDeflate: false });
  const accepted = new Promise<[WebSocket, IncomingMessage]>((resolve) => {
    door.once('connection', (socket, request) => resolve([socket, request]));
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  const there = new WebSocket(`ws+unix://${path}:/`);
  const [here, { socket: wire }] = await accepted;
  await new Promise((resolve) => {
    there.once('open', resolve);
  });
  const seen: string[] = [];
  const link = new SocketLink(
    here,
    wire,
    { text: (text) => seen.push(text), badFrame: (kind) => seen.push(kind), closed: () => seen.push('closed') },
    400_000,
  );
  cleanups.push(() => {
    there.terminate();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { link, here, wire, there, seen };
}

const CHUNK = 'x'.repeat(50_000);

describe('a socket link', () => {
  it('hands on text and its end, once', async () => {
    const { there, seen } = await connect();
    there.send('ü');
    there.send(Buffer.from('bytes'));
    there.close();
    await expect.poll(() => seen).toEqual(['ü', 'bad-frame', 'closed']);
  });

  it('sends what one turn brings in one write, in order, and loses nothing of it when it closes in that turn', async () => {
    const { link, wire, there } = await connect();
    const read: string[] = [];
    there.on('message', (data: Buffer) => read.push(data.toString()));
    const [one, many] = [vi.spyOn(wire, '_write'), vi.spyOn(wire, '_writev')];
    const writes = () => one.mock.calls.length + many.mock.calls.length;
    for (const text of ['a', 'b', 'c']) link.send(text);
    await Promise.resolve().then(() => link.send('d'));
    await expect.poll(() => read).toEqual(['a', 'b', 'c', 'd']);
    expect(writes()).toBe(1);
    link.send('e');
    link.close();
    await expect.poll(() => read).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('lets wait for whoever does not read: drained only when it was read', async () => {
    const { link, here, there } = await connect();
    await link.drained();
    there.pause();
    for (let count = 0; count < 12 && here.bufferedAmount <= SOCKET_LOW_WATER_BYTES; count += 1) {
      link.send(CHUNK);
      // What is sent in one turn is held to its end.
      await nextTurn();
    }
    expect(here.bufferedAmount).toBeGreaterThan(SOCKET_LOW_WATER_BYTES);
    let drained = false;
    const waiting = link.drained().then(() => (drained = true));
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    expect(drained).toBe(false);
    there.resume();
    await waiting;
    expect(here.bufferedAmount).toBeLessThanOrEqual(SOCKET_LOW_WATER_BYTES);
  });

  it('cuts a peer that lets too much wait, and what waits for it ends', async () => {
    const { link, here, there, seen } = await connect();
    there.pause();
    for (let count = 0; count < 100; count += 1) link.send(CHUNK);
    const waiting = link.drained();
    await expect.poll(() => seen).toEqual(['closed']);
    await waiting;
    expect(here.readyState).toBe(here.CLOSED);
    link.send('to nobody');
  });
});
