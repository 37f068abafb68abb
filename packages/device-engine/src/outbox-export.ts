// Everything unsent as text that a person can keep elsewhere when the device can not send: a JSON header line, then the
// raw event lines, so that the centre can take them in later with their chain intact.
import { NotEnrolled, type DeviceLog } from '@streamstock/event-log';

const PAGE = { eventsMax: 500, bytesMax: 1_048_576 };

export async function exportOutbox(log: DeviceLog, nowMs: number): Promise<string> {
  const state = await log.state();
  if (state === null) throw new NotEnrolled();
  const acceptedSeq = state.accepted?.seq ?? 0;
  const [before] = await log.hashesAt([acceptedSeq]);
  const lines: string[] = [];
  let hashAfter = before?.hash ?? null;
  for (let after = acceptedSeq; ;) {
    const page = await log.outbox(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    for (const { line } of page) lines.push(line);
    after = last.place.seq;
    hashAfter = last.place.hash;
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
  };
  return [JSON.stringify(header), ...lines, ''].join('\n');
}
