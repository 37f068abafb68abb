// Password hashing: argon2id at the library's default cost (19 MiB, 2 passes, ≈ 10 ms). Owns the bound on how many run at
// once, so that a storm of log-ins takes neither the memory nor the threads that everything else needs.
import { hash, verify } from '@node-rs/argon2';

/** Hashes at a time, and waiting: past it a log-in is refused as "too many". */
const HASHES_AT_ONCE_MAX = 2;
const HASHES_WAITING_MAX = 20;

/** More log-ins wait than the server takes on. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy';
}

let running = 0;
const waiting: (() => void)[] = [];

async function withTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= HASHES_AT_ONCE_MAX) {
    if (waiting.length >= HASHES_WAITING_MAX) throw new PasswordsBusy('Too many log-ins wait.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

export function hashPassword(password: string): Promise<string> {
  return withTurn(() => hash(password.normalize('NFC')));
}

let unknownPersonHash: Promise<string> | undefined;

/**
 * Whether the password fits. `stored` undefined (nobody of that name): does the same work and says no, so that the time tells
 * nothing about who exists. Throws `PasswordsBusy`.
 */
export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  const against = stored ?? (await (unknownPersonHash ??= hashPassword('nobody has this password')));
  const fits = await withTurn(() => verify(against, password.normalize('NFC')));
  return stored !== undefined && fits;
}
