// What reactors must remember over a restart, in a file of its own: a backup that is put back must not bring old notes.
import type { ReactorMemory, ReactorNotes } from '@streamstock/central-engine';
import * as z from 'zod/mini';
import { readTextOrNull, replaceFileSoon } from '../durable-file.ts';

const REACTORS_MAX = 100;

const Name = z.string().check(z.maxLength(100));
const Positions = z
  .record(Name, z.int().check(z.minimum(0)))
  .check(z.refine((positions) => Object.keys(positions).length <= REACTORS_MAX));
/** `epoch` and `since` are younger than the file. */
const Notes = z.object({
  checkpoints: Positions,
  epoch: z.optional(Name),
  since: z.optional(Positions),
  resumedEpoch: z.nullable(Name),
});

/** A file that can not be read counts as none: reactors begin at the head, and after a restore the operator is asked again. */
export function fileMemory(file: string): ReactorMemory {
  let saving: Promise<void> = Promise.resolve();
  return {
    load: async () => readNotes(file),
    save: async (notes) => {
      saving = saving.catch(() => {}).then(async () => await replaceFileSoon(file, JSON.stringify(notes)));
      await saving;
    },
  };
}

function readNotes(file: string): ReactorNotes {
  const none: ReactorNotes = { checkpoints: {}, resumedEpoch: null };
  try {
    const parsed = Notes.safeParse(JSON.parse(readTextOrNull(file) ?? 'null'));
    return parsed.success ? parsed.data : none;
  } catch {
    return none;
  }
}
