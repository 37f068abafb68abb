// When an edit of a register counts from: past what its author saw. A clock that ran fast stamped what the author saw in
// the future; an edit stamped by now would lose to it in silence. Pure.
import { compareStamped, type HybridTime } from '@streamstock/event-log';
import type { CommandOptions } from './decider.ts';
import type { Stamp } from './register-fold.ts';

/** What an author had before their eyes. `now`: the clock of whoever stamps the edit; `row` undefined: nothing was known. */
export interface Seen<Row> {
  readonly now: HybridTime;
  readonly row: Row | undefined;
}

/** A row of registers: fields without a register of their own are as they were registered. */
export interface SeenRegisters {
  readonly registered?: Stamp;
  readonly registers: Readonly<Record<string, Stamp | undefined>>;
}

/** The newest of some stamps; undefined: there is none. */
export function newestStamp(stamps: readonly (Stamp | undefined)[]): Stamp | undefined {
  return stamps.reduce((newest, stamp) => {
    if (stamp === undefined || newest === undefined) return newest ?? stamp;
    const later = compareStamped({ time: stamp.at, id: stamp.id }, { time: newest.at, id: newest.id }) > 0;
    return later ? stamp : newest;
  }, undefined);
}

/** The stamp an edit of these fields must come after, given the row its author saw. */
export function stampOfFields(row: SeenRegisters | undefined, fields: readonly string[]): Stamp | undefined {
  return newestStamp(fields.map((field) => row?.registers[field] ?? row?.registered));
}

/**
 * The options of an edit, with a stated time where it is needed: one stamp after `seen`, unless the edit's own time (now, or
 * the time its author states) is later anyway.
 */
export function stampedPast<Options extends CommandOptions>(
  options: Options,
  now: HybridTime,
  seen: Stamp | undefined,
): Options {
  const past = seen !== undefined && (options.occurredAt ?? now) <= seen.at;
  if (!past) return options;
  return { ...options, occurredAt: seen.at + 1 };
}
