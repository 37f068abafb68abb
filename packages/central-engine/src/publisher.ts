// Who is told of a commit, and when. Those whom it concerns, and those who are still greeting, at once; all others within
// `IDLE_TELL_MS`, a part of them each turn of the event loop, so that ten thousand idle devices cost a commit nothing.
// Owns that order; whom a commit concerns is the news desk's, the sessions decide what to send.
import type { Position, StoreId } from '@streamstock/event-log';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { IDLE_TELL_CONNECTIONS, IDLE_TELL_MS } from './limits.ts';

export class Publisher {
  readonly #connections: Connections;
  #position: Position;
  #sweep: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(connections: Connections, position: Position) {
    this.#connections = connections;
    this.#position = position;
  }

  publish(position: Position, stores: 'all' | ReadonlySet<StoreId>): void {
    this.#position = position;
    if (stores === 'all') {
      this.#tell(this.#connections.all(), true);
      return;
    }
    for (const store of stores) this.#tell([...this.#connections.ofStore(store)], true);
    // Whom it concerns is not known of them yet.
    this.#tell([...this.#connections.greeting], true);
    this.#sweepLater();
  }

  close(): void {
    this.#closed = true;
    if (this.#sweep !== null) clearTimeout(this.#sweep);
  }

  #tell(connections: readonly Connection[], inAudience: boolean): void {
    for (const connection of connections) connection.step({ type: 'headMoved', position: this.#position, inAudience });
  }

  #sweepLater(): void {
    this.#sweep ??= setTimeout(() => this.#sweepOn(this.#connections.all()), IDLE_TELL_MS).unref();
  }

  /** Everything up to the position of now was told to those whom it concerns: to the rest it is only a number. */
  #sweepOn(left: readonly Connection[]): void {
    if (this.#closed) return;
    this.#tell(left.slice(0, IDLE_TELL_CONNECTIONS), false);
    if (left.length > IDLE_TELL_CONNECTIONS) setImmediate(() => this.#sweepOn(left.slice(IDLE_TELL_CONNECTIONS)));
    else this.#sweep = null;
  }
}
