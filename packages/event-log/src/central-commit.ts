// What one transaction of the central log writes, computed before a row is touched: positions, places, holes, central hashes,
// and rulings right behind their targets. Pure over `CommitReader`; every central log writes the resulting
// `CentralCommit` as it stands, or nothing of it.
import {
  lastSeqOf,
  overlapOf,
  parsePush,
  seqsOf,
  type PlannedEntry,
  type Planner,
  type Push,
  type PushPlan,
  type Submission,
} from './central-append.ts';
import type { CentralHead } from './epoch-chain.ts';
import { CommitState, type CentralCommit, type CommitReader, type HeldEvent } from './commit-state.ts';
import type { DeviceRecord } from './device-record.ts';
import type { EventDraft } from './event.ts';
import { readStoredLine } from './stored-line.ts';
import { planHole, type HoleDeclaration } from './hole-plan.ts';
import type { DeviceId, EventId } from './id.ts';
import { HOLES_PER_DEVICE_MAX, OWN_EVENTS_MAX, RESUPPLY_EVENTS_MAX } from './limits.ts';
import { OwnEvents } from './own-events.ts';
import type { ChainPoint, Hole, Seal, Seq } from './place.ts';
import { isOfSupplier, parseResupply, type Resupply } from './resupply-plan.ts';
import type { Sha256 } from './sha256.ts';
import type { KnownEvent, PushOutcome } from './push-outcome.ts';

/** Collects what one transaction writes; reads see what it has collected so far. */
export class CentralCommitDraft {
  readonly #state: CommitState;
  readonly #own: OwnEvents;

  /** `seal`: for the centre's own events; null: they stay unsealed. */
  constructor(hash: Sha256, seal: Seal | null, head: CentralHead, reader: CommitReader) {
    this.#state = new CommitState(hash, head, reader);
    this.#own = new OwnEvents(hash, seal, this.#state);
  }

  result(): CentralCommit {
    return this.#state.result();
  }

  /** Judges each on the state that those before it have made, and collects what it adds. */
  async addAll(submissions: readonly Submission[], plan: Planner): Promise<readonly PushOutcome[]> {
    const outcomes: PushOutcome[] = [];
    for (const submission of submissions) outcomes.push(await this.#add(submission, plan));
    return outcomes;
  }

  /** Collects events of the centre's own; those whose id is known are skipped. */
  async addOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ readonly appended: number; readonly known: number }> {
    const record = await this.#state.device(writer);
    if (record === null || record.kind === 'installation') throw new Error(`${writer} is no writer of the centre.`);
    if (record.revokedAtMs !== null)
      throw new Error(
        `${writer} wrote in an earlier epoch, or was revoked: its log must not grow. Nothing was written.`,
      );
    if (drafts.length > OWN_EVENTS_MAX)
      throw new RangeError(`The centre writes at most ${OWN_EVENTS_MAX} events at once, not ${drafts.length}.`);
    const known = await this.#state.known(drafts.map((draft) => draft.id));
    const fresh = new Map<EventId, EventDraft>();
    for (const draft of drafts) {
      if (!known.has(draft.id) && !fresh.has(draft.id)) fresh.set(draft.id, await this.#own.withAudience(draft));
    }
    if (fresh.size > 0) await this.#own.append(record, [...fresh.values()], nowMs, true);
    return { appended: fresh.size, known: drafts.length - fresh.size };
  }

  async #add(submission: Submission, plan: Planner): Promise<PushOutcome> {
    switch (submission.kind) {
      case 'push':
        return await this.#addPush(submission, plan);
      case 'hole':
        return await this.#addHole(submission);
      case 'resupply':
        return await this.#addResupply(submission, plan);
    }
  }

