// Who is told of a commit, and when. Those whom it concerns, and those who are still greeting, at once, a bounded number each
// turn of the event loop; all others within `IDLE_TELL_MS`. So ten thousand idle devices cost a commit nothing, and a commit
// that concerns thousands does not hold the event loop. Owns that order; whom a commit concerns is the news desk's, the
// sessions decide what to send.
//
// 1. Everyone is told the newest position: who waits for its turn over several commits is told once. 2. Who is told that something
// concerns it is told before, or in place of, being told that nothing does.
import type { Position, StoreId } from '@streamstock/event-log';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { IDLE_TELL_MS, TELL_CONNECTIONS_PER_TURN } from './limits.ts';

export class Publisher {
  readonly #connections: Connections;
  #position: Position;
  /** Those whom something concerns, in the order in which they came to wait. */
  readonly #concerned = new Set<Connection>();
  #telling = false;
  #sweep: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(connections: Connections, position: Position) {
    this.#connections = connections;
    this.#position = position;
  }

  publish(position: Position, stores: 'all' | ReadonlySet<StoreId>): void {
    this.#position = position;
    if (stores === 'all') this.#concern(this.#connections.all());
    else {
      for (const store of stores) this.#concern(this.#connections.ofStore(store));
      // Whom it concerns is not known of them yet.
      this.#concern(this.#connections.greeting);
      this.#sweep ??= setTimeout(
        () => this.#sweepOn(this.#connections.each()[Symbol.iterator]()),
        IDLE_TELL_MS,
      ).unref();
    }
    if (!this.#telling) this.#tellOn();
  }

  close(): void {
    this.#closed = true;
    if (this.#sweep !== null) clearTimeout(this.#sweep);
  }

  #concern(connections: Iterable<Connection>): void {
    for (const connection of connections) this.#concerned.add(connection);
  }

  #tellOn(): void {
    let told = 0;
    for (const connection of this.#concerned) {
      this.#concerned.delete(connection);
      this.#tell(connection, true);
      told += 1;
      if (told >= TELL_CONNECTIONS_PER_TURN) break;
    }
    this.#telling = this.#concerned.size > 0 && !this.#closed;
    if (this.#telling) setImmediate(() => this.#tellOn());
  }

  /** Everything up to the position of now was told to those whom it concerns, or they wait: to the rest it is only a number. */
  #sweepOn(left: Iterator<Connection>): void {
    if (this.#closed) return;
    for (let told = 0; told < TELL_CONNECTIONS_PER_TURN; told += 1) {
      const next = left.next();
      if (next.done === true) {
        this.#sweep = null;
        return;
      }
      if (!this.#concerned.has(next.value)) this.#tell(next.value, false);
    }
    setImmediate(() => this.#sweepOn(left));
  }

  #tell(connection: Connection, inAudience: boolean): void {
    connection.step({ type: 'headMoved', position: this.#position, inAudience });
  }
}
