// What writes the central log: in this thread (write-side.ts), or in one of its own (writer-thread.ts).
import type { CentralHead, CentralLog, CommittedLine, NewEpoch } from '@streamstock/event-log';

/** As `CentralLog` says; after `close`, which waits for what was asked before, everything is rejected. */
export interface LogWriter extends Pick<
  CentralLog,
  'append' | 'appendOwn' | 'registerDevice' | 'revokeDevice' | 'project' | 'deadLetter' | 'close'
> {
  beginEpoch(epoch: Required<NewEpoch>): Promise<CentralHead>;
  follow(follower: Follower): () => void;
}

/** As `CentralLog.follow` says. */
export type Follower = (entries: readonly CommittedLine[] | null) => void;
