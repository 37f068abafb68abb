import type { Json } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeCount,
  countedItems,
  countLineOf,
  differingItems,
  sayingOf,
  unsaidItems,
  withSaid,
  type CountAction,
  type CountSession,
} from './count-session.ts';
import { readCountHead } from './count-head.ts';
import { chunkKeys, countRemoval, countWrites, readCount } from './count-storage.ts';

const START: CountSession = {
  session: '0190a000-0000-7000-8000-000000000001',
  area: 'shop',
  scope: { kind: 'category', category: 'Dairy' },
  blind: false,
  startedAtMs: 1_000,
  lines: new Map(),
  inHand: null,
};

function after(actions: readonly CountAction[], from: CountSession = START): CountSession {
  return actions.reduce((session, action) => {
    const outcome = changeCount(session, action);
    if (!outcome.ok) throw new Error(outcome.refusal);
    return outcome.session;
  }, from);
}

const said = (quantity: number) => ({ event: 'e1', quantity, firstEvent: 'e1', expected: 18 });

describe('a line', () => {
  it('is not counted until something is said of it', () => {
    const session = after([{ kind: 'take-in-hand', item: 'feta' }]);
    expect(countLineOf(session, 'feta').tally).toBeNull();
    expect(sayingOf(session, 'feta')).toBeNull();
  });

  it('is counted 0 only on purpose: a step down from "not counted" says nothing', () => {
    const session = after([
      { kind: 'take-in-hand', item: 'feta' },
      { kind: 'step', by: -1 },
    ]);
    expect(countLineOf(session, 'feta').tally).toBeNull();
    expect(sayingOf(after([{ kind: 'none-on-shelf' }], session), 'feta')).toEqual({ kind: 'count', quantity: 0 });
    expect(sayingOf(after([{ kind: 'type', quantity: 0 }], session), 'feta')).toEqual({ kind: 'count', quantity: 0 });
  });

  it('cleared returns to not counted; what was already said is reversed', () => {
    const session = after([{ kind: 'scan', item: 'feta', pack: 5 }, { kind: 'clear' }]);
    expect(sayingOf(session, 'feta')).toBeNull();
    expect(session.lines.has('feta')).toBe(false);
    const taken = after(
      [{ kind: 'clear' }],
      withSaid(after([{ kind: 'scan', item: 'feta', pack: 5 }]), 'feta', said(5)),
    );
    expect(sayingOf(taken, 'feta')).toEqual({ kind: 'reverse', event: 'e1' });
    expect(countedItems(taken)).toEqual([]);
  });

  it('adds scans and packs to the tally; typing replaces it', () => {
    const session = after([
      { kind: 'scan', item: 'feta', pack: 1 },
      { kind: 'scan', item: 'feta', pack: 6 },
    ]);
    expect(countLineOf(session, 'feta').tally).toBe(7);
    expect(countLineOf(after([{ kind: 'type', quantity: 8 }], session), 'feta').tally).toBe(8);
  });

  it('is said again only when its tally changed', () => {
    const session = withSaid(after([{ kind: 'scan', item: 'feta', pack: 5 }]), 'feta', said(5));
    expect(sayingOf(session, 'feta')).toBeNull();
    expect(unsaidItems(session)).toEqual([]);
    expect(sayingOf(after([{ kind: 'step', by: 1 }], session), 'feta')).toEqual({ kind: 'count', quantity: 6 });
  });

  it('is reported as left when another comes into hand', () => {
    const session = after([{ kind: 'scan', item: 'feta', pack: 1 }]);
    expect(changeCount(session, { kind: 'scan', item: 'cream', pack: 1 })).toMatchObject({ left: 'feta' });
    expect(changeCount(session, { kind: 'scan', item: 'feta', pack: 1 })).toMatchObject({ left: null });
    expect(changeCount(session, { kind: 'take-in-hand', item: null })).toMatchObject({ left: 'feta' });
  });

  it('differs when the tally is not what the device thought', () => {
    const counted = (tally: number) =>
      withSaid(
        after([
          { kind: 'take-in-hand', item: 'feta' },
          { kind: 'type', quantity: tally },
        ]),
        'feta',
        said(tally),
      );
    expect(differingItems(counted(17))).toEqual(['feta']);
    expect(differingItems(counted(18))).toEqual([]);
    expect(differingItems(after([{ kind: 'scan', item: 'feta', pack: 1 }]))).toEqual([]);
  });

  it('has a largest quantity, and a scan past it changes nothing', () => {
    const session = after([
      { kind: 'take-in-hand', item: 'feta' },
      { kind: 'type', quantity: 99_999 },
    ]);
    expect(changeCount(session, { kind: 'scan', item: 'feta', pack: 1 })).toEqual({
      ok: false,
      refusal: 'quantity-too-large',
    });
  });
});

describe('a stored count', () => {
  it('read back is the count, whatever was tapped and however often it was written', () => {
    const item = fc.constantFrom(...Array.from({ length: 20 }, (_, index) => `item-${index}`));
    const action: fc.Arbitrary<CountAction> = fc.oneof(
      fc.record({ kind: fc.constant('take-in-hand' as const), item: fc.option(item) }),
      fc.record({ kind: fc.constant('scan' as const), item, pack: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ kind: fc.constant('step' as const), by: fc.constantFrom(1, -1) }),
      fc.record({ kind: fc.constant('type' as const), quantity: fc.integer({ min: 0, max: 99 }) }),
      fc.constant({ kind: 'none-on-shelf' as const }),
      fc.constant({ kind: 'clear' as const }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(action, fc.boolean(), fc.boolean()), { maxLength: 40 }), (taps) => {
        const disk = new Map<string, Json>();
        let session = START;
        let held: CountSession | null = null;
        const write = () => {
          for (const { key, value } of countWrites('draft-00', session, held)) {
            if (value === undefined) disk.delete(key);
            else disk.set(key, value);
          }
          held = session;
        };
        for (const [one, says, writes] of taps) {
          session = after([one], session);
          if (says && session.inHand !== null && sayingOf(session, session.inHand)?.kind === 'count') {
            session = withSaid(session, session.inHand, said(countLineOf(session, session.inHand).tally ?? 0));
          }
          if (writes) write();
        }
        write();
        const head = readCountHead(disk.get('draft-00') ?? null);
        if (head === null) throw new Error('no head');
        const read = readCount(
          head,
          chunkKeys('draft-00').map((key) => disk.get(key)),
        );
        expect(read.unread).toBe(0);
        expect(read.session).toEqual(session);
        expect(head.counted).toBe(countedItems(session).length);
        for (const { key } of countRemoval('draft-00')) disk.delete(key);
        expect(disk.size).toBe(0);
      }),
    );
  });

  it('writes the head and one chunk for one tap', () => {
    const many = after(
      Array.from({ length: 500 }, (_, index): CountAction => ({ kind: 'scan', item: `item-${index}`, pack: 1 })),
    );
    const tapped = after([{ kind: 'step', by: 1 }], many);
    const writes = countWrites('draft-00', tapped, many);
    expect(writes).toHaveLength(2);
    expect(Object.keys(writes[1]?.value ?? {}).length).toBeLessThan(40);
  });

  it('of another shape is not taken for a count', () => {
    expect(readCountHead({ kind: 'sale' })).toBeNull();
    expect(readCountHead({ kind: 'count', session: 1 })).toBeNull();
  });
});
