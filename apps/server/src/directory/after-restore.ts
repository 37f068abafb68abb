// What a directory that comes from a backup must not bring back (sessions and pairing codes of that time), and what it would
// lose for no reason: the credentials of devices that were paired since, and what devices last said. Notes which backup it was.
// (Tickets live in memory only. Admins and API keys are those of the backup.)
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { inTransaction, openDirectoryDatabase } from './directory-database.ts';

const BUSY_TIMEOUT_MS = 5_000;

export interface AfterRestore {
  readonly epoch: string;
  readonly backupTakenAtMs: number;
  /** The directory that was here until now. */
  readonly before: string;
}

/** Devices of the present directory; null: there is none, or it can not be read. */
interface Known {
  readonly credentials: readonly Row[];
  readonly reports: readonly Row[];
}
type Row = Record<string, string | number>;

/** Works on a file that nobody has open. Returns how many devices it did not know and knows now; null: the present directory can not be read. */
export function readyDirectory(file: string, { epoch, backupTakenAtMs, before }: AfterRestore): number | null {
  const known = existsSync(before) ? readDevices(before) : { credentials: [], reports: [] };
  const database = openDirectoryDatabase(file);
  try {
    return inTransaction(database, () => {
      database.exec('DELETE FROM sessions; DELETE FROM pairing_codes;');
      database.prepare('INSERT INTO epoch_notes (epoch, backup_taken_at_ms) VALUES (?, ?)').run(epoch, backupTakenAtMs);
      return known === null ? null : carryOver(database, known);
    });
  } finally {
    database.close();
  }
}

function carryOver(database: DatabaseSync, { credentials, reports }: Known): number {
  const addCredential = database.prepare(
    `INSERT INTO device_credentials (device, store, label, digest, created_at_ms)
     VALUES (:device, :store, :label, :digest, :created_at_ms) ON CONFLICT DO NOTHING`,
  );
  const putReport = database.prepare(
    `INSERT INTO device_reports (device, heard_at_ms, report) VALUES (:device, :heard_at_ms, :report)
     ON CONFLICT (device) DO UPDATE SET heard_at_ms = excluded.heard_at_ms, report = excluded.report
     WHERE excluded.heard_at_ms > heard_at_ms`,
  );
  for (const row of reports) putReport.run(row);
  return credentials.reduce((added, row) => added + Number(addCredential.run(row).changes), 0);
}

/** A directory that is damaged is no reason not to restore: it is one to do it. */
function readDevices(file: string): Known | null {
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      return {
        credentials: database
          .prepare('SELECT device, store, label, digest, created_at_ms FROM device_credentials')
          .all() as Row[],
        reports: database.prepare('SELECT device, heard_at_ms, report FROM device_reports').all() as Row[],
      };
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}
