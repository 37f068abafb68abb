// Proving a central log: feeds its rows in order and recomputes every hash from the bytes (law 2). Pure; holds one link
// of one chain at a time, so that a log of any size can be checked.
import type { CentralHead, ChainFault } from './central-log.ts';
import { centralChainStart, deviceChainStart, nextCentralHash, nextDeviceHash } from './chain.ts';
import type { DeviceRecord } from './device-record.ts';
import type { EventLine } from './event.ts';
import type { EventId } from './id.ts';
import { CHAIN_FAULTS_MAX } from './limits.ts';
import type { Place, Position } from './place.ts';
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
  head(head: CentralHead): void {
    if (head.position !== this.#position || head.hash !== this.#centralHash) {
      this.#fault('head', `The log ends at position ${this.#position}, its head says ${head.position}.`);
    }
  }

  /** One device's lines, by seq; `line` null: the place names an event that is not held. */
  device(record: DeviceRecord, places: Iterable<Place & { readonly line: EventLine | null }>): void {
    let last = { seq: 0, hash: deviceChainStart(this.#hash, record.device) };
    for (const place of places) {
      const where = `device ${record.device}, seq ${place.seq}`;
      if (place.seq !== last.seq + 1)
        this.#fault(`device ${record.device}, seq ${last.seq + 1}`, `The next line held is seq ${place.seq}.`);
      else if (place.line === null) this.#fault(where, 'Its bytes are not held.');
      else if (nextDeviceHash(this.#hash, last.hash, place.line) !== place.hash)
        this.#fault(where, "The device's chain does not follow from the bytes.");
      last = { seq: place.seq, hash: place.hash };
    }
    const { accepted } = record;
    if (accepted.seq !== last.seq || accepted.hash !== last.hash) {
      this.#fault(
        `device ${record.device}`,
        `Its lines end at seq ${last.seq}, its accepted mark says ${accepted.seq}.`,
      );
    }
  }

  #fault(where: string, detail: string): void {
    if (this.#faults.length < CHAIN_FAULTS_MAX) this.#faults.push({ where, detail });
  }
}
