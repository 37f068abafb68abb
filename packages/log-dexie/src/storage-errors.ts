// What can go wrong with a device's database, as errors that say what happened, what is safe and what to do; and how the
// browser's and Dexie's many errors map to them. Decides nothing about retrying.
import { AppendRefused, StorageFull } from '@streamstock/event-log';

export { StorageFull };

/** The database can not be reached any more, also after opening it again. Nothing of this commit was written. */
export class StorageLost extends Error {
  override readonly name = 'StorageLost';
  constructor(cause?: unknown) {
    super(
      'The browser lost its connection to the saved data: nothing was saved just now. What was saved before is most likely safe. Close other tabs and reload; do not clear site data.',
      { cause },
    );
  }
}

/** Another tab runs an older version and keeps the database from being upgraded. */
export class StorageBlocked extends Error {
  override readonly name = 'StorageBlocked';
  constructor(cause?: unknown) {
    super(
      'Another tab with an older version of this app is open. Nothing is lost: close that tab, then reload this one.',
      { cause },
    );
  }
}

/** The browser aborted a commit for a reason of its own. Nothing of it was written; it may be tried again. */
export class CommitFailed extends Error {
  override readonly name = 'CommitFailed';
  constructor(cause?: unknown) {
    super('The browser could not commit this: nothing was saved just now. Do it again.', { cause });
  }
}

/** full, lost, aborted: as the errors above · foreign: not the storage's. */
export type StorageProblem = 'full' | 'lost' | 'aborted' | 'foreign';

const PROBLEMS: Readonly<Record<string, StorageProblem>> = {
  QuotaExceededError: 'full',
  AbortError: 'aborted',
  // The handle is dead: "Internal error opening backing store", "Connection to Indexed Database server lost".
  UnknownError: 'lost',
  InvalidStateError: 'lost',
  DatabaseClosedError: 'lost',
  OpenFailedError: 'lost',
  MissingAPIError: 'lost',
  TimeoutError: 'lost',
  NotReadableError: 'lost',
  NotFoundError: 'lost',
};

/** The gravest first: a full disk shows itself as an aborted transaction with the quota error inside. */
const GRAVITY: readonly StorageProblem[] = ['full', 'lost', 'aborted'];

/** How deep errors are looked into. */
const NESTING_MAX = 6;

export function problemOf(error: unknown): StorageProblem {
  if (error instanceof AppendRefused) return 'foreign';
  const found = new Set<StorageProblem>();
  collect(error, found, NESTING_MAX);
  return GRAVITY.find((problem) => found.has(problem)) ?? 'foreign';
}

function collect(error: unknown, found: Set<StorageProblem>, depth: number): void {
  if (typeof error !== 'object' || error === null || depth === 0) return;
  const { name, inner, failures } = error as { name?: unknown; inner?: unknown; failures?: unknown };
  const problem = typeof name === 'string' ? PROBLEMS[name] : undefined;
  if (problem !== undefined) found.add(problem);
  collect(inner, found, depth - 1);
  // Dexie's bulk errors hold one error per row; the first tells the reason.
  if (Array.isArray(failures)) collect(failures[0], found, depth - 1);
}

/** The error that callers get. */
export function storageError(error: unknown): unknown {
  switch (problemOf(error)) {
    case 'full':
      return new StorageFull(error);
    case 'lost':
      return new StorageLost(error);
    case 'aborted':
      return new CommitFailed(error);
    case 'foreign':
      return error;
  }
}
