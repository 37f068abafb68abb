// Proving a central log: feeds its rows in order and recomputes every hash from the bytes (law 2). Pure; holds one link
// of one chain at a time, so that a log of any size can be checked.
import type { ChainFault } from './central-log.ts';
import { deviceChainStart, nextCentralHash, nextDeviceHash } from './chain.ts';
import type { DeviceRecord } from './device-record.ts';
import { linkAtBase, type EpochRecord, type CentralHead } from './epoch-chain.ts';
import type { EventLine } from './event-line.ts';
import type { EventId } from './id.ts';
import { CHAIN_FAULTS_MAX } from './limits.ts';
import type { ChainPoint, Hole, Position } from './place.ts';
import type { Sha256 } from './sha256.ts';

export class ChainCheck {
  readonly #hash: Sha256;
  readonly #faults: ChainFault[] = [];
  /** Those whose base lies ahead, or here; the earliest first. */
  readonly #epochs: EpochRecord[];
  #position: Position = 0;
  #centralHash: string;
  /** What the next hash goes on from: the last one, or the link of the epoch that begins behind it. */
  #link: string;

  /** `epochs`: of the log, the present one last. */
  constructor(hash: Sha256, epochs: readonly EpochRecord[]) {
    this.#hash = hash;
    this.#epochs = [...epochs];
    this.#centralHash = epochs[0]?.base.hash ?? '';
    this.#link = this.#centralHash;
    this.#enterEpochs();
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
    const expected = nextCentralHash(this.#hash, this.#link, row.id, row.line);
    if (expected !== row.hash)
      this.#fault(`position ${row.position}`, `The central chain does not follow from the bytes of event ${row.id}.`);
    // From what is stored, so that one damaged link is one fault.
    this.#centralHash = row.hash;
    this.#link = row.hash;
    this.#position = row.position;
    this.#enterEpochs();
  }

  /** After the last event. */
  head(head: Pick<CentralHead, 'position' | 'hash'>): void {
    if (head.position !== this.#position || head.hash !== this.#centralHash) {
      this.#fault('head', `The log ends at position ${this.#position}, its head says ${head.position}.`);
    }
    for (const { epoch, base } of this.#epochs)
      this.#fault(`epoch ${epoch}`, `It says it began at position ${base.position}, which is not held.`);
  }

  /** Begins one device's chain; give it the lines by seq, then end it. */
  device(record: Pick<DeviceRecord, 'device' | 'accepted'>): DeviceChainCheck {
    return new DeviceChainCheck(this.#hash, record, (where, detail) => this.#fault(where, detail));
  }

  /** Of several epochs with one base the last counts: the others held no event. */
  #enterEpochs(): void {
    while ((this.#epochs[0]?.base.position ?? Infinity) <= this.#position) {
      const [next] = this.#epochs.splice(0, 1);
      if (next === undefined) return;
      if (next.base.position !== this.#position || next.base.hash !== this.#centralHash)
        this.#fault(`epoch ${next.epoch}`, `It says it began at position ${next.base.position}, with another hash.`);
      this.#link = linkAtBase(this.#hash, next.epoch, next.base);
    }
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

  /** Bytes that were never held: the chain goes on behind them. */
  hole({ fromSeq, toSeq, hashAfter }: Pick<Hole, 'fromSeq' | 'toSeq' | 'hashAfter'>): void {
    if (fromSeq !== this.#last.seq + 1) {
      const { device } = this.#record;
      this.#fault(`device ${device}, seq ${this.#last.seq + 1}`, `The next thing held is a hole from seq ${fromSeq}.`);
    }
    this.#last = { seq: toSeq, hash: hashAfter };
  }

  end(): void {
    const { device, accepted } = this.#record;
    if (accepted.seq === this.#last.seq && accepted.hash === this.#last.hash) return;
    this.#fault(`device ${device}`, `Its lines end at seq ${this.#last.seq}, its accepted mark says ${accepted.seq}.`);
  }
}
