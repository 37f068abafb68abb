// Appending at the centre, the pure part: judges one push against what the centre holds of that device and of those
// ids. Every central log calls it inside its append transaction, after loading the `PushContext` there.
import { nextDeviceHash } from './chain.ts';
import type { DeviceRecord } from './device-record.ts';
import { parseEventLine, type Event, type LineProblem } from './event.ts';
import type { EventLine } from './event-line.ts';
import type { HybridTime } from './hybrid-time.ts';
import type { DeviceId, EventId } from './id.ts';
import type { HoleDeclaration } from './hole-plan.ts';
import { REVOKED_EVENTS_MAX } from './limits.ts';
import { SEAL_META } from './own-seal.ts';
import type { ChainPoint, Hole, Place, Seal, Seq } from './place.ts';
import type { KnownEvent, PushOutcome } from './push-outcome.ts';
import { planResupply, type PlanResupply, type Resupply } from './resupply-plan.ts';
import { isStated, retime, type Arrival } from './retiming.ts';
import { isRulingType, type RulingDraft } from './ruling.ts';
import { judgeContent, judgeSender, otherStore, setAside, type Judge } from './sender-judge.ts';
import type { Sha256 } from './sha256.ts';

/** A device's push as it reached the centre. `lines` are the raw event lines, in seq order. */
export interface Push {
  readonly kind: 'push';
  readonly device: DeviceId;
  readonly firstSeq: Seq;
  /** Chain hash of the device's log at `firstSeq − 1`. */
  readonly hashBefore: string;
  /** Chain hash at the last line. */
  readonly hashAfter: string;
  readonly lines: readonly EventLine[];
  readonly arrival: Arrival;
}

/** What a device sends to be written; see hole-plan.ts and resupply-plan.ts for the other two. */
export type Submission = Push | HoleDeclaration | Resupply;

/** A line of a push with its parsed envelope, before anything is known about the log. */
export interface PushedLine {
  readonly line: EventLine;
  readonly event: Event;
}

/** What the log must load, in the transaction, before a push can be judged. */
export interface PushContext {
  readonly record: DeviceRecord | null;
  /** Hashes the centre holds of this device, at the seqs of `seqsOf(push)` and in front of each of `holes`. */
  readonly heldHashes: ReadonlyMap<Seq, string>;
  /** The holes of this device's log that lie within the push, by seq. */
  readonly holes: readonly Hole[];
  /** What is held of every id of the push that has a position, including those of this transaction. */
  readonly known: ReadonlyMap<EventId, KnownEvent>;
  /** The latest effective time of this device's events that its clock stamped or the centre re-timed; null: none yet. */
  readonly lastEffective: HybridTime | null;
}

/** What the transaction must write for an accepted push. */
export interface PushPlan {
  readonly outcome: PushOutcome;
  readonly entries: readonly PlannedEntry[];
  /** Holes that are none any more: a copy of the disk still had their lines, which are among the entries. */
  readonly filled: readonly Hole[];
  /** `PushContext.lastEffective` for the device's next push. */
  readonly lastEffective: HybridTime | null;
}

/**
 * Why a line has a place but can never have a position. `other-bytes`: its id is known with other bytes.
 * `ruling-of-a-device`: only the centre writes rulings; one of a device's must never reach a fold.
 */
export type KeptAsideReason = 'other-bytes' | 'ruling-of-a-device';

/**
 * `new`: gets a position, rulings right behind it. `known`: a place only. `fills`: known, and this is its first place; rulings
 * may follow. `kept-aside`: a place, and its bytes apart.
 */
export type PlannedEntry = {
  readonly place: Place;
  readonly line: EventLine;
  readonly event: Event;
  readonly rulings: readonly RulingDraft[];
} & ({ readonly kind: 'new' | 'known' | 'fills' } | { readonly kind: 'kept-aside'; readonly reason: KeptAsideReason });

export type PlanPush = (push: Push, lines: readonly PushedLine[], context: PushContext) => PushPlan;

