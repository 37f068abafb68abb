// What a central log in memory holds: the disk of a simulated centre. Owns the data and its indexes; every change is one
// synchronous step, so that a copy is always of a committed state.
import type { CentralCommit, CommittedEntry, CommittedPlace } from './central-commit.ts';
import type { CentralHead, DeadLetter, KeptAside } from './central-log.ts';
import { deadIdsOf, type ProjectorProgress } from './central-projection.ts';
import type { DeviceRecord } from './device-record.ts';
import type { EventLine } from './event.ts';
import type { HybridTime } from './hybrid-time.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import { MemoryTables } from './memory-tables.ts';
import type { Place, Position } from './place.ts';
import type { Projector } from './projection.ts';

export class MemoryCentralState {
  head: CentralHead;
  entries: CommittedEntry[] = [];
  devices = new Map<DeviceId, DeviceRecord>();
  places = new Map<DeviceId, CommittedPlace[]>();
  keptAside: KeptAside[] = [];
  stamps = new Map<DeviceId, HybridTime>();
  progress = new Map<string, ProjectorProgress>();
  deadLetters: DeadLetter[] = [];
  tables = new MemoryTables();
  readonly #positions = new Map<EventId, Position>();

  constructor(head: CentralHead) {
    this.head = head;
  }

  apply(commit: CentralCommit): void {
    for (const entry of commit.entries) {
      this.entries.push(entry);
      this.#positions.set(entry.id, entry.position);
    }
    for (const place of commit.places) {
      const places = this.places.get(place.device);
      if (places === undefined) this.places.set(place.device, [place]);
      else places.push(place);
    }
    this.keptAside.push(...commit.keptAside);
    for (const [device, accepted] of commit.marks) {
      const record = this.devices.get(device);
      if (record !== undefined) this.devices.set(device, { ...record, accepted });
    }
    for (const [writer, stamp] of commit.stamps) this.stamps.set(writer, stamp);
    this.head = commit.head;
  }

  entry(id: EventId): CommittedEntry | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.entries[position - 1];
  }

  *heardBy(store: StoreId, after: Position): Generator<CommittedEntry> {
    for (let index = after; index < this.entries.length; index += 1) {
      const entry = this.entries[index];
      if (entry !== undefined && (entry.audience === 'all' || entry.audience.includes(store))) yield entry;
    }
  }

  *placedLines(device: DeviceId): Generator<Place & { readonly line: EventLine | null }> {
    const aside = new Map(
      this.keptAside.filter(({ place }) => place.device === device).map(({ place, line }) => [place.seq, line]),
    );
    for (const place of this.places.get(device) ?? []) {
      yield { ...place, line: aside.get(place.seq) ?? this.entry(place.id)?.line ?? null };
    }
  }

  revoke(device: DeviceId, nowMs: number): void {
    const record = this.devices.get(device);
    if (record === undefined) return;
    if (record.revokedAtMs === null) this.devices.set(device, { ...record, revokedAtMs: nowMs });
    for (const other of this.devices.values()) if (other.parent === device) this.revoke(other.device, nowMs);
  }

  /** A dead letter takes the rest of its group along, and what they rule on. */
  deadIds(projector: Projector): ReadonlySet<EventId> {
    const ids = new Set<EventId>();
    for (const letter of this.deadLetters) {
      if (letter.projector !== projector.name || letter.version !== projector.version) continue;
      for (const { event } of this.#groupOf(letter.position)) for (const id of deadIdsOf(event)) ids.add(id);
    }
    return ids;
  }

  clearDeadLetters(projector: Projector): void {
    const { name, version } = projector;
    this.deadLetters = this.deadLetters.filter((letter) => letter.projector !== name || letter.version === version);
  }

  #groupOf(position: Position): CommittedEntry[] {
    let start = position - 1;
    while (start > 0 && this.entries[start]?.opensGroup === false) start -= 1;
    let end = start + 1;
    while (this.entries[end]?.opensGroup === false) end += 1;
    return this.entries.slice(start, end);
  }

  /** Simulates damage on the disk: changes one character of the line at `position`. */
  flipByte(position: Position): void {
    const entry = this.entries[position - 1];
    if (entry === undefined) throw new Error(`There is no event at position ${position}.`);
    const at = entry.line.indexOf('"payload"') + 1;
    this.entries[position - 1] = { ...entry, line: `${entry.line.slice(0, at)}P${entry.line.slice(at + 1)}` };
  }

  clone(): MemoryCentralState {
    const copy = new MemoryCentralState(this.head);
    copy.entries = [...this.entries];
    copy.devices = new Map(this.devices);
    copy.places = new Map([...this.places].map(([device, places]) => [device, [...places]]));
    copy.keptAside = [...this.keptAside];
    copy.stamps = new Map(this.stamps);
    copy.progress = new Map(this.progress);
    copy.deadLetters = [...this.deadLetters];
    copy.tables = this.tables.clone();
    for (const [id, position] of this.#positions) copy.#positions.set(id, position);
    return copy;
  }
}
