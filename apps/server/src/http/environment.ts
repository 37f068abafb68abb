// What every handler finds in its context: the caller, and Node's own request below it.
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Admin, EnrolledDevice } from '../directory/directory.ts';

/** Who is asking, as far as proven. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'admin'; readonly admin: Admin; readonly sessionSecret: string; readonly expiresAtMs: number }
  | { readonly kind: 'api-key'; readonly id: string; readonly name: string }
  /** `revoked`: it may only get tickets, to send what it still has. */
  | { readonly kind: 'device'; readonly device: EnrolledDevice; readonly revoked: boolean };

export interface AppEnvironment {
  Bindings: HttpBindings;
  Variables: { caller: Caller };
}

export type AppContext = Context<AppEnvironment>;

/** The address the connection came from; behind a proxy that is the proxy's. */
export function remoteAddress(context: AppContext): string | undefined {
  return context.env.incoming.socket.remoteAddress;
}

/** Under which id the log keeps who caused an event. */
export function actorOf(caller: Caller): string {
  return caller.kind === 'admin' ? caller.admin.id : 'api';
}
