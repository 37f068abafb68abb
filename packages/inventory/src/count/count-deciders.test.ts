// Commands about count sessions, and what is proposed to be counted next.
import { describe, expect, it } from 'vitest';
import { foldBatches } from '../testing/fold-events.ts';
import { commandContext, draftsOf, eventOfDraft, refusalOf } from '../testing/command-context.ts';
import { parsePayload } from '../payloads.ts';
import { STORE_AREAS_MAX } from '../limits.ts';
import { closeCount, openCount, reviewCount } from './count-deciders.ts';
import { readCountSession } from './count-queries.ts';
import { proposeCycleCount, type CycleCandidate } from './cycle-count.ts';

describe('opening', () => {
  it('CO10 `openCount` yields a session under its own id, of the whole store area and not blind unless it says otherwise', () => {
    const [draft] = draftsOf(openCount({ scope: { kind: 'store' } }, commandContext()));
    expect(draft?.payload).toEqual({ session: draft?.id, scope: { kind: 'store' }, areas: ['store'], blind: false });
    const command = {
      session: 'dairy',
      scope: { kind: 'category', category: 'Dairy' },
      areas: ['shelf', 'back'],
      blind: true,
    } as const;
    const [named] = draftsOf(openCount(command, commandContext(), { areas: ['shelf', 'back', 'yard'] }));
    expect(named?.payload).toMatchObject({ session: 'dairy', areas: ['shelf', 'back'], blind: true });
  });

  it('CO10 slips of the hand are refused: no store, nothing to count, an area the store does not have, a session that is open', async () => {
    const code = (command: Parameters<typeof openCount>[0], state = {}, store: string | null = 'lisboa') =>
      refusalOf(openCount(command, commandContext({ store }), state))?.code;
    const scope = { kind: 'store' } as const;
    expect(code({ scope }, {}, null)).toBe('no-store');
    expect(code({ scope: { kind: 'items', items: [] } })).toBe('empty-document');
    expect(code({ scope, areas: [] })).toBe('empty-document');
    expect(code({ scope, areas: ['moon'] }, { areas: ['shelf'] })).toBe('unknown-area');
    expect(code({ scope, areas: ['store'] }, { areas: ['shelf'] })).toBe(undefined);
    expect(code({ scope, areas: ['shelf', 'shelf'] })).toBe('not-allowed');
    expect(code({ scope, areas: Array.from({ length: STORE_AREAS_MAX + 1 }, (_, area) => `a${area}`) })).toBe(
      'not-allowed',
    );
    expect(code({ scope, note: '<i>' })).toBe('text-not-allowed');
    const [draft] = draftsOf(openCount({ session: 'dairy', scope }, commandContext()));
    const event = draft === undefined ? undefined : eventOfDraft(draft);
    const session = await readCountSession(await foldBatches([event === undefined ? [] : [event]]), 'lisboa', 'dairy');
    expect(code({ session: 'dairy', scope }, { session })).toBe('already-open');
  });
});

