// Secrets: makes them, digests them for keeping, and holds the one key of this installation. What is stored is always a
// digest under that key, and the key lives in its own file, outside every database: a stolen database opens nothing.
import { createHmac, hkdfSync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { PAIRING_ALPHABET, PAIRING_LETTERS } from '@streamstock/api';
import type { Seal } from '@streamstock/event-log';
import { loadOrCreateSealKey, sealWith } from '@streamstock/log-sql';

const KEY_BYTES = 32;
const SECRET_BYTES = 32;
const FINGERPRINT_CHARACTERS = 16;

/** What a secret is for; a digest of one kind is never one of another. */
export type SecretKind = 'session' | 'setup' | 'pairing' | 'credential' | 'ticket' | 'api-key';

/** Shown prefixes let people (and secret scanners) see what they hold. */
const prefixes: Record<Exclude<SecretKind, 'pairing'>, string> = {
  session: 'sss_',
  setup: 'ssu_',
  credential: 'ssd_',
  ticket: 'sst_',
  'api-key': 'ssk_',
};

/** 256 random bits, printable, safe in headers and cookies. */
export function newSecret(kind: Exclude<SecretKind, 'pairing'>): string {
  return prefixes[kind] + randomBytes(SECRET_BYTES).toString('base64url');
}

/** A pairing code `ABCD-EFGH`: 35 bits, enough for ten minutes and a limited number of attempts. */
export function newPairingCode(): string {
  const letters = Array.from({ length: PAIRING_LETTERS }, () =>
    PAIRING_ALPHABET.charAt(randomInt(PAIRING_ALPHABET.length)),
  ).join('');
  return `${letters.slice(0, PAIRING_LETTERS / 2)}-${letters.slice(PAIRING_LETTERS / 2)}`;
}

/** The installation's key, split by purpose. */
export interface Keys {
  /** Digest of a secret, as it may be stored. */
  digest(kind: SecretKind, secret: string): string;
  /** Seals the cursors and marks that the centre gives out. */
  readonly seal: Seal;
  /** Tells this installation's cookies from those of another one on the same host. */
  readonly instance: string;
  /** Tells this key from another one; opens nothing. */
  readonly fingerprint: string;
}

/**
 * Reads the key file, or makes one that only this user can read. Throws when it holds something else. Without the file of before,
 * everybody signs in anew, every device is enrolled again, and what the centre gave out before proves nothing any more.
 */
export function openKeys(file: string): Keys {
  const key = loadOrCreateSealKey(file);
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', key, '', `streamstock.v1 ${purpose}`, KEY_BYTES));
  const secretsKey = derive('secrets');
  return {
    digest: (kind, secret) => createHmac('sha256', secretsKey).update(`${kind}\n${secret}`).digest('base64url'),
    seal: sealWith(key),
    instance: derive('instance').toString('hex').slice(0, 8),
    fingerprint: derive('fingerprint').toString('hex').slice(0, FINGERPRINT_CHARACTERS),
  };
}

/** Compares two digests without telling by time how far they agree. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
