// The directory: who may do what here. Admins, sessions, API keys, pairing codes, device credentials, and what devices last
// said. Every secret comes in as text, is digested at once, and is compared as digest. Clock is an argument.
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { DeviceId, StoreId } from '@streamstock/event-log';
import { newPairingCode, newSecret, type Keys } from '../secrets.ts';
import { inTransaction, openDirectoryDatabase } from './directory-database.ts';

/** A session unused for this long ends; one in use ends at the latest after the second. */
export const SESSION_IDLE_MS = 12 * 60 * 60 * 1_000;
export const SESSION_LIFE_MS = 30 * 24 * 60 * 60 * 1_000;
/** A session's end is moved at most this often: a read does not cost a write. */
const SESSION_TOUCH_MS = 10 * 60 * 1_000;
export const PAIRING_CODE_LIFE_MS = 10 * 60 * 1_000;
/** Unused codes at a time: past it the oldest of them stops working. */
export const PAIRING_CODES_MAX = 100;
/** Sessions of one admin: past it the oldest ends. */
export const SESSIONS_PER_ADMIN_MAX = 50;

export interface Admin {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Who holds a credential: the device as it was enrolled (after a fork, an ancestor of what it is now). */
export interface EnrolledDevice {
  readonly device: DeviceId;
  readonly store: StoreId;
  readonly label: string;
  readonly enrolledAtMs: number;
}

type PairingOutcome =
  | { readonly ok: true; readonly store: StoreId; readonly credential: string }
  | { readonly ok: false; readonly reason: 'unknown' | 'used' | 'expired' };

export interface Directory {
  hasAdmin(): boolean;
  /** Makes the first admin and the first API key in one transaction; null when there is an admin already. */
  createFirstAdmin(
    admin: { readonly name: string; readonly email: string; readonly passwordHash: string },
    nowMs: number,
  ): { readonly admin: Admin; readonly apiKey: string } | null;
  findAdmin(email: string): (Admin & { readonly passwordHash: string }) | undefined;
  /** The session's secret, for the cookie. */
  startSession(admin: string, nowMs: number): { readonly secret: string; readonly expiresAtMs: number };
  /** Finds a session that has not ended, and keeps it alive. `renewed`: its end was moved. */
  session(
    secret: string,
    nowMs: number,
  ): { readonly admin: Admin; readonly expiresAtMs: number; readonly renewed: boolean } | undefined;
  /** The same, without keeping it alive. */
  hasSession(secret: string, nowMs: number): boolean;
  endSession(secret: string): void;
  apiKey(secret: string): { readonly id: string; readonly name: string } | undefined;
  createPairingCode(store: StoreId, nowMs: number): { readonly code: string; readonly expiresAtMs: number };
  /** Uses a code up and records the new device's credential, in one transaction: of two devices with one code, one gets in. */
  pair(code: string, device: { readonly device: DeviceId; readonly label: string }, nowMs: number): PairingOutcome;
  enrolledDevice(credential: string): EnrolledDevice | undefined;
  saveReports(reports: readonly StoredReport[]): void;
  reports(): readonly StoredReport[];
  epochNote(epoch: string): EpochNote;
  /** Automatic work goes on in this epoch, because a person said so. The first word stays. */
  noteResumed(epoch: string, by: string, nowMs: number): void;
  close(): void;
}

/** What is known of an epoch besides the log; null: not so, or not known. */
export interface EpochNote {
  readonly backupTakenAtMs: number | null;
  readonly resumedAtMs: number | null;
  readonly resumedBy: string | null;
}

/** What a device last said, as JSON text: its shape is the caller's business. */
interface StoredReport {
  readonly device: DeviceId;
  readonly heardAtMs: number;
  readonly report: string;
}

export function openDirectory(file: string, keys: Keys): Directory {
  const database = openDirectoryDatabase(file);
  return {
    ...peopleOf(database, keys),
    ...devicesOf(database, keys),
    ...epochsOf(database),
    close: () => database.close(),
  };
}

type People = Pick<
  Directory,
  'hasAdmin' | 'createFirstAdmin' | 'findAdmin' | 'startSession' | 'session' | 'hasSession' | 'endSession' | 'apiKey'
>;

function peopleOf(database: DatabaseSync, keys: Keys): People {
  const anyAdmin = database.prepare('SELECT 1 FROM admins LIMIT 1');
  const insertAdmin = database.prepare(
    'INSERT INTO admins (id, name, email, password_hash, created_at_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const adminByEmail = database.prepare(
    'SELECT id, name, email, password_hash AS passwordHash FROM admins WHERE email = ?',
  );
  const insertApiKey = database.prepare('INSERT INTO api_keys (id, name, digest, created_at_ms) VALUES (?, ?, ?, ?)');
  const apiKeyByDigest = database.prepare('SELECT id, name FROM api_keys WHERE digest = ? AND revoked_at_ms IS NULL');
  const hasAdmin = (): boolean => anyAdmin.get() !== undefined;
  return {
    hasAdmin,
    createFirstAdmin: (draft, nowMs) =>
      inTransaction(database, () => {
        if (hasAdmin()) return null;
        const admin: Admin = { id: randomUUID(), name: draft.name, email: draft.email };
        insertAdmin.run(admin.id, admin.name, admin.email, draft.passwordHash, nowMs);
        const apiKey = newSecret('api-key');
        insertApiKey.run(randomUUID(), 'Made in setup', keys.digest('api-key', apiKey), nowMs);
        return { admin, apiKey };
      }),
    findAdmin: (email) => adminByEmail.get(email) as (Admin & { readonly passwordHash: string }) | undefined,
    apiKey: (secret) =>
      apiKeyByDigest.get(keys.digest('api-key', secret)) as { readonly id: string; readonly name: string } | undefined,
    ...sessionsOf(database, keys),
  };
}

interface SessionRow extends Admin {
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

function sessionsOf(
  database: DatabaseSync,
  keys: Keys,
): Pick<Directory, 'startSession' | 'session' | 'hasSession' | 'endSession'> {
  const insert = database.prepare(
    'INSERT INTO sessions (digest, admin, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?)',
  );
  const find = database.prepare(
    `SELECT admins.id, admins.name, admins.email, sessions.created_at_ms AS createdAtMs, sessions.expires_at_ms AS expiresAtMs
     FROM sessions JOIN admins ON admins.id = sessions.admin WHERE digest = ? AND expires_at_ms > ?`,
  );
  const touch = database.prepare('UPDATE sessions SET expires_at_ms = ? WHERE digest = ?');
  const remove = database.prepare('DELETE FROM sessions WHERE digest = ?');
  const removeEnded = database.prepare('DELETE FROM sessions WHERE expires_at_ms <= ?');
  const removeOldest = database.prepare(
    'DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE admin = ? ORDER BY created_at_ms DESC, digest LIMIT -1 OFFSET ?)',
  );
  return {
    startSession: (admin, nowMs) => {
      const secret = newSecret('session');
      const expiresAtMs = nowMs + SESSION_IDLE_MS;
      inTransaction(database, () => {
        removeEnded.run(nowMs);
        insert.run(keys.digest('session', secret), admin, nowMs, expiresAtMs);
        removeOldest.run(admin, SESSIONS_PER_ADMIN_MAX);
      });
      return { secret, expiresAtMs };
    },
    session: (secret, nowMs) => {
      const digest = keys.digest('session', secret);
      const row = find.get(digest, nowMs) as SessionRow | undefined;
      if (row === undefined) return undefined;
      const { createdAtMs, expiresAtMs: before, id, name, email } = row;
      const wanted = Math.min(nowMs + SESSION_IDLE_MS, createdAtMs + SESSION_LIFE_MS);
      const expiresAtMs = wanted - before > SESSION_TOUCH_MS ? wanted : before;
      if (expiresAtMs !== before) touch.run(expiresAtMs, digest);
      return { admin: { id, name, email }, expiresAtMs, renewed: expiresAtMs !== before };
    },
    hasSession: (secret, nowMs) => find.get(keys.digest('session', secret), nowMs) !== undefined,
    endSession: (secret) => {
      remove.run(keys.digest('session', secret));
    },
  };
}

function epochsOf(database: DatabaseSync): Pick<Directory, 'epochNote' | 'noteResumed'> {
  const find = database.prepare(
    `SELECT backup_taken_at_ms AS backupTakenAtMs, resumed_at_ms AS resumedAtMs, resumed_by AS resumedBy
     FROM epoch_notes WHERE epoch = ?`,
  );
  const resume = database.prepare(
    `INSERT INTO epoch_notes (epoch, resumed_at_ms, resumed_by) VALUES (?, ?, ?)
     ON CONFLICT (epoch) DO UPDATE SET resumed_at_ms = excluded.resumed_at_ms, resumed_by = excluded.resumed_by
     WHERE resumed_at_ms IS NULL`,
  );
  return {
    epochNote: (epoch) =>
      (find.get(epoch) as EpochNote | undefined) ?? { backupTakenAtMs: null, resumedAtMs: null, resumedBy: null },
    noteResumed: (epoch, by, nowMs) => {
      resume.run(epoch, nowMs, by);
    },
  };
}

type Devices = Pick<Directory, 'createPairingCode' | 'pair' | 'enrolledDevice' | 'saveReports' | 'reports'>;

function devicesOf(database: DatabaseSync, keys: Keys): Devices {
  const insertCode = database.prepare(
    'INSERT INTO pairing_codes (digest, store, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?)',
  );
  const removeOldCodes = database.prepare('DELETE FROM pairing_codes WHERE expires_at_ms <= ?');
  const removeSurplusCodes = database.prepare(
    'DELETE FROM pairing_codes WHERE digest IN (SELECT digest FROM pairing_codes WHERE used_at_ms IS NULL ORDER BY created_at_ms DESC, digest LIMIT -1 OFFSET ?)',
  );
  const findCode = database.prepare(
    'SELECT store, expires_at_ms AS expiresAtMs, used_at_ms AS usedAtMs FROM pairing_codes WHERE digest = ?',
  );
  const useCode = database.prepare('UPDATE pairing_codes SET used_at_ms = ? WHERE digest = ?');
  const insertCredential = database.prepare(
    'INSERT INTO device_credentials (device, store, label, digest, created_at_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const credentialByDigest = database.prepare(
    'SELECT device, store, label, created_at_ms AS enrolledAtMs FROM device_credentials WHERE digest = ?',
  );
  const putReport = database.prepare(
    `INSERT INTO device_reports (device, heard_at_ms, report) VALUES (?, ?, ?)
     ON CONFLICT (device) DO UPDATE SET heard_at_ms = excluded.heard_at_ms, report = excluded.report`,
  );
  const allReports = database.prepare('SELECT device, heard_at_ms AS heardAtMs, report FROM device_reports');
  return {
    createPairingCode: (store, nowMs) => {
      const code = newPairingCode();
      const expiresAtMs = nowMs + PAIRING_CODE_LIFE_MS;
      inTransaction(database, () => {
        // Ended codes stay one more life, so that whoever types one late hears "expired" and not "unknown".
        removeOldCodes.run(nowMs - PAIRING_CODE_LIFE_MS);
        insertCode.run(keys.digest('pairing', code), store, nowMs, expiresAtMs);
        removeSurplusCodes.run(PAIRING_CODES_MAX);
      });
      return { code, expiresAtMs };
    },
    pair: (code, { device, label }, nowMs) =>
      inTransaction(database, () => {
        const digest = keys.digest('pairing', code);
        const row = findCode.get(digest) as
          | { readonly store: StoreId; readonly expiresAtMs: number; readonly usedAtMs: number | null }
          | undefined;
        if (row === undefined) return { ok: false, reason: 'unknown' };
        if (row.usedAtMs !== null) return { ok: false, reason: 'used' };
        if (row.expiresAtMs <= nowMs) return { ok: false, reason: 'expired' };
        const credential = newSecret('credential');
        useCode.run(nowMs, digest);
        insertCredential.run(device, row.store, label, keys.digest('credential', credential), nowMs);
        return { ok: true, store: row.store, credential };
      }),
    enrolledDevice: (credential) =>
      credentialByDigest.get(keys.digest('credential', credential)) as EnrolledDevice | undefined,
    saveReports: (reports) => {
      inTransaction(database, () => {
        for (const { device, heardAtMs, report } of reports) putReport.run(device, heardAtMs, report);
      });
    },
    reports: () => allReports.all() as unknown as readonly StoredReport[],
  };
}
