// Limits on guessing (log-in, setup, enrolment, bearer tokens: attempts are counted per address, IPv6 per /64, and over all; a
// success is given back) and on use (tickets: counted whatever becomes of them). In memory: a restart forgets.
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { HttpProblem } from './problems.ts';

const MINUTE_S = 60;

/** Attempts in a window that may go wrong, per address (and per account), and over all addresses together. */
export interface GuessLimit {
  readonly perKeyMax: number;
  readonly overallMax: number;
  readonly windowS: number;
}

export const guessLimits = {
  signIn: { perKeyMax: 10, overallMax: 300, windowS: 15 * MINUTE_S },
  setup: { perKeyMax: 10, overallMax: 100, windowS: 15 * MINUTE_S },
  // 35 bits per code, at most 100 codes open: 1,000 attempts in ten minutes find one with a chance of 1 in 500,000.
  pairing: { perKeyMax: 10, overallMax: 1_000, windowS: 10 * MINUTE_S },
  bearer: { perKeyMax: 60, overallMax: 10_000, windowS: 10 * MINUTE_S },
} as const satisfies Record<string, GuessLimit>;

/** Counts every attempt before it is tried, so that many at the same moment gain nothing. */
export interface GuessGuard {
  /** `first`: the caller's address. Throws a problem when one of the keys, or all together, have no attempt left. */
  attempt(first: string, ...more: readonly string[]): Promise<void>;
  /** It was no guess: forgets what the keys failed before. */
  succeeded(...keys: readonly string[]): Promise<void>;
}

const OVERALL = 'all';

export function createGuessGuard(limit: GuessLimit): GuessGuard {
  const perKey = new RateLimiterMemory({ points: limit.perKeyMax, duration: limit.windowS });
  const overall = new RateLimiterMemory({ points: limit.overallMax, duration: limit.windowS });
  return {
    attempt: async (first, ...more) => {
      // In this order: whoever is stopped already neither uses up what all share, nor fills the memory with made-up accounts.
      const counted = [[perKey, first], [overall, OVERALL], ...more.map((key) => [perKey, key] as const)] as const;
      for (const [limiter, key] of counted) {
        const retryAfterMs = await consume(limiter, key);
        if (retryAfterMs !== undefined) throw tooManyAttempts(retryAfterMs);
      }
    },
    succeeded: async (...keys) => {
      await Promise.all([overall.reward(OVERALL), ...keys.map((key) => perKey.delete(key))]);
    },
  };
}

/** Takes one point; milliseconds to wait when there was none left. */
async function consume(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
    throw error;
  }
}

/** Uses in a window, by key. */
export interface UseLimit {
  readonly usesMax: number;
  readonly windowS: number;
}

/** A device asks for a ticket once per connection. Behind a proxy addresses are not counted: all shops have one. */
export const ticketLimits = {
  device: { usesMax: 60, windowS: MINUTE_S },
  store: { usesMax: 600, windowS: MINUTE_S },
  address: { usesMax: 12_000, windowS: MINUTE_S },
} as const satisfies Record<string, UseLimit>;

/** Counts one use of the key. Throws a problem with the time to wait when there is none left. */
export type UseGuard = (key: string) => Promise<void>;

export function createUseGuard({ usesMax, windowS }: UseLimit): UseGuard {
  const limiter = new RateLimiterMemory({ points: usesMax, duration: windowS });
  return async (key) => {
    const retryAfterMs = await consume(limiter, key);
    if (retryAfterMs === undefined) return;
    throw new HttpProblem(
      'too-many-requests',
      'This is asked for too often. Nothing is lost.',
      `Wait ${Math.ceil(retryAfterMs / 1_000)} s, then try again.`,
      { retryAfterMs: Math.ceil(retryAfterMs) },
    );
  };
}

export function tooManyAttempts(retryAfterMs: number): HttpProblem {
  const minutes = Math.max(1, Math.ceil(retryAfterMs / 60_000));
  return new HttpProblem(
    'too-many-requests',
    'Too many attempts went wrong. Nothing was changed.',
    `Wait ${minutes} min, then try again.`,
    {
      retryAfterMs: Math.ceil(retryAfterMs),
    },
  );
}

/** The key of a caller's address. Who has one IPv6 address has a whole /64 of them. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
