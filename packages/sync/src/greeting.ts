// The centre's judgement of a `hello`: whether the device may come in, whether its tokens are this centre's, and
// whether its log is the one held under its id. Pure; the facts were read from the log before.
import {
  isSealedCursor,
  isSealedMark,
  sealMark,
  type AcceptedMark,
  type DeviceId,
  type DeviceRecord,
  type Seal,
  type Seq,
} from '@streamstock/event-log';
import type { GreetingFacts } from './central-session-types.ts';
import type { Hello, Recovery, RefusalKind, Restriction, RestrictionKind } from './protocol.ts';

/**
 * What helps against each refusal: exactly one thing. A `version` that is too new waits for the server's update
 * instead.
 */
export const RECOVERIES: Readonly<Record<RefusalKind, Recovery>> = {
  'bad-frame': 'retry',
  'unknown-message': 'retry',
  'out-of-turn': 'retry',
  'too-large': 'retry',
  version: 'update',
  unauthorised: 'new-ticket',
  revoked: 'enrol',
  update: 'update',
  busy: 'retry',
};

/** The one thing that lifts each restriction. */
export const RESTRICTION_RECOVERIES: Readonly<Record<RestrictionKind, Recovery>> = {
  revoked: 'enrol',
  epoch: 'snapshot',
  cursor: 'snapshot',
};

const RESTRICTION_WORDS: Readonly<Record<RestrictionKind, string>> = {
  revoked: 'This device was removed. What it saved is still taken, for a person to look at. Enrol it again.',
  epoch:
    'The centre began a new history. What is saved on this device stays saved and is handed over; its figures are fetched anew.',
  cursor:
    'What this device remembers of the centre can not be confirmed. What is saved on it stays saved; its figures are fetched anew.',
};

export type Greeting =
  | { readonly kind: 'welcome'; readonly mark: AcceptedMark; readonly restriction: Restriction | null }
  /** The device's log is not the one held: `lastSeq` is the last seq that both may have. */
  | { readonly kind: 'forked'; readonly lastSeq: Seq }
  /**
   * An id that this centre minted for a fork of `installation` and has forgotten, since it was restored: it gets a new one.
   */
  | { readonly kind: 'forgotten'; readonly installation: DeviceId }
  /** A sealed token proves that this centre lost history. */
  | { readonly kind: 'behind'; readonly proof: 'cursor' | 'mark'; readonly detail: string }
  | { readonly kind: 'refused'; readonly refusal: RefusalKind; readonly message: string };

/** The seqs of the device's chain that `judgeGreeting` needs, in this order. */
export function greetingSeqs(hello: Hello): readonly Seq[] {
  return [hello.head.seq, hello.accepted?.seq ?? 0];
}

export function judgeGreeting(seal: Seal, hello: Hello, facts: GreetingFacts): Greeting {
  const { record, ticketRecord, head } = facts;
  if (record === null) {
    if (ticketRecord?.kind === 'installation' && ticketRecord.store === hello.store)
      return { kind: 'forgotten', installation: ticketRecord.device };
    return { kind: 'refused', refusal: 'unauthorised', message: 'This device is not known here.' };
  }
  if (record.kind !== 'installation' || record.store !== hello.store)
    return { kind: 'refused', refusal: 'unauthorised', message: 'This device belongs to another store.' };
  const isRevoked = record.revokedAtMs !== null;
  const tokens = [judgeMark(seal, hello, record, facts), judgeCursor(seal, hello, facts)];
  // A removed device proves nothing about anyone, and is sent nothing that its tokens would matter for.
  const behind = isRevoked ? undefined : tokens.find((token) => typeof token === 'object');
  if (behind !== undefined) return behind;
  const fork = judgeHead(hello, record);
  if (fork !== undefined) return fork;
  const kind = isRevoked ? 'revoked' : (['epoch', 'cursor'] as const).find((one) => tokens.includes(one));
  return {
    kind: 'welcome',
    mark: sealMark(seal, record.device, { epoch: head.epoch, ...record.accepted }),
    restriction:
      kind === undefined ? null : { kind, recovery: RESTRICTION_RECOVERIES[kind], message: RESTRICTION_WORDS[kind] },
  };
}

/** `epoch`: of another history. `cursor`: no valid seal. */
type TokenJudgement = 'ok' | 'epoch' | 'cursor' | Extract<Greeting, { kind: 'behind' }>;

function judgeMark(seal: Seal, hello: Hello, record: DeviceRecord, facts: GreetingFacts): TokenJudgement {
  const mark = hello.accepted;
  if (mark === null) return 'ok';
  if (!isSealedMark(seal, hello.device, mark)) return 'cursor';
  if (mark.epoch !== facts.head.epoch) return 'epoch';
  // Held, but in a hole: its hash can not be compared any more.
  const held = facts.points[1] ?? null;
  if (mark.seq <= record.accepted.seq && (held === null || held.hash === mark.hash)) return 'ok';
  const detail = `accepted ${mark.seq} of ${hello.device} was given, ${record.accepted.seq} is held`;
  return { kind: 'behind', proof: 'mark', detail };
}

function judgeCursor(seal: Seal, hello: Hello, facts: GreetingFacts): TokenJudgement {
  const { cursor } = hello;
  if (cursor === null) return 'ok';
  if (!isSealedCursor(seal, cursor)) return 'cursor';
  if (cursor.epoch !== facts.head.epoch) return 'epoch';
  if (facts.hashAtCursor === cursor.hash) return 'ok';
  const detail = `cursor ${cursor.position} was given, the head is ${facts.head.position} and the hash there differs`;
  return { kind: 'behind', proof: 'cursor', detail };
}

/**
 * Behind what was accepted, or different at its own end: a clone or a disk that was rolled back. What lies ahead, a
 * push will show.
 */
function judgeHead(hello: Hello, record: DeviceRecord): Greeting | undefined {
  const { seq, hash } = hello.head;
  if (seq > record.accepted.seq) return undefined;
  if (seq === record.accepted.seq && record.accepted.hash === hash) return undefined;
  return { kind: 'forked', lastSeq: seq };
}
