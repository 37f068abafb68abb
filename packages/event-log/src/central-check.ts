// Proving a central log: feeds its rows in order and recomputes every hash from the bytes (law 2). Pure; holds one link
// of one chain at a time, so that a log of any size can be checked.
import type { CentralHead, ChainFault } from './central-log.ts';
import { centralChainStart, deviceChainStart, nextCentralHash, nextDeviceHash } from './chain.ts';
import type { DeviceRecord } from './device-record.ts';
import type { EventLine } from './event.ts';
import type { EventId } from './id.ts';
import { CHAIN_FAULTS_MAX } from './limits.ts';
import type { ChainPoint, Position } from './place.ts';
import type { Sha256 } from './sha256.ts';

export class ChainCheck {
  readonly #hash: Sha256;
  readonly #faults: ChainFault[] = [];
  #position: Position = 0;
  #centralHash: string;

  constructor(hash: Sha256, epoch: string) {
    this.#hash = hash;
    this.#centralHash = centralChainStart(hash, epoch);
  }

  get faults(): readonly ChainFault[] {
    return this.#faults;
  }

  /** Every event, by position. */
  event(row: {
    readonly position: Position;
    readonly id: EventId;
    readonly line: EventLine;
    readonly hash: string;
  }): void {
    if (row.position !== this.#position + 1)
      this.#fault(`position ${this.#position + 1}`, `The next event held is at position ${row.position}.`);
    const expected = nextCentralHash(this.#hash, this.#centralHash, row.id, row.line);
    if (expected !== row.hash)
      this.#fault(`position ${row.position}`, `The central chain does not follow from the bytes of event ${row.id}.`);
    // From what is stored, so that one damaged link is one fault.
    this.#centralHash = row.hash;
    this.#position = row.position;
  }

  /** After the last event. */
  head(head: Pick<CentralHead, 'position' | 'hash'>): void {
    if (head.position !== this.#position || head.hash !== this.#centralHash) {
      this.#fault('head', `The log ends at position ${this.#position}, its head says ${head.position}.`);
    }
  }

  /** Begins one device's chain; give it the lines by seq, then end it. */
  device(record: Pick<DeviceRecord, 'device' | 'accepted'>): DeviceChainCheck {
    return new DeviceChainCheck(this.#hash, record, (where, detail) => this.#fault(where, detail));
  }

  #fault(where: string, detail: string): void {
    if (this.#faults.length < CHAIN_FAULTS_MAX) this.#faults.push({ where, detail });
  }
}

/** One device's chain within a `ChainCheck`. */
export class DeviceChainCheck {
  readonly #hash: Sha256;
  readonly #record: Pick<DeviceRecord, 'device' | 'accepted'>;
  readonly #fault: (where: string, detail: string) => void;
  #last: ChainPoint;

  constructor(
    hash: Sha256,
    record: Pick<DeviceRecord, 'device' | 'accepted'>,
    fault: (where: string, detail: string) => void,
  ) {
    this.#hash = hash;
    this.#record = record;
    this.#fault = fault;
    this.#last = { seq: 0, hash: deviceChainStart(hash, record.device) };
  }

  /** `line` null: the place names an event that is not held. */
  place(point: ChainPoint, line: EventLine | null): void {
    const { device } = this.#record;
    const where = `device ${device}, seq ${point.seq}`;
    if (point.seq !== this.#last.seq + 1) {
      this.#fault(`device ${device}, seq ${this.#last.seq + 1}`, `The next line held is seq ${point.seq}.`);
    } else if (line === null) this.#fault(where, 'Its bytes are not held.');
    else if (nextDeviceHash(this.#hash, this.#last.hash, line) !== point.hash) {
      this.#fault(where, "The device's chain does not follow from the bytes.");
    }
    this.#last = { seq: point.seq, hash: point.hash };
  }

  end(): void {
    const { device, accepted } = this.#record;
    if (accepted.seq === this.#last.seq && accepted.hash === this.#last.hash) return;
    this.#fault(`device ${device}`, `Its lines end at seq ${this.#last.seq}, its accepted mark says ${accepted.seq}.`);
  }
}
