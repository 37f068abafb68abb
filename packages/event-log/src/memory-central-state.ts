// What a central log in memory holds: the disk of a simulated centre. Owns the data and its indexes; every change is one
// synchronous step, so that a copy is always of a committed state.
import type { CentralCommit, CommittedPlace } from './commit-state.ts';
import type { CommittedEntry, DeadLetter, HeldHole, KeptAside, RefusedLine } from './central-log.ts';
import { deadIdsOf, standingWithout, type ProjectorProgress } from './central-projection.ts';
import { deviceChainStart } from './chain.ts';
import type { DeviceRecord, NewDevice } from './device-record.ts';
import { headOf, type EpochRecord, type CentralHead } from './epoch-chain.ts';
import type { EventLine } from './event-line.ts';
import type { HybridTime } from './hybrid-time.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import { REFUSED_LINES_MAX } from './limits.ts';
import { MemoryTables } from './memory-tables.ts';
import type { Place, Position, Seq } from './place.ts';
import type { Projector } from './projection.ts';
import type { Sha256 } from './sha256.ts';

export class MemoryCentralState {
  epochs: EpochRecord[] = [];
  entries: CommittedEntry[] = [];
  devices = new Map<DeviceId, DeviceRecord>();
  places = new Map<DeviceId, Map<Seq, CommittedPlace>>();
  keptAside: KeptAside[] = [];
  holes: HeldHole[] = [];
  /** By their bytes. */
  refused = new Map<EventLine, RefusedLine>();
  stamps = new Map<DeviceId, HybridTime>();
  progress = new Map<string, ProjectorProgress>();
  deadLetters: DeadLetter[] = [];
  tables = new MemoryTables();
  readonly #positions = new Map<EventId, Position>();

  get head(): CentralHead {
    const epoch = this.epochs.at(-1);
    if (epoch === undefined) throw new Error('The log was not begun.');
    return headOf(epoch, this.entries.at(-1) ?? null);
  }

  /** An epoch, the log of its writer with it; no earlier writer writes on. */
  begin(hash: Sha256, epoch: EpochRecord): void {
    for (const { device, kind } of this.devices.values())
      if (kind !== 'installation') this.#revokeOne(device, epoch.beganAtMs);
    const { writer: device, beganAtMs: enrolledAtMs } = epoch;
    this.register(hash, { device, store: null, kind: 'centre', label: 'Centre', parent: null, enrolledAtMs });
    this.epochs.push(epoch);
  }

  register(hash: Sha256, record: NewDevice): void {
    const accepted = { seq: 0, hash: deviceChainStart(hash, record.device) };
    this.devices.set(record.device, { ...record, revokedAtMs: null, revokedAtSeq: null, accepted });
  }

  apply(commit: CentralCommit): void {
    for (const entry of commit.entries) {
      this.entries.push(entry);
      this.#positions.set(entry.id, entry.position);
    }
    for (const place of commit.places) {
      const places = this.places.get(place.device);
      if (places === undefined) this.places.set(place.device, new Map([[place.seq, place]]));
      else places.set(place.seq, place);
    }
    for (const { id, ...place } of commit.filled) {
      const entry = this.entry(id);
      if (entry !== undefined) this.entries[entry.position - 1] = { ...entry, place };
    }
    this.keptAside.push(...commit.keptAside);
    const isFilled = (hole: HeldHole): boolean =>
      commit.filledHoles.some(({ device, toSeq }) => device === hole.device && toSeq === hole.toSeq);
    if (commit.filledHoles.length > 0) this.holes = this.holes.filter((hole) => !isFilled(hole));
    this.holes.push(...commit.holes);
    for (const refused of commit.refused) {
      if (this.refused.size < REFUSED_LINES_MAX && !this.refused.has(refused.line))
        this.refused.set(refused.line, refused);
    }
    for (const [device, accepted] of commit.marks) {
      const record = this.devices.get(device);
      if (record !== undefined) this.devices.set(device, { ...record, accepted });
    }
    for (const [writer, stamp] of commit.stamps) this.stamps.set(writer, stamp);
  }

