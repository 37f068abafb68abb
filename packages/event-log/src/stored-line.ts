// Reading back a line that was accepted: no schema.
import type { Event } from './event.ts';
import type { EventLine } from './event-line.ts';

/** Reads a line that this log already accepted. Its bytes were validated at the edge; a failure here is damage. */
export function readStoredLine(line: EventLine): Event {
  return JSON.parse(line) as Event;
}
