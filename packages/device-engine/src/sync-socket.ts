// The connection to the centre: a ticket over HTTPS, then one WebSocket. Owns the socket and nothing else; at most one at
// a time. Every callback names its connection, and nothing of a connection is told after its end.
import { SUBPROTOCOL, type ConnectFailure, type ConnectionNumber } from '@streamstock/sync';
import { TicketFailed } from './device-engine.ts';
import type { SocketLike } from './environment.ts';

interface SocketEvents {
  opened(connection: ConnectionNumber, ticket: string): void;
  connectFailed(connection: ConnectionNumber, failure: ConnectFailure): void;
  frame(connection: ConnectionNumber, text: string): void;
  closed(connection: ConnectionNumber): void;
}

export interface SyncSocketOptions {
  readonly url: string;
  readonly fetchTicket: () => Promise<string>;
  readonly openSocket: (url: string, subprotocol: string) => SocketLike;
  readonly events: SocketEvents;
}

interface Connection {
  readonly number: ConnectionNumber;
  socket: SocketLike | null;
  isOpen: boolean;
}

export class SyncSocket {
  readonly #options: SyncSocketOptions;
  #present: Connection | null = null;

  constructor(options: SyncSocketOptions) {
    this.#options = options;
  }

  connect(number: ConnectionNumber): void {
    this.#leave();
    const connection: Connection = { number, socket: null, isOpen: false };
    this.#present = connection;
    this.#options.fetchTicket().then(
      (ticket) => this.#openSocket(connection, ticket),
      (error: unknown) => {
        const failure: ConnectFailure = error instanceof TicketFailed ? error.failure : { kind: 'unreachable' };
        this.#fail(connection, failure);
      },
    );
  }

  send(number: ConnectionNumber, text: string): void {
    const connection = this.#present;
    if (connection?.number !== number || !connection.isOpen) return;
    connection.socket?.send(text);
  }

  /** Told as closed at once: a browser that lost its network may take minutes to say so. */
  close(number: ConnectionNumber): void {
    if (this.#present?.number !== number) return;
    const { isOpen } = this.#present;
    this.#leave();
    if (isOpen) this.#options.events.closed(number);
  }

  #openSocket(connection: Connection, ticket: string): void {
    if (this.#present !== connection) return;
    const { url, openSocket, events } = this.#options;
    let socket: SocketLike;
    try {
      socket = openSocket(url, SUBPROTOCOL);
    } catch {
      // The browser refuses the address itself (an insecure one on a secure page): no network, until it is corrected.
      return this.#fail(connection, { kind: 'unreachable' });
    }
    connection.socket = socket;
    socket.onopen = () => {
      connection.isOpen = true;
      events.opened(connection.number, ticket);
    };
    // A binary message is none of this protocol: as an empty frame the session refuses it.
    socket.onmessage = ({ data }) => events.frame(connection.number, typeof data === 'string' ? data : '');
    socket.onclose = () => {
      if (!connection.isOpen) return this.#fail(connection, { kind: 'unreachable' });
      this.#leave();
      events.closed(connection.number);
    };
  }

  #fail(connection: Connection, failure: ConnectFailure): void {
    if (this.#present !== connection) return;
    this.#leave();
    this.#options.events.connectFailed(connection.number, failure);
  }

  #leave(): void {
    const socket = this.#present?.socket;
    this.#present = null;
    if (socket === undefined || socket === null) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}
