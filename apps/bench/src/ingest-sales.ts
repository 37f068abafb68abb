// Made-up sales for the benchmarks of the centre: the log of a till, its bytes and chain ready to be pushed. Measures nothing.
import { randomBytes } from 'node:crypto';
import { appendToDeviceChain, deviceChainStart, newEventId, type DeviceHead } from '@streamstock/event-log';
import { nativeSha256 } from '@streamstock/log-sql';

const ITEMS = 500;
const APPEND_EVENTS = 100;

export interface TillName {
  readonly device: string;
  readonly store: string;
}

/** The log of one till, growing. Events are about 300 bytes: one line of goods, no meta. */
export class SalesLog {
  readonly till: TillName;
  readonly lines: string[] = [];
  readonly hashes: string[];
  #head: DeviceHead;

  constructor(till: TillName) {
    this.till = till;
    const hash = deviceChainStart(nativeSha256, till.device);
    this.hashes = [hash];
    this.#head = { seq: 0, hash, lastStamp: null };
  }

  /** The hash after `seq` events. */
  hashAt(seq: number): string {
    return this.hashes[seq] ?? '';
  }

  sell(events: number, nowMs: number): void {
    for (let left = events; left > 0; left -= APPEND_EVENTS) {
      const drafts = Array.from({ length: Math.min(left, APPEND_EVENTS) }, (_, index) => this.#sale(index, nowMs));
      const clock = { nowMs, uncertaintyMs: 20 };
      const { head, appended } = appendToDeviceChain(nativeSha256, this.till.device, this.#head, drafts, clock);
      this.#head = head;
      for (const { line, place } of appended) {
        this.lines.push(line);
        this.hashes.push(place.hash);
      }
    }
  }

  #sale(index: number, nowMs: number) {
    const document = `sale-${this.#head.seq + index}`;
    const item = `item-${(this.#head.seq * 7 + index * 13) % ITEMS}`;
    return {
      id: newEventId(nowMs, (length) => new Uint8Array(randomBytes(length))),
      type: 'StockSold',
      schemaVersion: 1,
      store: this.till.store,
      audience: [],
      actor: 'clerk-1',
      payload: { document, lines: [{ item, quantity: 1 + (index % 3), unitPrice: null }] },
    };
  }
}
