// Setup, sign-in, sign-out, who am I. Secrets come in, are digested at once, and go nowhere else.
import type { NewStore } from '@streamstock/api';
import type { StoreRow } from '@streamstock/inventory';
import { hashPassword, passwordFits, PasswordsBusy } from '../directory/passwords.ts';
import { remoteAddress, type AppContext } from '../http/environment.ts';
import type { Handlers } from '../http/mount.ts';
import { HttpProblem } from '../http/problems.ts';
import { addressKey, tooManyAttempts } from '../http/rate-limits.ts';
import type { Services } from '../services.ts';
import { decideNewStore, openNewStore } from './open-store.ts';
import { pairingCodeFor } from './device-routes.ts';

const BUSY_RETRY_MS = 5_000;

type PeopleHandlers = Pick<Handlers, 'setupState' | 'setUp' | 'signIn' | 'session' | 'signOut'>;

export function peopleRoutes(services: Services): PeopleHandlers {
  const { directory, clock, cookie, guards } = services;
  const start = (context: AppContext, admin: string): number => {
    const nowMs = clock();
    const { secret, expiresAtMs } = directory.startSession(admin, nowMs);
    cookie.write(context, secret, nowMs, expiresAtMs);
    return expiresAtMs;
  };
  return {
    setupState: async () => ({ needed: !directory.hasAdmin() }),
    setUp: setUpRoute(services, start),
    signIn: async ({ body, context }) => {
      const keys = [addressKey(remoteAddress(context)), `email ${body.email}`] as const;
      await guards.signIn.attempt(...keys);
      const known = directory.findAdmin(body.email);
      if (!(await whenFree(() => passwordFits(known?.passwordHash, body.password))) || known === undefined) {
        throw new HttpProblem(
          'wrong-credentials',
          'E-mail address and password do not fit together.',
          'Check both and try again.',
        );
      }
      await guards.signIn.succeeded(...keys);
      const { id, name, email } = known;
      return { kind: 'admin', id, name, email, expiresAtMs: start(context, id) };
    },
    session: async ({ caller }) => {
      if (caller.kind === 'api-key')
        return { kind: 'api-key', id: caller.id, name: caller.name, email: null, expiresAtMs: null };
      if (caller.kind !== 'admin') throw new Error('The route is open to the office only.');
      return { kind: 'admin', ...caller.admin, expiresAtMs: caller.expiresAtMs };
    },
    signOut: async ({ caller, context }) => {
      if (caller.kind === 'admin') directory.endSession(caller.sessionSecret);
      cookie.clear(context);
      return undefined;
    },
  };
}

function setUpRoute(
  services: Services,
  start: (context: AppContext, admin: string) => number,
): PeopleHandlers['setUp'] {
  const { directory, clock, guards, setupToken } = services;
  let running = false;
  return async ({ body, context }) => {
    if (directory.hasAdmin()) throw setupDone();
    await guards.setup.attempt(addressKey(remoteAddress(context)));
    if (setupToken()?.fits(body.token) !== true) {
      throw new HttpProblem(
        'wrong-credentials',
        'The setup link is not the newest one.',
        'Use the link that the server printed at its last start.',
      );
    }
    if (running)
      throw new HttpProblem(
        'conflict',
        'Setup is being done at this moment.',
        'Wait a moment, then sign in at /admin/.',
      );
    running = true;
    try {
      const passwordHash = await whenFree(() => hashPassword(body.admin.password));
      // The store first: when that fails there is still no admin, and setup can be done again.
      const store = await storeForSetup(services, body.store);
      const created = directory.createFirstAdmin(
        { name: body.admin.name, email: body.admin.email, passwordHash },
        clock(),
      );
      if (created === null) throw setupDone();
      services.setupDone();
      start(context, created.admin.id);
      services.logger.info(
        { admin: created.admin.id, store: store.store },
        'The first admin and the first store were made',
      );
      const { name, currency, timeZone } = store;
      const pairingCode = pairingCodeFor(services, context, store.store);
      return { apiKey: created.apiKey, store: { id: store.store, name, currency, timeZone }, pairingCode };
    } finally {
      running = false;
    }
  };
}

function setupDone(): HttpProblem {
  return new HttpProblem(
    'setup-done',
    'This server has its first admin already. Nothing was changed.',
    'Sign in at /admin/.',
  );
}

/** A store that is there already (from a setup that broke off, or an import before it) is taken, not opened twice. */
async function storeForSetup(services: Services, wanted: NewStore): Promise<StoreRow> {
  const known = services.centre.view
    .stores()
    .find(
      ({ name, currency, timeZone }) =>
        name === wanted.name && currency === wanted.currency && timeZone === wanted.timeZone,
    );
  return known ?? (await openNewStore(services, decideNewStore(wanted, 'setup', services.clock(), 'store.')));
}

async function whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PasswordsBusy) throw tooManyAttempts(BUSY_RETRY_MS);
    throw error;
  }
}
