// The centre's judgement of a `hello`: whether the device may come in, whether its tokens are this centre's, and
// whether its log is the one held under its id. Pure; the facts were read from the log before.
import {
  isSealedCursor,
  isSealedMark,
  sealMark,
  type AcceptedMark,
  type DeviceRecord,
  type Seal,
  type Seq,
} from '@streamstock/event-log';
import type { GreetingFacts } from './central-session-types.ts';
import type { Hello, Recovery, RefusalKind } from './protocol.ts';

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
  cursor: 'snapshot',
  epoch: 'snapshot',
};

export type Greeting =
  | { readonly kind: 'welcome'; readonly mark: AcceptedMark }
  /** The device's log is not the one held: `lastSeq` is the last seq that both may have. */
  | { readonly kind: 'forked'; readonly lastSeq: Seq }
  | {
      readonly kind: 'refused';
      readonly refusal: RefusalKind;
      readonly message: string;
      /** Set when a sealed token proves that this centre lost history. */
      readonly centreBehind?: string;
    };

/** The seqs of the device's chain that `judgeGreeting` needs, in this order. */
export function greetingSeqs(hello: Hello): readonly Seq[] {
  return [hello.head.seq, hello.accepted?.seq ?? 0];
}

export function judgeGreeting(seal: Seal, hello: Hello, facts: GreetingFacts): Greeting {
  const { record, head } = facts;
  if (record === null) return refused('unauthorised', 'This device is not known here.');
  if (record.revokedAtMs !== null) return refused('revoked', 'This device was removed. Enrol it again.');
  if (record.kind !== 'installation' || record.store !== hello.store)
    return refused('unauthorised', 'This device belongs to another store.');
  return (
    judgeMark(seal, hello, record, facts) ??
    judgeCursor(seal, hello, facts) ??
    judgeHead(hello, record, facts) ?? {
      kind: 'welcome',
      mark: sealMark(seal, record.device, { epoch: head.epoch, ...record.accepted }),
    }
  );
}

function refused(refusal: RefusalKind, message: string, centreBehind?: string): Greeting {
  return { kind: 'refused', refusal, message, ...(centreBehind === undefined ? {} : { centreBehind }) };
}

const OTHER_EPOCH =
  'The centre began a new history. What is saved on this device stays saved; the device must start from a snapshot.';
const NO_PROOF =
  'What this device remembers of the centre can not be confirmed. The device must start from a snapshot.';

function judgeMark(seal: Seal, hello: Hello, record: DeviceRecord, facts: GreetingFacts): Greeting | undefined {
  const mark = hello.accepted;
  if (mark === null) return undefined;
  if (!isSealedMark(seal, hello.device, mark)) return refused('cursor', NO_PROOF);
  if (mark.epoch !== facts.head.epoch) return refused('epoch', OTHER_EPOCH);
  if (mark.seq <= record.accepted.seq && facts.points[1]?.hash === mark.hash) return undefined;
  return refused(
    'epoch',
    OTHER_EPOCH,
    `accepted ${mark.seq} of ${hello.device} was given, ${record.accepted.seq} is held`,
  );
}

function judgeCursor(seal: Seal, hello: Hello, facts: GreetingFacts): Greeting | undefined {
  const { cursor } = hello;
  if (cursor === null) return undefined;
  if (!isSealedCursor(seal, cursor)) return refused('cursor', NO_PROOF);
  if (cursor.epoch !== facts.head.epoch) return refused('epoch', OTHER_EPOCH);
  if (facts.hashAtCursor === cursor.hash) return undefined;
  return refused(
    'epoch',
    OTHER_EPOCH,
    `cursor ${cursor.position} was given, the head is ${facts.head.position} and the hash there differs`,
  );
}

/**
 * Behind what was accepted, or different at its own end: a clone or a disk that was rolled back. What lies ahead, a
 * push will show.
 */
function judgeHead(hello: Hello, record: DeviceRecord, facts: GreetingFacts): Greeting | undefined {
  const { seq, hash } = hello.head;
  if (seq > record.accepted.seq) return undefined;
  if (seq === record.accepted.seq && facts.points[0]?.hash === hash) return undefined;
  return { kind: 'forked', lastSeq: seq };
}
