// What is said between the thread that writes the log and the one that asks it to. Functions and errors do not cross: errors
// are taken apart and put together again, and what was committed crosses as few long texts, not as thousands of objects.
import {
  AppendRefused,
  StepFailed,
  type CentralHead,
  type CommittedEntry,
  type CommittedLine,
  type DeviceId,
  type EventDraft,
  type NewDevice,
  type NewEpoch,
  type Position,
  type Projector,
  type PushOutcome,
  type StoreId,
  type Submission,
} from '@streamstock/event-log';

/** A projector by its name: each side has its own. */
export type ProjectorKey = Pick<Projector, 'name' | 'version'>;

/** What can be asked, and what comes back. */
export interface WriterCalls {
  append(submissions: readonly Submission[]): readonly PushOutcome[];
  appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): { readonly appended: number; readonly known: number };
  beginEpoch(epoch: Required<NewEpoch>): CentralHead;
  registerDevice(record: NewDevice): void;
  revokeDevice(device: DeviceId, nowMs: number): void;
  project(
    projectors: readonly ProjectorKey[],
    eventsMax: number,
  ): { readonly checkpoint: Position; readonly head: Position };
  deadLetter(projector: ProjectorKey, position: Position, problem: string, nowMs: number): void;
  close(): void;
}

export type CallName = keyof WriterCalls;

export type WriterQuestion = {
  [Name in CallName]: { readonly number: number; readonly name: Name; readonly given: Parameters<WriterCalls[Name]> };
}[CallName];

export type WriterMessage =
  | { readonly kind: 'done'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly number: number; readonly problem: SentProblem }
  /** Something was committed: comes before the answer to whoever asked for it. */
  | { readonly kind: 'committed'; readonly lines: PackedLines }
  /** What projectors noted of a step that was committed: comes before its answer. */
  | { readonly kind: 'noted'; readonly note: unknown };

export interface SentProblem {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What `StepFailed` and `AppendRefused` hold besides. */
  readonly step: { readonly projector: ProjectorKey; readonly position: Position } | null;
  readonly refused: AppendRefused['reason'] | null;
}

export function sentProblem(error: unknown): SentProblem {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const step = error instanceof StepFailed ? { projector: error.projector, position: error.position } : null;
  return { name, message, stack, step, refused: error instanceof AppendRefused ? error.reason : null };
}

/** The error again; of classes, those that a `CentralLog` names, and `RangeError`. */
export function problemAgain({ name, message, stack, step, refused }: SentProblem): Error {
  if (step !== null) return new StepFailed(step.projector, step.position, new Error(message));
  if (refused !== null) return new AppendRefused(refused, message);
  const error = name === 'RangeError' ? new RangeError(message) : new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

const HASH_CHARACTERS = 64;
const ID_CHARACTERS = 36;
const NOBODY = -1;

/** Lines of one commit, in columns; their positions follow each other. Types, devices and stores are told by their place in `names`. */
export interface PackedLines {
  readonly first: Position;
  /** Joined by line breaks: a line has none. */
  readonly lines: string;
  readonly ids: string;
  readonly hashes: string;
  /** Of places; of a line without one, nothing. */
  readonly placeHashes: string;
  /** For each line: type, arrival, 1 if it opens a group, device of its place, seq, who handed it back. */
  readonly cells: Float64Array;
  /** For each line, how many stores hear of it (−1: all), and which. */
  readonly audiences: Int32Array;
  readonly names: readonly string[];
}

const CELLS = 6;

/** `entries`: one or more, with positions one after the other. */
export function packLines(entries: readonly CommittedEntry[]): PackedLines {
  const names = new Map<string, number>();
  const numberOf = (name: string): number => {
    let number = names.get(name);
    if (number === undefined) names.set(name, (number = names.size));
    return number;
  };
  const cells = new Float64Array(entries.length * CELLS);
  const audiences: number[] = [];
  let lines = '';
  let ids = '';
  let hashes = '';
  let placeHashes = '';
  let at = 0;
  for (const { id, line, hash, place, event, arrivedAtMs, opensGroup, resuppliedBy, audience } of entries) {
    lines += at === 0 ? line : `\n${line}`;
    ids += id;
    hashes += hash;
    cells[at] = numberOf(event.type);
    cells[at + 1] = arrivedAtMs;
    cells[at + 2] = opensGroup ? 1 : 0;
    cells[at + 3] = place === null ? NOBODY : numberOf(place.device);
    cells[at + 4] = place === null ? 0 : place.seq;
    cells[at + 5] = resuppliedBy === undefined ? NOBODY : numberOf(resuppliedBy);
    if (place !== null) placeHashes += place.hash;
    if (audience === 'all') audiences.push(NOBODY);
    else audiences.push(audience.length, ...audience.map(numberOf));
    at += CELLS;
  }
  const first = entries[0]?.position ?? 0;
  return {
    first,
    lines,
    ids,
    hashes,
    placeHashes,
    cells,
    audiences: Int32Array.from(audiences),
    names: [...names.keys()],
  };
}

export function unpackLines(packed: PackedLines): CommittedLine[] {
  const { first, ids, hashes, placeHashes, cells, audiences, names } = packed;
  const name = (number: number): string => {
    const found = names[number];
    if (found === undefined) throw new Error(`Name ${number} of a commit did not come with it.`);
    return found;
  };
  const types = names.map((type) => ({ type }));
  let placed = 0;
  let audienceAt = 0;
  return packed.lines.split('\n').map((line, index) => {
    const at = index * CELLS;
    const cell = (offset: number): number => cells[at + offset] ?? 0;
    const device = cell(3);
    const resuppliedBy = cell(5);
    const heard = audiences[audienceAt++] ?? 0;
    let audience: 'all' | StoreId[] = 'all';
    if (heard !== NOBODY) {
      audience = [];
      for (let one = 0; one < heard; one += 1) audience.push(name(audiences[audienceAt++] ?? NOBODY));
    }
    const stored = {
      position: first + index,
      id: ids.slice(index * ID_CHARACTERS, (index + 1) * ID_CHARACTERS),
      line,
      place:
        device === NOBODY
          ? null
          : {
              device: name(device),
              seq: cell(4),
              hash: placeHashes.slice(placed * HASH_CHARACTERS, (placed + 1) * HASH_CHARACTERS),
            },
      hash: hashes.slice(index * HASH_CHARACTERS, (index + 1) * HASH_CHARACTERS),
      arrivedAtMs: cell(1),
      event: types[cell(0)] ?? { type: '' },
      audience,
      opensGroup: cell(2) === 1,
    };
    if (device !== NOBODY) placed += 1;
    return resuppliedBy === NOBODY ? stored : { ...stored, resuppliedBy: name(resuppliedBy) };
  });
}
