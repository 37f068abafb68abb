// Who watches a simulated chain while it runs: whatever is about to be called stored is looked up on the disk that it should stand
// on. Owns what was found wrong.
import {
  sameCursor,
  type AcceptedMark,
  type CentralLog,
  type Cursor,
  type DeviceFrame,
  type DeviceLog,
  type MemoryDisk,
  type OutboxPart,
} from '@streamstock/event-log';
import type { Book } from './book.ts';
import { metaOn } from './sim-disk-contents.ts';
import type { Watch } from './sim-environment.ts';
import { unseenOwnEvents } from './sim-verdict.ts';

export class SimWatch implements Watch {
  readonly violations: string[] = [];
  readonly #book: Book;
  /** Everything that was ever the centre's log. */
  readonly #centralLogs: () => readonly CentralLog[];

  constructor(book: Book, centralLogs: () => readonly CentralLog[]) {
    this.#book = book;
    this.#centralLogs = centralLogs;
  }

  /** What a device is told to be accepted is on the centre's disk, or was before a backup was put back (law 4). */
  async markStored(name: string, log: DeviceLog, mark: AcceptedMark): Promise<void> {
    const state = await log.state();
    if (state === null) return;
    const { identity, accepted } = state;
    const [own, ownAccepted] = await log.hashesAt([mark.seq, accepted?.seq ?? 0]);
    if (accepted !== null && ownAccepted !== null && ownAccepted?.hash !== accepted.hash)
      this.violations.push(`${name} took a mark of another chain`);
    if (own?.hash !== mark.hash) return;
    for (const central of this.#centralLogs()) {
      const [held] = await central.deviceHashesAt(identity.device, [mark.seq]);
      if (held?.hash === mark.hash) return;
    }
    this.violations.push(`${name} was told ${mark.seq} accepted, which the centre does not hold`);
  }

  /** What a device is about to call applied must be on its disk; `stood`: where its log stood before. */
  async frameApplied(name: string, log: DeviceLog, frame: DeviceFrame, stood: Cursor | null): Promise<void> {
    const { from, to } = frame;
    if (!sameCursor(stood, from))
      this.violations.push(`${name} stood at ${stood?.position} and applied a frame from ${from?.position}`);
    const cursor = (await log.state())?.cursor ?? null;
    if (cursor !== null && (cursor.position >= to.position || cursor.epoch !== to.epoch)) return;
    this.violations.push(`${name} calls ${to.position} applied and stands at ${cursor?.position}`);
  }

  /** A device says that a frame is applied, on a disk that others write too. */
  appliedSaid(name: string, disk: MemoryDisk, said: Cursor): void {
    const cursor = metaOn(disk)?.cursor ?? null;
    const isThere = cursor !== null && (cursor.epoch !== said.epoch || cursor.position >= said.position);
    if (!isThere) this.violations.push(`${name} said ${said.position} applied, its disk stands at ${cursor?.position}`);
  }

  /** What was saved on a device is there to be seen, also right after its read models were replaced. */
  async installed(name: string, log: DeviceLog, disk: MemoryDisk): Promise<void> {
    const missing = await unseenOwnEvents(this.#book, log, disk);
    for (const id of missing) this.violations.push(`${name} took in a snapshot and no longer shows its own ${id}`);
  }

  /** A forked device re-appends exactly what follows the common point, byte for byte, but what is damaged. */
  rechained(name: string, follows: OutboxPart, reappended: OutboxPart): void {
    const sound = (part: OutboxPart): string[] =>
      part.lines.map(({ line }) => line).filter((line) => this.#book.isMade(line));
    const [expected, found] = [sound(follows), reappended.lines.map(({ line }) => line)];
    if (follows.hole !== null || JSON.stringify(expected) === JSON.stringify(found)) return;
    this.violations.push(`${name} re-appended ${found.length} lines, ${expected.length} follow the common point`);
  }
}