/** Parses a push's lines; the first that is no event line ends it. */
export function parsePush(
  push: Push,
): { readonly lines: readonly PushedLine[] } | { readonly badLine: number; readonly problem: LineProblem } {
  const lines: PushedLine[] = [];
  for (const [index, line] of push.lines.entries()) {
    const parsed = parseEventLine(line);
    if (!parsed.ok) return { badLine: index, problem: parsed.problem };
    lines.push({ line, event: parsed.event });
  }
  return { lines };
}

/** The seqs whose held hashes `planPush` needs: the one before the push, and the last one both sides have. */
export function seqsOf(push: Push, accepted: ChainPoint): readonly Seq[] {
  const [, overlapEnd] = overlapOf(push, accepted);
  return [push.firstSeq - 1, overlapEnd].filter((seq) => seq > 0 && seq <= accepted.seq);
}

/** The stretch of a push that the log goes on from, where a hole may lie: [first, last], empty where last < first. */
export function overlapOf(push: Push, accepted: ChainPoint): readonly [Seq, Seq] {
  return [push.firstSeq, Math.min(accepted.seq, lastSeqOf(push))];
}

export function lastSeqOf({ firstSeq, lines }: Push): Seq {
  return firstSeq + lines.length - 1;
}

/** Judges what devices send, apart from what is loaded and written. */
export interface Planner {
  readonly push: PlanPush;
  readonly resupply: PlanResupply;
}

/** The judge of all that devices send, given a hash function, the apps' judge and the centre's own seal. */
export function pushPlanner(hash: Sha256, chainStart: (device: DeviceId) => string, judge: Judge, seal: Seal): Planner {
  return {
    push: (push, lines, context) => planPush(hash, chainStart, judge, push, lines, context),
    resupply: (lines, supplier, known) => planResupply(judge, seal, lines, supplier, known),
  };
}

function planPush(
  hash: Sha256,
  chainStart: (device: DeviceId) => string,
  judge: Judge,
  push: Push,
  lines: readonly PushedLine[],
  context: PushContext,
): PushPlan {
  const { record, lastEffective } = context;
  const none = (outcome: PushOutcome): PushPlan => ({ outcome, entries: [], filled: [], lastEffective });
  if (record === null) return none({ kind: 'refused', reason: 'unknown-device' });
  const mark = record.accepted;
  if (push.firstSeq > mark.seq + 1) return none({ kind: 'gap', mark });

  const heldBefore = push.firstSeq === 1 ? chainStart(push.device) : context.heldHashes.get(push.firstSeq - 1);
  // Everything up to the mark is held but what lies in a hole: behind it the device can go on.
  if (heldBefore === undefined) return none({ kind: 'gap', mark });
  if (heldBefore !== push.hashBefore) return none({ kind: 'forked', mark });
  const hashes = chainOf(hash, push.hashBefore, lines);
  if (hashes.at(-1) !== push.hashAfter) {
    // What the log goes on from was sent again; a push that ends before that end was to fill a hole.
    const seq = lastSeqOf(push) <= mark.seq ? push.firstSeq : Math.max(mark.seq + 1, push.firstSeq);
    return none({ kind: 'damaged', mark, seq, problem: { kind: 'hash-differs' } });
  }
  const overlap = Math.min(mark.seq - push.firstSeq + 1, lines.length);
  if (overlap > 0) {
    const held = context.heldHashes.get(push.firstSeq + overlap - 1);
    if (held === undefined) return none({ kind: 'gap', mark });
    if (hashes[overlap - 1] !== held) return none({ kind: 'forked', mark });
  }
  if (record.revokedAtMs !== null && lines.length > overlap) {
    const seqMax = (record.revokedAtSeq ?? 0) + REVOKED_EVENTS_MAX;
    if (lastSeqOf(push) > seqMax) return none({ kind: 'refused', reason: 'revoked' });
  }
  return planFresh(judge, push, record, lines, hashes, overlap, context);
}

function chainOf(hash: Sha256, before: string, lines: readonly PushedLine[]): string[] {
  let current = before;
  return lines.map(({ line }) => (current = nextDeviceHash(hash, current, line)));
}

