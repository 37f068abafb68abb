// Setup, sessions and who is asking.
import * as z from 'zod/mini';
import { Email, EntityId, Name, NewPassword, Secret, TimeMs } from './common.ts';
import { PairingCode } from './devices.ts';
import { PASSWORD_CHARACTERS_MAX } from './limits.ts';
import { NewStore, StoreIdentity } from './stores.ts';

export const SetupState = z.object({ needed: z.boolean() });
export type SetupState = z.infer<typeof SetupState>;

/** `token`: from the one-time setup link that `serve` printed. */
export const SetupRequest = z.object({
  token: Secret,
  admin: z.object({ name: Name, email: Email, password: NewPassword }),
  store: NewStore,
});
export type SetupRequest = z.infer<typeof SetupRequest>;

/** `apiKey` is shown this once and never again. */
export const SetupResult = z.object({ apiKey: Secret, store: StoreIdentity, pairingCode: PairingCode });
export type SetupResult = z.infer<typeof SetupResult>;

export const SignInRequest = z.object({
  email: Email,
  password: z.string().check(z.minLength(1), z.maxLength(PASSWORD_CHARACTERS_MAX)),
});
export type SignInRequest = z.infer<typeof SignInRequest>;

/** Who is asking: a person with a session, or the holder of an API key. */
export const Session = z.object({
  kind: z.enum(['admin', 'api-key']),
  id: EntityId,
  name: z.string(),
  email: z.nullable(z.string()),
  /** When the session ends unless it is used; null for a key. */
  expiresAtMs: z.nullable(TimeMs),
});
export type Session = z.infer<typeof Session>;
