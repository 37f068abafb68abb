// The one-time setup token: made at every start without an admin, printed once, kept in memory as a digest. Gone when the
// first admin exists.
import { newSecret, sameDigest, type Keys } from '../secrets.ts';

export interface SetupToken {
  /** For the link that `serve` prints. */
  readonly secret: string;
  fits(token: string): boolean;
}

export function createSetupToken(keys: Keys): SetupToken {
  const secret = newSecret('setup');
  const digest = keys.digest('setup', secret);
  return { secret, fits: (token) => sameDigest(keys.digest('setup', token), digest) };
}
