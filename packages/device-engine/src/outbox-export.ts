// Everything unsent as text that a person can keep elsewhere when the device can not send: a JSON header line, then the
// raw event lines, so that the centre can take them in later with their chain intact.
import { NotEnrolled, type DeviceLog, type Hole } from '@streamstock/event-log';

const PAGE = { eventsMax: 500, bytesMax: 1_048_576 };

export async function exportOutbox(log: DeviceLog, nowMs: number): Promise<string> {
  const state = await log.state();
  if (state === null) throw new NotEnrolled();
  const acceptedSeq = state.accepted?.seq ?? 0;
  const [before] = await log.hashesAt([acceptedSeq]);
  const lines: string[] = [];
  const holes: Hole[] = [];
  let hashAfter = before?.hash ?? null;
  for (let after = acceptedSeq; ;) {
    const { hole, lines: page } = await log.outbox(after, PAGE);
    const last = page.at(-1)?.place ?? (hole === null ? undefined : { seq: hole.toSeq, hash: hole.hashAfter });
    if (last === undefined) break;
    if (hole !== null) holes.push(hole);
    for (const { line } of page) lines.push(line);
    after = last.seq;
    hashAfter = last.hash;
  }
  const header = {
    streamstock: 'outbox',
    version: 1,
    device: state.identity.device,
    store: state.identity.store,
    exportedAtMs: nowMs,
    firstSeq: acceptedSeq + 1,
    hashBefore: before?.hash ?? null,
    hashAfter,
    events: lines.length,
    holes,
  };
  return [JSON.stringify(header), ...lines, ''].join('\n');
}
