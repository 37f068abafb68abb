// Runs projectors over memory tables the way a log does: every id once, in batches, with what is already projected at hand.
import {
  MemoryTables,
  projectBatch,
  type Event,
  type EventId,
  type LoggedEvent,
  type Projector,
} from '@streamstock/event-log';
import { inventoryProjectors } from '../projectors.ts';

/** A log without bytes: only what projectors see of one. */
export class FoldingLog {
  readonly tables = new MemoryTables();
  readonly #projected = new Map<EventId, LoggedEvent>();
  readonly #projectors: readonly Projector[];

  constructor(projectors: readonly Projector[] = inventoryProjectors) {
    this.#projectors = projectors;
  }

  /** Events that are known are left out; the rest is projected as one batch. Positions count up in order of arrival. */
  async take(events: readonly Event[]): Promise<void> {
    const fresh = new Map<EventId, LoggedEvent>();
    for (const event of events) {
      if (this.#projected.has(event.id) || fresh.has(event.id)) continue;
      fresh.set(event.id, { event, position: this.#projected.size + fresh.size + 1 });
    }
    await projectBatch(this.tables, [...fresh.values()], this.#projectors, async (ids) =>
      ids.flatMap((id) => this.#projected.get(id) ?? []),
    );
    for (const [id, logged] of fresh) this.#projected.set(id, logged);
  }
}

export async function foldBatches(
  batches: readonly (readonly Event[])[],
  projectors: readonly Projector[] = inventoryProjectors,
): Promise<MemoryTables> {
  const log = new FoldingLog(projectors);
  for (const batch of batches) await log.take(batch);
  return log.tables;
}
