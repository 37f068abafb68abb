import { MemoryDeviceLog, MemoryDisk, newEventId, sha256, type EventDraft } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { outboxEntries } from './outbox-entries.ts';

describe('the outbox', () => {
  it('is read newest first, and what can not be read is not left out', async () => {
    const log = new MemoryDeviceLog(new MemoryDisk(), [], sha256);
    await log.enrol({ device: 'till-1', store: 'lisboa' });
    const draft = (number: number, type: string, lines: number): EventDraft => ({
      id: newEventId(1_000 + number, (length) => new Uint8Array(length).fill(number)),
      type,
      schemaVersion: 1,
      store: 'lisboa',
      audience: [],
      actor: 'till-1',
      payload: { lines: Array.from({ length: lines }, () => ({})) },
    });
    await log.append({
      drafts: [draft(1, 'StockSold', 3), draft(2, 'StockCounted', 1), draft(3, 'SomethingNew', 0)],
      clock: { nowMs: 5_000, uncertaintyMs: null },
    });
    const lines = (await log.outbox(0, { eventsMax: 10, bytesMax: 100_000 })).lines.map(({ line }) => line);
    const entries = outboxEntries(['{"header":1}', ...lines, 'damaged', ''].join('\n'));
    expect(entries.map(({ what, lines: count }) => [what, count])).toEqual([
      ['unreadable', 0],
      ['other', 0],
      ['StockCounted', 1],
      ['StockSold', 3],
    ]);
    expect(entries.at(-1)?.atMs).toBe(5_000);
  });
});
