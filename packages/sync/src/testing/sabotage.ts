// Planted bugs: each one a fault that a careless change to a session, a log or an engine would bring back. The
// simulator must notice every one of them (a simulator that can not is no proof). They are planted at the seams, so the
// product has no switch for them.
import {
  type AudienceRead,
  type CentralHead,
  type ChainPoint,
  type Cursor,
  type PlanPush,
  type PushContext,
  type Seq,
} from '@streamstock/event-log';

/** Where a bug can be planted; what is absent works as it should. */
export interface Sabotage {
  /** Answers a push with what its commit would give, before the commit. */
  readonly acknowledgeBeforeCommit?: boolean;
  /** The device's disk says "written" before it is. */
  readonly savedBeforeWritten?: boolean;
  readonly plan?: (plan: PlanPush) => PlanPush;
  /** From which seq on a forked device re-appends. */
  readonly commonSeq?: (commonSeq: Seq, ownMark: Seq) => Seq;
  /** `from` of an arriving frame. */
  readonly frameFrom?: (from: Cursor | null, expected: Cursor | null) => Cursor | null;
  readonly read?: (read: AudienceRead, head: CentralHead, device: string) => AudienceRead;
  /** A stale frame counts as applied. */
  readonly staleIsApplied?: boolean;
  /** What the centre believes to hold of a forked device's chain. */
  readonly heldHashes?: (
    held: readonly (ChainPoint | null)[],
    told: readonly (ChainPoint | null)[],
  ) => readonly (ChainPoint | null)[];
}

export interface Mutant extends Sabotage {
  readonly name: string;
}

function withContext(
  plan: PlanPush,
  change: (context: PushContext, push: Parameters<PlanPush>[0]) => PushContext,
): PlanPush {
  return (push, lines, context) => plan(push, lines, change(context, push));
}

export const MUTANTS: readonly Mutant[] = [
  { name: 'acknowledge before commit', acknowledgeBeforeCommit: true },
  { name: 'call it saved before it is written', savedBeforeWritten: true },
  {
    name: 'drop the contiguity check',
    plan: (plan) =>
      withContext(plan, (context, push) => {
        const { record } = context;
        if (record === null || push.firstSeq <= record.accepted.seq + 1) return context;
        const accepted = { seq: push.firstSeq - 1, hash: push.hashBefore };
        return { ...context, record: { ...record, accepted }, heldHashes: new Map([[accepted.seq, accepted.hash]]) };
      }),
  },
  {
    name: 'do not compare chain hashes',
    plan: (plan) =>
      withContext(plan, (context, push) => {
        const { record } = context;
        if (record === null) return context;
        const before: [Seq, string] = [push.firstSeq - 1, push.hashBefore];
        const accepted = { seq: Math.min(record.accepted.seq, push.firstSeq - 1), hash: push.hashBefore };
        return { ...context, record: { ...record, accepted }, heldHashes: new Map([before]) };
      }),
  },
  { name: "re-append from the device's own mark", commonSeq: (_commonSeq, ownMark) => ownMark },
  { name: 're-append one line too few', commonSeq: (commonSeq) => commonSeq + 1 },
  { name: 'apply a frame whose from differs', frameFrom: (_from, expected) => expected },
  { name: 'take a stale frame for an applied one', staleIsApplied: true },
  {
    name: 'move the cursor past lines that were not read',
    read: (read, head) => ({ lines: read.lines, to: { position: head.position, hash: head.hash } }),
  },
  {
    name: "keep a device's own events from it",
    read: (read, _head, device) => ({ ...read, lines: read.lines.filter(({ place }) => place.device !== device) }),
  },
  { name: "believe a forked device's hashes", heldHashes: (_held, told) => told },
];
