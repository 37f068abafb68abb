// Reading events that the device keeps: whether their bytes are still what they were.
import type { KeptEvent } from './device-storage.ts';
import type { Event } from './event.ts';
import { readStoredLine } from './stored-line.ts';
import { lineSum } from './line-sum.ts';

export function isSound(kept: KeptEvent): boolean {
  return kept.standing !== 'damaged' && lineSum(kept.line) === kept.sum;
}

/** The event in these bytes; undefined where they can not be read any more. */
export function readSound(kept: KeptEvent): Event | undefined {
  if (!isSound(kept)) return undefined;
  try {
    return readStoredLine(kept.line);
  } catch {
    return undefined;
  }
}
