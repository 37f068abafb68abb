// Who may call what: closed unless the route table opens it. Finds out who is asking (session cookie or bearer token),
// refuses writes that come from foreign pages, and refuses everybody whom the route does not name. Runs before any body is
// read. Owns no secrets: the directory compares digests.
import { routes, type Access } from '@streamstock/api';
import type { DeviceId } from '@streamstock/event-log';
import type { MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Directory } from '../directory/directory.ts';
import { remoteAddress, type AppContext, type AppEnvironment, type Caller } from './environment.ts';
import { HttpProblem } from './problems.ts';
import { addressKey, type GuessGuard } from './rate-limits.ts';

export interface AccessRules {
  readonly directory: Directory;
  readonly clock: () => number;
  readonly bearerGuard: GuessGuard;
  /** Whether the log's registry holds this device as revoked. */
  readonly isRevoked: (device: DeviceId) => Promise<boolean>;
  /** The page origins that count as our own besides the host that was asked for. */
  readonly publicUrl: string | null;
  readonly cookie: SessionCookie;
}

export interface SessionCookie {
  readonly name: string;
  read(context: AppContext): string | undefined;
  write(context: AppContext, secret: string, nowMs: number, expiresAtMs: number): void;
  clear(context: AppContext): void;
}

/** `secure`: people reach the server over TLS. The name carries the instance: cookies know no ports, so two servers of one host would sign each other out. */
export function sessionCookie(instance: string, secure: boolean): SessionCookie {
  const name = `${secure ? '__Host-' : ''}streamstock-session-${instance}`;
  const options = { httpOnly: true, sameSite: 'Strict', path: '/', secure } as const;
  return {
    name,
    read: (context) => getCookie(context, name),
    write: (context, secret, nowMs, expiresAtMs) =>
      setCookie(context, name, secret, { ...options, maxAge: Math.max(0, Math.floor((expiresAtMs - nowMs) / 1_000)) }),
    clear: (context) => {
      deleteCookie(context, name, options);
    },
  };
}

const READS = new Set(['GET', 'HEAD']);
/** What devices fetch beside the socket; its routes are not JSON and not in the table. */
const SYNC_PREFIX = '/sync/';

/** The access of a concrete request. Everything the table does not open is for the office. */
function accessOf(method: string, path: string): Access {
  const asked = READS.has(method) ? 'GET' : method;
  const route = Object.values(routes).find((one) => one.method === asked && one.path === path);
  return route?.access ?? (path.startsWith(SYNC_PREFIX) ? 'device' : 'office');
}

/** Stands in front of everything: identifies, refuses foreign writes, refuses whom the route does not name. */
export function guardAccess(rules: AccessRules): MiddlewareHandler<AppEnvironment> {
  return async (context, next) => {
    refuseForeignWrites(context, rules);
    const caller = await identify(context, rules);
    context.set('caller', caller);
    const access = accessOf(context.req.method, context.req.path);
    if (access === 'office') requireOffice(caller);
    if (access === 'device') requireDevice(caller, context.req.path);
    await next();
  };
}

function requireOffice(caller: Caller): void {
  if (caller.kind === 'admin' || caller.kind === 'api-key') return;
  if (caller.kind === 'device') {
    throw new HttpProblem('not-allowed', 'A device may not do this.', 'Sign in as an admin, or use an API key.');
  }
  throw new HttpProblem(
    'not-signed-in',
    'This needs a signed-in admin or an API key.',
    'Sign in at /admin/, or send an API key as bearer token.',
  );
}

function requireDevice(caller: Caller, path: string): void {
  if (caller.kind === 'device') {
    if (caller.revoked && path !== routes.createTicket.path) throw revokedProblem();
    return;
  }
  if (caller.kind === 'nobody') {
    throw new HttpProblem(
      'not-signed-in',
      'This needs the credential of an enrolled device.',
      'Enrol the device with a pairing code.',
    );
  }
  throw new HttpProblem('not-allowed', 'Only an enrolled device may do this.', 'Enrol the device with a pairing code.');
}

/** A revoked device gets nothing; what it has it may still send over the socket. */
export function revokedProblem(): HttpProblem {
  return new HttpProblem(
    'revoked',
    'The access of this device was taken back. What it still has to send is taken, and set aside for a person.',
    'Ask head office. To use the device again, pair it anew.',
  );
}

/**
 * Browsers send `Origin` with every write. One that is not ours is refused whoever is asking; one that is missing is refused
 * when only a cookie could prove who asks (checked where the cookie is read).
 */
function refuseForeignWrites(context: AppContext, rules: AccessRules): void {
  if (READS.has(context.req.method)) return;
  const origin = context.req.header('origin');
  if (origin !== undefined && !isOwnOrigin(origin, context.req.header('host'), rules.publicUrl)) throw foreignOrigin();
}

function foreignOrigin(): HttpProblem {
  return new HttpProblem(
    'foreign-origin',
    'The request came from a page of another site. Nothing was changed.',
    "Use the server's own pages, or an API key without a browser.",
  );
}

/** Whether a page of this origin is one of ours: the host that was asked for, or the public address. */
export function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  if (origin === publicUrl) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (
    (url.protocol === 'http:' || url.protocol === 'https:') && host !== undefined && url.host === host.toLowerCase()
  );
}

async function identify(context: AppContext, rules: AccessRules): Promise<Caller> {
  const authorization = context.req.header('authorization');
  if (authorization !== undefined) return await identifyBearer(context, rules, authorization);
  const secret = rules.cookie.read(context);
  if (secret === undefined) return { kind: 'nobody' };
  if (!READS.has(context.req.method) && context.req.header('origin') === undefined) throw foreignOrigin();
  const nowMs = rules.clock();
  const session = rules.directory.session(secret, nowMs);
  if (session === undefined) return { kind: 'nobody' };
  if (session.renewed) rules.cookie.write(context, secret, nowMs, session.expiresAtMs);
  return { kind: 'admin', admin: session.admin, sessionSecret: secret, expiresAtMs: session.expiresAtMs };
}

async function identifyBearer(context: AppContext, rules: AccessRules, authorization: string): Promise<Caller> {
  const token = /^Bearer ([\w-]{1,200})$/i.exec(authorization)?.[1];
  if (token !== undefined) {
    const key = rules.directory.apiKey(token);
    if (key !== undefined) return { kind: 'api-key', ...key };
    const device = rules.directory.enrolledDevice(token);
    if (device !== undefined) return { kind: 'device', device, revoked: await rules.isRevoked(device.device) };
  }
  await rules.bearerGuard.attempt(addressKey(remoteAddress(context)));
  throw new HttpProblem(
    'not-signed-in',
    'The bearer token is unknown here, or was taken back.',
    'Check that the whole key was copied and that it belongs to this server.',
  );
}
