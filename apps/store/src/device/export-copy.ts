// Writes everything unsent into one file that a person can carry elsewhere, and remembers when. Owns the file's name and the
// memory of the last copy; what is in the file is the engine's business.
import type { DeviceEngine } from '@streamstock/device-engine';
import type { Json } from '@streamstock/event-log';
import * as z from 'zod/mini';

export interface CopyMade {
  readonly atMs: number;
  /** How many changes the copy holds. */
  readonly changes: number;
}

const CopyMade = z.object({ atMs: z.int(), changes: z.int() });
export const COPY_KEY = 'copy-made';

export async function readCopyMade(values: {
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
}): Promise<CopyMade | null> {
  const [value] = await values.getLocal([COPY_KEY]);
  const parsed = z.safeParse(CopyMade, value);
  return parsed.success ? parsed.data : null;
}

/** Hands the file to the browser's downloads, then remembers it. Works while the storage only reads: then it is not remembered. */
export async function exportCopy(engine: DeviceEngine, atMs: number, changes: number): Promise<CopyMade> {
  const text = await engine.exportOutbox();
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `streamstock-unsent-${new Date(atMs).toISOString().slice(0, 19).replaceAll(':', '-')}.txt`;
  link.click();
  // The browser reads the file after the click; the address must outlive that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  const made = { atMs, changes };
  await engine.putLocal([{ key: COPY_KEY, value: made }]).catch(() => {});
  return made;
}