  async #addPush(push: Push, plan: Planner): Promise<PushOutcome> {
    const record = await this.#state.device(push.device);
    const { outcome, entries, filled, lastEffective } = await this.#plan(push, plan, record);
    if (record === null) return outcome;
    for (const hole of filled) this.#state.fillHole(push.device, hole);
    for (const entry of entries) {
      this.#addPlanned(entry, push, record);
      // Ordinary lines end here: nothing more is awaited or made for them.
      if (entry.kind === 'fills') await this.#fill(entry, push);
      else if (entry.rulings.length > 0) {
        const behind = entry.kind === 'new';
        await this.#own.rule(entry.event, entry.rulings, [record.store], push.arrival.arrivalMs, behind);
      }
    }
    if (outcome.kind !== 'accepted') return outcome;
    this.#state.setMark(push.device, outcome.mark, lastEffective);
    const lost = lastSeqOf(push) < outcome.mark.seq ? await this.#lost(push.device, outcome.mark.seq) : [];
    return lost.length === 0 ? outcome : { ...outcome, lost };
  }

  async #lost(device: DeviceId, toSeq: Seq): Promise<readonly Hole[]> {
    return (await this.#state.holesWithin(device, 1, toSeq)).filter(({ reason }) => reason === 'damaged');
  }

  #addPlanned(entry: PlannedEntry, push: Push, record: DeviceRecord): void {
    const { event, line, place } = entry;
    const arrivedAtMs = push.arrival.arrivalMs;
    this.#state.addPlace(place, event.id);
    if (entry.kind === 'new') {
      const makerStore = record.store;
      this.#state.addEntry({ event, line, place, resuppliedBy: null, arrivedAtMs, makerStore, opensGroup: true });
    }
    if (entry.kind === 'kept-aside')
      this.#state.keepAside({ id: event.id, line, place, reason: entry.reason, arrivedAtMs });
  }

  /** A known event gets its first place, and what its maker's push gives to rule. */
  async #fill({ event, place, rulings }: PlannedEntry, { arrival }: Push): Promise<void> {
    const held = (await this.#state.known([event.id])).get(event.id);
    if (held === undefined) throw new Error(`Event ${event.id} is not held: it has no place to fill.`);
    this.#state.fillPlace(place, event.id, held);
    if (rulings.length === 0) return;
    const hearing = await this.#own.hearing({ ...held, device: place.device });
    await this.#own.rule(event, rulings, hearing, arrival.arrivalMs, false);
  }

  async #addHole(declaration: HoleDeclaration): Promise<PushOutcome> {
    const { device, hole: declared, arrival } = declaration;
    const record = await this.#state.device(device);
    const before = declared.fromSeq - 1;
    const seqs = before === 0 ? [declared.toSeq] : [before, declared.toSeq];
    const held = record === null ? null : await this.#state.heldHashes(device, seqs);
    const { outcome, hole } = planHole(declaration, record, held?.get(before), held?.get(declared.toSeq));
    if (hole !== null) {
      if ((await this.#state.holeCount(device)) >= HOLES_PER_DEVICE_MAX) return { kind: 'refused', reason: 'holes' };
      this.#state.addHole({ ...hole, device, atMs: arrival.arrivalMs });
      this.#state.setMark(device, { seq: hole.toSeq, hash: hole.hashAfter }, null);
    }
    return outcome;
  }

  async #addResupply(resupply: Resupply, plan: Planner): Promise<PushOutcome> {
    const { supplier, arrival, lines } = resupply;
    const record = await this.#state.device(supplier);
    if (record === null) return { kind: 'refused', reason: 'unknown-device' };
    if (record.revokedAtMs !== null) return { kind: 'refused', reason: 'revoked' };
    if (lines.length > RESUPPLY_EVENTS_MAX)
      throw new RangeError(`One resupply holds at most ${RESUPPLY_EVENTS_MAX} lines, not ${lines.length}.`);
    const parsed = parseResupply(resupply);
    const known = await this.#knownOf(parsed.flatMap(({ event }) => event?.id ?? []));
    const planned = plan.resupply(parsed, record, known);
    for (const { event, line, rulings } of planned.entries) {
      const arrivedAtMs = arrival.arrivalMs;
      const made = { place: null, resuppliedBy: supplier, arrivedAtMs, makerStore: record.store, opensGroup: true };
      this.#state.addEntry({ event, line, ...made });
      if (rulings.length > 0) await this.#own.rule(event, rulings, [record.store], arrivedAtMs, true);
    }
    const { entries, known: knownCount, refused } = planned;
    for (const entry of refused) this.#state.refuse({ ...entry, supplier, atMs: arrival.arrivalMs });
    return { kind: 'resupplied', appended: entries.length, known: knownCount, refused: refused.length };
  }

  async #plan(push: Push, plan: Planner, record: DeviceRecord | null): Promise<PushPlan> {
    const [from, to] = record === null ? [1, 0] : overlapOf(push, record.accepted);
    const holes = from <= to ? await this.#state.holesWithin(push.device, from, to) : [];
    const heldHashes = record === null ? new Map<Seq, string>() : await this.#hashesFor(push, record.accepted, holes);
    const lastEffective = await this.#state.lastStamp(push.device);
    const parsed = parsePush(push);
    if (!('lines' in parsed)) {
      // Whatever is wrong with the sender or its chain comes first; else it is this line.
      const { outcome } = plan.push(push, [], { record, heldHashes, holes: [], known: new Map(), lastEffective });
      if (outcome.kind !== 'damaged') return { outcome, entries: [], filled: [], lastEffective };
      const seq = push.firstSeq + parsed.badLine;
      return { outcome: { ...outcome, seq, problem: parsed.problem }, entries: [], filled: [], lastEffective };
    }
    const known = await this.#knownOf(parsed.lines.map(({ event }) => event.id));
    return plan.push(push, parsed.lines, { record, heldHashes, holes, known, lastEffective });
  }

  /** An ordinary push goes on from the mark, whose hash is at hand: nothing is looked up for it. */
  async #hashesFor(push: Push, mark: ChainPoint, holes: readonly Hole[]): Promise<ReadonlyMap<Seq, string>> {
    const before = holes.map(({ fromSeq }) => fromSeq - 1).filter((seq) => seq >= push.firstSeq);
    const further = [...seqsOf(push, mark), ...before].filter((seq) => seq !== mark.seq);
    const held = further.length === 0 ? [] : await this.#state.heldHashes(push.device, further);
    return new Map([...held, [mark.seq, mark.hash]]);
  }

  async #knownOf(ids: readonly EventId[]): Promise<ReadonlyMap<EventId, KnownEvent>> {
    const held = await this.#state.known(ids);
    const known = new Map<EventId, KnownEvent>();
    for (const [id, event] of held) {
      const { line, device } = event;
      known.set(id, { line, device, setAsideAsResupplied: device === null && (await this.#isForeign(event)) });
    }
    return known;
  }

  /** Whoever handed it back could not vouch for it. */
  async #isForeign({ line, resuppliedBy }: HeldEvent): Promise<boolean> {
    const supplier = resuppliedBy === null ? null : await this.#state.device(resuppliedBy);
    return supplier === null || !isOfSupplier(readStoredLine(line), supplier);
  }
}
