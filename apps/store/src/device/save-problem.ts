// Why a commit was not saved, as a screen must word it. Pure. Whatever the reason, nothing was written and the work stays
// on the screen.
import { AppendRefused } from '@streamstock/event-log';

/**
 * - full: the disk or the browser's quota is full.
 * - lost: the database can not be used any more.
 * - part-missing: what writes is not on this device, and could not be fetched.
 * - outdated: a newer version of the app runs in another tab.
 * - too-long: the document breaks a bound; `message` says which.
 * - unknown: anything else; `message` is the code for support.
 */
export type SaveProblem =
  | { readonly kind: 'full' | 'lost' | 'outdated' | 'part-missing' }
  | { readonly kind: 'too-long' | 'unknown'; readonly message: string };

/** Errors of the engine are told by their name: they come from several packages. */
export function saveProblem(error: unknown): SaveProblem {
  if (error instanceof AppendRefused) return { kind: 'too-long', message: error.message };
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  switch (name) {
    case 'StorageFull':
    case 'QuotaExceededError':
      return { kind: 'full' };
    case 'StorageLost':
      return { kind: 'lost' };
    case 'PartMissing':
      return { kind: 'part-missing' };
    case 'DeviceLogOutdated':
      return { kind: 'outdated' };
    default:
      return { kind: 'unknown', message: `${name}: ${message}` };
  }
}