function planFresh(
  judge: Judge,
  push: Push,
  record: DeviceRecord,
  lines: readonly PushedLine[],
  hashes: readonly string[],
  overlap: number,
  context: PushContext,
): PushPlan {
  const entries: PlannedEntry[] = [];
  const seen = new Map<EventId, EventLine>();
  const filled = filledBy(push, hashes, context);
  const isIn = (seq: Seq): boolean => filled.some(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq);
  let { lastEffective } = context;
  let appended = 0;
  for (const [index, { line, event }] of lines.entries()) {
    const isFresh = index >= overlap;
    if (!isFresh && !isIn(push.firstSeq + index)) continue;
    const place = { device: push.device, seq: push.firstSeq + index, hash: hashes[index] ?? '' };
    const held = context.known.get(event.id);
    const known = seen.get(event.id) ?? held?.line;
    const fills = known === line && held?.device === null && !seen.has(event.id) && mayFill(event, record);
    if (known !== undefined) seen.set(event.id, known);
    if (known !== undefined && !fills) {
      const base = { place, line, event, rulings: [] };
      entries.push(
        known === line ? { kind: 'known', ...base } : { kind: 'kept-aside', reason: 'other-bytes', ...base },
      );
      continue;
    }
    if (record.kind !== 'centre' && isRulingType(event.type)) {
      const rulings = [setAside(event, 'centre-only', 'Only the centre writes rulings.')];
      entries.push({ kind: 'kept-aside', reason: 'ruling-of-a-device', place, line, event, rulings });
      continue;
    }
    seen.set(event.id, line);
    // What follows in the log is here already: its times say nothing of an event before it.
    const retiming = retime(event, push.arrival, isFresh ? lastEffective : null);
    if (isFresh && (retiming !== undefined || !isStated(event)))
      lastEffective = Math.max(lastEffective ?? 0, retiming?.payload.effectiveAt ?? event.occurredAt);
    const judged = [...judgeSender(event, record), ...judgeContent(judge, event, record)];
    if (fills) {
      const admitted = held.setAsideAsResupplied && judged.every(({ type }) => type !== 'EventSetAside');
      if (admitted) judged.push(admit(event));
    } else appended += 1;
    if (retiming !== undefined) judged.push(retiming);
    entries.push({ kind: fills ? 'fills' : 'new', place, line, event, rulings: judged });
  }
  const last = lines.length > overlap ? entries.at(-1) : undefined;
  const mark = last === undefined ? record.accepted : { seq: last.place.seq, hash: last.place.hash };
  const counts = { appended, known: entries.length - appended };
  const outcome = { kind: 'accepted', mark, ...counts, ...(filled.length === 0 ? {} : { filled }) } as const;
  return { outcome, entries, filled, lastEffective };
}

/**
 * The holes whose lines the push holds: those that begin and end in its chain, for a chain that ends there has one line at each
 * seq. Of holes that touch, one may end beside it (its device did not know better): all of them are filled, or none.
 */
function filledBy({ firstSeq }: Push, hashes: readonly string[], { holes, heldHashes }: PushContext): readonly Hole[] {
  const filled: Hole[] = [];
  let touching: Hole[] = [];
  for (const hole of holes) {
    if (touching.at(-1)?.toSeq !== hole.fromSeq - 1) touching = [];
    const before = hole.fromSeq - 1;
    const begins = before < firstSeq || heldHashes.get(before) === hashes[before - firstSeq];
    if (!begins && touching.length === 0) continue;
    touching.push(hole);
    if (hashes[hole.toSeq - firstSeq] !== hole.hashAfter) continue;
    filled.push(...touching);
    touching = [];
  }
  return filled;
}

/** Whoever pushes it first is taken for its maker, if it may write for that store at all. What the centre wrote, nobody else did. */
function mayFill(event: Event, record: DeviceRecord): boolean {
  const isDevices = event.meta?.[SEAL_META] === undefined;
  return isDevices && record.revokedAtMs === null && otherStore(event, record) === undefined;
}

function admit(event: Event): RulingDraft {
  return { type: 'EventAdmitted', payload: { target: event.id, reason: 'Its maker sent it.' } };
}
