// Who may do what, and what becomes of what somebody did who may not.
import fc from 'fast-check';
import { contributionOf, addRuling, NO_JUDGEMENT, type Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { CENTRE_TYPES, EVENT_SCHEMAS, STOCK_FACT_TYPES, type InventoryEventType } from '../payloads.ts';
import { makeEvent, makeRuling, minute, rawEvent, testId } from '../testing/make-event.ts';
import { EVENT_FIXTURES } from '../testing/event-fixtures.ts';
import { propertyRuns } from '../testing/runs.ts';
import { received, sold } from '../testing/short-events.ts';
import { itemsThatWantApproval } from './approvals.ts';
import { isPromiseOrEdit, judgeAuthority } from './authority-judge.ts';
import { AUTHORITY, ROLES, type Role } from './authority-table.ts';
import { isAllowed, type Grant } from './grants.ts';

const grant = (actor: string, role: Role, fields: Partial<Grant> = {}): Grant => ({
  actor,
  role,
  store: 'lisboa',
  from: minute(0),
  to: null,
  ...fields,
});
const CLERK = [grant('ana', 'clerk')];
const ARRIVAL = minute(600);
const says = (event: Event, grants: readonly Grant[], arrivedAt = ARRIVAL) => {
  const { rulings, flags } = judgeAuthority(event, grants, arrivedAt);
  return { rulings: rulings.map(({ type }) => type), flags };
};
const nothing = { rulings: [], flags: [] };

describe('the table', () => {
  it('AU1 names every event type; the owner may do all that people do, nobody writes for the centre', () => {
    expect(Object.keys(AUTHORITY).toSorted()).toEqual(
      [...Object.keys(EVENT_SCHEMAS), 'approve', 'back-date'].toSorted(),
    );
    for (const [action, roles] of Object.entries(AUTHORITY)) {
      const isCentre = (CENTRE_TYPES as readonly string[]).includes(action);
      expect({ action, owner: roles.includes('owner'), anyone: roles.length > 0 }).toEqual({
        action,
        owner: !isCentre,
        anyone: !isCentre,
      });
    }
  });

  it.each<[Role, InventoryEventType | 'approve', boolean]>([
    ['clerk', 'StockSold', true],
    ['clerk', 'StockPolicySet', false],
    ['clerk', 'approve', false],
    ['manager', 'approve', true],
    ['manager', 'StoreOpened', false],
    ['auditor', 'StockCounted', true],
    ['auditor', 'StockSold', false],
    ['integrator', 'OrderPlaced', true],
    ['integrator', 'OrderPicked', false],
  ])('AU1 %s, %s: %s', (role, action, may) => {
    expect(isAllowed([grant('ana', role)], { actor: 'ana', action, store: 'lisboa', at: minute(1) })).toBe(may);
  });

  it('AU2 a grant holds from its first moment until before its last, in its store, and one for the chain everywhere', () => {
    const at = (grants: readonly Grant[], when: number, store: string | null = 'lisboa') =>
      isAllowed(grants, { actor: 'ana', action: 'StockSold', store, at: when });
    const shift = [grant('ana', 'clerk', { from: minute(10), to: minute(20) })];
    expect([minute(10) - 1, minute(10), minute(20) - 1, minute(20)].map((when) => at(shift, when))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(at(CLERK, minute(1), 'porto')).toBe(false);
    expect(at(CLERK, minute(1), null)).toBe(false);
    const chain = [grant('ana', 'clerk', { store: null })];
    expect([at(chain, minute(1), 'porto'), at(chain, minute(1), null)]).toEqual([true, true]);
  });
});

describe('the judgement', () => {
  it('AU3 X19 a fact of somebody without the role is folded and flagged', () => {
    expect(says(sold('a', 1, 1), CLERK)).toEqual(nothing);
    expect(says(sold('a', 1, 1), [])).toEqual({ rulings: [], flags: ['role-missing'] });
    const removed = [grant('ana', 'clerk', { to: minute(300) })];
    expect(says(sold('saturday', 100, 1), removed)).toEqual({ rulings: [], flags: ['actor-left'] });
    expect(says(sold('after', 400, 1), removed)).toEqual({ rulings: [], flags: ['role-missing'] });
  });

  it('AU4 a promise or an edit of the catalogue without the role is set aside', () => {
    const order = makeEvent('order', 'RestockOrdered', {
      supplier: null,
      suggestion: null,
      expectedAt: null,
      lines: [{ item: 'feta', quantity: 1, unitCost: null }],
    });
    expect(says(order, CLERK)).toEqual({ rulings: ['EventSetAside'], flags: ['role-missing'] });
    expect(says(order, [grant('ana', 'manager')])).toEqual(nothing);
    const edit = makeEvent('edit', 'ItemRevised', { item: 'feta', name: 'Feta' }, { store: null });
    expect(says(edit, [grant('ana', 'owner')])).toEqual({ rulings: ['EventSetAside'], flags: ['role-missing'] });
    expect(says(edit, [grant('ana', 'owner', { store: null })])).toEqual(nothing);
  });

  it('AU5 a fact back-dated without the role counts when it was recorded, and is flagged', () => {
    const late = received('late', 5, 10, { recordedAt: 90, uncertaintyMs: null });
    const { rulings, flags } = judgeAuthority(late, CLERK, ARRIVAL);
    expect(flags).toEqual(['back-dated-without-role']);
    const [ruling] = rulings;
    if (ruling?.type !== 'EventRetimed') throw new Error('It was not re-timed.');
    const recorded = makeRuling('ruling', 'EventRetimed', late.id, ruling.payload);
    expect(contributionOf(late, addRuling(NO_JUDGEMENT, recorded))?.effectiveAt).toBe(minute(90));
    expect(says(late, [grant('ana', 'manager')])).toEqual(nothing);
    expect(says(received('now', 5, 10), CLERK)).toEqual(nothing);
  });

  it('AU3 the role counts when it was recorded, whatever time was stated', () => {
    const manager = (from: number, to: number) => [grant('ana', 'manager', { from: minute(from), to: minute(to) })];
    const late = received('late', 5, 10, { recordedAt: 90 });
    expect(says(late, manager(0, 50))).toEqual({
      rulings: ['EventRetimed'],
      flags: ['role-missing', 'back-dated-without-role'],
    });
    expect(says(late, manager(80, 700))).toEqual(nothing);
  });

  it('AU6 an approval by somebody who may not approve is flagged', () => {
    const adjusted = (approvedBy: string) =>
      makeEvent('adjust', 'StockAdjusted', {
        document: 'd',
        reason: 'lost',
        approvedBy,
        lines: [{ item: 'feta', quantity: 900 }],
      });
    const staff = [...CLERK, grant('rui', 'manager')];
    expect(says(adjusted('rui'), staff)).toEqual(nothing);
    expect(says(adjusted('ana'), staff)).toEqual({ rulings: [], flags: ['approval-without-role'] });
  });

  it('AU6 corrections of one item, added up, above its limit want an approval; at the limit and without one they do not', () => {
    const limits: Record<string, number | null> = { feta: 10, rice: null };
    const policyOf = (item: string) => (item in limits ? { adjustmentLimit: limits[item] ?? null } : undefined);
    const wants = (...changes: [string, number][]) =>
      itemsThatWantApproval(
        changes.map(([item, change]) => ({ item, change })),
        policyOf,
      );
    expect(wants(['feta', -10], ['rice', -99], ['oats', 99])).toEqual([]);
    expect(wants(['feta', -6], ['rice', 1], ['feta', -5])).toEqual(['feta']);
    expect(wants(['feta', 11])).toEqual(['feta']);
  });

  it('AU3 AU4 whoever did whatever: facts are never set aside, promises and edits without the role always are', () => {
    const anyGrant = fc.record({
      actor: fc.constantFrom('ana', 'rui'),
      role: fc.constantFrom(...ROLES),
      store: fc.constantFrom('lisboa', 'porto', null),
      from: fc.nat({ max: 100 }).map(minute),
      to: fc.option(fc.nat({ max: 100 }).map(minute)),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...EVENT_FIXTURES),
        fc.array(anyGrant, { maxLength: 4 }),
        fc.nat({ max: 100 }),
        ({ type, version, store, payload }, grants, at) => {
          const event = rawEvent('a', type, payload, { store, at: minute(at), schemaVersion: version });
          const { rulings } = judgeAuthority(event, grants, ARRIVAL);
          const setAside = rulings.some((ruling) => ruling.type === 'EventSetAside');
          const isFact = (STOCK_FACT_TYPES as readonly string[]).includes(type);
          const allowed = isAllowed(grants, { actor: 'ana', action: type, store, at: minute(at) });
          expect(setAside).toBe(!isFact && isPromiseOrEdit(type) && !allowed);
        },
      ),
      { numRuns: propertyRuns },
    );
  });

  it('AU7 rulings, unknown types and what the centre itself writes are not judged', () => {
    expect(says(rawEvent('a', 'MoonLanded', {}), [])).toEqual(nothing);
    expect(says(makeRuling('a', 'EventVoided', testId('b')), [])).toEqual(nothing);
    expect(
      says(makeEvent('a', 'ReservationRefused', { request: testId('b'), reason: 'expired', lines: [] }), []),
    ).toEqual(nothing);
  });
});