  /** Chain hash of a device's log at a seq ≥ 1. */
  hashAt(device: DeviceId, seq: Seq): string | undefined {
    const hole = () => this.holes.find((one) => one.device === device && one.toSeq === seq);
    return this.places.get(device)?.get(seq)?.hash ?? hole()?.hashAfter;
  }

  entry(id: EventId): CommittedEntry | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.entries[position - 1];
  }

  *heardBy(store: StoreId, after: Position): Generator<CommittedEntry> {
    for (let index = after; index < this.entries.length; index += 1) {
      const entry = this.entries[index];
      if (entry !== undefined && this.hears(store, entry)) yield entry;
    }
  }

  hears(store: StoreId, { audience }: Pick<CommittedEntry, 'audience'>): boolean {
    return audience === 'all' || audience.includes(store);
  }

  *placedLines(device: DeviceId): Generator<Place & { readonly line: EventLine | null }> {
    const aside = new Map(
      this.keptAside.filter(({ place }) => place.device === device).map(({ place, line }) => [place.seq, line]),
    );
    for (const place of this.#placesOf(device)) {
      yield { ...place, line: aside.get(place.seq) ?? this.entry(place.id)?.line ?? null };
    }
  }

  /** Seqs of a device's lines whose event stands behind `position`. */
  seqsBehind(device: DeviceId, position: Position): Seq[] {
    const aside = new Set(this.keptAside.filter(({ place }) => place.device === device).map(({ place }) => place.seq));
    return this.#placesOf(device)
      .filter(({ id, seq }) => !aside.has(seq) && (this.entry(id)?.position ?? 0) > position)
      .map(({ seq }) => seq);
  }

  /** By seq: what fills a hole comes later than what follows it. */
  #placesOf(device: DeviceId): CommittedPlace[] {
    return [...(this.places.get(device)?.values() ?? [])].toSorted((a, b) => a.seq - b.seq);
  }

  /** By seq. */
  holesOf(device: DeviceId): HeldHole[] {
    return this.holes.filter((hole) => hole.device === device).toSorted((a, b) => a.toSeq - b.toSeq);
  }

  revoke(device: DeviceId, nowMs: number): void {
    this.#revokeOne(device, nowMs);
    for (const other of this.devices.values()) if (other.parent === device) this.revoke(other.device, nowMs);
  }

  #revokeOne(device: DeviceId, nowMs: number): void {
    const record = this.devices.get(device);
    if (record?.revokedAtMs !== null) return;
    this.devices.set(device, { ...record, revokedAtMs: nowMs, revokedAtSeq: record.accepted.seq });
  }

  /** A dead letter takes the rest of its group along, and what they rule on. */
  deadIds(projector: Pick<Projector, 'name' | 'version'>): ReadonlySet<EventId> {
    const ids = new Set<EventId>();
    for (const letter of this.deadLetters) {
      if (letter.projector !== projector.name || letter.version !== projector.version) continue;
      for (const { event } of this.#groupOf(letter.position)) for (const id of deadIdsOf(event)) ids.add(id);
    }
    return ids;
  }

  addDeadLetter(
    projector: Pick<Projector, 'name' | 'version'>,
    position: Position,
    id: EventId,
    problem: string,
    atMs: number,
  ): void {
    const { name, version } = projector;
    const before = this.deadIds(projector);
    this.deadLetters.push({ projector: name, version, position, id, problem, atMs });
    const dead = [...this.deadIds(projector)].filter((one) => !before.has(one));
    const positions = dead.flatMap((one) => this.entry(one)?.position ?? []);
    const standing = standingWithout(this.progress.get(name), projector, positions);
    if (standing !== null) this.progress.set(name, standing);
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
    const copy = new MemoryCentralState();
    copy.epochs = [...this.epochs];
    copy.holes = [...this.holes];
    copy.refused = new Map(this.refused);
    copy.entries = [...this.entries];
    copy.devices = new Map(this.devices);
    copy.places = new Map([...this.places].map(([device, places]) => [device, new Map(places)]));
    copy.keptAside = [...this.keptAside];
    copy.stamps = new Map(this.stamps);
    copy.progress = new Map(this.progress);
    copy.deadLetters = [...this.deadLetters];
    copy.tables = this.tables.clone();
    for (const [id, position] of this.#positions) copy.#positions.set(id, position);
    return copy;
  }
}
