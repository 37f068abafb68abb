import type { Json, LocalWrite } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import {
  claimDraft,
  claimFreeSlot,
  DRAFT_SLOTS_MAX,
  listDrafts,
  type LocalValues,
  type TryHold,
} from './draft-slots.ts';

function device(): LocalValues {
  const values = new Map<string, Json>();
  return {
    getLocal: async (keys) => keys.map((key) => values.get(key)),
    putLocal: async (writes: readonly LocalWrite[]) => {
      for (const { key, value } of writes)
        if (value === undefined) values.delete(key);
        else values.set(key, value);
    },
  };
}

/** Two tabs share one lock manager. */
function locks(): TryHold {
  const held = new Set<string>();
  return async (name) => {
    if (held.has(name)) return null;
    held.add(name);
    return () => held.delete(name);
  };
}

describe('draft slots', () => {
  it('never give one slot to two tabs', async () => {
    const [values, tryHold] = [device(), locks()];
    const first = await claimFreeSlot(values, tryHold);
    const second = await claimFreeSlot(values, tryHold);
    expect(first?.key).not.toBe(second?.key);
  });

  it('find a draft that its tab left, and not one that is open', async () => {
    const [values, tryHold] = [device(), locks()];
    const slot = await claimFreeSlot(values, tryHold);
    if (slot === null) throw new Error('no slot');
    await values.putLocal([{ key: slot.key, value: { lines: 3 } }]);
    expect(await claimDraft(values, tryHold, slot.key)).toBeNull();
    slot.release();
    expect(await claimDraft(values, tryHold, slot.key)).toMatchObject({ value: { lines: 3 } });
    expect(await listDrafts(values)).toEqual([{ key: slot.key, value: { lines: 3 } }]);
  });

  it('are bounded', async () => {
    const [values, tryHold] = [device(), locks()];
    const claimed = [];
    for (let number = 0; number < DRAFT_SLOTS_MAX; number += 1) claimed.push(await claimFreeSlot(values, tryHold));
    expect(claimed).not.toContain(null);
    expect(await claimFreeSlot(values, tryHold)).toBeNull();
  });

  it('do not hold on to a draft that is gone', async () => {
    const [values, tryHold] = [device(), locks()];
    expect(await claimDraft(values, tryHold, 'draft-03')).toBeNull();
    expect(await tryHold('draft-03')).not.toBeNull();
  });
});