describe('reviewing and closing', () => {
  it('CO11 `reviewCount` yields verdicts on lines, in several events where one does not hold them', () => {
    const [draft] = draftsOf(
      reviewCount({ session: 'dairy', lines: [{ item: 'feta', verdict: 'recount' }] }, commandContext()),
    );
    expect(draft?.payload).toEqual({
      session: 'dairy',
      lines: [{ item: 'feta', bucket: 'sellable', verdict: 'recount' }],
    });
    const lines = Array.from({ length: 1_500 }, (_, index) => ({
      item: `item-${index}`,
      verdict: 'accepted' as const,
    }));
    const drafts = draftsOf(reviewCount({ session: 'dairy', approvedBy: 'eva', lines }, commandContext()));
    expect(drafts.map(({ payload }) => (payload['lines'] as unknown[]).length)).toEqual([1_000, 500]);
    expect(drafts.every((one) => parsePayload(one).ok && one.payload['approvedBy'] === 'eva')).toBe(true);
  });

  it('CO11 a review of nothing, or of one line twice, is refused', () => {
    const code = (lines: Parameters<typeof reviewCount>[0]['lines'], store: string | null = 'lisboa') =>
      refusalOf(reviewCount({ session: 'dairy', lines }, commandContext({ store })))?.code;
    expect(code([])).toBe('empty-document');
    expect(code([{ item: 'feta', verdict: 'accepted' }], null)).toBe('no-store');
    const twice = { item: 'feta', verdict: 'accepted' } as const;
    expect(code([twice, twice])).toBe('counted-twice');
    expect(code([twice, { ...twice, bucket: 'unsellable' }])).toBe(undefined);
    expect(code([{ ...twice, note: '<i>' }])).toBe('text-not-allowed');
    const many = Array.from({ length: 101_000 }, (_, index) => ({
      item: `item-${index}`,
      verdict: 'accepted' as const,
    }));
    expect(code(many)).toBe('document-too-large');
  });

  it('CO12 `closeCount` closes what is open here or was never heard of; only what is known to be closed is not closed again', async () => {
    const [close] = draftsOf(closeCount({ session: 'dairy' }, commandContext()));
    expect(close).toMatchObject({ type: 'CountClosed', store: 'lisboa', payload: { session: 'dairy' } });
    const event = close === undefined ? undefined : eventOfDraft(close);
    const known = await readCountSession(await foldBatches([event === undefined ? [] : [event]]), 'lisboa', 'dairy');
    expect(refusalOf(closeCount({ session: 'dairy' }, commandContext(), known))?.code).toBe('already-closed');
    expect(refusalOf(closeCount({ session: 'dairy' }, commandContext({ store: null })))?.code).toBe('no-store');
    expect(refusalOf(closeCount({ session: 'a|b' }, commandContext()))?.code).toBe('not-allowed');
  });
});

function candidate(item: string, fields: Partial<CycleCandidate> = {}): CycleCandidate {
  return {
    item,
    abcClass: 'C',
    valueMicros: null,
    daysSinceCount: 10,
    negative: false,
    recount: false,
    variances: [],
    ...fields,
  };
}

describe('what to count next', () => {
  it('CO13 a figure that is certainly wrong comes first, then doubts, then what was never counted, is overdue or was often wrong', () => {
    const proposal = proposeCycleCount([
      candidate('fresh'),
      candidate('often-wrong', {
        variances: [
          { variance: -4, expected: 10 },
          { variance: 3, expected: 10 },
        ],
      }),
      candidate('overdue-a', { abcClass: 'A', daysSinceCount: 61 }),
      candidate('overdue-c', { daysSinceCount: 181 }),
      candidate('never', { daysSinceCount: null }),
      candidate('doubt', { recount: true }),
      candidate('wrong', { negative: true }),
    ]);
    expect(proposal.map(({ item }) => item)).toEqual([
      'wrong',
      'doubt',
      'overdue-a',
      'never',
      'overdue-c',
      'often-wrong',
    ]);
    expect(proposal[2]?.reasons.map(({ code, text }) => [code, text])).toEqual([
      ['age', 'Counted 61 days ago.'],
      ['class', 'Class A by turnover.'],
    ]);
    expect(proposal[5]?.reasons[0]).toEqual({
      code: 'variance',
      values: { counts: 2, percent: 35 },
      text: 'Its last 2 counts were off by 35 % on average.',
    });
  });

  it('CO13 among those that are due money and class decide, then the name; nothing else is proposed, and never more than asked', () => {
    const due = { daysSinceCount: 200 };
    const candidates = [
      candidate('b', due),
      candidate('a', due),
      candidate('dear', { ...due, valueMicros: 9_007_199_254_740_993_000_000n }),
      candidate('half', { ...due, valueMicros: 4_500_000_000_000_000_000_000n }),
      candidate('dear-but-fresh', { abcClass: 'A', valueMicros: 9_007_199_254_740_993_000_000n }),
    ];
    expect(proposeCycleCount(candidates).map(({ item }) => item)).toEqual(['dear', 'half', 'a', 'b']);
    expect(proposeCycleCount(candidates, 1).map(({ item }) => item)).toEqual(['dear']);
    expect(proposeCycleCount(candidates, -1)).toEqual([]);
    expect(proposeCycleCount([])).toEqual([]);
  });
});
