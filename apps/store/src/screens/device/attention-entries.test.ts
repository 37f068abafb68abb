import type { AttentionEntry } from '@streamstock/device-engine';
import { describe, expect, it } from 'vitest';
import { shownAttention } from './attention-entries.ts';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const line = JSON.stringify({
  id: ID,
  type: 'StockSold',
  schemaVersion: 1,
  store: 'lisboa',
  audience: [],
  occurredAt: 3_481_876_070_400_000,
  recordedAt: 3_481_876_070_400_000,
  deviceTimeMs: 1_700_134_800_000,
  clockUncertaintyMs: null,
  actor: 'ana',
  payload: { lines: [] },
});

describe('what awaits a person', () => {
  it('says what head office set aside, whose bytes it has', () => {
    const entry: AttentionEntry = { key: ID, row: { kind: 'set-aside', event: ID }, line };
    expect(shownAttention([entry])).toEqual([
      { key: ID, kind: 'set-aside', what: 'StockSold', atMs: 1_700_134_800_000, bytes: null },
    ]);
  });

  it('shows what this version of the app stumbles over, with its bytes to be copied', () => {
    const row = { kind: 'unfoldable', event: ID, projector: 'stock', problem: 'no' } as const;
    expect(shownAttention([{ key: `${ID}|stock`, row, line }])).toEqual([
      { key: `${ID}|stock`, kind: 'unfoldable', what: 'StockSold', atMs: 1_700_134_800_000, bytes: line },
    ]);
  });

  it('keeps the bytes of what a disk has spoilt, also when they say nothing any more', () => {
    const bytes = line.replace('"actor"', '"acxor"');
    const row = { kind: 'damaged', event: ID, seq: 3, bytes, problem: 'hash-differs' } as const;
    expect(shownAttention([{ key: ID, row, line: bytes }])).toEqual([
      { key: ID, kind: 'damaged', what: 'unreadable', atMs: null, bytes },
    ]);
  });
});
