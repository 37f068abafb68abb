import { beforeEach, describe, expect, it } from 'vitest';
import { TicketFailed } from './device-engine.ts';
import type { SocketLike } from './environment.ts';
import { SyncSocket } from './sync-socket.ts';

class FakeSocket implements SocketLike {
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  readonly sent: string[] = [];
  isClosed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  open(): void {
    this.onopen?.(new Event('open'));
  }
  hear(data: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data }));
  }
  drop(): void {
    this.onclose?.(new CloseEvent('close'));
  }
}

const turn = async () => {
  for (let step = 0; step < 5; step += 1) await Promise.resolve();
};

describe('the socket to the centre', () => {
  let told: unknown[][];
  let sockets: FakeSocket[];
  let tickets: PromiseWithResolvers<string>[];
  let socket: SyncSocket;

  beforeEach(() => {
    told = [];
    sockets = [];
    tickets = [];
    socket = new SyncSocket({
      url: 'ws://centre/sync',
      fetchTicket: () => {
        const ticket = Promise.withResolvers<string>();
        tickets.push(ticket);
        return ticket.promise;
      },
      openSocket: () => {
        const opened = new FakeSocket();
        sockets.push(opened);
        return opened;
      },
      events: {
        opened: (...args) => told.push(['opened', ...args]),
        connectFailed: (...args) => told.push(['connectFailed', ...args]),
        frame: (...args) => told.push(['frame', ...args]),
        closed: (...args) => told.push(['closed', ...args]),
      },
    });
  });

  const connected = async () => {
    socket.connect(1);
    tickets[0]?.resolve('t');
    await turn();
    sockets[0]?.open();
    return sockets[0]!;
  };

  it('opens after the ticket, and passes text both ways', async () => {
    const open = await connected();
    socket.send(1, 'hello');
    open.hear('welcome');
    expect(open.sent).toEqual(['hello']);
    expect(told).toEqual([
      ['opened', 1, 't'],
      ['frame', 1, 'welcome'],
    ]);
  });

  it('passes a binary message on as a frame that no session accepts', async () => {
    const open = await connected();
    open.hear(new ArrayBuffer(8));
    expect(told.at(-1)).toEqual(['frame', 1, '']);
  });

  it('tells why there is no ticket, and takes anything else for no network', async () => {
    socket.connect(1);
    tickets[0]?.reject(new TicketFailed({ kind: 'busy', retryAfterMs: 5 }));
    await turn();
    socket.connect(2);
    tickets[1]?.reject(new TypeError('Failed to fetch'));
    await turn();
    expect(told).toEqual([
      ['connectFailed', 1, { kind: 'busy', retryAfterMs: 5 }],
      ['connectFailed', 2, { kind: 'unreachable' }],
    ]);
  });

  it('a socket that closes before it opened is a failed attempt', async () => {
    socket.connect(1);
    tickets[0]?.resolve('t');
    await turn();
    sockets[0]?.drop();
    expect(told).toEqual([['connectFailed', 1, { kind: 'unreachable' }]]);
  });

  it('an address that the browser refuses is a failed attempt', async () => {
    const broken = new SyncSocket({
      url: 'nonsense',
      fetchTicket: async () => 't',
      openSocket: () => {
        throw new SyntaxError('bad URL');
      },
      events: {
        opened: () => undefined,
        connectFailed: (...args) => told.push(['connectFailed', ...args]),
        frame: () => undefined,
        closed: () => undefined,
      },
    });
    broken.connect(1);
    await turn();
    expect(told).toEqual([['connectFailed', 1, { kind: 'unreachable' }]]);
  });

  it('closed by the session is closed at once, whatever the browser takes for it', async () => {
    const open = await connected();
    socket.close(1);
    expect(told.at(-1)).toEqual(['closed', 1]);
    expect(open.isClosed).toBe(true);
    open.drop();
    open.hear('late');
    expect(told).toHaveLength(2);
  });

  it('closed while the ticket is fetched never opens', async () => {
    socket.connect(1);
    socket.close(1);
    tickets[0]?.resolve('t');
    await turn();
    expect(sockets).toEqual([]);
    expect(told).toEqual([]);
  });

  it('nothing of an earlier connection is told or sent', async () => {
    const first = await connected();
    socket.connect(2);
    tickets[1]?.resolve('t2');
    await turn();
    sockets[1]?.open();
    first.hear('old');
    first.drop();
    socket.send(1, 'old');
    socket.close(1);
    expect(told).toEqual([
      ['opened', 1, 't'],
      ['opened', 2, 't2'],
    ]);
    expect(sockets[1]?.sent).toEqual([]);
    expect(sockets[1]?.isClosed).toBe(false);
  });
});
