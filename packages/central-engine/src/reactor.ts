// What a reactor is, and what is remembered of reactors outside the log. A projector only folds; a reactor only appends.
import type { Event, EventDraft, Position, TableReader } from '@streamstock/event-log';

export interface Reactor {
  readonly name: string;
  /**
   * What follows from an event that counts, on read models that hold it (and perhaps later ones). Owes: ids derived from the
   * event (`deriveEventId`) and the event as `causationId`, so that a repeat writes nothing. An event is given again after a
   * crash, and when a ruling lets it count after all.
   */
  react(event: Event, tables: TableReader): Promise<readonly EventDraft[]>;
}

/** What must outlive a restart. `checkpoints`: by reactor's name, everything up to there was reacted to. */
export interface ReactorNotes {
  readonly checkpoints: Readonly<Record<string, Position>>;
  /** The history that the checkpoints are of. */
  readonly epoch?: string | undefined;
  /** By reactor's name: the position at which it began; what lies before was never its business. Absent: the first. */
  readonly since?: Readonly<Record<string, Position>> | undefined;
  /** The last epoch that began after another and in which reactors were let go on. */
  readonly resumedEpoch: string | null;
}

/** Keeps the notes. Not in the log's own file: a backup that is put back must not bring old ones. */
export interface ReactorMemory {
  load(): Promise<ReactorNotes>;
  save(notes: ReactorNotes): Promise<void>;
}

/** For an engine without reactors, and for tests. */
export function forgetfulMemory(): ReactorMemory {
  let notes: ReactorNotes = { checkpoints: {}, resumedEpoch: null };
  return {
    load: async () => notes,
    save: async (saved) => {
      notes = saved;
    },
  };
}
